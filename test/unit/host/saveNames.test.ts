import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { describe, it } from 'node:test';
import { Failure } from '../../../src/failures.ts';
import { FileIds } from '../../../src/host/fileIds.ts';
import { realAddress } from '../../../src/host/linkAddress.ts';
import { sampleFolder } from '../../../src/host/sample.ts';
import { freeName, isOpenedAsText, offeredName, planNames } from '../../../src/host/saveNames.ts';

describe('names of saved files', () => {
  const cases: [string, string][] = [
    ['chart.png', 'chart.png'],
    ['a/b/report.xlsx', 'report.xlsx'],
    ['../../etc/passwd', 'passwd'],
    ['.bashrc', 'bashrc'],
    ['..', 'file'],
    ['x:y*z?.csv', 'x_y_z_.csv'],
    ['gpj.\u202etxt', 'gpj._txt'],
    ['trailing. . ', 'trailing'],
    ['a\\b.csv', 'b.csv'],
    ['/abs/x.csv', 'x.csv'],
    ['a\0b.csv', 'a_b.csv'],
    ['CON', 'CON_'],
    ['nul.tar.gz', 'nul_.tar.gz'],
    ['console.csv', 'console.csv'],
    ['x.', 'x'],
    ['a:b', 'a_b'],
    ['\\\\srv\\s', 's'],
    ['new\nline\u001b[31m.csv', 'new_line_[31m.csv'],
    ['-rf', 'rf'],
    ['.', 'file'],
    ['', 'file'],
    ['tags\u{e0041}\u200b.csv', 'tags__.csv'],
    [`${'a'.repeat(300)}.csv`, `${'a'.repeat(180)}.csv`],
    [`${'é'.repeat(300)}.csv`, `${'é'.repeat(90)}.csv`],
    [`${'😀'.repeat(100)}`, '😀'.repeat(45)],
  ];
  for (const [name, expected] of cases) {
    it(`offers ${JSON.stringify(name)} as ${expected}`, () => assert.equal(offeredName(name), expected));
  }

  it('finds a free one', () => {
    const taken = new Set(['a.png', 'a (2).png']);
    assert.equal(
      freeName('a.png', (name) => taken.has(name)),
      'a (3).png',
    );
  });

  it('are kept apart when two artifacts have the same', () => {
    const names = planNames([
      { name: 'x/out.csv', sha256: '1' },
      { name: 'y/OUT.csv', sha256: '2' },
      { name: 'new.csv', sha256: '3' },
    ]);
    assert.deepEqual(names, [
      { name: 'out.csv', sha256: '1' },
      { name: 'OUT (2).csv', sha256: '2' },
      { name: 'new.csv', sha256: '3' },
    ]);
  });

  it('decide that a notebook, a page or a drawing is opened as text, and a table is not', () => {
    for (const name of ['a.ipynb', 'A.HTML', 'x.svg', 'README.md']) assert.ok(isOpenedAsText(name), name);
    for (const name of ['a.csv', 'a.png', 'a.xlsx', 'html']) assert.ok(!isOpenedAsText(name), name);
  });
});

describe('links', () => {
  it('are shown as they really are', () => {
    assert.equal(realAddress('https://аpple.com/x').host, 'xn--pple-43d.com');
    assert.equal(realAddress('http://a.test/ü?q=1#f').href, 'http://a.test/%C3%BC?q=1#f');
  });

  for (const link of [
    'command:workbench.action.terminal.new',
    'vscode://x',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    '\\\\host\\share',
    'no link',
  ]) {
    it(`are refused: ${link}`, () => {
      assert.throws(
        () => realAddress(link),
        (error) => error instanceof Failure && error.code === 'bad-link',
      );
    });
  }
});

describe('file ids', () => {
  it('are given once for a file, and mean nothing else', () => {
    const ids = new FileIds();
    const file = ids.add('/w/a.csv', 'a.csv');
    assert.equal(ids.add('/w/a.csv', 'a.csv').id, file.id);
    assert.deepEqual(ids.find([file.id, '/w/a.csv', '../a.csv', 'file-99']), [file]);
  });
});

describe('the sample', () => {
  it('is copied, mended when it was changed, and left alone otherwise', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'sample-'));
    try {
      const target = path.join(folder, 'sample');
      await sampleFolder('media/sample', target);
      const sales = path.join(target, 'sales.csv');
      const bundled = await readFile('media/sample/sales.csv', 'utf8');
      assert.equal(await readFile(sales, 'utf8'), bundled);
      await writeFile(sales, 'broken');
      await sampleFolder('media/sample', target);
      assert.equal(await readFile(sales, 'utf8'), bundled);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
