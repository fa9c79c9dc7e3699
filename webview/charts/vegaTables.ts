/** The plotted points of a Vega view: the data its marks are drawn from. Loaded with Vega alone. */
import { type Spec, type View } from 'vega';
import { type ChartTable, type Value } from './table.ts';
import { isRecord } from '../../src/shared/isRecord.ts';

/**
 * Data sets of the page that marks are drawn from. A group that stands once for each facet is drawn from what is
 * faceted; a group that only repeats a heading is drawn from no points.
 *
 * @param own data sets that live inside of a group: the page does not know them
 */
function dataOfMarks(marks: unknown, found: Set<string>, own: ReadonlySet<string>): void {
  if (!Array.isArray(marks)) return;
  for (const mark of marks.filter(isRecord)) {
    const from = isRecord(mark['from']) ? mark['from'] : {};
    const facet = isRecord(from['facet']) ? from['facet'] : {};
    const name = mark['type'] === 'group' ? facet['data'] : from['data'];
    if (typeof name === 'string' && !own.has(name)) found.add(name);
    const data = Array.isArray(mark['data']) ? mark['data'].filter(isRecord) : [];
    const inner = [facet['name'], ...data.map((set) => set['name'])].filter((one) => typeof one === 'string');
    dataOfMarks(mark['marks'], found, new Set([...own, ...inner]));
  }
}

/** Fields that the specification reads as dates: they are milliseconds in the data. */
function dateFields({ data = [] }: Spec): Set<string> {
  const dates = new Set<string>();
  for (const set of data as unknown[]) {
    if (!isRecord(set)) continue;
    const format = isRecord(set['format']) ? set['format'] : {};
    const transforms = Array.isArray(set['transform']) ? set['transform'].filter(isRecord) : [];
    const parse = isRecord(format['parse']) ? format['parse'] : {};
    for (const [field, kind] of Object.entries(parse))
      if (typeof kind === 'string' && /^(date|utc)/.test(kind)) dates.add(field);
    // Vega-Lite writes the reading of dates as a formula.
    for (const { type, expr, as } of transforms)
      if (type === 'formula' && typeof as === 'string' && /^(toDate|utcParse|timeParse)\(/.test(String(expr)))
        dates.add(as);
  }
  return dates;
}

const DAY_MS = 86_400_000;
const two = (part: number): string => String(part).padStart(2, '0');

/** ISO 8601; days alone where all are midnights. */
function isoTexts(values: readonly unknown[]): Value[] {
  const dates = values.map((value) =>
    value instanceof Date ? value : typeof value === 'number' ? new Date(value) : null,
  );
  const known = dates.filter((date): date is Date => date !== null && !Number.isNaN(date.getTime()));
  const utcDays = known.every((date) => date.getTime() % DAY_MS === 0);
  const localDays = known.every((date) => date.getHours() + date.getMinutes() + date.getSeconds() === 0);
  return dates.map((date) => {
    if (date === null || Number.isNaN(date.getTime())) return null;
    if (utcDays) return date.toISOString().slice(0, 10);
    if (localDays) return `${String(date.getFullYear())}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    return date.toISOString();
  });
}

function plain(value: unknown): Value {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return value === null || value === undefined ? null : JSON.stringify(value);
}

function tableOf(name: string, rows: readonly unknown[], dates: ReadonlySet<string>): ChartTable {
  const tuples = rows.filter(isRecord);
  const names = new Set(tuples.flatMap((tuple) => Object.keys(tuple)));
  const columns = [...names].map((field) => {
    const values = tuples.map((tuple) => tuple[field]);
    const isDate = dates.has(field) || values.some((value) => value instanceof Date);
    return { name: field, values: isDate ? isoTexts(values) : values.map(plain) };
  });
  return { name, columns, rows: tuples.length, leftOut: 0 };
}

export function vegaTables(spec: Spec, view: View): ChartTable[] {
  const names = new Set<string>();
  dataOfMarks(spec.marks, names, new Set());
  const dates = dateFields(spec);
  const tables = [...names]
    .filter((name) => !name.endsWith('_store'))
    .map((name) => tableOf(name, view.data(name) as unknown[], dates))
    .filter(({ columns }) => columns.length > 0);
  return tables.length === 1 ? tables.map((table) => ({ ...table, name: '' })) : tables;
}
