import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../../../src/failures.ts';
import type { EditRequest, EditResult } from '../../../src/kernel/kernel.ts';
import { DEFAULT_TIMES, KernelClient } from '../../../src/kernel/kernelClient.ts';
import type { ToBridge } from '../../../src/kernel/wire.ts';
import { DONE, ScriptedBridge } from '../../support/scriptedBridge.ts';

const CELL = { language: 'python', code: '1+1', timeoutMs: 5000, outputLimitBytes: 1_000_000 } as const;
const CREATE: EditRequest = { command: 'create', path: 'a.md', text: 'one' };
const artifact = { name: 'a.md', bytes: 3, sha256: 'aa' };
const CREATED: EditResult = { ok: true, text: '', diff: '+one', artifact, refused: null };

const pause = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const editsOf = (bridge: ScriptedBridge): Extract<ToBridge, { op: 'edit' }>[] =>
  bridge.heard.filter((message) => message.op === 'edit');

async function opened(result: EditResult | null, editMs = 1000) {
  const bridge = new ScriptedBridge();
  if (result !== null) {
    bridge.onRequest = (message) => {
      if (message.op === 'edit') bridge.say({ type: 'edited', id: message.id, result });
    };
  }
  const client = new KernelClient(bridge, { ...DEFAULT_TIMES, editMs });
  await client.open();
  return { bridge, client };
}

describe('the editor over the bridge', () => {
  it('sends the command and gives back what the bridge says', async () => {
    const { bridge, client } = await opened(CREATED);
    assert.deepEqual(await client.edit(CREATE), CREATED);
    const [sent] = editsOf(bridge);
    assert.deepEqual({ ...sent, id: '' }, { op: 'edit', id: '', ...CREATE });
    const refused: EditResult = { ok: false, problem: 'old_str was not found.' };
    const other = await opened(refused);
    assert.deepEqual(await other.client.edit(CREATE), refused);
  });

  it('does not believe a name that is no safe relative path', async () => {
    const { client } = await opened({ ...CREATED, artifact: { ...artifact, name: '../../.bashrc' } });
    const result = await client.edit(CREATE);
    assert.ok(result.ok && result.artifact === null);
    assert.deepEqual(result.refused, {
      name: '../../.bashrc',
      reason: 'its name is not a plain relative path',
    });
  });

  it('is refused while a cell runs, and a later cell waits for it', async () => {
    const { bridge, client } = await opened(null);
    const running = client.execute(CELL, () => undefined);
    await pause(5);
    const refused = await client.edit(CREATE);
    assert.match(refused.ok ? '' : refused.problem, /A cell is running/);
    assert.equal(editsOf(bridge).length, 0);
    bridge.say({ ...DONE, id: bridge.executes()[0]?.id ?? '' });
    await running;

    const editing = client.edit(CREATE);
    const next = client.execute(CELL, () => undefined);
    await pause(5);
    assert.equal(bridge.executes().length, 1, 'the cell waits');
    bridge.say({ type: 'edited', id: editsOf(bridge)[0]?.id ?? '', result: CREATED });
    assert.deepEqual(await editing, CREATED);
    await pause(5);
    bridge.say({ ...DONE, id: bridge.executes()[1]?.id ?? '' });
    assert.equal((await next).status, 'ok');
  });

  it('is not sent after Stop', async () => {
    const { bridge, client } = await opened(CREATED);
    const result = await client.edit(CREATE, AbortSignal.abort());
    assert.equal(result.ok, false);
    assert.equal(editsOf(bridge).length, 0);
  });

  it('is asked for again under its id when the connection breaks', async () => {
    const { bridge, client } = await opened(null);
    const editing = client.edit(CREATE);
    await pause(5);
    bridge.breakConnection();
    await pause(20);
    const ids = editsOf(bridge).map(({ id }) => id);
    assert.deepEqual(ids, [ids[0], ids[0]]);
    bridge.say({ type: 'edited', id: ids[0] ?? '', result: CREATED });
    assert.deepEqual(await editing, CREATED);
  });

  it('throws what a fault says, and ends a sandbox that does not answer', async () => {
    const faulty = await opened(null);
    faulty.bridge.onRequest = (message) => {
      if (message.op === 'edit')
        faulty.bridge.say({ type: 'fault', id: message.id, message: 'range must be two numbers.' });
    };
    await assert.rejects(faulty.client.edit(CREATE), /range must be two numbers/);
    assert.equal(faulty.bridge.kills, 0);

    const silent = await opened(null, 20);
    const isLost = (error: unknown): boolean => error instanceof Failure && error.code === 'sandbox-lost';
    await assert.rejects(silent.client.edit(CREATE), isLost);
    assert.equal(silent.bridge.kills, 1);
    assert.equal(silent.bridge.lostWith.length, 1);
  });

  it('ends with the sandbox', async () => {
    const { client } = await opened(null);
    const editing = client.edit(CREATE);
    await pause(5);
    client.close();
    await assert.rejects(editing, Failure);
  });
});
