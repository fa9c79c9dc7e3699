/** The runner's arithmetic: nothing passes because nothing ran, and no failure is lost. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { check, counted } from '../../setup/stages.mjs';

const REPORTER = join(import.meta.dirname, '../../support/countReporter.mjs');
const node = process.execPath;
/** Without it a node:test process inside a node:test process reports to its parent instead of to us. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'NODE_TEST_CONTEXT'));

describe('stages', () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'code-interpreter-stages-'))));
  after(async () => rm(folder, { recursive: true, force: true }));

  const runTests = async (source: string): ReturnType<typeof counted> => {
    const file = join(folder, 'some.test.mjs');
    await writeFile(file, `import { describe, it, before, after } from 'node:test';\n${source}`);
    const args = (report: string): string[] => [
      ...['--test', `--test-reporter=${REPORTER}`, `--test-reporter-destination=${report}`, file],
    ];
    return counted('stage-under-test', node, args, { env });
  };
  const counts = ({
    passed,
    failed,
    skipped,
  }: {
    passed: number;
    failed: number;
    skipped: number;
  }): number[] => [passed, failed, skipped];

  it('counts tests, not suites; skipped and planned tests are skips', async () => {
    const outcome = await runTests(`describe('s', () => {
      it('a', () => {});
      it('b', () => { throw new Error('no'); });
      it('c', { skip: true }, () => {});
      it('d', { todo: true }, () => {});
    });`);
    assert.deepEqual(counts(outcome), [1, 1, 2]);
    assert.match(outcome.failures.join(), /b/);
  });

  it('counts a failing hook', async () => {
    const outcome = await runTests(
      `describe('s', () => { after(() => { throw new Error('no'); }); it('a', () => {}); });`,
    );
    assert.ok(outcome.failed >= 1, JSON.stringify(outcome));
  });

  it('fails when a file cannot be loaded', async () => {
    assert.ok((await runTests(`import './missing.mjs';`)).failed >= 1);
  });

  it('fails when the program dies, ends badly or writes nothing', async () => {
    const dies = await counted('stage-under-test', node, () => [
      '-e',
      'process.kill(process.pid, "SIGKILL")',
    ]);
    assert.deepEqual(counts(dies), [0, 1, 0]);
    const silent = await counted('stage-under-test', node, () => ['-e', '']);
    assert.deepEqual(counts(silent), [0, 1, 0]);
    const write = (text: string, code: number) => (file: string) => [
      '-e',
      `require('fs').writeFileSync(${JSON.stringify(file)}, ${JSON.stringify(text)}); process.exitCode = ${code}`,
    ];
    const good = '{"passed":3,"failed":0,"skipped":0,"failures":[]}';
    assert.deepEqual(counts(await counted('stage-under-test', node, write(good, 1))), [3, 1, 0]);
    assert.deepEqual(counts(await counted('stage-under-test', node, write(good, 0))), [3, 0, 0]);
    const none = '{"passed":0,"failed":0,"skipped":0,"failures":[]}';
    assert.deepEqual(counts(await counted('stage-under-test', node, write(none, 0))), [0, 1, 0]);
  });

  it('ends a program that takes too long, and counts it as a failure', async () => {
    const outcome = await check('stage-under-test', node, ['-e', 'setTimeout(() => {}, 60000)'], {
      limitMs: 300,
    });
    assert.deepEqual(counts(outcome), [0, 1, 0]);
    assert.match(outcome.failures.join(), /did not end/);
  });
});
