import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, describe, it } from 'node:test';
import { extract } from 'tar-stream';
import { contextHash, packContext, readContext } from '../../../src/container/buildContext.ts';
import { Failure } from '../../../src/failures.ts';

const root = mkdtempSync(path.join(tmpdir(), 'context-'));
after(() => {
  rmSync(root, { recursive: true });
});
let count = 0;

function folder(): string {
  count += 1;
  const made = path.join(root, String(count));
  mkdirSync(path.join(made, 'kernel'), { recursive: true });
  writeFileSync(path.join(made, 'Dockerfile'), 'FROM x\n');
  writeFileSync(path.join(made, 'kernel', 'bridge.py'), 'print(1)\n');
  return made;
}
const hashOf = async (
  where: string,
  args: Record<string, string> = { BASE: 'debian' },
  ca: string | null = null,
): Promise<string> => contextHash(await readContext(where, ca), args);

describe('hash of the build context', () => {
  it('is the same for the same files, wherever and whenever they were written', async () => {
    const [one, two] = [folder(), folder()];
    utimesSync(path.join(two, 'Dockerfile'), new Date(0), new Date(0));
    chmodSync(path.join(two, 'Dockerfile'), 0o600);
    assert.equal(await hashOf(one), await hashOf(two));
    assert.match(await hashOf(one), /^[0-9a-f]{16}$/);
  });

  const changes: [string, (where: string) => void][] = [
    ['content', (where) => writeFileSync(path.join(where, 'Dockerfile'), 'FROM y\n')],
    ['an added file', (where) => writeFileSync(path.join(where, 'kernel', 'new.py'), '')],
    ['a removed file', (where) => rmSync(path.join(where, 'kernel', 'bridge.py'))],
    ['an executable bit', (where) => chmodSync(path.join(where, 'kernel', 'bridge.py'), 0o755)],
    [
      'a moved boundary between name and content',
      (where) => {
        rmSync(path.join(where, 'kernel', 'bridge.py'));
        writeFileSync(path.join(where, 'kernel', 'bridge.pyprint'), '(1)\n');
      },
    ],
  ];
  for (const [what, change] of changes) {
    it(`changes with ${what}`, async () => {
      const where = folder();
      const before = await hashOf(where);
      change(where);
      assert.notEqual(await hashOf(where), before);
    });
  }

  it('changes with each build argument and with the certificate authority', async () => {
    const where = folder();
    const ca = path.join(root, 'ca.pem');
    writeFileSync(ca, 'certificate');
    const office = { BASE: 'debian', OFFICE: '1' };
    const hashes = [
      await hashOf(where),
      await hashOf(where, { BASE: 'ubuntu' }),
      await hashOf(where, office),
      await hashOf(where, { BASE: 'debian', OFFICE: '' }),
      await hashOf(where, { BASE: 'debianOFFICE1' }),
      await hashOf(where, { BASE: 'debian' }, ca),
    ];
    assert.equal(new Set(hashes).size, hashes.length);
    assert.equal(await hashOf(where, { OFFICE: '1', BASE: 'debian' }), await hashOf(where, office));
  });

  it('does not change with what is no part of the image', async () => {
    const where = folder();
    const before = await hashOf(where);
    mkdirSync(path.join(where, 'kernel', '__pycache__'));
    writeFileSync(path.join(where, 'kernel', '__pycache__', 'bridge.cpython-314.pyc'), 'x');
    mkdirSync(path.join(where, 'tests'));
    writeFileSync(path.join(where, 'tests', 'test_bridge.py'), 'x');
    writeFileSync(path.join(where, 'README.md'), 'x');
    symlinkSync('/etc/passwd', path.join(where, 'kernel', 'link'));
    assert.equal(await hashOf(where), before);
  });
});

describe('build context', () => {
  it('is packed in a fixed order, with fixed times and owners, and the certificate file', async () => {
    const entries: unknown[] = [];
    const tar = packContext(await readContext(folder(), null)).pipe(extract());
    for await (const entry of tar) {
      const { name, mode, uid, gid, mtime, size } = entry.header;
      entries.push([name, mode, uid, gid, mtime?.getTime(), size]);
      entry.resume();
    }
    assert.deepEqual(entries, [
      ['Dockerfile', 0o644, 0, 0, 0, 7],
      ['extra-ca.pem', 0o644, 0, 0, 0, 0],
      ['kernel/bridge.py', 0o644, 0, 0, 0, 9],
    ]);
  });

  it('that is not there is a failure with a sentence', async () => {
    await assert.rejects(
      readContext(path.join(root, 'missing'), null),
      (error) => error instanceof Failure && error.code === 'build-context-missing',
    );
  });
});
