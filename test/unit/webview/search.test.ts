/** What a search finds, how fast, and that no expression can hold it up. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NewSessionEvent } from '../../../src/shared/events.ts';
import { BadPattern, matcherFor, type SearchOptions } from '../../../webview/search/matcher.ts';
import { grouped, MAX_HITS, search } from '../../../webview/search/search.ts';
import { readable } from '../../../webview/search/texts.ts';
import { longTranscript, outputLine } from '../../support/longTranscript.ts';
import { reduce } from '../../../webview/store.ts';
import { after, loaded, output, started, stdout } from './support.ts';

const PLAIN: SearchOptions = { matchCase: false, wholeWord: false, regex: false };
const spans = async (query: string, text: string, options: Partial<SearchOptions> = {}) =>
  [...(await matcherFor(query, { ...PLAIN, ...options }))(text)].map(([start, end]) =>
    text.slice(start, end),
  );
const signal = new AbortController().signal;

const question: NewSessionEvent = {
  type: 'user_message',
  turnId: 't1',
  intent: 'ask',
  text: 'Where is the herring?',
  files: [{ label: 'data/herring.csv', containerPath: '/workspace/data/herring.csv' }],
};
const state = after([
  question,
  ...started(),
  {
    type: 'cell_running',
    cellId: 'c1',
    purpose: 'Count',
    code: 'herring = 1\nprint(herring)',
    executionCount: 1,
  },
  output(stdout('\u001b[31mher\u001b[0mring\n')),
  output({
    output_type: 'error',
    ename: 'KeyError',
    evalue: 'x',
    traceback: ['\u001b[31mKeyError\u001b[0m: herring'],
  }),
  { type: 'artifact_stored', cellId: 'c1', name: 'herring.png', bytes: 1, sha256: 'a'.repeat(64) },
  { type: 'text', turnId: 't1', blockId: 'b', delta: 'The **her' },
  { type: 'text', turnId: 't1', blockId: 'b', delta: 'ring** is [here](https://example.org/herring).' },
  { type: 'notice', level: 'info', text: 'No herring left.' },
]);

describe('what a search looks for', () => {
  it('is text as written: case counts when asked, signs mean themselves', async () => {
    assert.deepEqual(await spans('Sum(x)', 'sum(x) SUM(X) sum_x_'), ['sum(x)', 'SUM(X)']);
    assert.deepEqual(await spans('Sum(x)', 'sum(x) Sum(x)', { matchCase: true }), ['Sum(x)']);
    assert.deepEqual(await spans('.*', 'a.*b'), ['.*']);
    assert.deepEqual(await spans('ÄRGER', 'ärger Ärger'), ['ärger', 'Ärger']);
    // Lower case of this letter is two characters: offsets must hold all the same.
    assert.deepEqual(await spans('x', 'İİx'), ['x']);
  });

  it('is a whole word when asked, in any script', async () => {
    assert.deepEqual(await spans('sum', 'sum sums consum _sum sum. (sum)', { wholeWord: true }), [
      'sum',
      'sum',
      'sum',
    ]);
    assert.deepEqual(await spans('ряд', 'ряд ряды', { wholeWord: true }), ['ряд']);
    assert.deepEqual(await spans('(x)', 'f(x) (x)', { wholeWord: true }), ['(x)', '(x)']);
  });

  it('is a regular expression when asked; lines have ends, empty hits are none', async () => {
    assert.deepEqual(await spans('^r\\w+$', 'row\nnot row\nraw', { regex: true }), ['row', 'raw']);
    assert.deepEqual(await spans('x*', 'axxb', { regex: true }), ['xx']);
    assert.deepEqual(await spans('R\\d', 'r1 R2', { regex: true, matchCase: true }), ['R2']);
    assert.deepEqual(await spans('\\p{Greek}+', 'αβ ab', { regex: true }), ['αβ']);
  });

  it('says in words what cannot be searched for', async () => {
    for (const [query, words] of [
      ['(?=a)b', 'Looking ahead or behind is not possible here.'],
      ['(a)\\1', 'Back references are not possible here.'],
      ['(', /^This is no regular expression: missing/],
    ] as const) {
      await assert.rejects(matcherFor(query, { ...PLAIN, regex: true }), (error) => {
        assert.ok(error instanceof BadPattern);
        if (typeof words === 'string') assert.equal(error.message, words);
        else assert.match(error.message, words);
        return true;
      });
    }
  });

  it('cannot be made slow by an expression', async () => {
    for (const query of ['(a+)+$', '(a|a)*b', '(.*a){12}c', '^(([a-z])+.)+[A-Z]([a-z])+$']) {
      const start = performance.now();
      assert.deepEqual(await spans(query, 'a'.repeat(5000) + '!', { regex: true }), []);
      assert.ok(performance.now() - start < 3000, `${query} took ${performance.now() - start} ms`);
    }
  });
});

describe('a search over a session', () => {
  it('finds all kinds of text, in reading order, grouped by message', async () => {
    const found = await search(state, await matcherFor('herring', PLAIN), { signal });
    assert.deepEqual(
      found?.hits.map(({ where, line, before, match }) => `${where} ${line}: ${before}${match}`),
      [
        'question 1: Where is the herring',
        'file 1: data/herring',
        'code 1: herring',
        'code 2: print(herring',
        'output 1: herring',
        'output 1: KeyError: herring',
        'file 1: herring',
        'answer 1: The herring',
        'notice 1: No herring',
      ],
    );
    assert.deepEqual(
      grouped(found.hits).map(({ item, hits }) => [item.kind, hits.length]),
      [
        ['user', 2],
        ['turn', 6],
        ['notice', 1],
      ],
    );
  });

  it('reads an answer as it is shown', () => {
    assert.equal(
      readable('## Sum\n**a** and *b* of `c_d`, [link](https://x.y) 2 * 3 * 4'),
      'Sum\na and b of c_d, link 2 * 3 * 4',
    );
  });

  it('stops at a number of hits that nobody reads to the end, and when it is given up', async () => {
    const many = after([question, ...started(), output(stdout('aa '.repeat(MAX_HITS)))]);
    const found = await search(many, await matcherFor('a', PLAIN), { signal });
    assert.equal(found?.hits.length, MAX_HITS);
    assert.equal(found.cut, true);
    const stop = new AbortController();
    stop.abort();
    assert.equal(await search(many, await matcherFor('zzz', PLAIN), { signal: stop.signal }), null);
  });

  it('goes through 100,000 lines in 200 ms of work, in slices', async () => {
    const events = longTranscript({ turns: 200, charts: 0, lines: 100_000, chart: () => ({}) });
    const long = reduce(loaded(), { type: 'events', events });
    const times: number[] = [];
    for (let round = 0; round < 5; round++) {
      let pauses = 0;
      const start = performance.now();
      const found = await search(long, await matcherFor('LINE 09999', PLAIN), {
        signal,
        pause: async () => {
          pauses++;
          return Promise.resolve();
        },
      });
      times.push(performance.now() - start);
      assert.equal(found?.hits.length, 10);
      assert.equal(
        found.hits[0]?.before + (found.hits[0]?.match ?? '') + (found.hits[0]?.after ?? ''),
        outputLine(99_990),
      );
      assert.ok(pauses > 0 || (times.at(-1) ?? 0) < 15, 'others had their turn');
    }
    assert.ok(Math.min(...times) < 200, `took ${times.map(Math.round).join(', ')} ms`);
  });
});
