/** What the user's file becomes when hunks are accepted: pure, from the contents alone. */
import { textWith, zonesBetween, type Comparison } from './comparison.ts';
import { bytesOf, isText, linesOf } from './lines.ts';
import { merged, same, type Place } from './merge.ts';
import type { Standing } from './proposalView.ts';

export type Outcome =
  | {
      kind: 'written';
      bytes: Buffer;
      merged: boolean;
      /** Protected words of the file as it is, or will be, that this touches. */
      zones: string[];
    }
  | { kind: 'conflict'; places: Place[] }
  /** The file was changed, and there is nothing to merge by. */
  | { kind: 'changed' };

/**
 * @param fresh the proposed content
 * @param current the user's file as it is; null: there is none
 */
export function acceptHunks(
  comparison: Comparison,
  hunks: readonly number[],
  { accepted, changedMeanwhile }: Pick<Standing, 'accepted' | 'changedMeanwhile'>,
  { fresh, current }: { fresh: Buffer; current: Buffer | null },
): Outcome {
  if (comparison.kind !== 'text') {
    const isThere = current !== null && current.equals(fresh);
    if (changedMeanwhile && !isThere) return { kind: 'changed' };
    return written(current, fresh, false);
  }
  if (current === null || !isText(current)) return { kind: 'changed' };
  const before = textWith(comparison, accepted);
  const wanted = textWith(comparison, new Set([...accepted, ...hunks]));
  const now = linesOf(current);
  if (same(before, now)) return written(current, bytesOf(wanted), false);
  const result = merged(before, now, wanted);
  switch (result.kind) {
    case 'merged':
      return written(current, bytesOf(result.lines), true);
    case 'conflict':
      return result;
    case 'large':
      return { kind: 'changed' };
  }
}

function written(current: Buffer | null, bytes: Buffer, isMerged: boolean): Outcome {
  const texts = [current ?? Buffer.alloc(0), bytes].every(isText);
  // What has no lines is protected as a whole, which its hunk says.
  const zones = texts ? zonesBetween(linesOf(current ?? Buffer.alloc(0)), linesOf(bytes)) : [];
  return { kind: 'written', bytes, merged: isMerged, zones };
}
