import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { cautionOf } from '../../../src/session/caution.ts';
import { cautionOfName, hasFormulas } from '../../../src/shared/fileCaution.ts';

describe('files that can act are told', () => {
  for (const line of [
    "=cmd|' /C calc'!A0",
    'a,=1+1',
    'a,"=HYPERLINK(""http://x"")"',
    'a;=SUM(A1:A2)',
    'a\t@SUM(A1)',
    "a,-2+3+cmd|' /C calc'!A0",
    'a,+SUM(1)',
    '\ufeff=1+1',
    'a\r=1+1',
    ' =1+1',
  ]) {
    it(`formula: ${JSON.stringify(line)}`, () =>
      assert.ok(hasFormulas(`head,er\n1,2\n${line}`.slice(line.startsWith('\ufeff') ? 12 : 0))));
  }

  for (const line of [
    'a,b',
    '-1,+2.5e3',
    'x,-5 (about)',
    'a=b,c',
    'mail,@someone',
    '+49 (30) 123',
    '-',
    '- item',
    '"a, b",1',
    'a == b',
  ]) {
    it(`no formula: ${JSON.stringify(line)}`, () => assert.ok(!hasFormulas(`head,er\n1,2\n${line}\n`)));
  }

  it('is quick on megabytes of delimiters', () => {
    const startedAt = performance.now();
    for (const part of ['\t', ' ', ',', '-', '"', '=']) hasFormulas(part.repeat(4_000_000));
    assert.ok(performance.now() - startedAt < 5000);
  });

  for (const [name, caution] of [
    ['a.xlsm', 'macros'],
    ['a.xlsx', null],
    ['run.bat', 'program'],
    ['x.lnk', 'program'],
    ['a.png', null],
    ['a.py', null],
  ] as const) {
    it(`by name: ${name} → ${String(caution)}`, () => assert.equal(cautionOfName(name), caution));
  }

  describe('in the store', () => {
    let folder: string;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'caution-'));
    });
    after(async () => rm(folder, { recursive: true, force: true }));

    it('tables as text are read, in UTF-16 too; others are not', async () => {
      const stored = join(folder, 'bytes');
      await writeFile(stored, 'a\n=1+1');
      assert.equal(await cautionOf(stored, 'a.csv'), 'formulas');
      assert.equal(await cautionOf(stored, 'a.txt'), null);
      await writeFile(stored, Buffer.from('\ufeffa\n=1+1', 'utf16le'));
      assert.equal(await cautionOf(stored, 'a.tsv'), 'formulas');
      await writeFile(stored, 'a\n1+1');
      assert.equal(await cautionOf(stored, 'a.csv'), null);
      assert.equal(await cautionOf(join(folder, 'none'), 'a.csv'), null);
    });
  });
});
