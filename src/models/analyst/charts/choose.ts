/** Which columns of a table are worth a chart. */
import type { Column, Table } from '../facts.ts';
import { addsUp } from './timing.ts';

const isMeasure = (column: Column): boolean => column.role === 'number' && (column.place ?? null) === null;

const isMoney = ({ name, unit }: Column): boolean =>
  /^[€$£¥]$/.test(unit ?? '') || /revenue|sales|turnover|profit|umsatz|amount/i.test(name);

/** Numbers in order of interest: amounts first, then quantities that vary, then coded ones. */
export function measures(table: Table): Column[] {
  const weight = (column: Column): number =>
    (addsUp(column) ? 4 : 0) +
    (isMoney(column) ? 1 : 0) +
    (/price|value|rate|score|temp|weight|height|income|gdp|population|magnitude|\bmag\b/i.test(column.name)
      ? 2
      : 0) -
    (column.coded === true ? 3 : 0) -
    (column.distinct <= 2 ? 3 : 0) -
    (column.missing > table.rows / 2 ? 2 : 0);
  return table.columns
    .filter(isMeasure)
    .map((column, index) => ({ column, rank: weight(column) - index * 0.05 }))
    .sort((a, b) => b.rank - a.rank)
    .map(({ column }) => column);
}

/** The column of time to draw along: times before years, complete ones before others. */
export function timeColumn(table: Table): Column | null {
  const times = table.columns.filter(
    (column) =>
      (column.role === 'time' || column.role === 'year') &&
      column.distinct >= 4 &&
      column.missing < table.rows / 2,
  );
  const rank = (column: Column): number =>
    (column.role === 'time' ? 2 : 0) + (column.seriesBy != null || column.unique === true ? 1 : 0);
  return times.toSorted((a, b) => rank(b) - rank(a))[0] ?? null;
}

/** Columns whose values repeat and can be counted or compared. */
export const categories = (table: Table): Column[] =>
  table.columns.filter(
    (column) => (column.role === 'category' || column.role === 'boolean') && column.distinct >= 2,
  );

export const columnNamed = (table: Table, name: string): Column | undefined =>
  table.columns.find((column) => column.name === name);

/** Columns named 1990, 1991, …: a measure whose years lie side by side. */
export function yearColumns(table: Table): Column[] {
  const years = table.columns.filter(
    (column) => /^(18|19|20)\d\d$/.test(column.name) && (column.role === 'number' || column.role === 'empty'),
  );
  return years.length >= 5 ? years : [];
}
