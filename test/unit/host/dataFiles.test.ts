import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import {
  DATA_EXTENSIONS,
  inOrder,
  isDataFile,
  isOffered,
  suggestionsFor,
} from '../../../src/host/dataFiles.ts';

const file = (label: string, changedAt: number, openRank: number | null = null) => ({
  path: `/w/${label}`,
  label,
  changedAt,
  openRank,
});

describe('data files', () => {
  it('are known by their extension in any case', () => {
    for (const name of ['a.csv', 'B.CSV', 'c.Xlsx', 'd.parquet', 'e.sqlite3', 'f.ndjson']) {
      assert.ok(isDataFile(name), name);
    }
    for (const name of ['a.txt', 'csv', 'a.csv.bak', 'a.py', 'db']) assert.ok(!isDataFile(name), name);
  });

  it('are those that the sandbox looks for by itself', () => {
    const source = readFileSync(new URL('../../../sandbox/analyst/endings.py', import.meta.url), 'utf8');
    const lists = [...source.matchAll(/^(?:TEXTS|DATA) = \(([^)]*)\)/gm)].map((found) => found[1] ?? '');
    const endings = lists.flatMap((list) => [...list.matchAll(/"\.(\w+)"/g)].map((found) => found[1]));
    assert.equal(lists.length, 2);
    assert.deepEqual(endings, [...DATA_EXTENSIONS]);
  });

  it('are not offered when they belong to tools', () => {
    for (const name of [
      'package.json',
      'a/tsconfig.base.json',
      '.vscode/settings.json',
      'node_modules/x/a.csv',
    ]) {
      assert.ok(!isOffered(name), name);
    }
    for (const name of ['data.json', 'a/b/sales.csv', 'outcomes/x.csv']) assert.ok(isOffered(name), name);
  });

  it('come active first, then open, then recent, JSON behind tables', () => {
    const order = inOrder([
      file('old.csv', 1),
      file('new.json', 9),
      file('open.csv', 2, 1),
      file('new.csv', 8),
      file('active.csv', 3, 0),
    ]);
    assert.deepEqual(
      order.map(({ label }) => label),
      ['active.csv', 'open.csv', 'new.csv', 'old.csv', 'new.json'],
    );
  });
});

describe('suggestions', () => {
  const known = (label: string) => ({ id: `id-${label}`, label, path: `/secret/${label}` });

  it('are made from the first files, and name no host path', () => {
    const suggestions = suggestionsFor([known('d/sales.csv'), known('b.xlsx'), known('c.csv')], false);
    assert.deepEqual(
      suggestions.map(({ title, intent }) => [title, intent]),
      [
        ['Chart sales.csv', 'chart'],
        ['Analyze sales.csv', 'analyze'],
        ['Chart b.xlsx', 'chart'],
      ],
    );
    assert.ok(!JSON.stringify(suggestions).includes('/secret/'));
  });

  it('offer a free question only when a language model can answer it', () => {
    assert.equal(suggestionsFor([known('a.csv')], true).filter(({ intent }) => intent === 'ask').length, 1);
    assert.equal(suggestionsFor([known('a.csv')], false).filter(({ intent }) => intent === 'ask').length, 0);
  });

  it('are none without files', () => {
    assert.deepEqual(suggestionsFor([], true), []);
  });
});
