/** Group F of the threat model, as far as it is about the mount: F1 to F4 and F6 to F8. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { describe, it } from 'node:test';
import { Failure } from '../../../src/failures.ts';
import { attacks } from '../../support/attack.ts';
import { makeWorkspace, SandboxFixture } from '../../support/dockerFixture.ts';

const READ_ONLY = /Read-only|denied|not permitted|not supported|EROFS|EACCES|cross-device/i;
const isRoot = process.getuid?.() === 0;

attacks(
  'F: the workspace',
  {
    workspace: () => {
      const workspace = makeWorkspace({ 'data.csv': 'x,y\n1,2\n', 'sub/deep.csv': 'z\n' });
      symlinkSync('/etc/passwd', path.join(workspace, 'out.txt'));
      symlinkSync('../../../../../etc/hostname', path.join(workspace, 'up.txt'));
      symlinkSync(path.join(workspace, 'data.csv'), path.join(workspace, 'absolute.csv'));
      symlinkSync('data.csv', path.join(workspace, 'in.csv'));
      writeFileSync(path.join(workspace, 'private.csv'), 'secret of another user\n', { mode: 0o600 });
      if (isRoot) chownSync(path.join(workspace, 'private.csv'), 4321, 4321);
      truncateSync(path.join(workspace, 'data.csv'), 8);
      return workspace;
    },
  },
  (target) => {
    const change: Record<string, string> = {
      write: 'open("data.csv", "a").write("x")',
      create: 'open("new.csv", "w")',
      truncate: 'os.truncate("data.csv", 0)',
      'open to truncate': 'os.open("data.csv", os.O_RDWR | os.O_TRUNC)',
      'open for reading, to truncate': 'os.open("data.csv", os.O_RDONLY | os.O_TRUNC)',
      mode: 'os.chmod("data.csv", 0o777)',
      owner: 'os.chown("data.csv", os.getuid(), os.getgid())',
      times: 'os.utime("data.csv", (0, 0))',
      remove: 'os.unlink("data.csv")',
      'remove a folder': 'os.rmdir("sub")',
      rename: 'os.rename("data.csv", "b.csv")',
      'move away': 'shutil.move("data.csv", "/outputs/b.csv")',
      'move into': 'open("/outputs/i", "w").close(); os.rename("/outputs/i", "i")',
      'hard link': 'os.link("data.csv", "hard.csv")',
      'hard link outside': 'os.link("data.csv", "/outputs/hard.csv")',
      'symbolic link': 'os.symlink("data.csv", "soft.csv")',
      attribute: 'os.setxattr("data.csv", "user.x", b"x")',
      folder: 'os.mkdir("made")',
      pipe: 'os.mkfifo("pipe")',
      'shared memory map': 'mmap.mmap(os.open("data.csv", os.O_RDWR), 0)[0:1] = b"X"',
      'again through /proc': 'open(f"/proc/self/fd/{os.open(\'data.csv\', os.O_RDONLY)}", "w")',
    };
    for (const [name, code] of Object.entries(change)) {
      it(`F1 cannot be changed: ${name}`, async () => {
        await target.refused('python', `import mmap, os, shutil\nos.chdir("/workspace")\n${code}`, READ_ONLY);
      });
    }

    it('F1 may still: be read, mapped and copied', async () => {
      const code = `
import mmap, os, shutil
os.chdir("/workspace")
print(mmap.mmap(os.open("data.csv", os.O_RDONLY), 0, prot=mmap.PROT_READ)[0:3].decode(), sorted(os.listdir("sub")))
shutil.copy("data.csv", "/outputs/copy.csv"); open("/outputs/copy.csv", "a").write("3,4\\n")`;
      assert.equal(await target.ok('python', code), "x,y ['deep.csv']");
    });

    it('F3 a link that leads out shows nothing of the host, and is explained beforehand', async () => {
      const seen = await target.ok('bash', 'cat /workspace/out.txt');
      assert.equal(seen, await target.ok('bash', 'cat /etc/passwd'));
      assert.match(seen, /^sandbox:/m);
      assert.equal(
        await target.ok('bash', 'cat /workspace/up.txt'),
        await target.ok('bash', 'cat /etc/hostname'),
      );
      await target.refused('bash', 'cat /workspace/absolute.csv', /No such file/);
      const { hidden } = await target.box.sandbox.start(() => undefined);
      assert.deepEqual(hidden?.links, ['absolute.csv', 'out.txt', 'up.txt']);
    });

    it('F3 may still: a link inside leads where it says', async () => {
      assert.equal(await target.ok('bash', 'head -1 /workspace/in.csv'), 'x,y');
    });

    it('F8 a file of another user is refused by name, in one line', async (t) => {
      if (!isRoot) {
        t.skip('only root can give a file to another user');
        return;
      }
      await target.refused(
        'bash',
        'cat /workspace/private.csv',
        /^cat: \/workspace\/private\.csv: Permission denied/m,
      );
      const run = await target.run('python', 'import pandas; pandas.read_csv("/workspace/private.csv")');
      assert.match(run.error ?? '', /PermissionError.*'\/workspace\/private\.csv'/);
    });
  },
);

describe('F2 a file system mounted inside the workspace', () => {
  it('is neither writable nor visible, and what lies beside it is', async (t) => {
    if (!isRoot) {
      t.skip('only root can mount one');
      return;
    }
    const workspace = makeWorkspace();
    const inner = path.join(workspace, 'inner');
    mkdirSync(inner);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=1777,size=1m', 'tmpfs', inner]);
    writeFileSync(path.join(inner, 'inside.csv'), 'x');
    const box = await SandboxFixture.started({}, workspace);
    try {
      assert.equal((await box.run('bash', 'echo x > /workspace/inner/x')).status, 'error');
      assert.equal(await box.ok('bash', 'ls /workspace/inner; ls /workspace'), 'data.csv\ninner');
      assert.deepEqual(readdirSync(inner), ['inside.csv']);
    } finally {
      await box.sandbox.dispose();
      execFileSync('umount', [inner]);
      await box.close();
    }
  });

  it('one that comes later stays outside, too', async (t) => {
    if (!isRoot) {
      t.skip('only root can mount one');
      return;
    }
    const workspace = makeWorkspace({ 'data.csv': 'x\n', 'inner/before.csv': 'x\n' });
    const box = await SandboxFixture.started({}, workspace);
    const inner = path.join(workspace, 'inner');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=1777,size=1m', 'tmpfs', inner]);
    try {
      writeFileSync(path.join(inner, 'inside.csv'), 'x');
      assert.equal((await box.run('bash', 'echo x > /workspace/inner/x')).status, 'error');
      assert.equal(await box.ok('bash', 'ls /workspace/inner'), 'before.csv');
      assert.deepEqual(readdirSync(inner), ['inside.csv']);
    } finally {
      await box.sandbox.dispose();
      execFileSync('umount', [inner]);
      await box.close();
    }
  });
});

describe('F4 the folder itself', () => {
  it('is the right one, whatever it is called and through whatever link it is named', async () => {
    const parent = mkdtempSync(path.join(tmpdir(), 'names-'));
    chmodSync(parent, 0o755);
    const names = [
      'a:b,c=d',
      'with "quotes" \'and\' spaces',
      're\u0301sume\u0301',
      '名前 🚀',
      '--readonly',
      '$HOME;`id`',
      'new\nline',
    ];
    const mounts = names.flatMap((name, n) => {
      const folder = path.join(parent, name);
      const link = path.join(parent, `link ${n}`);
      mkdirSync(folder);
      writeFileSync(path.join(folder, 'mine.txt'), name);
      symlinkSync(folder, link);
      return [
        { source: folder, name: `folder${n}` },
        { source: link, name: `link${n}` },
      ];
    });
    try {
      const box = await SandboxFixture.started({ mounts });
      try {
        for (const [n, name] of names.entries()) {
          for (const place of ['folder', 'link']) {
            assert.equal(await box.ok('bash', `cat /workspace/${place}${n}/mine.txt`), name);
          }
        }
      } finally {
        await box.close();
      }
    } finally {
      rmSync(parent, { recursive: true });
    }
  });
});

describe('F6 several folders', () => {
  it('with the same name are told apart or refused, never mixed up', async () => {
    const [one, two] = [makeWorkspace({ 'in.txt': 'one' }), makeWorkspace({ 'in.txt': 'two' })];
    const mounts = (first: string, second: string): { source: string; name: string }[] => [
      { source: one, name: first },
      { source: two, name: second },
    ];
    const same = await SandboxFixture.make({ mounts: mounts('data', 'data') });
    const box = await SandboxFixture.started({ mounts: mounts('data', 'data (2)') });
    try {
      const isBadMount = (error: unknown): boolean => error instanceof Failure && error.code === 'bad-mount';
      await assert.rejects(
        same.sandbox.start(() => undefined),
        isBadMount,
      );
      assert.equal(
        await box.ok('bash', 'cat "/workspace/data/in.txt" "/workspace/data (2)/in.txt"'),
        'onetwo',
      );
    } finally {
      await same.close();
      await box.close();
      for (const folder of [one, two]) rmSync(folder, { recursive: true });
    }
  });

  it('none at all: code runs, and sees an empty folder', async () => {
    const box = await SandboxFixture.started({ mounts: [] });
    try {
      assert.equal(await box.ok('bash', 'ls -A /workspace | wc -l'), '0');
    } finally {
      await box.close();
    }
  });
});

attacks(
  'F7: sizes',
  {
    hostWrites: true,
    workspace: () => {
      const workspace = makeWorkspace({ 'data.csv': 'x\n' });
      for (const [name, bytes] of [
        ['two.bin', 2 ** 31 + 5],
        ['four.bin', 2 ** 32 + 5],
      ] as const) {
        writeFileSync(path.join(workspace, name), '');
        truncateSync(path.join(workspace, name), bytes);
      }
      mkdirSync(path.join(workspace, 'many'));
      for (let n = 0; n < 20_000; n++) writeFileSync(path.join(workspace, 'many', `${n}.csv`), '');
      writeFileSync(path.join(workspace, 'n'.repeat(255)), 'long name');
      let deep = path.join(workspace, 'deep');
      while (deep.length < 3800) deep = path.join(deep, 'd'.repeat(200));
      mkdirSync(deep, { recursive: true });
      writeFileSync(path.join(deep, 'end.txt'), 'far down');
      return workspace;
    },
  },
  (target) => {
    it('files above 2 and 4 GiB have their size and their end', async () => {
      const code = `
import os
for name in ('two', 'four'):
    with open(f'/workspace/{name}.bin', 'rb') as file: print(file.seek(-5, 2), len(file.read()))`;
      assert.equal(await target.ok('python', code), `${2 ** 31} 5\n${2 ** 32} 5`);
    });

    it('20,000 files in a folder are listed, a name of 255 bytes and a path of 3,800 are opened', async () => {
      const listed = await target.run(
        'bash',
        'set -o pipefail; ls /workspace/many | wc -l; ok=$?; set +o pipefail; (exit $ok)',
      );
      // Some gVisor versions cannot; then it is told.
      if (target.runtime === 'runsc' && listed.status === 'error') assert.match(listed.stderr, /ls: /);
      else assert.equal(listed.stdout.trim(), '20000');
      assert.equal(await target.ok('bash', `cat /workspace/${'n'.repeat(255)}`), 'long name');
      assert.equal(await target.ok('bash', `find /workspace/deep -name end.txt -exec cat {} +`), 'far down');
    });

    it('a path that is too long is an error of the cell, and the next one runs', async () => {
      await target.refused('python', `open('/workspace/' + 'a/' * 3000)`, /File name too long|No such file/);
    });

    it('all of it was searched for secrets', async () => {
      const { hidden } = await target.box.sandbox.start(() => undefined);
      assert.deepEqual([hidden?.cut, hidden?.count], [false, 0]);
      assert.ok(existsSync(path.join(target.workspace, 'two.bin')));
    });
  },
);
