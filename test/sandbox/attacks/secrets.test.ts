/** S10 of the threat model: what holds secrets is empty in the sandbox, counted and named; what comes later, too. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import * as path from 'node:path';
import { describe, it } from 'node:test';
import { Failure } from '../../../src/failures.ts';
import { attacks, type Target } from '../../support/attack.ts';
import { makeWorkspace, SandboxFixture } from '../../support/dockerFixture.ts';

const CANARY = 'canary-7f3b1c';
const SECRETS = [
  '.env',
  'app/.env.production',
  '.git/config',
  'keys/id_rsa',
  '.npmrc',
  'keys/server.pem',
  '.aws/credentials',
  'payroll/people.csv',
];
const NEIGHBOURS = ['.env.example', 'keys/id_rsa.pub', 'keys/id_map.csv', 'data.csv'];
const LIST = { '.codeinterpreterignore': '# not for the model\npayroll/\n!.env\n' };

const everywhere = (text: string): string => `grep -ral ${text} /workspace 2>/dev/null | sort; true`;
const world = (): Record<string, string> => ({
  ...Object.fromEntries([...SECRETS, ...NEIGHBOURS].map((name) => [name, `${name} ${CANARY}\n`])),
  ...LIST,
});

attacks('S10: secrets in the workspace', { workspace: world() }, (target) => {
  it('are nowhere to be read, in any language', async () => {
    const shown = NEIGHBOURS.map((name) => `/workspace/${name}`).sort();
    assert.deepEqual((await target.ok('bash', everywhere(CANARY))).split('\n'), shown);
    for (const secret of SECRETS) {
      const file = JSON.stringify(`/workspace/${secret}`);
      const python = `import os\nprint(open(${file}).read() if os.path.exists(${file}) else '')`;
      const javascript = `const fs = require('fs'); console.log(fs.existsSync(${file}) ? fs.readFileSync(${file}, 'utf8') : '')`;
      assert.equal(await target.ok('python', python), '', secret);
      assert.equal(await target.ok('javascript', javascript), '', secret);
      assert.match(readFileSync(path.join(target.workspace, secret), 'utf8'), /canary/);
    }
  });

  it('may still: their neighbours are read', async () => {
    for (const name of NEIGHBOURS) {
      assert.equal(await target.ok('bash', `cat /workspace/${name}`), `${name} ${CANARY}`);
    }
  });

  it('cannot be uncovered: no unmounting, no other way to the same file', async () => {
    const show = 'cat /workspace/.env /workspace/.aws/credentials';
    for (const attempt of [
      `umount /workspace/.env /workspace/.aws; ${show}`,
      `umount -l /workspace/.env; umount -l /workspace/.aws; ${show}`,
      `unshare -rm sh -c "umount /workspace/.env /workspace/.aws; ${show}"`,
      `unshare -rm sh -c "mount --rbind /workspace /tmp; cat /tmp/.env /tmp/.aws/credentials"`,
      `mount --bind /workspace /tmp; cat /tmp/.env`,
    ]) {
      const { stdout, stderr } = await target.run('bash', attempt);
      assert.ok(!stdout.includes(CANARY), `${attempt}: ${stderr}`);
    }
    for (const way of ['/proc/1/root', '/proc/self/root', '/proc/self/cwd/..', '/dev/fd/3/..']) {
      assert.equal(await target.ok('bash', `cat ${way}/workspace/.env 2>/dev/null; true`), '', way);
    }
  });

  it('are not read by the editor either', async () => {
    const view = { command: 'view', path: '/workspace/.env', range: null, limitChars: 1000 } as const;
    assert.doesNotMatch(JSON.stringify(await target.box.sandbox.kernel.edit(view)), /canary/);
    const neighbour = await target.box.sandbox.kernel.edit({ ...view, path: '/workspace/.env.example' });
    assert.match(JSON.stringify(neighbour), /canary/);
  });

  it('are counted and named', async () => {
    const { hidden } = await target.box.sandbox.start(() => undefined);
    const names = [
      '.aws/',
      '.env',
      '.git/',
      '.npmrc',
      'app/.env.production',
      'keys/id_rsa',
      'keys/server.pem',
      'payroll/',
    ];
    assert.deepEqual(hidden, { count: names.length, names, cut: false, linkCount: 0, links: [] });
  });
});

async function canaries(target: Target): Promise<string> {
  return target.ok('bash', everywhere(CANARY));
}

attacks(
  'S10: secrets that come later',
  { workspace: { 'data.csv': 'x\n1\n', '.env': CANARY }, hostWrites: true },
  (target) => {
    const at = (name: string): string => path.join(target.workspace, name);

    /** The cell must not run; the next one runs in a new sandbox, in which the secret is hidden. */
    async function replaced(change: () => void, name: RegExp): Promise<void> {
      await target.ok('bash', 'kept=1');
      change();
      const isLost = (error: unknown): boolean =>
        error instanceof Failure && error.code === 'sandbox-lost' && name.test(error.sentence);
      await assert.rejects(target.run('bash', everywhere(CANARY)), isLost);
      assert.match(target.box.lost.pop() ?? '', name);
      await target.box.sandbox.start(() => undefined);
      assert.equal(await canaries(target), '');
      assert.equal(await target.ok('bash', 'echo "${kept:-gone}"'), 'gone');
    }

    it('a new file is hidden before the next cell runs', async () => {
      await replaced(() => {
        mkdirSync(at('sub'));
        writeFileSync(at('sub/.env.local'), CANARY);
      }, /sub\/\.env\.local/);
    });

    it('a masked file that a program replaced is hidden again', async () => {
      await replaced(() => {
        writeFileSync(at('.env.tmp~'), CANARY);
        renameSync(at('.env.tmp~'), at('.env'));
      }, /\.env/);
    });

    it('a longer list counts at once', async () => {
      writeFileSync(at('people.csv'), CANARY);
      assert.equal(await canaries(target), '/workspace/people.csv');
      await replaced(() => {
        writeFileSync(at('.codeinterpreterignore'), 'people.csv\n');
      }, /codeinterpreterignore/);
    });

    it('may still: other changes of the workspace, and of a secret in its place, keep the variables', async () => {
      await target.ok('bash', 'kept=1');
      writeFileSync(at('more.csv'), 'x\n2\n');
      writeFileSync(at('.env'), `changed ${CANARY}`);
      assert.equal(await target.ok('bash', 'cat /workspace/more.csv | wc -l; echo $kept'), '2\n1');
      assert.equal(await canaries(target), '');
    });

    it('gap: what is written while a cell runs can be read by this cell, and by none after it', async () => {
      const cell = target.run('bash', `sleep 2; ${everywhere(CANARY)}`);
      await new Promise((resolve) => setTimeout(resolve, 700));
      writeFileSync(at('late.pem'), CANARY);
      assert.equal((await cell).stdout.trim(), '/workspace/late.pem');
      await assert.rejects(target.run('bash', 'true'), /late\.pem/);
      await target.box.sandbox.start(() => undefined);
      assert.equal(await canaries(target), '');
    });
  },
);

describe('S10: masks', () => {
  it('are laid over nothing through a link, and a thing that vanishes does not fail the start', async () => {
    const workspace = makeWorkspace({ 'real/values': CANARY, 'data.csv': 'x\n' });
    symlinkSync('real/values', path.join(workspace, '.env'));
    symlinkSync('/etc/passwd', path.join(workspace, '.npmrc'));
    const gone = path.join(workspace, 'gone.pem');
    writeFileSync(gone, CANARY);
    const lines: string[] = [];
    const log = (line: string): void => {
      lines.push(line);
      // It has been made with a mask on the file, and is not yet started.
      if (line.startsWith('container ') && existsSync(gone)) rmSync(gone);
    };
    const box = await SandboxFixture.make({ log }, workspace);
    try {
      await box.sandbox.start(() => undefined);
      assert.ok(lines.some((line) => line.includes('went away during the start')));
      assert.equal(await box.ok('bash', everywhere(CANARY)), '');
      assert.match(await box.ok('bash', 'head -1 /etc/passwd'), /^root:/);
      assert.ok(!existsSync(gone));
    } finally {
      await box.close();
    }
  });

  it('can be a thousand', async () => {
    const files = Object.fromEntries(Array.from({ length: 1200 }, (_, n) => [`f${n % 30}/${n}.pem`, CANARY]));
    const workspace = makeWorkspace({ ...files, 'data.csv': CANARY });
    chmodSync(workspace, 0o755);
    const box = await SandboxFixture.started({}, workspace);
    try {
      assert.equal(await box.ok('bash', everywhere(CANARY)), '/workspace/data.csv');
      const { hidden } = await box.sandbox.start(() => undefined);
      assert.ok(hidden !== undefined && hidden.count <= 1000 && hidden.names.length === 100);
    } finally {
      await box.close();
    }
  });
});
