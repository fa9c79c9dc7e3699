/**
 * A table in few characters: shape, columns with types and gaps, and the rows that were displayed, cells apart by
 * tabs instead of padded to columns.
 */
import type { Frame } from '../shared/outputs.ts';
import { plainText, wellFormed } from './text.ts';

const MAX_COLUMNS = 100;
/** More HTML than any library displays of a table. */
const MAX_HTML_CHARS = 400_000;
/** Pandas and polars cut cells themselves, but neither names nor what they were told not to cut. */
const MAX_CELL_CHARS = 400;

const count = (value: number): string => value.toLocaleString('en-US');

/** @param html the display as HTML and as plain text, as far as there are such. */
export function frameText(frame: Frame, html: string | null, plain: string | null): string {
  const rows = html === null ? null : rowsOf(html);
  return [shape(frame, html, plain), columns(frame), rows?.join('\n') ?? withoutSchema(plain ?? '')]
    .filter(Boolean)
    .join('\n');
}

const isArrow = (plain: string): boolean => /^pyarrow\.(?:Table|RecordBatch)\n/.test(plain);

/** Pyarrow writes names and types first, which stand above already. */
const withoutSchema = (plain: string): string =>
  isArrow(plain) ? plain.slice(plain.indexOf('\n----\n') + 1).replace(/^----\n/, '') : plain;

/** A Series has no HTML in pandas, and one length in polars. */
function shape({ rows, columnCount }: Frame, html: string | null, plain: string | null): string {
  if (isArrow(plain ?? '')) return `pyarrow table ${count(rows)} rows × ${count(columnCount)} columns`;
  const isSeries = columnCount === 1 && (html === null || /^shape: \(\d+,\)/.test(plain ?? ''));
  if (isSeries) return `Series of ${count(rows)} values`;
  return `DataFrame ${count(rows)} rows × ${count(columnCount)} columns`;
}

function columns({ columns: described, columnCount }: Frame): string {
  const shown = described.slice(0, MAX_COLUMNS).map(({ name, dtype, missing }) => {
    const gaps =
      missing === null ? ', missing not counted' : missing === 0 ? '' : `, ${count(missing)} missing`;
    return `${columnName(name)}: ${plainText(dtype)}${gaps}`;
  });
  if (columnCount > shown.length) shown.push(`and ${count(columnCount - shown.length)} more columns`);
  return `columns: ${shown.join('; ')}`;
}

/** A name with one of our own separators in it is quoted. */
const columnName = (name: string): string =>
  name === '' || /[:;,"\n]|^\s|\s$/.test(name) ? JSON.stringify(plainText(name)) : plainText(name);

/** Null: no plain grid of rows and cells, so that columns could not be told apart. */
function rowsOf(html: string): string[] | null {
  if (html.length > MAX_HTML_CHARS || /\s(?:rowspan|colspan)=/i.test(html)) return null;
  const rows = [...html.matchAll(/<tr\b[^>]*>([\s\S]*?)<\/tr>/gi)].map(([, row = '']) =>
    [...row.matchAll(/<t[hd]\b[^>]*>([\s\S]*?)<\/t[hd]>/gi)]
      .map(([, cell = '']) => cellText(cell))
      .join('\t'),
  );
  return rows.length === 0 ? null : rows;
}

function cellText(cell: string): string {
  const text = plainText(entities(cell.replace(/<[^>]*>/g, '')))
    .replace(/\s+/g, ' ')
    .trim();
  if (text.length <= MAX_CELL_CHARS) return text;
  return `${wellFormed(text.slice(0, MAX_CELL_CHARS))}[… ${count(text.length - MAX_CELL_CHARS)} more characters]`;
}

/** `&amp;` last: what it makes is no further entity. */
export const entities = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&');
