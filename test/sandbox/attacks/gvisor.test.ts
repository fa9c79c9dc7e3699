/** L17: gVisor on a real engine: chosen when it works, refused or replaced when it does not, nothing left behind. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { chooseRuntime, type RuntimeQuestion } from '../../../src/container/runtime.ts';
import { Trials } from '../../../src/container/trials.ts';
import { Failure } from '../../../src/failures.ts';
import { RUNTIMES } from '../../support/attack.ts';
import { TIGHT_LIMITS } from '../../support/tightLimits.ts';
import { engineForTests, imageForTests, SandboxFixture } from '../../support/dockerFixture.ts';

const skip = RUNTIMES.includes('runsc') ? false : 'gVisor is not among CODE_INTERPRETER_TEST_RUNTIMES';
/** Of the engine in test/setup/gvisor.mjs: gVisor without the option that it needs there. */
const BROKEN = 'runsc-broken';

const processesOf = (runtime: RegExp): string[] =>
  execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => runtime.test(line));

async function question(runtimes?: string[]): Promise<RuntimeQuestion> {
  const engine = await engineForTests();
  const facts = await engine.facts();
  return {
    engine,
    facts: { ...facts, runtimes: runtimes ?? facts.runtimes },
    image: await imageForTests(),
    trials: new Trials(null),
    log: () => undefined,
  };
}
const never = new AbortController().signal;

describe('L17 gVisor', { skip }, () => {
  it('is used by auto, which says so, and code sees its kernel', async () => {
    const fixture = await SandboxFixture.started({ runtime: 'auto' });
    try {
      const facts = await fixture.sandbox.start(() => undefined);
      assert.deepEqual([facts.runtime, facts.runtimeWhy], ['runsc', 'gVisor, tried out here']);
      assert.match(await fixture.ok('bash', 'dmesg | head -1'), /gVisor/);
      assert.equal(
        await fixture.ok('python', 'import pandas as pd; print(pd.read_csv("/workspace/data.csv").y.sum())'),
        '6',
      );
    } finally {
      await fixture.close();
    }
  });

  it('is replaced by auto where its trial fails, with the reason; asked 20 times it is tried once', async () => {
    const asked = await question(['runc', BROKEN]);
    let trials = 0;
    for (let n = 0; n < 20; n += 1) {
      const { name, why } = await chooseRuntime('auto', asked, () => (trials += 1), never);
      assert.equal(name, 'runc');
      assert.match(why, /gVisor did not work here: .*network/);
    }
    assert.equal(trials, 1);
    assert.deepEqual(
      processesOf(/runsc-(sandbox|gofer)/),
      [],
      'a refused start leaves two processes, which are ended',
    );
  });

  it('is refused, not replaced, where it was asked for and fails', async () => {
    const asked = await question(['runc', BROKEN]);
    await assert.rejects(
      chooseRuntime('runsc', asked, () => undefined, never),
      (error) => error instanceof Failure && error.code === 'gvisor-failed',
    );
    assert.deepEqual(await asked.engine.listContainers('dev.code-interpreter.session=trial'), []);
  });

  it('keeps the limit of processes inside: code is refused more, the sandbox lives on', async () => {
    const fixture = await SandboxFixture.started({ runtime: 'runsc', limits: TIGHT_LIMITS });
    try {
      await fixture.ok('python', 'kept = 5');
      const many = [
        'import subprocess, threading, time',
        'running = []',
        'try:',
        '    for _ in range(400): running.append(subprocess.Popen(["sleep", "60"]))',
        'except OSError as error: print(type(error).__name__, 40 < len(running) < 128)',
        'for one in running: one.kill()',
        'for one in running: one.wait()',
        'threads = []',
        'try:',
        '    for _ in range(400): one = threading.Thread(target=time.sleep, args=(1,)); one.start(); threads.append(one)',
        'except RuntimeError: print("threads", 40 < len(threads) < 128)',
        'for one in threads: one.join()',
      ].join('\n');
      assert.equal(await fixture.ok('python', many), 'BlockingIOError True\nthreads True');
      assert.equal(await fixture.ok('bash', 'for n in $(seq 20); do sleep 1 & done; wait; echo all'), 'all');
      assert.equal(await fixture.ok('python', 'print(kept)'), '5');
      assert.deepEqual(fixture.lost, []);
    } finally {
      await fixture.close();
    }
  });
});
