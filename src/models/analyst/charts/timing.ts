/** How a time column is shown: its own steps, or steadier ones when there are too many points for a line. */
import type { Column } from '../facts.ts';

const DAY = 86_400;

export interface Period {
  /** Argument of pandas' `resample`. */
  rule: string;
  /** `monthly` */
  adjective: string;
  /** `month` */
  noun: string;
  seconds: number;
}

const PERIODS: readonly Period[] = [
  { rule: 'min', adjective: 'minutely', noun: 'minute', seconds: 60 },
  { rule: 'h', adjective: 'hourly', noun: 'hour', seconds: 3600 },
  { rule: 'D', adjective: 'daily', noun: 'day', seconds: DAY },
  { rule: 'W-MON', adjective: 'weekly', noun: 'week', seconds: 7 * DAY },
  { rule: 'MS', adjective: 'monthly', noun: 'month', seconds: 30.44 * DAY },
  { rule: 'QS', adjective: 'quarterly', noun: 'quarter', seconds: 91.3 * DAY },
  { rule: 'YS', adjective: 'yearly', noun: 'year', seconds: 365.25 * DAY },
  { rule: '10YS', adjective: 'ten-yearly', noun: 'decade', seconds: 3652.5 * DAY },
];

/** More points than this are a smear in a small chart. */
const MAX_POINTS = 400;
/** A line of all points is readable up to here. */
const MAX_RAW_POINTS = 800;
/** A mean or total of fewer unrelated rows than this is noise… */
const MIN_ROWS_PER_PERIOD = 4;
/** …unless steadier steps would leave fewer points than this. */
const MIN_POINTS = 24;

export const spanSeconds = (time: Column): number =>
  (Date.parse(time.last ?? '') - Date.parse(time.first ?? '')) / 1000;

/** The steps to resample to, or null when the rows themselves make a good line. */
export function periodFor(time: Column, rows: number, maxPoints = MAX_POINTS): Period | null {
  if (time.role === 'year') return null;
  if (time.unique === true && rows <= MAX_RAW_POINTS) return null;
  const span = spanSeconds(time);
  const step = time.stepSeconds ?? 0;
  const wide = PERIODS.filter((period) => span / period.seconds <= maxPoints && period.seconds >= step * 0.9);
  const steady =
    time.unique === true
      ? undefined
      : wide.find(
          ({ seconds }) =>
            rows / (span / seconds) >= MIN_ROWS_PER_PERIOD &&
            span / seconds >= Math.min(MIN_POINTS, maxPoints),
        );
  return steady ?? wide[0] ?? PERIODS.at(-1) ?? null;
}

export const periodNamed = (word: string): Period | undefined =>
  PERIODS.find((period) => period.noun === word || period.adjective === word);

/** Names of quantities that add up: their total over a period means something. */
const ADDS_UP =
  /(^|[^a-z])(sales?|revenues?|amounts?|quantit(y|ies)|qty|units?|counts?|orders?|profits?|costs?|turnover|visits?|clicks?|passengers?|cases|deaths|births|precipitation|rain(fall)?|snow(fall)?|umsatz|menge|anzahl|betrag|ventes|quantité|generation|production|consumption|fatalities|injuries|downloads|views|donations?)([^a-z]|$)|(^|[^a-z])total$/i;
const IS_RATE = /(per|rate|ratio|avg|average|mean|median|pct|percent|%|price|index|share)/i;

export const addsUp = (column: Column): boolean =>
  ADDS_UP.test(column.name.replace(/([a-z])([A-Z])/g, '$1 $2').replaceAll('_', ' ')) &&
  !IS_RATE.test(column.name);
