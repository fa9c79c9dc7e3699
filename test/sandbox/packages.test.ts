/** pip and npm in a real sandbox: what they install works at once, is recorded, and is there again in the next one. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { packageIndexes } from '../../src/container/dockerSandbox.ts';
import { OWNER_LABEL } from '../../src/container/labels.ts';
import { formatOwner, ownOwner } from '../../src/container/owner.ts';
import type { SandboxFacts } from '../../src/kernel/sandbox.ts';
import { imageForTests, SandboxFixture, TEST_DOCKER } from '../support/dockerFixture.ts';

const PORT = 8765;
const INDEX = `http://127.0.0.1:${PORT}`;

/** Code of a cell that serves an index for pip and a registry for npm inside of the sandbox. */
const indexCell = execFileSync(
  'python3',
  ['-c', `import package_index; print(package_index.cell(${PORT}))`],
  { cwd: fileURLToPath(new URL('../../sandbox/tests/', import.meta.url)), encoding: 'utf8' },
);

describe('packages in a sandbox', () => {
  let box: SandboxFixture;
  let facts: SandboxFacts;
  before(async () => {
    box = await SandboxFixture.make({
      environment: async () =>
        Promise.resolve({ PIP_INDEX_URL: `${INDEX}/simple`, npm_config_registry: `${INDEX}/` }),
    });
    facts = await box.sandbox.start(() => undefined);
    assert.equal(await box.ok('python', indexCell), 'listening');
  });
  after(async () => box.close());

  it('are installed and used in all languages, recorded with versions, and no artifacts', async () => {
    const pip = await box.run('python', '%pip install tiny-wheel==1.0');
    assert.equal(pip.status, 'ok', pip.stderr);
    const npm = await box.run('bash', 'npm install tiny-js@3.0.0');
    assert.equal(npm.status, 'ok', npm.stderr);
    const both = [...(pip.packages?.installed ?? []), ...(npm.packages?.installed ?? [])];
    assert.deepEqual(
      both.map(({ manager, name, version }) => `${manager} ${name} ${version}`),
      ['pip tiny-wheel 1.0', 'npm tiny-js 3.0.0'],
    );
    assert.deepEqual([pip.artifacts, npm.artifacts, pip.refused, npm.refused], [[], [], [], []]);
    assert.equal(await box.ok('python', 'import tiny_wheel; print(tiny_wheel.version)'), '1.0');
    assert.equal(await box.ok('javascript', "console.log(require('tiny-js').version)"), '3.0.0');
  });

  it('are gone with the sandbox, and there again in the next one, in the versions of before', async () => {
    await box.sandbox.reset(() => undefined);
    const gone = await box.run('python', 'import tiny_wheel');
    assert.match(gone.error ?? '', /ModuleNotFoundError/);
    // The index went with the sandbox, too.
    assert.equal(await box.ok('python', indexCell), 'listening');
    const { missing, text } = await box.sandbox.kernel.install({
      packages: [
        { manager: 'pip', name: 'tiny-wheel', version: '1.0' },
        { manager: 'npm', name: 'tiny-js', version: '3.0.0' },
        { manager: 'npm', name: 'tiny-js', version: '7.7.7' },
      ],
      timeoutMs: 60_000,
    });
    assert.deepEqual(missing, [{ manager: 'npm', name: 'tiny-js', version: '7.7.7' }], text);
    assert.equal(await box.ok('python', 'import tiny_wheel; print(tiny_wheel.version)'), '1.0');
    assert.equal(await box.ok('javascript', "console.log(require('tiny-js').version)"), '3.0.0');
  });

  it('of a closed network: pip and npm end soon, and say that it is closed', async () => {
    for (const command of [
      'PIP_INDEX_URL=https://index.example.org/simple pip install tiny-other',
      'npm_config_registry=https://registry.example.org/ npm install tiny-other',
    ]) {
      const run = await box.run('bash', command);
      assert.equal(run.status, 'error');
      assert.ok(run.durationMs < 15_000, `${run.durationMs} ms`);
      assert.match(run.stdout + run.stderr, /403/);
      assert.equal(run.packages, undefined);
    }
  });

  it('come from where the image says, which is known without running it, and nothing is left of the look', async () => {
    const reference = await imageForTests();
    const mine = `${OWNER_LABEL}=${formatOwner(await ownOwner())}`;
    const containers = async () => (await box.engine.listContainers(mine)).length;
    const before = await containers();
    const found = await packageIndexes(TEST_DOCKER, { kind: 'ready', reference });
    assert.deepEqual(found, facts.manifest.packageIndexes);
    assert.equal(found?.pip.length, 2);
    assert.equal(await containers(), before);
    assert.equal(await packageIndexes(TEST_DOCKER, { kind: 'ready', reference: 'no-such-image:1' }), null);
    const base = await packageIndexes(TEST_DOCKER, { kind: 'ready', reference: 'debian:forky-slim' });
    assert.deepEqual(base, { pip: [], npm: [] });
  });
});
