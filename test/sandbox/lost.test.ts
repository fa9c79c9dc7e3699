/** The container goes away, the connection breaks, the bridge falls silent: told truly, and gone on from. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../../src/failures.ts';
import { SandboxFixture, type Run } from '../support/dockerFixture.ts';

const docker = (...args: string[]): string => execFileSync('docker', args, { encoding: 'utf8' });

async function withSandbox(test: (box: SandboxFixture) => Promise<void>): Promise<void> {
  const box = await SandboxFixture.started();
  try {
    await test(box);
  } finally {
    await box.close();
  }
  assert.deepEqual([await box.containers(), await box.volumes()], [[], []]);
}

/** Starts a cell that never ends, and waits until it printed. */
async function begin(box: SandboxFixture): Promise<{ running: Promise<Run> }> {
  let begun: () => void = () => undefined;
  const beginning = new Promise<void>((resolve) => (begun = resolve));
  const source = 'import time\nprint("go", flush=True)\nwhile True: time.sleep(0.1)';
  const running = box.run('python', source, { onOutput: begun });
  running.catch(() => undefined);
  await beginning;
  return { running };
}

describe('lost sandbox', () => {
  for (const [what, args] of [
    ['killed', ['kill']],
    ['stopped', ['stop', '-t', '1']],
    ['removed', ['rm', '-f']],
  ] as const) {
    it(`whose container is ${what} in the middle of a cell is told within 3 s, and can be started anew`, async () => {
      await withSandbox(async (box) => {
        const { running } = await begin(box);
        const id = await box.containerId();
        docker(...args, id);
        const endedAt = performance.now();
        await assert.rejects(running, (error) => error instanceof Failure && error.code === 'sandbox-lost');
        assert.ok(performance.now() - endedAt < 3000);
        assert.equal(box.lost.length, 1);
        assert.match(box.lost[0] ?? '', /its container (was|ended).*Variables are gone/s);
        await box.sandbox.start(() => undefined);
        assert.equal(await box.ok('python', 'print("time" in globals())'), 'False');
        assert.notEqual(await box.containerId(), id);
      });
    });
  }

  it('that dies while nothing runs is noticed, too', async () => {
    await withSandbox(async (box) => {
      docker('kill', await box.containerId());
      for (let n = 0; n < 30 && box.lost.length === 0; n += 1) await pause(100);
      assert.match(box.lost[0] ?? '', /its container was killed/);
    });
  });

  it('whose bridge kills itself is told and removed', async () => {
    await withSandbox(async (box) => {
      const source = `
import os
for pid in filter(str.isdigit, os.listdir("/proc")):
    if b"bridge.py" in open(f"/proc/{pid}/cmdline", "rb").read() and pid != "1": os.kill(int(pid), 9)
while True: pass
`;
      await assert.rejects(
        box.run('python', source),
        (error) => error instanceof Failure && error.code === 'sandbox-lost',
      );
      await box.sandbox.start(() => undefined);
      assert.equal(await box.ok('python', 'print(1)'), '1');
    });
  });

  it('whose bridge is frozen ends with Stop all the same', async () => {
    await withSandbox(async (box) => {
      const stop = new AbortController();
      const source = `
import os, signal
for pid in filter(str.isdigit, os.listdir("/proc")):
    if b"bridge.py" in open(f"/proc/{pid}/cmdline", "rb").read() and pid != "1": os.kill(int(pid), signal.SIGSTOP)
while True: pass
`;
      const running = box.run('python', source, { signal: stop.signal });
      await pause(1500);
      const stoppedAt = performance.now();
      stop.abort();
      const run = await running;
      assert.deepEqual([run.status, run.stateLost], ['killed', true]);
      assert.ok(performance.now() - stoppedAt < 15_000);
      assert.match(box.lost[0] ?? '', /bridge did not answer/);
      await box.sandbox.start(() => undefined);
      assert.equal(await box.ok('python', 'print(1)'), '1');
    });
  });
});

describe('reconnect', () => {
  it('after the connection broke in the middle of a cell loses and repeats nothing', async () => {
    await withSandbox(async (box) => {
      const source = `
import os, time
open("/outputs/runs.txt", "a").write("run ")
for n in range(40):
    print(n, flush=True)
    if n == 10: os.system("pkill socat")
    time.sleep(0.05)
`;
      const run = await box.run('python', source);
      assert.equal(run.status, 'ok');
      assert.deepEqual(run.stdout.trim().split('\n').map(Number), [...Array(40).keys()]);
      assert.ok(
        box.log.some((line) => line.includes('opening it again')),
        box.log.join('\n'),
      );
      assert.deepEqual(box.lost, []);
      assert.equal(await box.ok('bash', 'cat /outputs/runs.txt'), 'run');
    });
  });

  it('when it breaks just as cells are sent keeps the variables, and runs each cell exactly once', async () => {
    await withSandbox(async (box) => {
      await box.ok('python', 'runs = []');
      const id = await box.containerId();
      for (let n = 0; n < 4; n += 1) {
        docker('exec', id, 'pkill', 'socat');
        assert.equal((await box.run('python', `runs.append(${n})`)).status, 'ok');
      }
      assert.equal(await box.ok('python', 'print(runs)'), '[0, 1, 2, 3]');
      assert.deepEqual(box.lost, []);
    });
  });
});
