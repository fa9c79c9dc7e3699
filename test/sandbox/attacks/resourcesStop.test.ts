/**
 * Group R of the threat model: time, and Stop. Whatever the code does against it, from the click until the next cell may
 * run it takes at most 5 s (PROMISE_MS); a test machine that is busy with other things gets as much again.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULT_LIMITS } from '../../../src/container/policy.ts';
import type { Language } from '../../../src/shared/outputs.ts';
import { attacks, optionsFor, type Target } from '../../support/attack.ts';
import { SandboxFixture, type Run } from '../../support/dockerFixture.ts';

const PROMISE_MS = 5000;
const STOP_MS = 2 * PROMISE_MS;
const ROUNDS = 5;
/** What decides how a cell is stopped is the same bridge; here it is only shown that gVisor lets it. */
const ROUNDS_ON_GVISOR = 2;

interface Stopped {
  run: Run;
  /** From the click to the end of the cell, and until the next one has run. */
  endedMs: number;
  nextMs: number;
}

const NOTHING: Record<Language, string> = { python: 'pass', bash: 'true', javascript: 'void 0' };

/** Presses Stop `afterMs` after the cell said "go". */
async function stopped(target: Target, language: Language, code: string, afterMs = 300): Promise<Stopped> {
  const stop = new AbortController();
  let begun: () => void = () => undefined;
  const beginning = new Promise<void>((resolve) => (begun = resolve));
  const running = target.box.run(language, code, {
    signal: stop.signal,
    onOutput: (output) => {
      if (output.output_type === 'stream' && output.text.includes('go')) begun();
    },
  });
  await Promise.race([beginning, running]);
  await pause(afterMs);
  const clickedAt = performance.now();
  stop.abort();
  const run = await running;
  const endedMs = performance.now() - clickedAt;
  const next = await target.box.run(language, NOTHING[language]);
  assert.equal(next.status, 'ok', next.error ?? '');
  return { run, endedMs, nextMs: performance.now() - clickedAt };
}

/** `lost`: what ends it is the end of its process; null: either. */
const STUBBORN: { name: string; language: Language; code: string; lost: boolean | null }[] = [
  {
    name: 'an endless loop',
    language: 'python',
    code: 'print("go", flush=True)\nwhile True: pass',
    lost: false,
  },
  {
    name: 'a loop that ignores SIGINT and SIGTERM',
    language: 'python',
    code: `import signal
for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP): signal.signal(s, signal.SIG_IGN)
print("go", flush=True)
while True: pass`,
    lost: true,
  },
  {
    name: 'numpy in C',
    language: 'python',
    code: 'import numpy as np\na = np.random.rand(2500, 2500)\nprint("go", flush=True)\nwhile True: np.linalg.svd(a)',
    lost: null,
  },
  {
    name: 'a wait for a thread that sleeps',
    language: 'python',
    code: `import threading, time
t = threading.Thread(target=time.sleep, args=(1000,), daemon=True); t.start()
print("go", flush=True); t.join()`,
    lost: false,
  },
  {
    name: 'a loop of JavaScript',
    language: 'javascript',
    code: 'console.log("go"); while (true) {}',
    lost: false,
  },
  {
    name: 'JavaScript that waits',
    language: 'javascript',
    code: 'console.log("go"); for (;;) await new Promise((r) => setTimeout(r, 20))',
    lost: true,
  },
  {
    name: 'a shell that traps signals',
    language: 'bash',
    code: `trap '' INT TERM HUP; echo go; while :; do sleep 0.1; done`,
    lost: true,
  },
  {
    name: 'a daemon in a session of its own, and a wait',
    language: 'bash',
    code: `(setsid sh -c "trap '' INT TERM; sleep 777" >/dev/null 2>&1 &); echo go; sleep 1000`,
    lost: null,
  },
];

const LIMITS = { ...DEFAULT_LIMITS, cpus: 1 };

attacks('R: time and Stop', { options: { limits: LIMITS } }, (target) => {
  const took: { ended: number; next: number }[] = [];
  after(() => {
    for (const key of ['ended', 'next'] as const) {
      const sorted = took.map((one) => one[key]).sort((a, b) => a - b);
      const at = (share: number): string =>
        `${Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)} ms`;
      const what = key === 'ended' ? 'until the cell has ended' : 'until the next cell has run';
      console.log(`Stop ${what}: ${sorted.length} stops, p50 ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)}`);
    }
  });

  // The gVisor of 2022 ends with an error of its own when processes in sessions of their own are killed.
  const isGvisor = target.runtime === 'runsc';
  const rounds = isGvisor ? ROUNDS_ON_GVISOR : ROUNDS;
  for (const { name, language, code, lost } of STUBBORN.filter(
    ({ code }) => !isGvisor || !code.includes('setsid'),
  )) {
    it(`R9 Stop ends ${name}, ${rounds} times`, async () => {
      for (let round = 0; round < rounds; round++) {
        const { run, endedMs, nextMs } = await stopped(target, language, code);
        took.push({ ended: endedMs, next: nextMs });
        assert.ok(
          run.status === 'interrupted' || run.status === 'killed',
          `${run.status}: ${run.error ?? ''}`,
        );
        if (lost !== null) assert.equal(run.stateLost, lost, run.error ?? run.status);
        assert.ok(nextMs < STOP_MS, `${Math.round(nextMs)} ms`);
      }
    });
  }

  it('R9 may still: code that handles the interrupt itself, and its variables stay', async () => {
    const code =
      'kept = 0\nprint("go", flush=True)\ntry:\n    while True: pass\nexcept KeyboardInterrupt: kept = 9';
    const { run } = await stopped(target, 'python', code);
    assert.deepEqual([run.status, run.stateLost], ['interrupted', false]);
    assert.equal(await target.ok('python', 'print(kept)'), '9');
  });

  it('R8 a sleep and a busy loop end at the limit of time, which is told', async () => {
    for (const code of ['import time; time.sleep(1e9)', 'while True: pass']) {
      const run = await target.run('python', code, 1000);
      assert.deepEqual([run.status, run.stateLost], ['timeout', false]);
      assert.deepEqual(run.limits?.[0], { kind: 'time', figure: 1 });
    }
  });

  // A process on gVisor counts time in which it did not run.
  if (!isGvisor)
    it('R8 processors: three busy processes get the time of one, and no more', async () => {
      const code = `
import multiprocessing, time
def burn(seconds, out):
    end = time.time() + seconds
    while time.time() < end: pass
    out.put(time.process_time())
context = multiprocessing.get_context("fork")
out = context.Queue()
for _ in range(3): context.Process(target=burn, args=(5, out)).start()
print(round(sum(out.get() for _ in range(3)), 2))`;
      const used = Number(await target.ok('python', code));
      assert.ok(used < 5 * 1.15, `${used} s of processor time in 5 s`);
    });

  it('R8 may still: a cell that takes 90 % of its time', async () => {
    const run = await target.run('python', 'import time; time.sleep(1.8)', 2000);
    assert.deepEqual([run.status, run.limits ?? []], ['ok', []]);
  });

  if (!isGvisor)
    it('R10 a daemon in a session of its own lives until its kernels end, not longer', async () => {
      const daemon = `
  import os, time
  if os.fork() == 0:
      os.setsid()
      if os.fork() == 0: os.execvp("sleep", ["sleep", "4321"])
      os._exit(0)
  time.sleep(0.3)`;
      const alive = async (): Promise<string> => target.ok('bash', 'pgrep -fc "^sleep 4321" || true');
      await target.ok('python', daemon);
      // A server that a cell starts is there for the next one.
      assert.equal(await alive(), '1');
      const { run } = await stopped(target, 'python', STUBBORN[1]?.code ?? '');
      assert.equal(run.stateLost, true);
      assert.equal(await alive(), '0', 'it ended with the kernel that it came from');
      await target.ok('python', daemon);
      await target.box.sandbox.kernel.restart();
      assert.equal(await alive(), '0', 'and with a restart');
    });

  it('R10 and nothing of it is left when the session ends', async () => {
    const box = await SandboxFixture.started(optionsFor(target.runtime));
    try {
      await box.ok('bash', '(setsid sleep 98765 >/dev/null 2>&1 &)');
    } finally {
      await box.close();
    }
    const listed = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    assert.doesNotMatch(listed, /^sleep 98765$/m);
    assert.deepEqual([await box.containers(), await box.volumes()], [[], []]);
  });
});
