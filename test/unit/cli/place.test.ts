import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmdirSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import * as path from 'node:path';
import { describe, it } from 'node:test';
import { buildContextFolder, commonParent, insideSandbox, mountsFor } from '../../../src/cli/place.ts';

function tree(): { root: string; a: string; b: string } {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'place-')));
  const [a, b] = [path.join(root, 'x', 'a.csv'), path.join(root, 'x-y', 'b.csv')];
  for (const file of [a, b]) {
    mkdirSync(path.dirname(file));
    writeFileSync(file, '1');
  }
  return { root, a, b };
}

describe('what the sandbox is shown', () => {
  it('the folder that holds the files', () => {
    const { root, a, b } = tree();
    assert.deepEqual(mountsFor(null, [a]), [{ source: path.join(root, 'x'), name: null }]);
    const mounts = mountsFor(null, [a, b]);
    assert.deepEqual(mounts, [{ source: root, name: null }]);
    assert.equal(insideSandbox(mounts, b), '/workspace/x-y/b.csv');
  });

  it('the files alone when that folder would be the home folder or the root', () => {
    const { a, b } = tree();
    assert.deepEqual(mountsFor(null, [a, '/etc/hostname']), [
      { source: a, name: 'a.csv' },
      { source: '/etc/hostname', name: 'hostname' },
    ]);
    const atHome = mkdtempSync(path.join(homedir(), '.place-'));
    try {
      assert.equal(commonParent([atHome]), realpathSync(homedir()));
      assert.deepEqual(mountsFor(null, [atHome]), [{ source: atHome, name: path.basename(atHome) }]);
    } finally {
      rmdirSync(atHome);
    }
    assert.deepEqual(mountsFor(null, [a, a, b, '/etc/hostname']).length, 3);
  });

  it('a common parent is a folder, not a common beginning of the names', () => {
    assert.equal(commonParent(['/d/ab/1', '/d/abc/2']), '/d');
    assert.equal(commonParent(['/d/ab/1', '/d/ab/c/2']), '/d/ab');
    assert.equal(commonParent(['/d/1', '/e/2']), '/');
  });

  it('a file outside of the named folder is refused', () => {
    const { root, b } = tree();
    assert.throws(() => insideSandbox(mountsFor(path.join(root, 'x'), []), b), /outside/);
  });
});

describe('the build context', () => {
  const layout = (inner: string): { root: string; from: string } => {
    const root = mkdtempSync(path.join(tmpdir(), 'layout-'));
    mkdirSync(path.join(root, 'sandbox'));
    mkdirSync(path.join(root, inner), { recursive: true });
    writeFileSync(path.join(root, 'sandbox', 'Dockerfile'), '');
    return { root, from: path.join(root, inner) };
  };
  it('lies beside dist/ in the shipped layout and beside src/ in the source', () => {
    for (const inner of ['dist', 'src/cli']) {
      const { root, from } = layout(inner);
      assert.equal(buildContextFolder(from), path.join(root, 'sandbox'));
    }
    assert.ok(existsSync(path.join(buildContextFolder(), 'Dockerfile')));
  });
});
