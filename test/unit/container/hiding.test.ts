import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { hideSecrets } from '../../../src/container/hiding.ts';
import { hiddenNames } from '../../../src/container/hiddenNames.ts';
import { maskMounts, planMasks } from '../../../src/container/masks.ts';
import { scanMounts, type Found } from '../../../src/container/scan.ts';
import { Failure } from '../../../src/failures.ts';

const made: string[] = [];
after(() => {
  for (const folder of made) rmSync(folder, { recursive: true });
});

function folderWith(...files: string[]): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hiding-')));
  made.push(folder);
  for (const file of files) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    if (!file.endsWith('/')) writeFileSync(path.join(folder, file), 'secret');
  }
  return folder;
}

const mountOf = (source: string): { source: string; target: string } => ({ source, target: '/workspace' });
const namesIn = async (folder: string): Promise<string[]> =>
  (await hideSecrets([mountOf(folder)])).facts.names;
const isBadMount = (words: RegExp) => (error: unknown) =>
  error instanceof Failure && error.code === 'bad-mount' && words.test(error.sentence);
/** Folders that were just changed are looked at in any case. */
const settle = async (): Promise<void> => wait(80);

describe('names that are hidden', () => {
  const isHidden = hiddenNames(null);
  const hidden =
    '.env .env.local .ENV .env.production a/b/.env .git/ sub/.git/ .git-credentials .npmrc .pypirc .netrc .aws/ .ssh/ ' +
    '.gnupg/ .kube/ .docker/config.json home/.docker/config.json server.pem tls.key store.p12 store.pfx a.jks ' +
    'a.keystore id_rsa id_ed25519 id_work id_rsa.bak credentials.json credentials-prod.json service-account.json ' +
    'client_secret_1.json secrets.yaml terraform.tfstate';
  const shown =
    '.env.example .env.sample .env.template id_rsa.pub id_map.csv id_list.xlsx id_columns/ environment.csv key.csv ' +
    'keys.json pem.txt .gitignore .gitattributes .git .github/ docker/config.json credentials.csv data.csv .npmignore ' +
    'report.docx monkey';
  it('are those of secrets, wherever they lie', () => {
    for (const name of hidden.split(' ')) assert.ok(isHidden(name), name);
  });
  it('are not those of their neighbours', () => {
    for (const name of shown.split(' ')) assert.ok(!isHidden(name), name);
  });
  it('grow by the workspace’s own list, as a .gitignore says it, and never shrink', () => {
    const more = hiddenNames('# people\n/payroll/\n*.secret.csv\n!open.secret.csv\n!.env\n');
    for (const name of ['payroll/', 'a/x.secret.csv', '.env', '.env.local']) assert.ok(more(name), name);
    for (const name of ['a/payroll/', 'open.secret.csv', 'people.csv']) assert.ok(!more(name), name);
  });
});

describe('the search', () => {
  it('finds secrets, sockets and pipes, and does not enter what is hidden as a whole', async () => {
    const folder = folderWith(
      '.env',
      'a/b/tls.key',
      '.git/config',
      '.git/id_rsa',
      'data.csv',
      'node_modules/x/.npmrc',
    );
    execFileSync('mkfifo', [path.join(folder, 'a', 'pipe')]);
    assert.deepEqual(await namesIn(folder), [
      '.env',
      '.git/',
      'a/b/tls.key',
      'a/pipe',
      'node_modules/x/.npmrc',
    ]);
  });

  it('follows no link: one out is listed, one with a hidden name hides what it points to inside', async () => {
    const outside = folderWith('.env', 'data.csv');
    const folder = folderWith('config/values', 'data.csv', 'deep/x');
    symlinkSync('config/values', path.join(folder, '.env'));
    symlinkSync(path.join(outside, '.env'), path.join(folder, '.env.local'));
    symlinkSync(outside, path.join(folder, 'other'));
    symlinkSync('../../data.csv', path.join(folder, 'deep', 'up'));
    symlinkSync('../data.csv', path.join(folder, 'deep', 'in'));
    symlinkSync(path.join(folder, 'data.csv'), path.join(folder, 'absolute'));
    const hiding = await hideSecrets([mountOf(folder)]);
    assert.deepEqual(hiding.masksFor({ isGvisor: false }), [
      { target: '/workspace/config/values', kind: 'file' },
    ]);
    const { facts } = hiding;
    assert.deepEqual(facts, {
      count: 1,
      names: ['config/values'],
      cut: false,
      linkCount: 3,
      links: ['absolute', 'deep/up', 'other'],
    });
  });

  it('ends in a circle of links, and when it is cancelled', async () => {
    const folder = folderWith('a/b/.env');
    symlinkSync('..', path.join(folder, 'a', 'b', 'back'));
    assert.deepEqual(await namesIn(folder), ['a/b/.env']);
    const isCancelled = (error: unknown): boolean => error instanceof Failure && error.code === 'cancelled';
    await assert.rejects(hideSecrets([mountOf(folder)], AbortSignal.abort()), isCancelled);
  });

  it('says when it was cut, and comes to installed packages last', async () => {
    const folder = folderWith('node_modules/x/y/z/.env', 'src/deep/er/.env');
    const mount = { ...mountOf(folder), isHidden: hiddenNames(null) };
    const whole = await scanMounts([mount]);
    assert.equal(whole.cut, false);
    assert.equal(whole.found.length, 2);
    const cut = await scanMounts([mount], undefined, { entries: 5, timeMs: 10_000 });
    assert.equal(cut.cut, true);
    assert.deepEqual(
      cut.found.map(({ target }) => target),
      ['/workspace/src/deep/er/.env'],
    );
    assert.equal((await scanMounts([mount], undefined, { entries: 100, timeMs: 0 })).cut, true);
  });

  it('looks through 40,000 files in a few seconds', async () => {
    const folder = folderWith();
    for (let n = 0; n < 200; n++) {
      mkdirSync(path.join(folder, `d${n}`));
      writeFileSync(path.join(folder, `d${n}`, 'f'), '');
      for (let m = 0; m < 199; m++)
        linkSync(path.join(folder, `d${n}`, 'f'), path.join(folder, `d${n}`, `f${m}.csv`));
    }
    const start = performance.now();
    const { facts } = await hideSecrets([mountOf(folder)]);
    assert.equal(facts.cut, false);
    assert.ok(performance.now() - start < 5000, `${performance.now() - start} ms`);
  });

  it('does not pass over a list that it cannot read', async () => {
    const folder = folderWith('x.csv');
    symlinkSync('/etc/hostname', path.join(folder, '.codeinterpreterignore'));
    await assert.rejects(namesIn(folder), isBadMount(/not an ordinary file/));
    rmSync(path.join(folder, '.codeinterpreterignore'));
    writeFileSync(path.join(folder, '.codeinterpreterignore'), 'a\n'.repeat(200_000));
    await assert.rejects(namesIn(folder), isBadMount(/too large/));
    writeFileSync(path.join(folder, '.codeinterpreterignore'), 'x.*\n');
    assert.deepEqual(await namesIn(folder), ['x.csv']);
  });

  it('refuses a place for secrets as the folder itself', async () => {
    const folder = folderWith('.ssh/config', '.aws/sub/x');
    await assert.rejects(namesIn(path.join(folder, '.ssh')), isBadMount(/\.ssh is a place for secrets/));
    await assert.rejects(namesIn(path.join(folder, '.aws', 'sub')), isBadMount(/\.aws/));
  });
});

describe('masks', () => {
  const found = (target: string, kind: Found['kind'] = 'file'): Found => ({
    source: target,
    target,
    kind,
    identity: '',
  });
  const root = [mountOf('/data')];

  it('lie on each thing, empty and not writable', () => {
    const masks = planMasks([found('/workspace/b', 'special'), found('/workspace/a', 'folder')], root);
    assert.deepEqual(masks, [
      { target: '/workspace/a', kind: 'folder' },
      { target: '/workspace/b', kind: 'file' },
    ]);
    for (const mount of maskMounts(masks)) assert.equal(mount.ReadOnly, true);
  });

  it('cover a folder as a whole when they would be too many', () => {
    const many = Array.from({ length: 40 }, (_, n) => found(`/workspace/certs/${n}.pem`));
    assert.deepEqual(planMasks([...many, found('/workspace/x/.env')], root, 10), [
      { target: '/workspace/certs', kind: 'folder' },
      { target: '/workspace/x/.env', kind: 'file' },
    ]);
    const scattered = Array.from({ length: 40 }, (_, n) => found(`/workspace/all/${n}/.env`));
    assert.deepEqual(planMasks(scattered, root, 10), [{ target: '/workspace/all', kind: 'folder' }]);
  });

  it('never cover the whole folder: too many at its top are refused', () => {
    const many = Array.from({ length: 40 }, (_, n) => found(`/workspace/${n}.pem`));
    assert.throws(() => planMasks(many, root, 10), isBadMount(/"\/data".*more than 10 files/));
  });
});

describe('what comes later', () => {
  it('may be a socket or a pipe where cells cannot reach one', async () => {
    const folder = folderWith('data.csv');
    await settle();
    const hiding = await hideSecrets([mountOf(folder)]);
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    assert.equal(await hiding.exposed(), '/workspace/pipe');
    assert.equal(await hiding.exposed(true), null);
    const later = await hideSecrets([mountOf(folder)]);
    assert.deepEqual(
      [false, true].map((isGvisor) => later.masksFor({ isGvisor }).length),
      [1, 0],
    );
    writeFileSync(path.join(folder, '.env'), '');
    assert.equal(await hiding.exposed(true), '/workspace/.env');
  });

  it('is noticed: a new file, one in a new folder, one that was replaced, a longer list', async () => {
    const folder = folderWith('.env', 'sub/data.csv');
    const at = (...parts: string[]): string => path.join(folder, ...parts);
    await settle();
    const hiding = await hideSecrets([mountOf(folder)]);
    assert.equal(await hiding.exposed(), null);

    writeFileSync(at('sub', 'more.csv'), '');
    writeFileSync(at('.env'), 'changed in place');
    assert.equal(await hiding.exposed(), null);
    assert.equal(await hiding.vanished(), false);

    writeFileSync(at('sub', '.env.local'), '');
    assert.equal(await hiding.exposed(), '/workspace/sub/.env.local');
    rmSync(at('sub', '.env.local'));
    assert.equal(await hiding.exposed(), null);

    mkdirSync(at('new', 'deep'), { recursive: true });
    assert.equal(await hiding.exposed(), null);
    writeFileSync(at('new', 'deep', 'tls.key'), '');
    assert.equal(await hiding.exposed(), '/workspace/new/deep/tls.key');
    rmSync(at('new'), { recursive: true });

    writeFileSync(at('.env.tmp'), 'new');
    renameSync(at('.env.tmp'), at('.env'));
    assert.equal(await hiding.exposed(), '/workspace/.env');
    assert.equal(await hiding.vanished(), true);
    rmSync(at('.env'));
    assert.equal(await hiding.exposed(), null);

    writeFileSync(at('.codeinterpreterignore'), 'data.csv\n');
    assert.equal(await hiding.exposed(), '/workspace/.codeinterpreterignore');
  });
});
