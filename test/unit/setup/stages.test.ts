/** The runner's arithmetic: nothing passes because nothing ran, and no failure is lost. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { againArguments, check, counted, twice } from '../../setup/stages.mjs';

const REPORTER = join(import.meta.dirname, '../../support/countReporter.mjs');
const repository = join(import.meta.dirname, '../../..');
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

  describe('a second try', () => {
    const again = async (source: string): ReturnType<typeof twice> => {
      const file = join(folder, 'again.test.mjs');
      await writeFile(
        file,
        `import { it } from 'node:test'; import { existsSync, writeFileSync } from 'node:fs';
        const first = (name) => { const seen = existsSync(name); writeFileSync(name, ''); return !seen; };
        process.chdir(${JSON.stringify(folder)});\n${source}`,
      );
      const args = ['--test', '--test-timeout=3000', `--test-reporter=${REPORTER}`];
      const run = async (names: string[], name: string): ReturnType<typeof counted> =>
        counted(
          name,
          node,
          (report) => [
            ...args,
            `--test-reporter-destination=${report}`,
            ...againArguments([relative(repository, file)], names),
          ],
          { env },
        );
      return twice(run, 'stage-under-test');
    };
    const fails = (name: string): string => `it(${JSON.stringify(name)}, () => { throw new Error('no'); });`;

    it('is of what failed alone where its name is made at run time, and its passing is told', async () => {
      const outcome = await again(`it('steady', () => { if (!first('s')) throw new Error('ran again'); });
        it(\`\${1} of 2 (a/b) [c]\`, () => { if (first('u')) throw new Error('too early'); });`);
      assert.deepEqual(counts(outcome), [2, 0, 0]);
      assert.match(outcome.unsteady.join(), /1 of 2 .*too early/);
    });

    it('is of the whole file where that names it: what comes before may be needed', async () => {
      const outcome = await again(`let prepared = false; it('prepares', () => { prepared = true; });
        it('needs it', () => { if (!prepared || first('w')) throw new Error('too early'); });`);
      assert.deepEqual(counts(outcome), [2, 0, 0]);
      assert.match(outcome.unsteady.join(), /needs it: too early/);
    });

    it('is of the whole file where that did not end', async () => {
      const outcome = await again(`it('ends', () => {}); if (first('h')) setInterval(() => {}, 1000);`);
      assert.deepEqual(counts(outcome), [2, 0, 0]);
      assert.match(outcome.unsteady.join(), /^\S+again\.test\.mjs: test timed out/);
    });

    it('that fails leaves the failure', async () => {
      const outcome = await again(`${fails('wrong')} it('right', () => {});`);
      assert.deepEqual(counts(outcome), [1, 1, 0]);
      assert.match(outcome.failures.join(), /wrong: no/);
    });

    it('is not made for many, and does not save a file that cannot be loaded', async () => {
      const many = await again(
        `if (!first('m')) throw new Error('ran again'); ${['a', 'b', 'c', 'd', 'e'].map(fails).join('')}`,
      );
      assert.deepEqual(counts(many), [0, 5, 0]);
      assert.equal((await again(`import './missing.mjs';`)).failed, 1);
    });
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
