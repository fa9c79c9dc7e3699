/** Brings a change into a text that was changed meanwhile. */
import { diff3Merge } from 'node-diff3';

/** Lines from 1, both included, of the text as it is now; `last` before `first`: between two lines. */
export interface Place {
  first: number;
  last: number;
}

export type Merged =
  { kind: 'merged'; lines: string[] } | { kind: 'conflict'; places: Place[] } | { kind: 'large' };

/** The search is quadratic in lines, and in equal ones: what is larger would hold up everything else for seconds. */
const MAX_LINES = 5000;
const MAX_PAIRS = 500_000;

/** What `wanted` changes of `ancestor` is done to `current`; the same change in both is no conflict. */
export function merged(
  ancestor: readonly string[],
  current: readonly string[],
  wanted: readonly string[],
): Merged {
  if (same(ancestor, current)) return { kind: 'merged', lines: [...wanted] };
  if (same(current, wanted)) return { kind: 'merged', lines: [...wanted] };
  const all = [current, ancestor, wanted] as const;
  const shortest = Math.min(...all.map(({ length }) => length));
  const [head, tail] = ends(all, shortest);
  const [now, before, then] = all.map((lines) => lines.slice(head, lines.length - tail));
  if (now === undefined || before === undefined || then === undefined) return { kind: 'large' };
  if ([now, before, then].some(({ length }) => length > MAX_LINES)) return { kind: 'large' };
  if (pairs(before, now) > MAX_PAIRS || pairs(before, then) > MAX_PAIRS) return { kind: 'large' };
  const lines = [...current.slice(0, head)];
  const places: Place[] = [];
  for (const { ok, conflict } of diff3Merge<string>(now, before, then, { excludeFalseConflicts: true })) {
    if (ok !== undefined) for (const line of ok) lines.push(line);
    if (conflict !== undefined) {
      const at = head + conflict.aIndex;
      places.push({ first: at + 1, last: at + conflict.a.length });
    }
  }
  for (const line of current.slice(current.length - tail)) lines.push(line);
  return places.length === 0 ? { kind: 'merged', lines } : { kind: 'conflict', places };
}

/** How many lines all begin with, and how many of the others they all end with. */
function ends(all: readonly (readonly string[])[], shortest: number): [number, number] {
  const equal = (at: number): boolean => all.every((lines) => lines.at(at) === all[0]?.at(at));
  let head = 0;
  while (head < shortest && equal(head)) head += 1;
  let tail = 0;
  while (tail < shortest - head && equal(-1 - tail)) tail += 1;
  return [head, tail];
}

export const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((line, at) => line === b[at]);

function pairs(a: readonly string[], b: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const line of a) counts.set(line, (counts.get(line) ?? 0) + 1);
  return b.reduce((sum, line) => sum + (counts.get(line) ?? 0), 0);
}
