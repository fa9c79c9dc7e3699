import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  contentTop,
  extentOf,
  isScaled,
  ROW_PX,
  scrollTopOf,
  topToShow,
} from '../../../webview/data/scroll.ts';
import { moved, rectangleOf, tabSeparated } from '../../../webview/data/selection.ts';

describe('scrolling of a grid', () => {
  it('a short table scrolls pixel by pixel', () => {
    const extent = extentOf(1000, 400);
    assert.equal(isScaled(extent), false);
    assert.equal(contentTop(extent, 333), 333);
    assert.equal(scrollTopOf(extent, 333), 333);
  });

  it('any number of rows is reached, first and last as a whole', () => {
    for (const rows of [500_000, 10_000_000, 2_000_000_000]) {
      const extent = extentOf(rows, 400);
      assert.ok(extent.heightPx < 33_000_000);
      assert.equal(contentTop(extent, 0), 0);
      assert.equal(contentTop(extent, extent.heightPx - 400), rows * ROW_PX - 400);
      const middle = contentTop(extent, scrollTopOf(extent, (rows / 2) * ROW_PX));
      assert.ok(Math.abs(middle - (rows / 2) * ROW_PX) < 1);
    }
  });

  it('a row is brought into sight by the shortest way', () => {
    const extent = extentOf(100, 240);
    assert.equal(topToShow(extent, 0, 5), 0);
    assert.equal(topToShow(extent, 0, 10), ROW_PX);
    assert.equal(topToShow(extent, 480, 3), 72);
    assert.equal(topToShow(extentOf(3, 240), 0, 2), 0);
  });
});

describe('selection in a grid', () => {
  const size = { rows: 100, columns: 4, pageRows: 10 };
  const press = (key: string, ctrlKey = false) => ({ key, ctrlKey, metaKey: false });

  it('keys stay inside the table', () => {
    assert.deepEqual(moved({ row: 0, column: 0 }, press('ArrowLeft'), size), { row: 0, column: 0 });
    assert.deepEqual(moved({ row: 98, column: 1 }, press('PageDown'), size), { row: 99, column: 1 });
    assert.deepEqual(moved({ row: 5, column: 1 }, press('End', true), size), { row: 99, column: 3 });
    assert.equal(moved({ row: 5, column: 1 }, press('x'), size), null);
  });

  it('a spreadsheet gets one field for a cell, whatever is in it', () => {
    assert.equal(
      tabSeparated([
        ['a\tb', 'say "x"'],
        [null, 'two\nlines'],
      ]),
      '"a\tb"\t"say ""x"""\n\t"two\nlines"',
    );
    const backwards = { anchor: { row: 4, column: 2 }, head: { row: 1, column: 0 } };
    assert.deepEqual(rectangleOf(backwards), { top: 1, bottom: 4, left: 0, right: 2 });
  });
});
