/** Stop and time limits: politely first, then for certain; what is said about variables is true. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { SandboxFixture, type Run } from '../support/dockerFixture.ts';

/** The promise is 5 s; a busy test machine gets as much again. */
const STOP_MS = 10_000;
const IGNORES_SIGINT = 'import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass';
const IN_C = `
import numpy as np
a = np.random.rand(2500, 2500)
print("go", flush=True)
while True: np.linalg.svd(a)
`;

describe('stop', () => {
  let box: SandboxFixture;
  before(async () => {
    box = await SandboxFixture.started();
  });
  after(async () => box.close());

  async function stopped(
    language: 'python' | 'bash' | 'javascript',
    source: string,
    afterMs = 300,
  ): Promise<{ run: Run; tookMs: number }> {
    const stop = new AbortController();
    let begun: () => void = () => undefined;
    const beginning = new Promise<void>((resolve) => (begun = resolve));
    const running = box.run(language, source, {
      signal: stop.signal,
      onOutput: (output) => {
        if (output.output_type === 'stream' && output.text.includes('go')) begun();
      },
    });
    await Promise.race([beginning, running]);
    await pause(afterMs);
    const stoppedAt = performance.now();
    stop.abort();
    const run = await running;
    return { run, tookMs: performance.now() - stoppedAt };
  }

  it('ends an endless loop and keeps the variables', async () => {
    await box.ok('python', 'kept = 1');
    const { run, tookMs } = await stopped('python', 'print("go", flush=True)\nwhile True: pass');
    assert.deepEqual([run.status, run.stateLost], ['interrupted', false]);
    assert.ok(tookMs < STOP_MS, `${tookMs} ms`);
    assert.equal(await box.ok('python', 'print(kept)'), '1');
  });

  it('ends sleep in Python, bash and Node', async () => {
    for (const [language, source] of [
      ['python', 'import time; print("go", flush=True); time.sleep(1000)'],
      ['bash', 'echo go; sleep 1000'],
      ['javascript', 'console.log("go"); await new Promise(r => setTimeout(r, 1e6))'],
    ] as const) {
      const { run, tookMs } = await stopped(language, source);
      assert.ok(run.status === 'interrupted' || run.status === 'killed', `${language}: ${run.status}`);
      assert.ok(tookMs < STOP_MS, `${language}: ${tookMs} ms`);
    }
  });

  it('ends code that ignores it, and says that variables are gone', async () => {
    await box.ok('python', 'gone = 1');
    const { run, tookMs } = await stopped('python', `print("go", flush=True)\n${IGNORES_SIGINT}`);
    assert.ok(run.status === 'interrupted' || run.status === 'killed', run.status);
    assert.equal(run.stateLost, true);
    assert.ok(tookMs < STOP_MS, `${tookMs} ms`);
    assert.equal(await box.ok('python', 'print("gone" in globals())'), 'False');
  });

  it('ends C code that does not look at signals', async () => {
    const { run, tookMs } = await stopped('python', IN_C);
    assert.equal(run.stateLost, true);
    assert.ok(tookMs < STOP_MS, `${tookMs} ms`);
  });

  it('by interrupt() is over when the promise is', async () => {
    const running = box.run('python', 'import time\nwhile True: time.sleep(0.01)');
    await pause(500);
    await box.sandbox.kernel.interrupt();
    const winner = await Promise.race([
      running.then(({ status }) => status),
      pause(50).then(() => 'still running'),
    ]);
    assert.equal(winner, 'interrupted');
  });
});

describe('time limit', () => {
  let box: SandboxFixture;
  before(async () => {
    box = await SandboxFixture.started();
  });
  after(async () => box.close());

  it('ends a cell as timeout, variables kept', async () => {
    await box.ok('python', 'kept = 2');
    const run = await box.run('python', 'while True: pass', { timeoutMs: 1000 });
    assert.deepEqual([run.status, run.stateLost], ['timeout', false]);
    assert.ok(run.durationMs >= 900 && run.durationMs < STOP_MS, `${run.durationMs} ms`);
    assert.equal(await box.ok('python', 'print(kept)'), '2');
  });

  it('ends a cell that ignores it as timeout, too', async () => {
    const run = await box.run('python', IGNORES_SIGINT, { timeoutMs: 1000 });
    assert.deepEqual([run.status, run.stateLost], ['timeout', true]);
    assert.equal(await box.ok('python', 'print(1)'), '1');
  });
});
