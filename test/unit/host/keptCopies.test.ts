/** What is opened and dragged out of the panel: copies of the session's own files, under their names, and nothing else. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Failure } from '../../../src/failures.ts';
import { dragData, DRAGGED_DATA_BYTES, keptCopy, placeOf } from '../../../src/host/keptCopies.ts';

const OWN = 'ab'.repeat(32);

describe('copies of kept files', () => {
  let root = '';
  before(async () => {
    root = await mkdtemp(path.join(tmpdir(), 'kept-'));
    await mkdir(path.join(root, 'store'));
    await writeFile(path.join(root, 'store', OWN), 'a,b\n');
    await writeFile(path.join(root, 'secret'), 'key');
  });
  after(async () => rm(root, { recursive: true, force: true }));
  const pathOf = (sha256: string): string | null => (sha256 === OWN ? path.join(root, 'store', OWN) : null);
  const copyOf = async (name: string, sha256 = OWN): Promise<string> =>
    keptCopy({ name, sha256 }, pathOf, path.join(root, 'opened'));
  const address = (copy: string, authority: string) => ({
    ...{ scheme: 'vscode-remote', authority, path: copy },
    toString: () => `vscode-remote://${authority}${copy}`,
  });

  it('carry the name of the file, read-only, again and again', async () => {
    for (let n = 0; n < 2; n++) {
      const copy = await copyOf('tables/my sales.csv');
      assert.equal(path.basename(copy), 'my sales.csv');
      assert.equal(await readFile(copy, 'utf8'), 'a,b\n');
      assert.equal((await stat(copy)).mode & 0o777, 0o444);
    }
  });

  it('are of files that the session keeps, whatever name is asked for, and lie in their own folder', async () => {
    const isRefused = (error: unknown): boolean =>
      error instanceof Failure && error.code === 'artifact-not-stored';
    await assert.rejects(async () => copyOf('sales.csv', 'cd'.repeat(32)), isRefused);
    for (const name of ['../../secret', path.join(root, 'secret'), '..', 'file:///etc/passwd', '']) {
      const copy = await copyOf(name);
      assert.equal(path.dirname(copy), path.join(root, 'opened', OWN.slice(0, 16)), name);
      assert.equal(await readFile(copy, 'utf8'), 'a,b\n', name);
    }
    assert.equal(await readFile(path.join(root, 'secret'), 'utf8'), 'key');
  });

  it('are named in a drag by their address in the window, and nothing else is', async () => {
    const copy = await copyOf('sales.csv');
    const data = await dragData(copy, address(copy, 'ssh+box'));
    const uri = `vscode-remote://ssh+box${copy}`;
    const bytes = Buffer.from('a,b\n').toString('base64');
    assert.deepEqual(
      { ...data, CodeEditors: JSON.parse(data['CodeEditors'] ?? '') as unknown },
      {
        CodeEditors: [
          { resource: { $mid: 1, scheme: 'vscode-remote', authority: 'ssh+box', path: copy }, options: {} },
        ],
        ResourceURLs: JSON.stringify([uri]),
        'application/vnd.code.uri-list': uri,
        DownloadURL: `application/octet-stream:sales.csv:data:application/octet-stream;base64,${bytes}`,
      },
    );
  });

  it('open as text where VS Code would draw them with their scripts, and never as a workspace', async () => {
    for (const name of ['book.ipynb', 'page.html', 'some.code-workspace']) {
      const copy = await copyOf(name);
      const data = await dragData(copy, address(copy, ''));
      assert.match(data['CodeEditors'] ?? '', /"options":\{"override":"default"\}/, name);
      assert.ok(!('CodeFiles' in data), name);
    }
  });

  it('bring their bytes along for other programs while they are small', async () => {
    const copy = await copyOf('large.bin');
    await rm(copy);
    await writeFile(copy, Buffer.alloc(DRAGGED_DATA_BYTES + 1));
    const data = await dragData(copy, address(copy, ''));
    assert.deepEqual(Object.keys(data), ['CodeEditors', 'ResourceURLs', 'application/vnd.code.uri-list']);
  });

  it('lie where the window has the files of this machine', () => {
    const host = (text: string): string => `${text}.vscode-resource.vscode-cdn.net`;
    assert.deepEqual(placeOf(host('file+')), { scheme: 'file', authority: '' });
    assert.deepEqual(placeOf(host('vscode-remote+127-002e0-002e0-002e1-003a8080')), {
      ...{ scheme: 'vscode-remote', authority: '127.0.0.1:8080' },
    });
    assert.deepEqual(placeOf(host('vscode-remote+wsl-002bUbuntu')), {
      ...{ scheme: 'vscode-remote', authority: 'wsl+Ubuntu' },
    });
    assert.equal(placeOf('example.org'), null);
    assert.equal(placeOf(''), null);
  });
});
