import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dockerMissing, Failure, imageMissing } from '../../../src/failures.ts';
import { sleep } from '../../../src/host/engineWait.ts';
import { HostSandbox } from '../../../src/host/hostSandbox.ts';
import { fakeSandbox, type FakeSandbox } from '../../support/fakeSandbox.ts';
import { englishOf } from '../../../src/shared/l10n.ts';

/** A host sandbox whose engine can be absent; `made` are the sandboxes it created. */
function world(engine: { failure: Failure | null }) {
  const made: FakeSandbox[] = [];
  const heard: string[] = [];
  const sandbox = new HostSandbox({
    create: async () => {
      await sleep(0);
      const inner = fakeSandbox(undefined, async () => {
        await sleep(2);
        if (engine.failure !== null) throw engine.failure;
      });
      made.push(inner);
      return inner;
    },
    onEngineLost: (failure) => heard.push(failure.code),
    onEngineFound: () => heard.push('found'),
    pollMs: 5,
  });
  return { sandbox, made, heard };
}

const quiet = (): void => undefined;
const isCode = (code: string) => (error: unknown) => error instanceof Failure && error.code === code;

describe('the sandbox of a session in VS Code', () => {
  it('is made with the first start, and only once', async () => {
    const { sandbox, made } = world({ failure: null });
    assert.throws(() => sandbox.kernel, isCode('sandbox-closed'));
    await Promise.all([sandbox.start(quiet), sandbox.start(quiet)]);
    await sandbox.start(quiet);
    assert.equal(made.length, 1);
    assert.equal(sandbox.kernel, made[0]?.kernel);
  });

  it('waits for an engine that is missing, and goes on when it appears', async () => {
    const engine: { failure: Failure | null } = { failure: dockerMissing('/sock') };
    const { sandbox, made, heard } = world(engine);
    const start = sandbox.start(quiet);
    while (heard.length < 3) await sleep(5);
    engine.failure = null;
    await start;
    assert.deepEqual(new Set(heard), new Set(['docker-missing', 'found']));
    assert.equal(heard.at(-1), 'found');
    for (const inner of made.slice(0, -1)) assert.ok(inner.disposed);
    assert.equal(made.at(-1)?.disposed, false);
  });

  it('can be stopped while it waits, and started again', async () => {
    const engine: { failure: Failure | null } = { failure: dockerMissing('/sock') };
    const { sandbox, heard } = world(engine);
    const abort = new AbortController();
    const start = sandbox.start(quiet, abort.signal);
    while (heard.length < 1) await sleep(5);
    abort.abort();
    await assert.rejects(start, isCode('cancelled'));
    engine.failure = null;
    await sandbox.start(quiet);
  });

  it('can be stopped while it waits behind a restart that waits for the engine', async () => {
    const { sandbox, heard } = world({ failure: dockerMissing('/sock') });
    const reset = sandbox.reset(quiet);
    reset.catch(quiet);
    while (heard.length < 1) await sleep(5);
    const abort = new AbortController();
    const start = sandbox.start(quiet, abort.signal);
    await sleep(10);
    abort.abort();
    await assert.rejects(start, isCode('cancelled'));
    await sandbox.dispose();
    await assert.rejects(reset, isCode('cancelled'));
  });

  it('does not wait for what will not mend itself', async () => {
    const { sandbox } = world({ failure: imageMissing('mine:1') });
    await assert.rejects(sandbox.start(quiet), isCode('image-missing'));
  });

  it('makes a new one at a restart, and removes the old one', async () => {
    const { sandbox, made } = world({ failure: null });
    await sandbox.start(quiet);
    await sandbox.reset(quiet);
    assert.deepEqual(
      made.map(({ disposed }) => disposed),
      [true, false],
    );
  });

  it('hears of a lost container also after a restart', async () => {
    const { sandbox, made } = world({ failure: null });
    const lost: string[] = [];
    sandbox.onLost((sentence) => lost.push(englishOf(sentence)));
    await sandbox.start(quiet);
    await sandbox.reset(quiet);
    made[1]?.lose('gone');
    assert.deepEqual(lost, ['gone']);
  });

  it('ends a waiting start when it is disposed, and starts no more', async () => {
    const { sandbox, heard, made } = world({ failure: dockerMissing('/sock') });
    const start = sandbox.start(quiet);
    start.catch(quiet);
    while (heard.length < 1) await sleep(5);
    await sandbox.dispose();
    await assert.rejects(start, isCode('cancelled'));
    await assert.rejects(sandbox.start(quiet), isCode('sandbox-closed'));
    for (const inner of made) assert.ok(inner.disposed);
  });
});
