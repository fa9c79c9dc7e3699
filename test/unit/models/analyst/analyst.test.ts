/** The analyst as a model of the loop: replies follow from the messages alone. The sandbox's answers are given. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as z from 'zod/mini';
import { createAnalyst } from '../../../../src/models/analyst/analyst.ts';
import { encodeFacts, encodeRequest } from '../../../../src/models/blocks.ts';
import type { Message, ModelEvent, ModelReply, ToolUseBlock } from '../../../../src/models/model.ts';
import type { FileRef, Intent } from '../../../../src/shared/events.ts';
import { column, table } from './tables.ts';

const FILE: FileRef = { label: 'sales.csv', containerPath: '/workspace/sales.csv' };
const OTHER: FileRef = { label: 'shops.csv', containerPath: '/workspace/shops.csv' };
const inputSchema = z.object({ purpose: z.string(), code: z.string() });

const sales = table([
  column('day', 'time', {
    first: '2024-01-01T00:00:00',
    last: '2024-12-31T00:00:00',
    stepSeconds: 86_400,
    unique: true,
  }),
  column('amount', 'number', { low: 0, high: 90 }),
  column('shop', 'category', {
    distinct: 3,
    top: [
      { value: 'a', count: 60 },
      { value: 'b', count: 40 },
    ],
  }),
]);

/** What the cells of a turn report, by the key in the id of their call; undefined: no facts. */
type Answers = (key: string, code: string) => { facts?: unknown; error?: string };

const request = (intent: Intent, text = '', files: FileRef[] = [FILE]): Message => ({
  role: 'user',
  content: encodeRequest({ intent, text, files }),
});

async function replyTo(
  messages: readonly Message[],
  events: ModelEvent[] = [],
  typingMs = 0,
): Promise<ModelReply> {
  return createAnalyst({ typingMs }).reply(
    { system: '', messages, tools: [], toolChoice: 'auto', effort: null, maxTokens: 1000 },
    (event) => events.push(event),
    new AbortController().signal,
  );
}

const callOf = (reply: ModelReply): ToolUseBlock | undefined =>
  reply.content.find((block) => block.type === 'tool_use');
const keyOf = (call: ToolUseBlock): string => call.id.replace(/^analyst_\d+_/, '');

async function wholeTurn(
  start: Message[],
  answers: Answers,
): Promise<{ messages: Message[]; keys: string[]; said: string; codes: string[] }> {
  const messages = [...start];
  const keys: string[] = [];
  const codes: string[] = [];
  const said: string[] = [];
  for (let step = 0; step < 40; step += 1) {
    const reply = await replyTo(messages);
    messages.push({ role: 'assistant', content: reply.content });
    said.push(...reply.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])));
    const call = callOf(reply);
    assert.equal(reply.stopReason.kind, call === undefined ? 'end_turn' : 'tool_use');
    if (call === undefined) return { messages, keys, codes, said: said.join('\n\n') };
    const { code } = inputSchema.parse(call.input);
    keys.push(keyOf(call));
    codes.push(code);
    const { facts, error } = answers(keyOf(call), code);
    const content = [{ type: 'text' as const, text: error ?? 'status: ok (5 ms)' }];
    if (facts !== undefined) content.push({ type: 'text', text: encodeFacts(facts) });
    messages.push({
      role: 'user',
      content: [{ type: 'tool_result', toolUseId: call.id, content, isError: error !== undefined }],
    });
  }
  throw new Error('The turn does not end.');
}

const opened: Answers = (key) => (key.startsWith('open') ? { facts: sales } : {});

describe('a reply', () => {
  it('is the same for the same messages', async () => {
    const messages = [request('analyze')];
    assert.deepEqual(await replyTo(messages), await replyTo(messages));
  });

  it('is typed in events whose snapshots are growing prefixes of the final input', async () => {
    const events: ModelEvent[] = [];
    const reply = await replyTo([request('analyze')], events);
    const whole = JSON.stringify(callOf(reply)?.input);
    const snapshots = events.flatMap((event) => (event.type === 'tool_input' ? [event.snapshot] : []));
    assert.ok(snapshots.length > 3);
    for (const snapshot of snapshots) assert.ok(whole.startsWith(snapshot), snapshot);
    assert.equal(snapshots.at(-1), whole);
    const text = events.flatMap((event) => (event.type === 'text' ? [event.delta] : [])).join('');
    assert.equal(
      text,
      reply.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(''),
    );
  });

  it('appears within half a second', async () => {
    const startedAt = performance.now();
    await replyTo([request('analyze')], [], 300);
    assert.ok(performance.now() - startedAt < 1000);
  });

  it('stops being typed when it is aborted', async () => {
    const stop = new AbortController();
    const pending = createAnalyst({ typingMs: 60_000 }).reply(
      {
        system: '',
        messages: [request('analyze')],
        tools: [],
        toolChoice: 'auto',
        effort: null,
        maxTokens: 10,
      },
      () => stop.abort(new Error('stopped by the test')),
      stop.signal,
    );
    await assert.rejects(pending, /stopped by the test/);
  });

  it('has ids of calls that are unique in a conversation and fit the API', async () => {
    const first = await wholeTurn([request('analyze')], opened);
    const second = await wholeTurn([...first.messages, request('chart')], opened);
    const ids = second.messages.flatMap(({ content }) =>
      content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : [])),
    );
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^[a-zA-Z0-9_-]+$/);
  });
});

describe('analyze', () => {
  it('opens, checks, summarises, then draws charts', async () => {
    const { keys, said } = await wholeTurn([request('analyze')], opened);
    assert.deepEqual(keys.slice(0, 3), ['open-0', 'check-0', 'summary-0']);
    assert.ok(keys.filter((key) => key.startsWith('chart-0')).length >= 3);
    assert.match(said, /Summary of sales\.csv/);
  });

  it('goes on after a chart that failed, and says so', async () => {
    const { said, keys } = await wholeTurn([request('analyze')], (key) =>
      key.startsWith('chart-0-0')
        ? { error: 'status: error: the code failed (3 ms)\n[error]\nValueError: boom' }
        : opened(key, ''),
    );
    assert.match(said, /did not succeed: ValueError: boom/);
    assert.ok(keys.some((key) => key.startsWith('chart-0-1')));
  });

  it('draws nothing more when the process was replaced', async () => {
    const { keys, said } = await wholeTurn([request('analyze')], (key) =>
      key.startsWith('chart-0-0')
        ? {
            error:
              'status: killed: the process ended before the code did (9 s)\nThe Python process was replaced: its variables and imports are gone.',
          }
        : opened(key, ''),
    );
    assert.equal(keys.filter((key) => key.startsWith('chart')).length, 1);
    assert.match(said, /process was lost/);
  });

  it('ends with the sentence of a refusal', async () => {
    const sentence = 'x.csv is a web page (HTML), not data.';
    const { keys, said } = await wholeTurn([request('analyze')], () => ({
      facts: { kind: 'refusal', code: 'html-page', sentence },
    }));
    assert.deepEqual(keys, ['open-0']);
    assert.match(said, /web page \(HTML\), not data/);
  });

  it('does not trust facts of another shape', async () => {
    for (const facts of [{ kind: 'table' }, { ...sales, rows: 'many' }, [1], 'text', null]) {
      const { keys, said } = await wholeTurn([request('analyze')], () => ({ facts }));
      assert.deepEqual(keys, ['open-0']);
      assert.match(said, /could not be opened/);
    }
  });

  it('says nothing about a chart whose numbers are missing', async () => {
    const { said } = await wholeTurn([request('analyze')], (key) =>
      key.startsWith('open') ? { facts: sales } : { facts: { lines: 'none' } },
    );
    assert.doesNotMatch(said, /undefined|NaN|null/);
  });

  it('takes several files in turn, under their own names, and finds what they share', async () => {
    const { keys, said, codes } = await wholeTurn([request('analyze', '', [FILE, OTHER])], opened);
    assert.ok(keys.includes('open-1'));
    assert.ok(codes.some((code) => code.includes('df2 = table.frame')));
    assert.match(said, /`sales\.csv` and `shops\.csv` both have `day`/);
  });

  it('passes names as data', async () => {
    const name = `'); import os #\n"{x}.csv`;
    const reply = await replyTo([
      request('analyze', '', [{ label: name, containerPath: `/workspace/${name}` }]),
    ]);
    const { code } = inputSchema.parse(callOf(reply)?.input);
    assert.ok(code.includes(String.raw`open_table('/workspace/\'); import os #\n"{x}.csv')`), code);
    assert.equal(code.split('\n').filter((line) => line.includes('import os')).length, 1);
  });
});

describe('chart', () => {
  it('draws the one best chart and offers the others', async () => {
    const { keys, said } = await wholeTurn([request('chart')], opened);
    assert.equal(keys.length, 2);
    assert.match(keys[1] ?? '', /^chart-0-0-time/);
    assert.match(said, /I can also chart/);
  });
});

describe('ask', () => {
  it('answers a known form about the file of the last request', async () => {
    const first = await wholeTurn([request('chart')], opened);
    const { keys } = await wholeTurn([...first.messages, request('ask', 'chart amount by shop', [])], opened);
    assert.deepEqual(keys, ['open-0', 'chart-0-0-bars-2-1']);
  });

  it('never invents an answer: it says what it can do with this file', async () => {
    const { keys, said } = await wholeTurn([request('ask', 'why did sales fall in March?')], opened);
    assert.deepEqual(keys, ['open-0']);
    assert.match(said, /cannot answer free questions/);
    assert.match(said, /chart `amount` over time/);
    assert.match(said, /Set API Key/);
  });

  it('names a column that does not exist', async () => {
    const { said } = await wholeTurn([request('ask', 'chart profit by shop')], opened);
    assert.match(said, /no column called “profit”/);
  });

  it('explains itself without a file', async () => {
    const { said, keys } = await wholeTurn([request('ask', 'hello', [])], opened);
    assert.deepEqual(keys, []);
    assert.match(said, /without a language model/);
  });

  it('takes “analyze this file” as the command', async () => {
    const { keys } = await wholeTurn([request('ask', 'Please analyze this file')], opened);
    assert.ok(keys.length > 4);
  });
});
