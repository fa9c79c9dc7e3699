/** What a long conversation costs, told from the bodies of its requests. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, it } from 'node:test';
import { MAX_IMAGES } from '../../../src/agent/history.ts';
import { REQUESTS } from '../../../src/session/requestLog.ts';
import { chart, longSession, table, type LongSession } from '../../support/longSession.ts';
import { markersOf, partsOf, PromptCache, withoutMarkers } from '../../support/promptCache.ts';
import { TEST_KEY } from '../../support/scriptedApi.ts';

let long: LongSession;
afterEach(async () => long.close());

/** How many parts of `before`, up to its last marker, stand at the beginning of `next`; and how many there are. */
function kept(before: string, next: string): { same: number; of: number } {
  const [old, now] = [partsOf(before), partsOf(next)];
  const of = old.findLastIndex(({ marked }) => marked) + 1;
  const differs = old.slice(0, of).findIndex(({ text }, index) => text !== now[index]?.text);
  return { same: differs === -1 ? of : differs, of };
}

/** Numbers of the requests (from 1) that do not begin with the request before up to its last marker. */
const changes = (bodies: readonly string[]): number[] =>
  bodies.flatMap((body, index) => {
    const next = bodies[index + 1];
    if (next === undefined) return [];
    const { same, of } = kept(body, next);
    return same === of ? [] : [index + 2];
  });

const shareOf = (body: string, cache: PromptCache): number => {
  const { input, read } = cache.use(body);
  return read / input;
};

describe('the prefix of the requests of a session', () => {
  it('is the same from step to step, from turn to turn, and after the session is opened again', async () => {
    long = await longSession({ stepsPerTurn: 4, outputs: (n) => [table(n, 3000)] });
    await long.ask('First?');
    await long.ask('Second?');
    await long.reopen();
    await long.ask('Third?');
    const bodies = long.bodies();
    assert.equal(bodies.length, 15);
    assert.deepEqual(changes(bodies), []);
    for (const body of bodies) assert.ok(markersOf(body) >= 2 && markersOf(body) <= 4);
    assert.ok(long.api.requests.every(({ problem }) => problem === null));
  });

  it('is read from the cache: at least 80 % of the input from the second step on', async () => {
    long = await longSession({ stepsPerTurn: 9, outputs: (n) => [table(n, 900)] });
    await long.ask('First?');
    await long.ask('Second?');
    const [first, ...later] = long.bodies();
    const cache = new PromptCache();
    assert.equal(shareOf(first ?? '', cache), 0);
    const shares = later.map((body) => shareOf(body, cache));
    assert.equal(shares.length, 19);
    for (const share of shares) assert.ok(share >= 0.8, String(shares));
    const unmarked = new PromptCache();
    for (const body of long.bodies()) assert.equal(unmarked.use(withoutMarkers(body)).read, 0);
  });

  it('is found when a step has more blocks than the API looks back over', async () => {
    long = await longSession({ stepsPerTurn: 3, callsPerStep: 14, outputs: (n) => [table(n, 200)] });
    await long.ask('Many at once?');
    const cache = new PromptCache();
    const uses = long.bodies().map((body) => cache.use(body));
    const bodies = long.bodies();
    bodies.slice(1).forEach((body, index) => {
      const before = uses[index];
      const now = uses[index + 1];
      assert.ok(
        before && now && now.read >= before.input - 1,
        `request ${index + 2} reads what the one before sent`,
      );
      assert.ok(markersOf(body) <= 4);
    });
  });

  it('changes only when old images go, in groups', async () => {
    long = await longSession({ stepsPerTurn: 12, outputs: (n) => [chart(n)] });
    await long.ask('Twelve charts?');
    await long.ask('Twelve more?');
    await long.reopen();
    await long.ask('And twelve?');
    const bodies = long.bodies();
    // 36 images in all: some go at the 16th, 21st, 26th, 31st and 36th.
    assert.equal(changes(bodies).length, 5);
    for (const { images } of long.api.conversations()) assert.ok(images <= MAX_IMAGES);
  });
});

describe('a session that is longer than what the model reads', () => {
  it('never goes beyond it, loses no question, and changes its prefix rarely', async () => {
    const windowTokens = 50_000;
    long = await longSession({ stepsPerTurn: 19, outputs: (n) => [table(n, 8000)], windowTokens });
    for (const words of ['Alpha question?', 'Beta question?']) await long.ask(words);
    await long.reopen();
    await long.ask('Gamma question?');
    const conversations = long.api.conversations();
    assert.equal(conversations.length, 60);
    // The server counts four bytes for a token; its messages alone would be 120,000.
    const tokens = conversations.map(({ raw }) => Math.ceil(raw.length / 4));
    assert.ok(Math.max(...tokens) < windowTokens, String(Math.max(...tokens)));
    assert.ok(Math.max(...tokens) > windowTokens / 2, 'no more is left out than need be');
    assert.ok(conversations.every(({ problem }) => problem === null));
    const last = conversations.at(-1)?.raw ?? '';
    for (const word of ['Alpha', 'Beta', 'Gamma']) assert.ok(last.includes(`${word} question?`), word);
    assert.ok(changes(long.bodies()).length <= 8, String(changes(long.bodies())));
    const cache = new PromptCache();
    const uses = long.bodies().map((body) => cache.use(body));
    const sum = (pick: (use: (typeof uses)[number]) => number) =>
      uses.reduce((all, use) => all + pick(use), 0);
    assert.ok(sum(({ read }) => read) / sum(({ input }) => input) > 0.8);
  });
});

describe('what the model saw', () => {
  it('is kept as it was sent, pictures by their hash, and never the key', async () => {
    long = await longSession({ stepsPerTurn: 1, outputs: (n) => [chart(n), table(n, 500)] });
    await long.ask('First?');
    await long.ask('Second?');
    const all = await long.session.requests(null);
    assert.equal(all.length, 4);
    assert.deepEqual(
      all.map(({ bytes }) => bytes),
      long.bodies().map((body) => Buffer.byteLength(body)),
    );
    const turn = await long.session.requests('t2');
    assert.equal(turn.length, 2);
    const sent = JSON.parse(long.bodies()[0] ?? '') as { stream?: boolean };
    assert.deepEqual(all[0]?.body, sent);
    const onDisk = await readFile(join(long.folder, REQUESTS), 'utf8');
    assert.equal(onDisk.includes(TEST_KEY), false);
    assert.equal(/iVBORw0KGgo/.test(onDisk), false);
    assert.match(onDisk, /"omitted":\{"mediaType":"image\/png","bytes":\d+,"sha256":"[0-9a-f]{64}"\}/);
    await long.reopen();
    assert.equal((await long.session.requests(null)).length, 4);
  });
});

describe('the receipt of a turn', () => {
  it('has steps, time and dollars of its price, and the budget of the session ends the next turn', async () => {
    const price = { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 };
    let maxTokens: number | null = null;
    long = await longSession({
      stepsPerTurn: 2,
      outputs: (n) => [table(n, 500)],
      more: {
        spending: () => ({ limits: { maxTokens, maxDollars: null }, prices: { 'claude-sonnet': price } }),
      },
    });
    await long.ask('First?');
    const ends = () => long.session.events().flatMap((event) => (event.type === 'turn_ended' ? [event] : []));
    const [first] = ends();
    assert.equal(first?.receipt?.steps, 3);
    assert.ok((first?.receipt?.durationMs ?? 0) > 0);
    const tokens = (first?.usage.inputTokens ?? 0) + (first?.usage.outputTokens ?? 0);
    assert.ok(tokens > 0 && Math.abs((first?.receipt?.dollars ?? 0) - tokens / 1e6) < 1e-9);
    maxTokens = tokens + 1;
    await long.ask('Second?');
    maxTokens = null;
    await long.ask('Third?');
    const [, second, third] = ends();
    assert.ok(second?.end.kind === 'limit' && second.end.sentence.includes('session.maxTokens'));
    assert.equal(second.receipt?.steps, 1, 'the reply that reached it counts');
    assert.deepEqual(third?.end, { kind: 'finished' });
    assert.ok(
      long.api.requests.every(({ problem }) => problem === null),
      'the history stays valid',
    );
  });
});
