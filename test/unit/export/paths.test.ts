import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { namesSandbox, pathsIn, placesFrom, relativeCode } from '../../../src/export/paths.ts';
import { boundToSandbox, reportOf } from '../../../src/export/report.ts';
import type { NewSessionEvent } from '../../../src/shared/events.ts';
import { logOf, NOTHING_KNOWN, ran } from './support.ts';

const beside = placesFrom([{ target: '/workspace', source: '/home/ann/shop' }], '/home/ann/shop');
const below = placesFrom([{ target: '/workspace', source: '/home/ann/shop' }], '/home/ann/shop/reports/2026');

describe('paths of exported code', () => {
  it('are relative to where the file is saved', () => {
    const cases: [string, string, string][] = [
      ['open("/workspace/a.csv")', 'open("a.csv")', 'open("../../a.csv")'],
      ["Path('/workspace') / 'a'", "Path('.') / 'a'", "Path('../..') / 'a'"],
      ['glob("/workspace/*.csv")', 'glob("./*.csv")', 'glob("../../*.csv")'],
      ['f"/workspace/{name}"', 'f"./{name}"', 'f"../../{name}"'],
      ['"file:/workspace/x.db?mode=ro"', '"file:x.db?mode=ro"', '"file:../../x.db?mode=ro"'],
      ['df.to_csv("/outputs/b.csv")', 'df.to_csv("b.csv")', 'df.to_csv("b.csv")'],
    ];
    for (const [code, near, far] of cases) {
      assert.equal(relativeCode(code, 'python', beside), near);
      assert.equal(relativeCode(code, 'python', below), far);
    }
  });

  it('of a notebook that was opened are relative to its folder, where it is made again, too', () => {
    const mounts = [{ target: '/workspace', source: '/home/ann/shop' }];
    const places = placesFrom(mounts, '/home/ann/shop/nb', '/workspace/nb');
    assert.equal(relativeCode('open("/outputs/nb/x.png")', 'python', places), 'open("x.png")');
    assert.equal(relativeCode('open("/workspace/nb/x.csv")', 'python', places), 'open("../nb/x.csv")');
    assert.equal(relativeCode('open("/workspace/raw/x.csv")', 'python', places), 'open("../raw/x.csv")');
  });

  it('stay where they only look like it', () => {
    for (const code of [
      'open("data/workspace/a.csv")',
      'get("https://example.org/workspace/a")',
      '"/workspace-old/a" + "/workspaces"',
      'x = f"{root}/workspace/a"',
    ]) {
      assert.equal(relativeCode(code, 'python', beside), code);
    }
  });

  it('keep a dot for commands and for modules, where a bare name means something else', () => {
    assert.equal(relativeCode('cat /workspace/-n', 'bash', beside), 'cat ./-n');
    assert.equal(relativeCode('require("/workspace/a.js")', 'javascript', beside), 'require("./a.js")');
  });

  it('that lead into the sandbox are told from those that only look like it', () => {
    for (const code of ['open("/workspace/a.csv")', "p = '/workspace'", 'cp /outputs/a .', 'f"/outputs/{n}"'])
      assert.equal(namesSandbox(code), true, code);
    for (const code of [
      'open("a.csv")',
      '"data/workspace/x"',
      '"/workspaces/x"',
      '"https://e.test/outputs/a"',
    ])
      assert.equal(namesSandbox(code), false, code);
  });

  it('that stay in cells of an opened notebook are counted, those made relative are not', () => {
    const file = (cellId: string, code: string): NewSessionEvent => ({
      ...{ type: 'cell_inserted', cellId, afterCellId: null },
      ...{ language: 'python', code, file: {} },
    });
    const events = logOf(
      { type: 'notebook_opened', name: 'a.ipynb', cells: 3, texts: 0 },
      file('n1', 'open("/workspace/a.csv")'),
      file('n2', 'open("/workspace/b.csv")'),
      file('n3', 'open("c.csv")'),
      { type: 'cell_edited', cellId: 'n2', code: 'open("/workspace/b2.csv")' },
      ran('c1', 'open("/workspace/d.csv")'),
    );
    const mounts = [{ target: '/workspace', source: '/home/ann/shop' }];
    const bound = (folder: string | null): number =>
      boundToSandbox(reportOf(events, { ...NOTHING_KNOWN, mounts, folder }));
    assert.equal(bound('/home/ann/shop'), 1);
    assert.equal(bound(null), 3, 'saved nobody knows where, all stay as they are');
  });

  it('with several folders lead to each, and to none by a name that would end a string', () => {
    const places = placesFrom(
      [
        { target: '/workspace/shop', source: '/home/ann/shop' },
        { target: '/workspace/shop (2)', source: "/home/ann/ann's $HOME/shop" },
      ],
      '/home/ann/shop',
    );
    assert.equal(relativeCode('open("/workspace/shop/a")', 'python', places), 'open("a")');
    const other = "open('/workspace/shop (2)/a')";
    assert.equal(relativeCode(other, 'python', places), other);
  });

  it('of input files are found in code, those made while it runs are not', () => {
    const code = 'a("/workspace/a b.csv"); b(\'/workspace/d/c.csv\'); c(f"/workspace/{x}.csv"); d("/tmp/x")';
    assert.deepEqual(pathsIn(code), ['/workspace/a b.csv', '/workspace/d/c.csv']);
  });
});
