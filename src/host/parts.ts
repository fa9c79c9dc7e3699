/** A long session goes to the panel in parts: one message of a hundred megabytes would stop both ends for seconds. */
import type { SessionEvent } from '../shared/events.ts';

/** Of text, in characters. A part is larger only when one event is. */
export const PART_CHARS = 4 * 1024 * 1024;

/** In order, each event once; at least one part. */
export function inParts(events: readonly SessionEvent[], partChars = PART_CHARS): SessionEvent[][] {
  const parts: SessionEvent[][] = [];
  let part: SessionEvent[] = [];
  let chars = 0;
  for (const event of events) {
    const more = weight(event);
    if (part.length > 0 && chars + more > partChars) {
      parts.push(part);
      part = [];
      chars = 0;
    }
    part.push(event);
    chars += more;
  }
  return [...parts, part];
}

const PER_VALUE = 20;

/** About its length as JSON, without making it. */
function weight(value: unknown): number {
  if (typeof value === 'string') return value.length + PER_VALUE;
  if (typeof value !== 'object' || value === null) return PER_VALUE;
  return Object.values(value).reduce((sum: number, inner) => sum + weight(inner), PER_VALUE);
}
