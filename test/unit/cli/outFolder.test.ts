import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { OutFolder, writeAtomically } from '../../../src/cli/outFolder.ts';
import { Failure } from '../../../src/failures.ts';

const temporary = (): string => mkdtempSync(path.join(tmpdir(), 'out-'));

describe('the folder for results', () => {
  it('numbers a name that is taken and leaves the old file alone', async () => {
    const folder = temporary();
    writeFileSync(path.join(folder, 'a.txt'), 'old');
    const out = await OutFolder.open(folder);
    assert.equal(await out.write('a.txt', 'new'), 'a-2.txt');
    assert.equal(readFileSync(path.join(folder, 'a.txt'), 'utf8'), 'old');
    assert.equal(readFileSync(path.join(folder, 'a-2.txt'), 'utf8'), 'new');
  });

  it('replaces what this run wrote itself', async () => {
    const folder = temporary();
    const out = await OutFolder.open(path.join(folder, 'made', 'here'));
    await out.write('sub/a.txt', 'one');
    assert.equal(await out.write('sub/a.txt', Readable.from(['t', 'wo'])), path.join('sub', 'a.txt'));
    assert.deepEqual(readdirSync(path.join(out.folder, 'sub')), ['a.txt']);
    assert.equal(readFileSync(path.join(out.folder, 'sub', 'a.txt'), 'utf8'), 'two');
  });

  for (const name of ['../x', '/etc/x', '.', 'a/../../x']) {
    it(`refuses the name ${name}`, async () => {
      const out = await OutFolder.open(path.join(temporary(), 'inner'));
      await assert.rejects(
        out.write(name, 'x'),
        (error) => error instanceof Failure && error.area === 'files',
      );
    });
  }

  it('does not follow a link out of the folder', async () => {
    const [folder, elsewhere] = [temporary(), temporary()];
    symlinkSync(elsewhere, path.join(folder, 'sub'));
    const out = await OutFolder.open(folder);
    await assert.rejects(out.write('sub/x.txt', 'x'), /is a link/);
    assert.deepEqual(readdirSync(elsewhere), []);
  });

  it('a folder that cannot be made is a failure with a sentence', async () => {
    const file = path.join(temporary(), 'file');
    writeFileSync(file, '');
    await assert.rejects(OutFolder.open(path.join(file, 'x')), /not a folder/);
  });

  it('a write that fails leaves the old file and nothing else', async () => {
    const folder = temporary();
    const file = path.join(folder, 'a.txt');
    writeFileSync(file, 'old');
    const broken = new Readable({
      read() {
        this.destroy(new Error('cut'));
      },
    });
    await assert.rejects(writeAtomically(file, broken), /cut/);
    assert.deepEqual(readdirSync(folder), ['a.txt']);
    assert.equal(readFileSync(file, 'utf8'), 'old');
  });

  it('writes through a link to the file itself', async () => {
    const [folder, other] = [temporary(), temporary()];
    writeFileSync(path.join(other, 'real'), 'old');
    symlinkSync(path.join(other, 'real'), path.join(folder, 'link'));
    await writeAtomically(path.join(folder, 'link'), 'new');
    assert.equal(readFileSync(path.join(other, 'real'), 'utf8'), 'new');
  });
});
