import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { QueryReply } from '../../../src/kernel/kernel.ts';
import { DEFAULT_TIMES, KernelClient } from '../../../src/kernel/kernelClient.ts';
import { askKernel, queries } from '../../../src/kernel/queries.ts';
import { DONE, ScriptedBridge } from '../../support/scriptedBridge.ts';

const CELL = { language: 'python', code: '1+1', timeoutMs: 5000, outputLimitBytes: 1_000_000 } as const;
const QUERY = {
  language: 'python',
  name: 'inspect',
  params: { code: 'x', cursor: 1 },
  timeoutMs: 20,
} as const;
const HELP: QueryReply = { ok: true, answer: { text: 'an int' } };

const pause = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const asked = (bridge: ScriptedBridge) => bridge.heard.filter((message) => message.op === 'query');

async function opened(result: QueryReply | null, answerMs = 1000) {
  const bridge = new ScriptedBridge();
  bridge.onRequest = (message) => {
    if (message.op !== 'query' || result === null) return;
    // As JSON has it: an answer is never absent.
    const said = result.ok ? { ok: true as const, answer: result.answer ?? null } : result;
    bridge.say({ type: 'answered', id: message.id, result: said });
  };
  const client = new KernelClient(bridge, { ...DEFAULT_TIMES, answerMs });
  await client.open();
  return { bridge, client };
}

describe('queries over the bridge', () => {
  it('sends the request and gives back the answer; no cell is run', async () => {
    const { bridge, client } = await opened(HELP);
    assert.deepEqual(await client.query(QUERY), HELP);
    const [sent] = asked(bridge);
    assert.deepEqual({ ...sent, id: '' }, { op: 'query', id: '', ...QUERY });
    assert.equal(bridge.executes().length, 0);
  });

  it('is refused while a cell runs, and no cell waits for it', async () => {
    const { bridge, client } = await opened(null);
    const looking = client.query(QUERY);
    await pause(5);
    const running = client.execute(CELL, () => undefined);
    await pause(5);
    assert.equal(bridge.executes().length, 1, 'the cell is sent at once');
    bridge.say({
      type: 'answered',
      id: asked(bridge)[0]?.id ?? '',
      result: { ok: false, reason: 'cancelled', problem: 'It was stopped.' },
    });
    assert.deepEqual(await looking, { ok: false, reason: 'cancelled', problem: 'It was stopped.' });
    const refused = await client.query(QUERY);
    assert.ok(!refused.ok && refused.reason === 'busy');
    assert.equal(asked(bridge).length, 1, 'nothing was sent');
    bridge.say({ ...DONE, id: bridge.executes()[0]?.id ?? '' });
    assert.equal((await running).status, 'ok');
  });

  it('Cancel ends this query and nothing else', async () => {
    const { bridge, client } = await opened(null);
    const stop = new AbortController();
    const looking = client.query(QUERY, stop.signal);
    await pause(5);
    stop.abort();
    await pause(5);
    const id = asked(bridge)[0]?.id ?? '';
    assert.deepEqual(bridge.heard.at(-1), { op: 'cancel', id });
    bridge.say({ type: 'answered', id, result: { ok: false, reason: 'cancelled', problem: 'x' } });
    assert.equal((await looking).ok, false);
    const before = asked(bridge).length;
    const never = await client.query(QUERY, stop.signal);
    assert.ok(!never.ok && never.reason === 'cancelled');
    assert.equal(asked(bridge).length, before);
  });

  it('one after the other', async () => {
    const { bridge, client } = await opened(null);
    const [first, second] = [client.query(QUERY), client.query({ ...QUERY, name: 'complete' })];
    await pause(5);
    assert.deepEqual(
      asked(bridge).map(({ name }) => name),
      ['inspect'],
    );
    bridge.say({ type: 'answered', id: asked(bridge)[0]?.id ?? '', result: { ok: true, answer: 1 } });
    await first;
    await pause(5);
    bridge.say({ type: 'answered', id: asked(bridge)[1]?.id ?? '', result: { ok: true, answer: 2 } });
    assert.deepEqual(await second, { ok: true, answer: 2 });
  });

  it('a bridge that does not answer is left alone, with the variables it keeps', async () => {
    const { bridge, client } = await opened(null, 10);
    const late = await client.query(QUERY);
    assert.ok(!late.ok && late.reason === 'failed');
    assert.equal(bridge.kills, 0);
    assert.equal(client.closed, null);
  });

  it('is asked again when the connection broke', async () => {
    const { bridge, client } = await opened(null);
    const looking = client.query(QUERY);
    await pause(5);
    bridge.breakConnection();
    await pause(20);
    const ids = asked(bridge).map(({ id }) => id);
    assert.equal(ids.length, 2);
    assert.equal(ids[0], ids[1]);
    bridge.say({ type: 'answered', id: ids[0] ?? '', result: { ok: true, answer: 3 } });
    assert.deepEqual(await looking, { ok: true, answer: 3 });
  });

  it('is refused by a sandbox that is gone', async () => {
    const { client } = await opened(null);
    const looking = client.query(QUERY);
    client.close();
    const [during, after] = [await looking, await client.query(QUERY)];
    assert.ok(!during.ok && during.reason === 'gone');
    assert.ok(!after.ok && after.reason === 'gone');
  });

  it('believes only what has the shape of an answer', async () => {
    const { client } = await opened(HELP);
    assert.deepEqual(await askKernel(client, queries.inspect, QUERY.params), HELP);
    const other = await askKernel(client, queries.complete, QUERY.params);
    assert.ok(!other.ok && other.reason === 'failed');
  });
});
