/** Sentences about lines over time. Each must be true of the reported numbers. */
import type { Column, Line } from '../facts.ts';
import * as say from '../wording.ts';

/** What a line does, in words that hold for these numbers. */
export function course(
  line: Line,
  unit: string | null,
  step: number | null,
  how: string,
  isColumn = true,
): string {
  const name = isColumn ? say.code(line.name) : `The number of ${line.name}`;
  const value = (amount: number): string => say.quantity(amount, unit);
  const at = (iso: string): string => say.moment(iso, step);
  const when = (iso: string): string => `${preposition(step)} ${at(iso)}`;
  const change =
    line.first > 0 && line.last >= 0 ? ` (${signed((line.last - line.first) / line.first)})` : '';
  if (line.low === line.high) return `${name} is ${value(line.low)} throughout.`;
  const trend = line.trend ?? 0;
  const verb =
    trend > 0.8 && line.last > line.first
      ? 'rises'
      : trend < -0.8 && line.last < line.first
        ? 'falls'
        : 'goes';
  const steadily = Math.abs(trend) > 0.95 && verb !== 'goes' ? ' steadily' : '';
  const ends = `${name}${how === '' ? '' : ` (${how})`} ${verb}${steadily} from ${value(line.first)} ${when(line.start)} to ${value(line.last)} ${when(line.end)}${change}`;
  const extremes = `its highest value is ${value(line.high)} (${at(line.highAt)}), its lowest ${value(line.low)} (${at(line.lowAt)})`;
  return `${ends}; ${extremes}.`;
}

const DAY = 86_400;

/** `on 3 May 2024`, `in the week of 3 May 2024`, `in May 2024`. */
function preposition(step: number | null): string {
  if (step === null || step > 26 * DAY) return 'in';
  return step === 7 * DAY ? 'in the week of' : 'on';
}

const signed = (share: number): string => {
  const size = Math.abs(share);
  const text = size >= 10 ? `× ${say.number(share + 1)}` : `${share < 0 ? '−' : '+'}${say.percent(size)}`;
  return text;
};

export function compareLines(
  lines: Line[],
  group: Column,
  measure: Column,
  { how, step, many }: { how: string; step: number | null; many: boolean },
): string {
  const at = (iso: string): string => `${preposition(step)} ${say.moment(iso, step)}`;
  const value = (amount: number): string => say.quantity(amount, measure.unit);
  const what = `${say.code(measure.name)}${how === '' ? '' : ` (${how})`}`;
  const among = many ? `, among the ${lines.length} ${say.code(group.name)} with the highest mean` : '';
  const peak = lines.reduce((a, b) => (b.high > a.high ? b : a));
  const highest = `The highest ${what}${among} is ${value(peak.high)}, of ${say.code(peak.name)} ${at(peak.highAt)}`;
  // Lines that only go up and down have no meaningful first and last value.
  const steady = lines.filter(
    ({ trend, first, count }) => Math.abs(trend ?? 0) > 0.6 && first > 0 && count > 2,
  );
  const grown = steady.toSorted((a, b) => b.last / b.first - a.last / a.first)[0];
  if (grown === undefined || grown.last <= grown.first) return `${highest}.`;
  const growth = `from ${value(grown.first)} to ${value(grown.last)} (${signed((grown.last - grown.first) / grown.first)})`;
  return `${highest}; of the lines with a clear trend, ${say.code(grown.name)} gains most relative to its start, ${growth}.`;
}
