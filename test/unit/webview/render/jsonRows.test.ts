import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { idOf, jsonRows, pathText, summary } from '../../../../webview/render/jsonRows.ts';

const view = (open: (string | number)[][], shown: [(string | number)[], number][] = []) => ({
  open: new Set(open.map(idOf)),
  shown: new Map(shown.map(([path, count]) => [idOf(path), count])),
});
const words = (value: unknown, open: (string | number)[][]) =>
  jsonRows(value, view(open)).map((row) =>
    row.kind === 'more' ? `${row.left} more` : `${pathText(row.path)} ${String(row.open)}`,
  );

describe('JSON as rows', () => {
  const value = { a: [1, { b: null }], 'c d': {}, e: 'text' };

  it('holds what is open, and nothing below what is closed', () => {
    assert.deepEqual(words(value, []), [' false']);
    assert.deepEqual(words(value, [[]]), [' true', '["a"] false', '["c d"] null', '["e"] null']);
    assert.deepEqual(words(value, [[], ['a']]).slice(1, 4), [
      '["a"] true',
      '["a"][0] null',
      '["a"][1] false',
    ]);
  });

  it('tells place, level and number for a screen reader', () => {
    const [, first] = jsonRows(value, view([[]]));
    assert.ok(first?.kind === 'value');
    assert.deepEqual([first.depth, first.place, first.of], [1, 1, 3]);
  });

  it('shows a hundred of many, and more when asked', () => {
    const many = Array.from({ length: 2500 }, (_, n) => n);
    const rows = jsonRows(many, view([[]]));
    assert.equal(rows.length, 102);
    const last = rows.at(-1);
    assert.ok(last?.kind === 'more');
    assert.equal(last.left, 2400);
    assert.equal(jsonRows(many, view([[]], [[[], 1100]])).length, 1102);
  });

  it('looks at a value of a million entries without walking through it', () => {
    const seen = new Set<string>();
    const list = new Proxy(
      Array.from({ length: 1_000_000 }, () => ({ a: 1 })),
      {
        get: (target, key, receiver): unknown => {
          if (/^\d+$/.test(String(key))) seen.add(String(key));
          return Reflect.get(target, key, receiver);
        },
        ownKeys: () => assert.fail('all keys were asked for'),
      },
    );
    assert.equal(jsonRows({ list }, view([[]])).length, 2);
    assert.equal(seen.size, 0);
    assert.equal(jsonRows({ list }, view([[], ['list']])).length, 103);
    assert.equal(seen.size, 100);
  });

  it('keeps keys apart that look alike', () => {
    const odd = { '0': 1, '["a"]': 2, __proto__x: 3, 'a.b': { c: 1 } };
    const ids = jsonRows(odd, view([[], ['a.b']])).map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(pathText(['a.b', 'c']), '["a.b"]["c"]');
  });

  it('counts in words', () => {
    assert.equal(summary([1]), '[1 item]');
    assert.equal(summary({ a: 1, b: 2 }), '{2 keys}');
  });
});
