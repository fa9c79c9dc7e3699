/** Files are saved whole or not at all, where the user chose, and over nothing that was not agreed to. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { after, before, beforeEach, describe, it } from 'node:test';
import { contentOf, TargetFolder, type Content } from '../../../src/host/targetFolder.ts';

const LINUX = process.platform === 'linux' ? false : 'folders are held open on Linux only';
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const text = (words: string): Content => contentOf(Buffer.from(words));

let root: string;
let chosen: string;
before(async () => {
  root = await fs.realpath(await fs.mkdtemp(path.join(tmpdir(), 'save-')));
});
beforeEach(async () => {
  chosen = await fs.mkdtemp(path.join(root, 'chosen-'));
});
after(async () => fs.rm(root, { recursive: true, force: true }));

async function into<T>(folder: string, run: (target: TargetFolder) => Promise<T>): Promise<T> {
  const target = await TargetFolder.open(folder);
  try {
    return await run(target);
  } finally {
    await target.close();
  }
}

describe('saving', () => {
  it('writes the very bytes, leaves no other file, and makes nothing executable', async () => {
    const bytes = Buffer.from([0xef, 0xbb, 0xbf, ...Buffer.from("=cmd|' /C calc'!A0\r\n\0é")]);
    await into(chosen, async (target) => target.write('a.csv', contentOf(bytes), null));
    assert.deepEqual(await fs.readFile(path.join(chosen, 'a.csv')), bytes);
    assert.deepEqual(await fs.readdir(chosen), ['a.csv']);
    assert.equal((await fs.stat(path.join(chosen, 'a.csv'))).mode & 0o111, 0);
  });

  it('replaces a file that the user agreed to, as a whole', async () => {
    await fs.writeFile(path.join(chosen, 'a.txt'), 'before', { mode: 0o755 });
    await into(chosen, async (target) => {
      const there = await target.look('a.txt');
      assert.deepEqual([there?.kind, there?.bytes], ['file', 6]);
      await target.write('a.txt', text('after'), there);
    });
    assert.equal(await fs.readFile(path.join(chosen, 'a.txt'), 'utf8'), 'after');
    assert.equal((await fs.stat(path.join(chosen, 'a.txt'))).mode & 0o111, 0);
  });

  it('never replaces a file that appeared or changed after the question', async () => {
    await into(chosen, async (target) => {
      await fs.writeFile(path.join(chosen, 'new.txt'), 'somebody else');
      await assert.rejects(target.write('new.txt', text('ours'), null), /is there by now/);
      const there = await target.look('new.txt');
      await fs.appendFile(path.join(chosen, 'new.txt'), ', again');
      await assert.rejects(target.write('new.txt', text('ours'), there), /changed meanwhile/);
    });
    assert.equal(await fs.readFile(path.join(chosen, 'new.txt'), 'utf8'), 'somebody else, again');
    assert.deepEqual(await fs.readdir(chosen), ['new.txt'], 'no partial file is left');
  });

  it('never writes through a link in the place of the file', async () => {
    const outside = path.join(root, 'outside.txt');
    await fs.writeFile(outside, 'untouched');
    await fs.symlink(outside, path.join(chosen, 'a.txt'));
    await into(chosen, async (target) => {
      const there = await target.look('a.txt');
      assert.equal(there?.kind, 'link');
      await target.write('a.txt', text('ours'), there);
    });
    assert.equal(await fs.readFile(outside, 'utf8'), 'untouched');
    assert.ok((await fs.lstat(path.join(chosen, 'a.txt'))).isFile());
  });

  it('never replaces a folder, a pipe or a socket', async () => {
    await fs.mkdir(path.join(chosen, 'folder'));
    execFileSync('mkfifo', [path.join(chosen, 'pipe')]);
    await into(chosen, async (target) => {
      for (const name of ['folder', 'pipe']) await assert.rejects(target.look(name), /is no file/);
    });
  });

  for (const name of ['../x', '/etc/x', 'a/b', '..', '.', '', 'a\0b', 'a\\b']) {
    it(`takes no name that is a path: ${JSON.stringify(name)}`, async () => {
      await into(chosen, async (target) => assert.rejects(target.write(name, text('x'), null), /file name/));
      assert.deepEqual(await fs.readdir(chosen), []);
    });
  }

  it('saves nothing when the stored bytes are not those of the hash, and leaves no part', async () => {
    await fs.writeFile(path.join(chosen, 'a.txt'), 'before');
    await into(chosen, async (target) => {
      const wrong: Content = {
        read: () => Readable.from([Buffer.from('other')]),
        sha256: hashOf(Buffer.from('x')),
      };
      await assert.rejects(target.write('a.txt', wrong, await target.look('a.txt')), /was changed/);
      await assert.rejects(target.write('b.txt', wrong, null), /was changed/);
    });
    assert.deepEqual(await fs.readdir(chosen), ['a.txt']);
    assert.equal(await fs.readFile(path.join(chosen, 'a.txt'), 'utf8'), 'before');
  });

  it(
    'holds the folder: exchanged for a link afterwards, nothing lands behind the link',
    { skip: LINUX },
    async () => {
      const outside = await fs.mkdtemp(path.join(root, 'outside-'));
      await into(chosen, async (target) => {
        await fs.rename(chosen, `${chosen}-moved`);
        await fs.symlink(outside, chosen);
        await target.write('a.txt', text('ours'), null);
      });
      assert.deepEqual(await fs.readdir(outside), []);
      assert.deepEqual(await fs.readdir(`${chosen}-moved`), ['a.txt']);
    },
  );

  it('a folder that is a link is told by where it leads', async () => {
    const link = path.join(root, `link-${path.basename(chosen)}`);
    await fs.symlink(chosen, link);
    await into(link, async (target) => Promise.resolve(assert.equal(target.realPath, chosen)));
    await into(chosen, async (target) => Promise.resolve(assert.equal(target.realPath, chosen)));
  });

  it(
    '1,000 saves into a folder that is being exchanged for a link: none lands outside',
    { skip: LINUX },
    async () => {
      const outside = await fs.mkdtemp(path.join(root, 'outside-'));
      const [real, link] = [`${chosen}.real`, `${chosen}.link`];
      await fs.mkdir(real);
      await fs.symlink(outside, link);
      // In a process of its own, as fast as it can: now the folder, now the link.
      const swaps = `const fs = require('fs'); const [, chosen, real, link] = process.argv;
      for (;;) try { fs.renameSync(chosen, chosen + '.was'); fs.renameSync(real, chosen);
        fs.renameSync(chosen, real); fs.renameSync(link, chosen);
        fs.renameSync(chosen, link); fs.renameSync(chosen + '.was', chosen); } catch {}`;
      const { spawn } = await import('node:child_process');
      const racer = spawn(process.execPath, ['-e', swaps, chosen, real, link], { stdio: 'ignore' });
      let [written, refused, missing] = [0, 0, 0];
      try {
        for (let n = 0; n < 1000; n++) {
          const target = await TargetFolder.open(chosen).catch(() => null);
          if (target === null) missing++;
          else {
            // What the product asks before it writes: is it where it seems to be?
            if (target.realPath.startsWith(outside)) refused++;
            else
              await target.write(`${n}.txt`, text('x'), null).then(
                () => written++,
                () => missing++,
              );
            await target.close();
          }
        }
      } finally {
        racer.kill('SIGKILL');
      }
      console.log(`written ${written}, refused ${refused}, not there ${missing}`);
      assert.equal(written + refused + missing, 1000);
      assert.ok(written > 0, 'some were written, or nothing was tested');
      assert.deepEqual(await fs.readdir(outside), []);
    },
  );
});

describe('a full disk', () => {
  const isRoot = process.getuid?.() === 0 && process.platform === 'linux';
  const SMALL = 4 * 1024 * 1024;
  let disk: string;
  let isMounted = false;
  before(async () => {
    disk = await fs.mkdtemp(path.join(tmpdir(), 'full-'));
    if (!isRoot) return;
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL}`, 'tmpfs', disk], { stdio: 'ignore' });
      isMounted = true;
    } catch {
      // No right to mount: the tests say that they were skipped.
    }
  });
  after(async () => {
    if (isMounted) execFileSync('umount', [disk]);
    await fs.rm(disk, { recursive: true, force: true });
  });

  it('leaves the original, and no part of the new file', async (t) => {
    if (!isMounted) {
      t.skip('a small file system can be mounted by root only');
      return;
    }
    const original = Buffer.alloc(1_000_000, 'o');
    await fs.writeFile(path.join(disk, 'a.bin'), original);
    const large = path.join(root, 'large.bin');
    await fs.writeFile(large, Buffer.alloc(2 * SMALL, 'n'));
    const content: Content = {
      read: () => createReadStream(large),
      sha256: hashOf(await fs.readFile(large)),
    };
    await into(disk, async (target) => {
      await assert.rejects(target.write('a.bin', content, await target.look('a.bin')), /ENOSPC/);
      await assert.rejects(target.write('b.bin', content, null), /ENOSPC/);
    });
    assert.deepEqual(await fs.readdir(disk), ['a.bin']);
    assert.deepEqual(await fs.readFile(path.join(disk, 'a.bin')), original);
    await into(disk, async (target) => target.write('small.bin', text('fits'), null));
    assert.equal(await fs.readFile(path.join(disk, 'small.bin'), 'utf8'), 'fits');
  });
});
