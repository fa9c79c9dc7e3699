/** Which charts fit a table, the best first. */
import type { Column, Table } from '../facts.ts';
import { barsBy, counts } from './bars.ts';
import type { Chart, Source } from './chart.ts';
import { categories, columnNamed, measures, timeColumn, yearColumns } from './choose.ts';
import { completeness } from './completeness.ts';
import { distribution } from './distribution.ts';
import { compareGroups } from './groups.ts';
import { heatMap, placesMap, scatter } from './relations.ts';
import { eventsOverTime, seriesByGroup, timeSeries } from './timeSeries.ts';
import { addsUp } from './timing.ts';
import { wideYears } from './wideYears.ts';

/** Fewer values than this have no shape to speak of. */
const FEW_ROWS = 15;
/** A correlation below this is not worth a scatter of its own when something else can be shown. */
const CLEAR_R = 0.3;
/** Share of variance explained by groups from which a comparison is worth showing. */
const CLEAR_ETA2 = 0.02;

/** Never empty: a table without anything to draw gets the completeness of its columns. */
export function plannedCharts(source: Source): Chart[] {
  const { table } = source;
  const numbers = measures(table);
  const years = yearColumns(table);
  const time = timeColumn(table);
  const wide = years.length > 0 ? wideYears(source, years) : null;
  if (wide !== null) return [wide, ...kept([distribution(source, years.slice(-1))])];
  const charts = [
    ...overTime(source, time, numbers),
    rowBars(source, numbers),
    totals(source, numbers),
    table.rows >= FEW_ROWS ? distribution(source, numbers) : null,
    topCategory(source),
    map(source, numbers),
    heatMap(
      source,
      numbers.filter(({ distinct, missing }) => distinct > 2 && missing < table.rows / 2),
    ),
    strongestPair(source),
    comparison(source),
  ];
  const found = kept(charts);
  if (found.length > 0) return found;
  return kept([distribution(source, numbers), ...categories(table).map((column) => counts(source, column))])
    .slice(0, 3)
    .concat(numbers.length + categories(table).length > 0 ? [] : [completeness(source)]);
}

/** The one chart that says most: time first, then amounts by name, then a clear relation or difference. */
export function bestFirst(source: Source): Chart[] {
  const charts = plannedCharts(source);
  const { table } = source;
  const clear = Math.abs(table.pairs[0]?.r ?? 0) >= 0.6;
  const rank = (chart: Chart): number => {
    const kind = chart.key.split('-')[0] ?? '';
    const order = [
      'years',
      'lines',
      'time',
      'bars',
      'map',
      ...(clear ? ['scatter', 'groups'] : ['groups', 'scatter']),
      'events',
      'spread',
      'counts',
      'heat',
    ];
    const place = order.indexOf(kind);
    return place < 0 ? order.length : place;
  };
  return charts.toSorted((a, b) => rank(a) - rank(b));
}

const kept = (charts: (Chart | null)[]): Chart[] => {
  const seen = new Set<string>();
  return charts.filter((chart): chart is Chart => {
    if (chart === null || seen.has(chart.key)) return false;
    seen.add(chart.key);
    return true;
  });
};

function overTime(source: Source, time: Column | null, numbers: readonly Column[]): (Chart | null)[] {
  if (time === null) return [];
  const { table } = source;
  const usable = numbers.filter((column) => column.coded !== true || numbers.length === 1);
  const main = usable[0];
  const group = time.seriesBy == null ? undefined : columnNamed(table, time.seriesBy);
  if (main !== undefined && group !== undefined) return [seriesByGroup(source, time, group, main)];
  const events = time.unique === true ? null : eventsOverTime(source, time);
  // Rows of events (strikes, orders) are counted; rows of measurements are drawn.
  const lines = usable.length > 0 ? timeSeries(source, time, usable) : null;
  return [lines, events];
}

/** One bar for each row: a small table of named things. */
function rowBars(source: Source, numbers: readonly Column[]): Chart | null {
  const label = source.table.columns.find(({ role }) => role === 'label');
  const main = numbers.find((column) => column.coded !== true) ?? numbers[0];
  if (label === undefined || main === undefined) return null;
  return barsBy(source, label, { kind: 'rows', column: main }, 15);
}

/** Totals by category, for amounts that add up. */
function totals(source: Source, numbers: readonly Column[]): Chart | null {
  const amount = numbers.find(addsUp);
  if (amount === undefined || (amount.low ?? -1) < 0) return null;
  const byCategory = categories(source.table).filter(({ distinct }) => distinct >= 2 && distinct <= 40);
  const category = byCategory[0];
  return category === undefined ? null : barsBy(source, category, { kind: 'total', column: amount });
}

function topCategory({ table, frame }: Source): Chart | null {
  // Every value equally often (countries of a panel) is no finding.
  const uneven = ({ top }: Column): boolean => (top?.[0]?.count ?? 0) > (top?.at(-1)?.count ?? 0);
  const found = categories(table)
    .filter(uneven)
    .toSorted((a, b) => Math.abs(a.distinct - 8) - Math.abs(b.distinct - 8))[0];
  if (found !== undefined) return counts({ table, frame }, found);
  const coded = table.columns.find((column) => column.coded === true && table.columns.length <= 3);
  return coded === undefined ? null : counts({ table, frame }, coded);
}

function map(source: Source, numbers: readonly Column[]): Chart | null {
  const latitude = source.table.columns.find(({ place }) => place === 'latitude');
  const longitude = source.table.columns.find(({ place }) => place === 'longitude');
  if (latitude === undefined || longitude === undefined) return null;
  return placesMap(source, latitude, longitude, numbers[0] ?? null);
}

function strongestPair(source: Source): Chart | null {
  const { table } = source;
  const usable = table.pairs.filter(({ x, y }) => {
    const [a, b] = [columnNamed(table, x), columnNamed(table, y)];
    return a?.coded !== true && b?.coded !== true;
  });
  // A correlation of 1 is the same thing twice (a unit, a rounding): it tells nothing.
  const pair = usable.find(({ r }) => Math.abs(r) < 0.995) ?? usable[0];
  if (pair === undefined || (Math.abs(pair.r) < CLEAR_R && table.columns.length > 3)) return null;
  const [x, y] = [columnNamed(table, pair.x), columnNamed(table, pair.y)];
  return x === undefined || y === undefined ? null : scatter(source, x, y, fewGroups(table));
}

const fewGroups = (table: Table): Column | null =>
  categories(table).find(
    ({ distinct, missing }) => distinct >= 2 && distinct <= 6 && missing < table.rows / 10,
  ) ?? null;

function comparison(source: Source): Chart | null {
  const best = source.table.groups.find(({ eta2, group, measure }) => {
    const column = columnNamed(source.table, measure);
    return eta2 >= CLEAR_ETA2 && group !== measure && column?.coded !== true;
  });
  if (best === undefined) return null;
  const [group, measure] = [columnNamed(source.table, best.group), columnNamed(source.table, best.measure)];
  return group === undefined || measure === undefined ? null : compareGroups(source, group, measure);
}
