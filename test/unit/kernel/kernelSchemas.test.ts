import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../../../src/failures.ts';
import type { SchemasRequest } from '../../../src/kernel/kernel.ts';
import type { FileProfile } from '../../../src/shared/fileProfile.ts';
import { DEFAULT_TIMES, KernelClient } from '../../../src/kernel/kernelClient.ts';
import { DONE, ScriptedBridge } from '../../support/scriptedBridge.ts';

const CELL = { language: 'python', code: '1+1', timeoutMs: 5000, outputLimitBytes: 1_000_000 } as const;
const LOOK: SchemasRequest = {
  paths: ['/workspace/a.csv'],
  roots: [],
  limitFiles: 24,
  timeoutMs: 20,
  values: true,
  known: [],
};
const FILES: FileProfile[] = [
  { path: '/workspace/a.csv', rows: 2, columns: [{ name: null, dtype: 'int64', missing: 0 }] },
];

const pause = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const asked = (bridge: ScriptedBridge) => bridge.heard.filter((message) => message.op === 'schemas');

async function opened(answers: boolean, answerMs = 1000) {
  const bridge = new ScriptedBridge();
  if (answers) {
    bridge.onRequest = (message) => {
      if (message.op === 'schemas') bridge.say({ type: 'schemas', id: message.id, files: FILES });
    };
  }
  const client = new KernelClient(bridge, { ...DEFAULT_TIMES, answerMs });
  await client.open();
  return { bridge, client };
}

describe('names and types of data files over the bridge', () => {
  it('sends the request and gives back the files; no cell is run', async () => {
    const { bridge, client } = await opened(true);
    assert.deepEqual(await client.schemas(LOOK), FILES);
    const [sent] = asked(bridge);
    assert.deepEqual({ ...sent, id: '' }, { op: 'schemas', id: '', ...LOOK });
    assert.equal(bridge.executes().length, 0);
  });

  it('waits for a running cell, and a later cell waits for it', async () => {
    const { bridge, client } = await opened(false);
    const running = client.execute(CELL, () => undefined);
    const looking = client.schemas(LOOK);
    const next = client.execute(CELL, () => undefined);
    await pause(5);
    assert.equal(asked(bridge).length, 0);
    bridge.say({ ...DONE, id: bridge.executes()[0]?.id ?? '' });
    await running;
    await pause(5);
    assert.equal(bridge.executes().length, 1);
    bridge.say({ type: 'schemas', id: asked(bridge)[0]?.id ?? '', files: FILES });
    assert.deepEqual(await looking, FILES);
    await pause(5);
    bridge.say({ ...DONE, id: bridge.executes()[1]?.id ?? '' });
    assert.equal((await next).status, 'ok');
  });

  it('in the background runs beside a cell, is cancelled by its id, and silence removes no sandbox', async () => {
    const { bridge, client } = await opened(false, 5);
    const running = client.execute(CELL, () => undefined);
    const stop = new AbortController();
    const looking = client.schemas({ ...LOOK, timeoutMs: 10_000, background: true }, stop.signal);
    await pause(5);
    const [sent] = asked(bridge);
    assert.equal(bridge.executes().length, 1);
    stop.abort();
    await pause(5);
    assert.deepEqual(bridge.heard.at(-1), { op: 'cancel', id: sent?.id });
    bridge.say({ type: 'schemas', id: sent?.id ?? '', files: FILES });
    assert.deepEqual(await looking, FILES);
    await assert.rejects(client.schemas({ ...LOOK, background: true }));
    assert.equal(client.closed, null);
    bridge.say({ ...DONE, id: bridge.executes()[0]?.id ?? '' });
    assert.equal((await running).status, 'ok');
  });

  it('Stop ends it with what was read, and what was not begun is not sent', async () => {
    const { bridge, client } = await opened(false);
    const stop = new AbortController();
    const looking = client.schemas(LOOK, stop.signal);
    await pause(5);
    stop.abort();
    await pause(5);
    assert.equal(bridge.heard.at(-1)?.op, 'interrupt');
    bridge.say({ type: 'schemas', id: asked(bridge)[0]?.id ?? '', files: [] });
    assert.deepEqual(await looking, []);
    assert.deepEqual(await client.schemas(LOOK, AbortSignal.abort()), []);
    assert.equal(asked(bridge).length, 1);
  });

  it('is asked for again under its id when the connection breaks', async () => {
    const { bridge, client } = await opened(false);
    const looking = client.schemas(LOOK);
    await pause(5);
    bridge.breakConnection();
    await pause(20);
    const ids = asked(bridge).map(({ id }) => id);
    assert.deepEqual(ids, [ids[0], ids[0]]);
    bridge.say({ type: 'schemas', id: ids[0] ?? '', files: FILES });
    assert.deepEqual(await looking, FILES);
  });

  it('throws what a fault says, and ends a sandbox that does not answer', async () => {
    const faulty = await opened(false);
    faulty.bridge.onRequest = (message) => {
      if (message.op === 'schemas')
        faulty.bridge.say({ type: 'fault', id: message.id, message: 'paths must be a list.' });
    };
    await assert.rejects(faulty.client.schemas(LOOK), /paths must be a list/);
    assert.equal(faulty.bridge.kills, 0);

    const silent = await opened(false, 20);
    const isLost = (error: unknown): boolean => error instanceof Failure && error.code === 'sandbox-lost';
    await assert.rejects(silent.client.schemas(LOOK), isLost);
    assert.equal(silent.bridge.kills, 1);
  });

  it('an answer of another kind under its id is a fault, not a result', async () => {
    const { bridge, client } = await opened(false);
    const looking = client.schemas(LOOK);
    await pause(5);
    bridge.say({ type: 'restarted', id: asked(bridge)[0]?.id ?? '' });
    await assert.rejects(looking, Failure);
  });
});
