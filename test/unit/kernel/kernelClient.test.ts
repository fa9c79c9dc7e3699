import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, it } from 'node:test';
import { dockerHung, Failure, sandboxLost } from '../../../src/failures.ts';
import { BridgeError } from '../../../src/kernel/bridgeConnection.ts';
import { DEFAULT_TIMES, KernelClient, type Times } from '../../../src/kernel/kernelClient.ts';
import type { Output } from '../../../src/shared/outputs.ts';
import { DONE, ScriptedBridge } from '../../support/scriptedBridge.ts';

const CELL = { language: 'python', code: '1+1', timeoutMs: 5000, outputLimitBytes: 1_000_000 } as const;
const QUICK: Times = {
  welcomeMs: 100,
  readyMs: 100,
  stopMs: 80,
  overtimeMs: 50,
  longestStopMs: 400,
  restartMs: 100,
  editMs: 100,
  answerMs: 100,
};

const stdout = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text });
const pause = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const code = (expected: string) => (error: unknown) => error instanceof Failure && error.code === expected;

async function opened(bridge: ScriptedBridge, times: Times = DEFAULT_TIMES): Promise<KernelClient> {
  const client = new KernelClient(bridge, times);
  await client.open();
  return client;
}

describe('kernel client', () => {
  it('reports what the bridge says about its protection, and when Python is ready', async () => {
    const bridge = new ScriptedBridge();
    const client = new KernelClient(bridge);
    assert.deepEqual(await client.open(), bridge.securityStatus);
    bridge.say({ type: 'ready', language: 'bash' });
    let ready = false;
    const waiting = client.waitUntilReady().then(() => (ready = true));
    await pause(5);
    assert.equal(ready, false, 'another language is not Python');
    bridge.say({ type: 'ready', language: 'python' });
    await waiting;
  });

  it('delivers start, outputs and result of a cell, in order', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge);
    bridge.onRequest = (message) => {
      if (message.op !== 'execute') return;
      bridge.say({ type: 'started', id: message.id, executionCount: 7 });
      bridge.say({ type: 'output', id: 'another cell', output: stdout('not mine') });
      bridge.say({ type: 'output', id: message.id, output: stdout('a') });
      bridge.say({ type: 'output', id: message.id, output: stdout('b') });
      bridge.say({ ...DONE, id: message.id, executionCount: 7, durationMs: 12 });
    };
    const seen: unknown[] = [];
    const result = await client.execute(
      CELL,
      (output) => seen.push(output),
      undefined,
      (count) => seen.push(count),
    );
    assert.deepEqual(seen, [7, stdout('a'), stdout('b')]);
    assert.deepEqual(result, {
      status: 'ok',
      executionCount: 7,
      durationMs: 12,
      stateLost: false,
      truncated: [],
      artifacts: [],
      refused: [],
    });
    const [sent] = bridge.executes();
    assert.deepEqual({ ...sent, id: '' }, { op: 'execute', id: '', ...CELL });
  });

  it('says which limits the cell ran into', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge);
    const limits = [{ kind: 'processes', figure: 256 }] as const;
    bridge.onRequest = (message) => {
      if (message.op === 'execute') bridge.say({ ...DONE, id: message.id, limits: [...limits] });
    };
    const result = await client.execute(CELL, () => undefined);
    assert.deepEqual(result.limits, limits);
  });

  it('runs one cell at a time, in the order they were asked for', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge);
    const first = client.execute({ ...CELL, code: 'first' }, () => undefined);
    const second = client.execute({ ...CELL, code: 'second' }, () => undefined);
    await pause(5);
    assert.deepEqual(
      bridge.executes().map((message) => message.code),
      ['first'],
    );
    bridge.say({ ...DONE, id: bridge.executes()[0]?.id ?? '' });
    await first;
    await pause(5);
    assert.deepEqual(
      bridge.executes().map((message) => message.code),
      ['first', 'second'],
    );
    bridge.say({ ...DONE, id: bridge.executes()[1]?.id ?? '' });
    await second;
  });

  it('never sends a cell that was stopped while it waited, and keeps the order of the others', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge);
    const stop = new AbortController();
    const first = client.execute({ ...CELL, code: 'first' }, () => undefined);
    const second = client.execute({ ...CELL, code: 'second' }, () => undefined, stop.signal);
    const third = client.execute({ ...CELL, code: 'third' }, () => undefined);
    stop.abort();
    const result = await second;
    assert.equal(result.status, 'interrupted');
    assert.equal(result.executionCount, null);
    assert.equal(bridge.heard.filter((message) => message.op === 'interrupt').length, 0);
    await pause(5);
    assert.equal(bridge.executes().length, 1, 'the third waits for the first');
    bridge.say({ ...DONE, id: bridge.executes()[0]?.id ?? '' });
    await first;
    await pause(5);
    assert.equal(bridge.executes()[1]?.code, 'third');
    bridge.say({ ...DONE, id: bridge.executes()[1]?.id ?? '' });
    await third;
  });

  it('leaves nothing on a signal that outlives many cells', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge);
    const { signal } = new AbortController();
    for (let cell = 0; cell < 12; cell++) {
      const result = client.execute(CELL, () => undefined, signal);
      await pause(5);
      bridge.say({ ...DONE, id: bridge.executes()[cell]?.id ?? '' });
      await result;
    }
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  it('interrupts when the signal is aborted, and resolves with what the bridge says', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge);
    const stop = new AbortController();
    bridge.onRequest = (message) => {
      const id = bridge.executes()[0]?.id ?? '';
      if (message.op === 'interrupt') bridge.say({ ...DONE, id, status: 'interrupted', stateLost: true });
    };
    const running = client.execute(CELL, () => undefined, stop.signal);
    await pause(5);
    stop.abort();
    await client.interrupt();
    const result = await running;
    assert.deepEqual([result.status, result.stateLost], ['interrupted', true]);
    assert.equal(bridge.heard.filter((message) => message.op === 'interrupt').length, 1, 'asked once');
    assert.equal(bridge.kills, 0);
  });

  it('ends the sandbox when the bridge does not react to Stop; the cell is told as killed', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge, QUICK);
    const stop = new AbortController();
    const running = client.execute(CELL, () => undefined, stop.signal);
    await pause(5);
    bridge.say({ type: 'started', id: bridge.executes()[0]?.id ?? '', executionCount: 3 });
    stop.abort();
    const result = await running;
    assert.deepEqual([result.status, result.stateLost, result.executionCount], ['killed', true, 3]);
    assert.equal(bridge.kills, 1);
    await pause(1);
    assert.equal(bridge.lostWith.length, 1);
    assert.match(bridge.lostWith[0]?.sentence ?? '', /did not answer.*Variables are gone/);
    await assert.rejects(
      client.execute(CELL, () => undefined),
      code('sandbox-lost'),
    );
  });

  it('tells its own reason, although the end of the container is noticed first', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge, QUICK);
    bridge.onKill = () => {
      client.lose(sandboxLost('its container was killed'));
      bridge.connectError = new BridgeError('its container was killed');
      bridge.breakConnection();
    };
    const running = client.execute(CELL, () => undefined);
    await pause(5);
    await client.interrupt();
    assert.equal((await running).status, 'killed');
    await pause(1);
    assert.deepEqual(
      bridge.lostWith.map(({ sentence }) => /did not answer/.test(sentence)),
      [true],
    );
  });

  it('waits longer for a bridge that still talks, but not for ever', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge, QUICK);
    const running = client.execute(CELL, () => undefined);
    await pause(5);
    const id = bridge.executes()[0]?.id ?? '';
    const talk = setInterval(() => bridge.say({ type: 'output', id, output: stdout('.') }), 20);
    const startedAt = performance.now();
    await client.interrupt();
    clearInterval(talk);
    const tookMs = performance.now() - startedAt;
    assert.ok(tookMs > QUICK.stopMs * 2, `gave up after ${tookMs} ms`);
    assert.ok(tookMs < QUICK.longestStopMs * 2, `gave up after ${tookMs} ms`);
    assert.equal((await running).status, 'killed');
  });

  it('ends the sandbox when a cell outlives its limit and the bridge does nothing; told as timeout', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge, QUICK);
    const result = await client.execute({ ...CELL, timeoutMs: 30 }, () => undefined);
    assert.deepEqual([result.status, result.stateLost], ['timeout', true]);
    assert.equal(bridge.kills, 1);
  });

  it('says that Docker hangs when even the sandbox cannot be ended', async () => {
    const bridge = new ScriptedBridge();
    bridge.killError = dockerHung('/var/run/docker.sock');
    const client = await opened(bridge, QUICK);
    await assert.rejects(
      client.execute({ ...CELL, timeoutMs: 30 }, () => undefined),
      code('docker-hung'),
    );
    assert.equal(bridge.lostWith[0]?.code, 'docker-hung');
  });

  it('connects again after a broken connection; nothing is lost, repeated or run twice', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge);
    const texts: string[] = [];
    const running = client.execute(CELL, (output) => {
      if (output.output_type === 'stream') texts.push(output.text);
    });
    await pause(5);
    const id = bridge.executes()[0]?.id ?? '';
    bridge.say({ type: 'started', id, executionCount: 1 });
    bridge.say({ type: 'output', id, output: stdout('1') });
    await pause(5);
    bridge.breakConnection();
    bridge.say({ type: 'output', id, output: stdout('2') });
    bridge.say({ type: 'output', id, output: stdout('3') });
    await pause(20);
    assert.equal(bridge.connections, 2);
    assert.deepEqual(bridge.heard.at(-1), { op: 'hello', protocol: 3, afterSeq: 2 });
    bridge.say({ ...DONE, id });
    assert.equal((await running).status, 'ok');
    assert.deepEqual(texts, ['1', '2', '3']);
    assert.equal(bridge.executes().length, 1);
    assert.equal(bridge.lostWith.length, 0);
  });

  it('repeats a Stop that went down with the connection', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge);
    const stop = new AbortController();
    const running = client.execute(CELL, () => undefined, stop.signal);
    await pause(5);
    bridge.breakConnection();
    stop.abort();
    bridge.onRequest = (message) => {
      const id = bridge.executes()[0]?.id ?? '';
      if (message.op === 'interrupt') bridge.say({ ...DONE, id, status: 'interrupted' });
    };
    assert.equal((await running).status, 'interrupted');
  });

  it('sends a cell again that may have got lost, under the same id, but not one that has started', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge);
    const running = client.execute(CELL, () => undefined);
    await pause(5);
    bridge.breakConnection();
    await pause(20);
    const [first, second] = bridge.executes();
    assert.deepEqual(second, first);
    bridge.say({ type: 'started', id: first?.id ?? '', executionCount: 1 });
    await pause(5);
    bridge.breakConnection();
    await pause(20);
    assert.equal(bridge.connections, 3);
    assert.equal(bridge.executes().length, 2);
    bridge.say({ ...DONE, id: first?.id ?? '' });
    assert.equal((await running).status, 'ok');
  });

  it('sends a cell that was asked for while the connection was away', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge, QUICK);
    bridge.breakConnection();
    await new Promise((resolve) => setImmediate(resolve));
    bridge.onRequest = (message) => {
      if (message.op === 'execute') bridge.say({ ...DONE, id: message.id });
    };
    assert.equal((await client.execute(CELL, () => undefined)).status, 'ok');
    const ids = new Set(bridge.executes().map(({ id }) => id));
    assert.equal(ids.size, 1);
  });

  it('is lost with the reason when there is nothing to connect to any more', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge);
    const running = client.execute(CELL, () => undefined);
    running.catch(() => undefined);
    await pause(5);
    bridge.connectError = new BridgeError('its container was killed');
    bridge.breakConnection();
    await assert.rejects(
      running,
      (error: unknown) => error instanceof Failure && /its container was killed/.test(error.sentence),
    );
    assert.equal(bridge.lostWith.length, 1);
  });

  for (const [what, bytes] of [
    ['no JSON', 'Traceback (most recent call last):\n'],
    ['JSON of another shape', '{"type":"output","seq":1,"id":"x","output":{"output_type":"laugh"}}\n'],
    ['a line out of order', '{"type":"ready","seq":9,"language":"python"}\n'],
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x0a])],
  ] as const) {
    it(`treats ${what} as a broken connection, and a peer that goes on so as lost`, async () => {
      const bridge = new ScriptedBridge();
      const client = await opened(bridge);
      const running = client.execute(CELL, () => undefined);
      running.catch(() => undefined);
      await pause(5);
      bridge.raw(bytes);
      await pause(10);
      assert.equal(bridge.connections, 2);
      assert.ok(bridge.logged.some((line) => line.includes('unusable line')));
      bridge.raw(bytes);
      await assert.rejects(running, code('sandbox-lost'));
      assert.equal(bridge.kills, 1, 'a peer like this is not left running');
      assert.equal(bridge.connections, 2);
    });
  }

  it('does not accept a gap after a connection was away for too long', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge);
    const running = client.execute(CELL, () => undefined);
    running.catch(() => undefined);
    await pause(5);
    bridge.breakConnection();
    for (let n = 0; n < 3; n += 1) {
      bridge.say({ type: 'output', id: bridge.executes()[0]?.id ?? '', output: stdout('x') });
    }
    bridge.firstSeq = 3;
    await assert.rejects(
      running,
      (error: unknown) => error instanceof Failure && /output is missing/.test(error.sentence),
    );
  });

  it('passes on what the bridge could not do', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge);
    bridge.onRequest = (message) => {
      if (message.op === 'execute')
        bridge.say({ type: 'fault', id: message.id, message: 'no such language' });
    };
    await assert.rejects(
      client.execute(CELL, () => undefined),
      code('sandbox-fault'),
    );
    bridge.onRequest = (message) => {
      if (message.op === 'execute') bridge.say({ ...DONE, id: message.id });
    };
    assert.equal((await client.execute(CELL, () => undefined)).status, 'ok', 'and goes on');
  });

  it('moves artifacts with unsafe names to the refused ones', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge);
    const artifact = (name: string): { name: string; bytes: number; sha256: string } => ({
      name,
      bytes: 1,
      sha256: 'ab'.repeat(32),
    });
    bridge.onRequest = (message) => {
      if (message.op !== 'execute') return;
      bridge.say({ ...DONE, id: message.id, artifacts: [artifact('ok.csv'), artifact('../../.bashrc')] });
    };
    const result = await client.execute(CELL, () => undefined);
    assert.deepEqual(result.artifacts, [artifact('ok.csv')]);
    assert.deepEqual(
      result.refused.map(({ name }) => name),
      ['../../.bashrc'],
    );
  });

  it('drops output of a bridge that ignores its limit, and says how much', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge);
    const megabyte = 'x'.repeat(1_000_000);
    bridge.onRequest = (message) => {
      if (message.op !== 'execute') return;
      for (let n = 0; n < 80; n += 1)
        bridge.say({ type: 'output', id: message.id, output: stdout(megabyte) });
      bridge.say({ ...DONE, id: message.id });
    };
    let shownBytes = 0;
    const result = await client.execute(CELL, (output) => {
      if (output.output_type === 'stream') shownBytes += output.text.length;
    });
    assert.ok(shownBytes > 60_000_000 && shownBytes < 72_000_000, `${shownBytes} bytes were shown`);
    assert.equal(result.truncated[0]?.stream, 'output');
    assert.ok((result.truncated[0]?.droppedBytes ?? 0) > 8_000_000);
  });

  it("gives a listener's own error to its caller, and keeps the connection", async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge);
    bridge.onRequest = (message) => {
      if (message.op !== 'execute') return;
      bridge.say({ type: 'output', id: message.id, output: stdout('x') });
      bridge.say({ ...DONE, id: message.id });
    };
    const full = new Error('disk full');
    await assert.rejects(
      client.execute(CELL, () => {
        throw full;
      }),
      full,
    );
    assert.equal((await client.execute(CELL, () => undefined)).status, 'ok');
    assert.equal(bridge.connections, 1);
  });

  it('restarts the kernels while a cell runs', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge);
    bridge.onRequest = (message) => {
      if (message.op !== 'restart') return;
      bridge.say({ ...DONE, id: bridge.executes()[0]?.id ?? '', status: 'killed', stateLost: true });
      bridge.say({ type: 'restarted', id: message.id });
    };
    const running = client.execute(CELL, () => undefined);
    await pause(5);
    await client.restart();
    assert.equal((await running).status, 'killed');
  });

  it('ends the sandbox when the bridge does not restart its kernels', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge, QUICK);
    await assert.rejects(client.restart(), code('sandbox-lost'));
    assert.equal(bridge.kills, 1);
  });

  it('refuses a bridge that says nothing, or speaks another protocol', async () => {
    const silent = new ScriptedBridge();
    silent.answers = false;
    await assert.rejects(new KernelClient(silent, QUICK).open(), BridgeError);
    const other = new ScriptedBridge();
    other.answers = false;
    const opening = new KernelClient(other, QUICK).open();
    await pause(5);
    other.answers = true;
    const { securityStatus } = other;
    const welcome = { type: 'welcome', seq: 0, protocol: 9, firstSeq: 1, lastSeq: 0, securityStatus };
    other.raw(`${JSON.stringify(welcome)}\n`);
    await assert.rejects(opening, /protocol 9/);
  });

  it('rejects what is running and waiting when it is closed, without a report', async () => {
    const bridge = new ScriptedBridge();
    const client = await opened(bridge);
    const cells = [client.execute(CELL, () => undefined), client.execute(CELL, () => undefined)];
    const settled = Promise.allSettled(cells);
    await pause(5);
    client.close();
    for (const outcome of await settled) {
      assert.equal(outcome.status, 'rejected');
      assert.ok(code('sandbox-closed')(outcome.reason));
    }
    assert.equal(bridge.executes().length, 1);
    assert.equal(bridge.lostWith.length, 0);
  });
});
