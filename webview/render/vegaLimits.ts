/**
 * A specification of a few bytes can ask for billions of values or pixels, and Vega would hold up the page until it has
 * them. What makes values out of nothing is bounded here. Pure.
 */
import { isRecord } from '../../src/shared/isRecord.ts';
import { languageTag, t } from '../../src/shared/l10n.ts';

const MOST_VALUES = 100_000;
const MOST_PIXELS = 8000;
const MOST_STEPS = 2000;

/** Sizes of what is drawn. */
const SIZES = new Set(['width', 'height']);
/** Numbers of bins, ticks and points that are computed. */
const COUNTS = new Set('maxbins tickCount steps minsteps maxsteps levels count cellSize'.split(' '));
/** Functions of expressions that make lists and texts of any length. */
const MAKERS = /\b(?:sequence|pad|bandspace|repeat)\s*\(/;

const number = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

function lengthOf({ start, stop, step }: Record<string, unknown>): number {
  return Math.abs((number(stop, 0) - number(start, 0)) / (number(step, 1) || 1e-9));
}

/** @throws Error with a sentence's end ("it asks for …") */
export function checkVegaLimits(value: unknown, depth = 0): void {
  if (depth > 60) throw new Error(t('its specification is nested too deeply'));
  if (typeof value === 'string') {
    if (MAKERS.test(value)) throw new Error(t('it computes lists, and charts here only draw their data'));
    return;
  }
  if (Array.isArray(value)) {
    for (const entry of value)
      if (typeof entry === 'object' || typeof entry === 'string') checkVegaLimits(entry, depth + 1);
    return;
  }
  if (!isRecord(value)) return;
  if ('stop' in value && !(lengthOf(value) <= MOST_VALUES))
    throw new Error(t`it asks for more than ${MOST_VALUES.toLocaleString(languageTag())} computed values`);
  for (const [key, entry] of Object.entries(value)) {
    const size = number(entry, 0);
    if (SIZES.has(key) && size > MOST_PIXELS) throw new Error(t('it is too large to draw'));
    if (COUNTS.has(key) && size > MOST_STEPS) throw new Error(t('it asks for too many bins or ticks'));
    if (/^step/.test(key) && Array.isArray(entry) && entry.some((part) => number(part, 1) < 0.1))
      throw new Error(t('it asks for too many lines'));
    // Rows of data are only drawn, and there may be very many.
    if (key !== 'values' && key !== 'datasets') checkVegaLimits(entry, depth + 1);
  }
}
