/** Which runtime a sandbox gets, without an engine; with real ones: test/sandbox/runtime.test.ts. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, describe, it } from 'node:test';
import type { Engine, EngineFacts } from '../../../src/container/docker.ts';
import {
  chooseRuntime,
  gvisorOf,
  ordinaryOf,
  withoutGvisor,
  type Runtime,
  type RuntimeQuestion,
} from '../../../src/container/runtime.ts';
import type { RuntimeChoice } from '../../../src/container/runtimeChoice.ts';
import { Trials } from '../../../src/container/trials.ts';
import { engineRefused, Failure } from '../../../src/failures.ts';

interface FakeEngine {
  /** Exit code of the trial; an error: the start was refused. */
  trial?: number | Error;
  runtimes?: string[];
  defaultRuntime?: string;
}

/** An engine that tells what trials it was asked to make. */
function world({ trial = 42, runtimes = ['runc', 'runsc'], defaultRuntime = 'runc' }: FakeEngine = {}) {
  const made: unknown[] = [];
  const removed: string[] = [];
  const engine = {
    createContainer: async (options: { HostConfig?: { Runtime?: string } }) => {
      made.push(options.HostConfig?.Runtime);
      return Promise.resolve('trial-id');
    },
    startContainer: async () => (trial instanceof Error ? Promise.reject(trial) : Promise.resolve()),
    waitForExit: async () => Promise.resolve(trial),
    removeContainer: async (id: string) => Promise.resolve(void removed.push(id)),
  } as unknown as Engine;
  const facts = { runtimes, defaultRuntime, runtimeConfigs: {}, fingerprint: 'e' } as unknown as EngineFacts;
  const question: RuntimeQuestion = {
    engine,
    facts,
    image: 'image:1',
    trials: new Trials(null),
    log: () => undefined,
  };
  const choose = async (choice: RuntimeChoice): Promise<Runtime> =>
    chooseRuntime(choice, question, () => undefined, new AbortController().signal);
  return { choose, question, made, removed };
}

const failsWith = (code: string, words: RegExp) => (error: unknown) =>
  error instanceof Failure && error.code === code && words.test(error.message);

describe('the runtime', () => {
  it('auto is gVisor when its trial gives the right answer, and says why', async () => {
    const { choose, made, removed } = world();
    assert.deepEqual(await choose('auto'), { name: 'runsc', isGvisor: true, why: 'gVisor, tried out here' });
    assert.deepEqual([made, removed], [['runsc'], ['trial-id']]);
  });

  for (const [name, trial, words] of [
    ['crashes in pandas', 139, /exit code 139/],
    ['ends well without an answer', 0, /exit code 0/],
    ['does not start', engineRefused('to start', 'x', new Error('no network')), /no network/],
  ] as const) {
    it(`auto is the ordinary one, visibly, when gVisor ${name}; nothing is left behind`, async () => {
      const { choose, removed } = world({ trial });
      const runtime = await choose('auto');
      assert.equal(runtime.name, 'runc');
      assert.match(runtime.why, words);
      assert.deepEqual(removed, ['trial-id']);
    });

    it(`runsc is refused when gVisor ${name}: no silent replacement`, async () => {
      await assert.rejects(world({ trial }).choose('runsc'), failsWith('gvisor-failed', words));
    });
  }

  it('is tried once, not at each start; a failing one, too', async () => {
    const { choose, made } = world({ trial: 139 });
    for (let n = 0; n < 20; n += 1) await choose('auto');
    assert.equal(made.length, 1);
  });

  it('auto needs no trial on an engine without gVisor', async () => {
    const { choose, made } = world({ runtimes: ['runc', 'io.containerd.runc.v2'] });
    const { name, why } = await choose('auto');
    assert.deepEqual([name, why], ['runc', 'gVisor is not on this engine']);
    assert.equal(made.length, 0);
  });

  it('runc is runc, also where gVisor is the default, and gVisor is not tried', async () => {
    const { choose, made } = world({ defaultRuntime: 'runsc' });
    assert.equal((await choose('runc')).name, 'runc');
    assert.equal(made.length, 0);
  });

  it('that the engine does not have is refused with what it has', async () => {
    await assert.rejects(world({ runtimes: ['runc'] }).choose('runsc'), failsWith('runtime-missing', /runc/));
    await assert.rejects(
      world({ runtimes: ['crun'] }).choose('runc'),
      failsWith('runtime-missing', /it has crun.*auto/),
    );
  });

  it('that passed its trial and then fails a start is replaced visibly, and stays the first choice elsewhere', async () => {
    const { choose, question, made } = world();
    await choose('auto');
    const { name, why } = withoutGvisor(question.facts, 'a socket in the workspace');
    assert.deepEqual([name, why], ['runc', 'gVisor did not work here: a socket in the workspace']);
    assert.equal((await choose('auto')).name, 'runsc');
    assert.equal(made.length, 1);
  });

  it('names: runsc before its variants; the ordinary one is never gVisor or an alias', () => {
    assert.equal(gvisorOf(['runc', 'runsc-kvm', 'runsc']), 'runsc');
    assert.equal(gvisorOf(['runc', 'runsc-kvm']), 'runsc-kvm');
    assert.equal(gvisorOf(['runc', 'runscx', 'my-runsc']), null);
    const runtimes = ['io.containerd.runc.v2', 'runsc', 'crun'];
    assert.equal(ordinaryOf({ defaultRuntime: 'runsc', runtimes }), 'crun');
    assert.equal(ordinaryOf({ defaultRuntime: 'runsc', runtimes: ['runsc'] }), null);
    assert.equal(ordinaryOf({ defaultRuntime: 'nvidia', runtimes }), 'nvidia');
  });
});

describe('what trials have shown', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'trials-'));
  after(() => rmSync(folder, { recursive: true }));
  const DAY = 24 * 60 * 60_000;

  it('is known to the next window, a failure for a day, a success for a week', async () => {
    const file = path.join(folder, 'deep', 'trials.json');
    await new Trials(file, () => 0).note('good', null);
    await new Trials(file, () => 0).note('bad', 'crashed');
    const at = async (now: number) => {
      const trials = new Trials(file, () => now);
      return [await trials.find('good'), await trials.find('bad'), await trials.find('other')];
    };
    assert.deepEqual(await at(1), [null, 'crashed', undefined]);
    assert.deepEqual(await at(DAY + 1), [null, undefined, undefined]);
    assert.deepEqual(await at(7 * DAY + 1), [undefined, undefined, undefined]);
    assert.deepEqual(await at(-1), [undefined, undefined, undefined], 'a clock that went back');
  });

  it('may be damaged or unwritable: it is tried again then', async () => {
    const file = path.join(folder, 'damaged.json');
    writeFileSync(file, '{"good": {"at": "today"}}');
    assert.equal(await new Trials(file).find('good'), undefined);
    await new Trials(file).note('good', null);
    assert.match(readFileSync(file, 'utf8'), /"problem":null/);
    const blocked = new Trials(path.join(file, 'below-a-file'));
    await blocked.note('good', 'x');
    assert.equal(await blocked.find('good'), 'x');
  });
});
