/** When `npm ci` is needed. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { modulesMatchLockfile } from '../../setup/nodeModules.mjs';

const lock = (packages: Record<string, object>): string =>
  JSON.stringify({ packages: { '': {}, ...packages } });

describe('modulesMatchLockfile', () => {
  let folder: string;
  const install = async (packages: Record<string, object>): Promise<void> => {
    await mkdir(join(folder, 'node_modules'), { recursive: true });
    await writeFile(join(folder, 'node_modules/.package-lock.json'), lock(packages));
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'code-interpreter-modules-'));
    const wanted = {
      'node_modules/a': { version: '1.2.3' },
      'node_modules/b': { version: '1.0.0', optional: true },
    };
    await writeFile(join(folder, 'package-lock.json'), lock(wanted));
  });
  afterEach(async () => rm(folder, { recursive: true, force: true }));

  it('is false without node_modules and after a broken-off install', async () => {
    assert.equal(modulesMatchLockfile(folder), false);
    await mkdir(join(folder, 'node_modules/a'), { recursive: true });
    assert.equal(modulesMatchLockfile(folder), false);
  });

  it('is false when a version differs or a package is missing', async () => {
    await install({ 'node_modules/a': { version: '1.2.2' } });
    assert.equal(modulesMatchLockfile(folder), false);
    await install({});
    assert.equal(modulesMatchLockfile(folder), false);
  });

  it('is true when all is there but an optional package of another platform', async () => {
    await install({ 'node_modules/a': { version: '1.2.3' } });
    assert.equal(modulesMatchLockfile(folder), true);
  });
});
