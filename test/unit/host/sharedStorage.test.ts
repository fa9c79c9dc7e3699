import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sharedStorage } from '../../../src/host/sharedStorage.ts';

describe('the storage that windows on one workspace share', () => {
  let root = '';
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'storage-'));
    for (const name of ['3f9c2a', '-17ab']) await mkdir(join(root, name));
  });
  after(async () => rm(root, { recursive: true, force: true }));
  const of = (name: string): string => sharedStorage(join(root, name, 'own.extension'));

  it('is that of the first one', () => {
    assert.equal(of('3f9c2a-1'), join(root, '3f9c2a', 'own.extension'));
    assert.equal(of('-17ab-2'), join(root, '-17ab', 'own.extension'));
  });

  it('is its own where nothing is beside it, or the name says nothing of a second window', () => {
    for (const name of ['3f9c2a', '-17ab', '77-1', 'ext-dev-1', '3f9c2a-10'])
      assert.equal(of(name), join(root, name, 'own.extension'));
  });
});
