import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { InstallRequest } from '../../../src/kernel/kernel.ts';
import { DEFAULT_TIMES, KernelClient } from '../../../src/kernel/kernelClient.ts';
import { DONE, ScriptedBridge } from '../../support/scriptedBridge.ts';

const CELL = {
  language: 'bash',
  code: 'pip install x',
  timeoutMs: 5000,
  outputLimitBytes: 1_000_000,
} as const;
const WANTED: InstallRequest = {
  packages: [
    { manager: 'pip', name: 'x', version: '1.0' },
    { manager: 'npm', name: '@y/z', version: '2.0.0' },
  ],
  timeoutMs: 20,
};
const pause = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const asked = (bridge: ScriptedBridge) => bridge.heard.filter((message) => message.op === 'install');

async function opened() {
  const bridge = new ScriptedBridge();
  const client = new KernelClient(bridge, DEFAULT_TIMES);
  await client.open();
  return { bridge, client };
}

describe('packages over the bridge', () => {
  it('are asked for by name and version, after a running cell, and what is missing comes back', async () => {
    const { bridge, client } = await opened();
    const running = client.execute(CELL, () => undefined);
    const installing = client.install(WANTED);
    await pause(5);
    assert.equal(asked(bridge).length, 0);
    bridge.say({ ...DONE, id: bridge.executes()[0]?.id ?? '' });
    await running;
    await pause(5);
    const [sent] = asked(bridge);
    assert.deepEqual({ ...sent, id: '' }, { op: 'install', id: '', ...WANTED });
    const missing = [{ manager: 'npm' as const, name: '@y/z', version: '2.0.0' }];
    bridge.say({ type: 'installed', id: sent?.id ?? '', missing, text: 'no such package' });
    assert.deepEqual(await installing, { missing, text: 'no such package' });
  });

  it('a stop ends an installation with what is there, and one that was not begun is not sent', async () => {
    const { bridge, client } = await opened();
    const stop = new AbortController();
    const installing = client.install(WANTED, stop.signal);
    await pause(5);
    stop.abort();
    await pause(5);
    assert.equal(bridge.heard.at(-1)?.op, 'interrupt');
    bridge.say({ type: 'installed', id: asked(bridge)[0]?.id ?? '', missing: [], text: '' });
    assert.deepEqual(await installing, { missing: [], text: '' });
    assert.deepEqual(await client.install(WANTED, AbortSignal.abort()), {
      missing: WANTED.packages,
      text: '',
    });
    assert.equal(asked(bridge).length, 1);
  });

  it('that a cell installed are in its result, and a cell that installed nothing has none', async () => {
    const { bridge, client } = await opened();
    const packages = {
      installed: [{ manager: 'pip' as const, name: 'x', version: '1.0', fromIndex: true }],
      removed: [],
    };
    for (const said of [{ packages }, {}]) {
      const running = client.execute(CELL, () => undefined);
      await pause(5);
      bridge.say({ ...DONE, id: bridge.executes().at(-1)?.id ?? '', ...said });
      assert.deepEqual((await running).packages, said.packages);
    }
  });
});
