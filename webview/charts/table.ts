/** The plotted points as tables: how series become rows, and rows text. Pure. */
import { type Figure } from '../../src/shared/outputs.ts';
import { t } from '../../src/shared/l10n.ts';

export type Value = number | string | boolean | null;

export interface ChartTable {
  /** Empty when a chart has one table only. */
  name: string;
  columns: readonly { name: string; values: readonly Value[] }[];
  rows: number;
  /** Points of the chart that are not in the rows. */
  leftOut: number;
}

/** One thing drawn: a line, the bars of one call. All columns are of the same length, `rows`. */
export interface Series extends ChartTable {
  label: string;
}

/**
 * Series of one name with the same columns become one table, with a column that says which; so do a line chart's
 * lines. A single series is a table as it is.
 */
export function joined(series: readonly Series[]): ChartTable[] {
  const groups = new Map<string, Series[]>();
  for (const one of series) {
    if (one.columns.length === 0) continue;
    const key = JSON.stringify([one.name, one.columns.map(({ name }) => name)]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const tables = [...groups.values()].map(tableOf);
  const names = new Set<string>();
  return tables.map((table, at) => {
    if (tables.length === 1) return { ...table, name: '' };
    const name =
      table.name === '' || names.has(table.name)
        ? `${table.name || t('Table')} (${String(at + 1)})`
        : table.name;
    names.add(name);
    return { ...table, name };
  });
}

function tableOf(group: readonly Series[]): ChartTable {
  const [first] = group;
  if (first === undefined) return { name: '', columns: [], rows: 0, leftOut: 0 };
  const rows = group.reduce((sum, one) => sum + one.rows, 0);
  const leftOut = group.reduce((sum, one) => sum + one.leftOut, 0);
  if (group.length === 1) return { name: first.name, columns: first.columns, rows, leftOut };
  const columns = first.columns.map(({ name }, at) => ({
    name,
    values: group.flatMap((one) => one.columns[at]?.values ?? []),
  }));
  const labels = group.flatMap(({ label, rows: own }, at) =>
    Array<Value>(own).fill(label || t`series ${String(at + 1)}`),
  );
  const taken = new Set(columns.map(({ name }) => name));
  const name = ['series', 'drawn as', 'series of the chart'].find((free) => !taken.has(free)) ?? 'series ';
  return { name: first.name, columns: [{ name, values: labels }, ...columns], rows, leftOut };
}

/** What the sandbox took from a matplotlib figure. */
export function figureTables({ axes }: Figure): ChartTable[] {
  return joined(
    axes.flatMap(({ title, series }, place) =>
      series.map(({ label, columns, points, shown }) => ({
        label,
        columns,
        name: axes.length === 1 ? '' : title || t`Axes ${String(place + 1)}`,
        rows: shown,
        leftOut: Math.max(0, points - shown),
      })),
    ),
  );
}

const cellText = (value: Value | undefined): string =>
  value === null || value === undefined ? '' : String(value);

function lines(table: ChartTable, cell: (text: string) => string, separator: string): string[] {
  const line = (cells: readonly string[]): string => cells.map(cell).join(separator);
  const rows = Array.from({ length: table.rows }, (_, row) =>
    line(table.columns.map(({ values }) => cellText(values[row]))),
  );
  return [line(table.columns.map(({ name }) => name)), ...rows];
}

const quoted = (text: string): string =>
  /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** RFC 4180. Numbers as JavaScript writes them, so that reading gives the same ones; a missing value is empty. */
export const csvOf = (table: ChartTable): string => `${lines(table, quoted, ',').join('\r\n')}\r\n`;

/** For pasting into a spreadsheet. */
export const tabSeparated = (table: ChartTable): string =>
  lines(table, (text) => text.replace(/\s+/g, ' '), '\t').join('\n');
