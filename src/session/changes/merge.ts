/** Brings a change into a text that was changed meanwhile. */
import { diff3Merge } from 'node-diff3';

/** Lines from 1, both included, of the text as it is now; `last` before `first`: between two lines. */
export interface Place {
  first: number;
  last: number;
}

export type Merged =
  { kind: 'merged'; lines: string[] } | { kind: 'conflict'; places: Place[] } | { kind: 'large' };

/** The search compares equal lines with each other: many of them in both texts would take minutes. */
const MAX_PAIRS = 20_000_000;

/** What `wanted` changes of `ancestor` is done to `current`; the same change in both is no conflict. */
export function merged(
  ancestor: readonly string[],
  current: readonly string[],
  wanted: readonly string[],
): Merged {
  if (same(ancestor, current)) return { kind: 'merged', lines: [...wanted] };
  if (same(current, wanted)) return { kind: 'merged', lines: [...wanted] };
  if (pairs(ancestor, current) > MAX_PAIRS || pairs(ancestor, wanted) > MAX_PAIRS) return { kind: 'large' };
  const lines: string[] = [];
  const places: Place[] = [];
  const regions = diff3Merge<string>([...current], [...ancestor], [...wanted], {
    excludeFalseConflicts: true,
  });
  for (const { ok, conflict } of regions) {
    if (ok !== undefined) for (const line of ok) lines.push(line);
    if (conflict !== undefined)
      places.push({ first: conflict.aIndex + 1, last: conflict.aIndex + conflict.a.length });
  }
  return places.length === 0 ? { kind: 'merged', lines } : { kind: 'conflict', places };
}

export const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((line, at) => line === b[at]);

function pairs(a: readonly string[], b: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const line of a) counts.set(line, (counts.get(line) ?? 0) + 1);
  return b.reduce((sum, line) => sum + (counts.get(line) ?? 0), 0);
}
