/** What is delivered: small, complete, and nothing else. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { contextHash, readContext } from '../../../src/container/buildContext.ts';
import { REPOSITORY, VSIX } from '../../support/demoWorkspace.ts';
import { readZip, type ZipEntry } from '../../support/zip.ts';

const GOLDEN = join(REPOSITORY, 'test/golden/vsix-files.txt');
const MB = 1_000_000;

/** The page loads these at once; the rest on demand. */
const isEager = (name: string, main: string): boolean =>
  name.endsWith('webview/main.js') ||
  name.endsWith('webview/styles.css') ||
  // Static imports of the entry.
  (name.includes('webview/chunks/') && new RegExp(`from ?"\\./chunks/${fileName(name)}"`).test(main));

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const withoutHash = (name: string): string => name.replace(/-[A-Z0-9]{8}\.js$/, '-HASH.js');

describe('the .vsix', () => {
  let entries: ZipEntry[] = [];
  before(() => {
    assert.ok(existsSync(VSIX), 'npm run package has not been run');
    entries = readZip(VSIX);
  });

  it('is at most 4 MB', () => {
    const { size } = statSync(VSIX);
    console.log(`.vsix: ${(size / MB).toFixed(2)} MB, ${entries.length} files`);
    assert.ok(size <= 4 * MB, `${size} bytes`);
  });

  it('gives the page at most 0.5 MB of script and style before anything is asked for', () => {
    const main = entries.find(({ name }) => name.endsWith('webview/main.js'))?.content.toString() ?? '';
    const eager = entries.filter(({ name }) => isEager(name, main));
    const total = eager.reduce((sum, { content }) => sum + content.length, 0);
    console.log(
      `eager webview: ${(total / MB).toFixed(3)} MB in ${eager.map(({ name }) => fileName(name)).join(', ')}`,
    );
    assert.ok(eager.length >= 2, 'main.js and styles.css are there');
    assert.ok(total <= 0.5 * MB, `${total} bytes`);
  });

  it('contains exactly the files it should', () => {
    const list = entries.map(({ name }) => withoutHash(name)).sort();
    const text = `${list.join('\n')}\n`;
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(GOLDEN, text);
    assert.equal(text, readFileSync(GOLDEN, 'utf8'));
  });

  it('builds the same sandbox image as the repository', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'code-interpreter-context-'));
    try {
      for (const { name, mode, content } of entries) {
        const inside = /^extension\/sandbox\/(.+)$/.exec(name)?.[1];
        if (inside === undefined) continue;
        await mkdir(dirname(join(folder, inside)), { recursive: true });
        await writeFile(join(folder, inside), content);
        await chmod(join(folder, inside), mode);
      }
      const [delivered, ours] = await Promise.all([
        readContext(folder, null),
        readContext(join(REPOSITORY, 'sandbox'), null),
      ]);
      const names = (files: typeof ours): string[] =>
        files.map(({ name, mode }) => `${mode.toString(8)} ${name}`);
      assert.deepEqual(names(delivered), names(ours));
      assert.equal(contextHash(delivered, {}), contextHash(ours, {}));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('holds no path of the machine it was built on', () => {
    for (const { name, content } of entries) {
      assert.ok(!content.includes(REPOSITORY), `${name} mentions ${REPOSITORY}`);
    }
  });
});
