/** The plotted points as tables and as CSV: they are the arrays that were drawn, nothing more and nothing less. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Figure } from '../../../src/shared/outputs.ts';
import { plotlyTables } from '../../../webview/charts/plotlyTables.ts';
import { csvOf, figureTables, tabSeparated, type ChartTable } from '../../../webview/charts/table.ts';

const column = (table: ChartTable | undefined, name: string): unknown =>
  table?.columns.find((one) => one.name === name)?.values;
const names = (table: ChartTable | undefined): unknown => table?.columns.map(({ name }) => name);

/** Fields of RFC 4180, read independently of how they were written. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [field, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    assert.notEqual(field, '');
    row.push(quoted === undefined ? (bare ?? '') : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

type Axes = Figure['axes'][number];
const axes = (series: Axes['series'], title = ''): Axes => ({
  title,
  xLabel: '',
  yLabel: '',
  xScale: 'linear',
  yScale: 'linear',
  series,
  moreSeries: 0,
});
const figure = (...all: Axes[]): Figure => ({
  title: '',
  axes: all,
  findings: null,
  size: { widthInches: 6, heightInches: 4 },
});
const line = (
  label: string,
  x: number[],
  y: (number | null)[],
  points = x.length,
): Axes['series'][number] => ({
  label,
  kind: 'line',
  columns: [
    { name: 'x', values: x },
    { name: 'y', values: y },
  ],
  points,
  shown: x.length,
});

describe('data of a matplotlib figure', () => {
  it('of one series is its columns as they are', () => {
    const [table, ...more] = figureTables(figure(axes([line('a', [1, 2], [0.1, null])])));
    assert.deepEqual(more, []);
    assert.deepEqual(table, {
      name: '',
      columns: [
        { name: 'x', values: [1, 2] },
        { name: 'y', values: [0.1, null] },
      ],
      rows: 2,
      leftOut: 0,
    });
  });

  it('of several series says which, and counts what was left out', () => {
    const [table] = figureTables(figure(axes([line('a', [1, 2], [3, 4]), line('', [5], [6], 40)])));
    assert.deepEqual(column(table, 'series'), ['a', 'a', 'series 2']);
    assert.deepEqual(column(table, 'x'), [1, 2, 5]);
    assert.equal(table?.rows, 3);
    assert.equal(table.leftOut, 39);
  });

  it('of several axes is a table for each, with names of their own', () => {
    const tables = figureTables(
      figure(
        axes([line('a', [1], [2])], 'Sales'),
        axes([line('b', [3], [4])], 'Sales'),
        axes([line('c', [5], [6])]),
      ),
    );
    assert.deepEqual(
      tables.map(({ name }) => name),
      ['Sales', 'Axes 3'],
    );
    assert.deepEqual(column(tables[0], 'series'), ['a', 'b']);
  });

  it('without columns is no table', () => {
    const nothing = { label: '', kind: 'other' as const, columns: [], points: 3, shown: 0 };
    assert.deepEqual(figureTables(figure(axes([nothing]))), []);
  });
});

describe('data of a Plotly figure', () => {
  const bytes = (values: Float64Array | Int16Array): string =>
    Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');

  it('is read from typed arrays as from plain ones', () => {
    const y = new Float64Array([0.1 + 0.2, -1e-300, Number.NaN]);
    const x = new Int16Array([-1, 0, 32767]);
    const [table] = plotlyTables({
      data: [
        { type: 'scatter', x: { dtype: 'i2', bdata: bytes(x) }, y: { dtype: 'float64', bdata: bytes(y) } },
      ],
    });
    assert.deepEqual(column(table, 'x'), [-1, 0, 32767]);
    assert.deepEqual(column(table, 'y'), [0.1 + 0.2, -1e-300, null]);
  });

  it('of a matrix has a row for each field', () => {
    const z = bytes(new Float64Array([1, 2, 3, 4, 5, 6]));
    const [table] = plotlyTables({
      data: [
        { type: 'heatmap', x: ['a', 'b', 'c'], y: [10, 20], z: { dtype: 'f8', bdata: z, shape: '2, 3' } },
      ],
    });
    assert.deepEqual(column(table, 'x'), ['a', 'b', 'c', 'a', 'b', 'c']);
    assert.deepEqual(column(table, 'y'), [10, 10, 10, 20, 20, 20]);
    assert.deepEqual(column(table, 'z'), [1, 2, 3, 4, 5, 6]);
  });

  it('counts places that a trace does not name, where Plotly does', () => {
    const [lines] = plotlyTables({ data: [{ y: [5, 6, 7], x0: 10, dx: 2 }] });
    assert.deepEqual(column(lines, 'x'), [10, 12, 14]);
    const [box] = plotlyTables({ data: [{ type: 'box', y: [5, 6, 7] }] });
    assert.deepEqual(names(box), ['y']);
  });

  it('keeps sizes, error bars and levels of a category', () => {
    const [table] = plotlyTables({
      data: [
        {
          type: 'bar',
          x: [
            ['2024', '2024'],
            ['Q1', 'Q2'],
          ],
          y: [1, 2],
          marker: { size: [3, 4], color: 'red' },
          error_y: { array: [0.5, 0.6] },
        },
      ],
    });
    assert.deepEqual(column(table, 'x'), ['2024 / Q1', '2024 / Q2']);
    assert.deepEqual(names(table), ['x', 'y', 'marker size', 'error y']);
  });

  it('joins traces of a kind, and keeps kinds apart', () => {
    const tables = plotlyTables({
      data: [
        { type: 'bar', name: 'North', x: [1], y: [2] },
        { type: 'bar', name: 'South', x: [3], y: [4] },
        { type: 'pie', labels: ['a'], values: [1] },
      ],
    });
    assert.deepEqual(
      tables.map(({ name }) => name),
      ['bar', 'pie'],
    );
    assert.deepEqual(column(tables[0], 'series'), ['North', 'South']);
  });

  it('is nothing where nothing can be read', () => {
    assert.deepEqual(plotlyTables(null), []);
    assert.deepEqual(plotlyTables({ data: [{ x: { dtype: 'f8', bdata: '%%%' } }, 'no trace'] }), []);
  });
});

describe('CSV', () => {
  const values = [0.1 + 0.2, 1e21, -0.000001, 1 / 3, 5e-324, null];
  const texts = ['plain', 'a,b', 'said "so"', 'two\r\nlines', '温度', ' edge '];
  const table: ChartTable = {
    name: '',
    columns: [
      { name: 'x, in k€', values: texts },
      { name: 'y', values },
    ],
    rows: 6,
    leftOut: 0,
  };

  it('read again gives the same numbers and texts', () => {
    const [head, ...rows] = readCsv(csvOf(table));
    assert.deepEqual(head, ['x, in k€', 'y']);
    assert.deepEqual(
      rows.map(([text]) => text),
      texts,
    );
    assert.deepEqual(
      rows.map(([, number]) => (number === '' ? null : Number(number))),
      values,
    );
  });

  it('for the clipboard has one line for each row', () => {
    const lines = tabSeparated(table).split('\n');
    assert.equal(lines.length, 7);
    assert.equal(lines[4], 'two lines\t0.3333333333333333');
  });
});
