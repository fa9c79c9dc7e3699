import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { describe, it } from 'node:test';
import { Failure } from '../../../src/failures.ts';
import { FileIds } from '../../../src/host/fileIds.ts';
import { realAddress } from '../../../src/host/linkAddress.ts';
import { sampleFolder } from '../../../src/host/sample.ts';
import { freeName, obeyedPath, offeredName, planCopies } from '../../../src/host/saveNames.ts';

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
    ['a\\b.csv', 'a_b.csv'],
  ];
  for (const [name, expected] of cases) {
    it(`offers ${JSON.stringify(name)} as ${expected}`, () => assert.equal(offeredName(name), expected));
  }

  it('asks again before a file that programs obey', () => {
    for (const target of [
      '/w/.vscode/tasks.json',
      '/w/.git/hooks/pre-commit',
      '/w/.envrc',
      '/w/Makefile',
      '/w/x.code-workspace',
      'C:\\w\\.vscode\\settings.json',
    ]) {
      assert.notEqual(obeyedPath(target), null, target);
    }
    for (const target of ['/w/report.json', '/w/vscode/a.csv', '/w/makefile.csv', '/w/git/a.png']) {
      assert.equal(obeyedPath(target), null, target);
    }
  });

  it('finds a free one', () => {
    const taken = new Set(['a.png', 'a (2).png']);
    assert.equal(
      freeName('a.png', (name) => taken.has(name)),
      'a (3).png',
    );
  });

  it('keeps artifacts of the same name apart, and sees what is there already', () => {
    const copies = planCopies(
      [
        { name: 'x/out.csv', sha256: '1' },
        { name: 'y/OUT.csv', sha256: '2' },
        { name: 'new.csv', sha256: '3' },
      ],
      new Set(['out.csv']),
    );
    assert.deepEqual(copies, [
      { sha256: '1', name: 'out.csv', conflict: true },
      { sha256: '2', name: 'OUT (2).csv', conflict: false },
      { sha256: '3', name: 'new.csv', conflict: false },
    ]);
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
