/** What of the user's files is protected: files by their names, and lines between marker comments. */
import ignore from 'ignore';

/** Lines from 0; `to` is the first behind it, or Infinity when nothing ends it. */
export interface Zone {
  from: number;
  to: number;
  /** The user's words behind the marker, or the marker. */
  words: string;
}

/** A place in lines; without a count it is the gap before line `at`. */
export interface Span {
  at: number;
  count: number;
}

const BEGIN = /code-interpreter:\s*protect\b(.*)/i;
const END = /code-interpreter:\s*end\b/i;
const MAX_WORDS = 120;

/** From a line that contains `code-interpreter: protect` to one with `code-interpreter: end`, or to the end of the file. */
export function markedZones(lines: readonly string[]): Zone[] {
  const zones: Zone[] = [];
  let open: Omit<Zone, 'to'> | null = null;
  for (const [at, line] of lines.entries()) {
    if (open !== null) {
      if (!END.test(line)) continue;
      zones.push({ ...open, to: at + 1 });
      open = null;
    } else {
      const begin = BEGIN.exec(line);
      if (begin !== null) open = { from: at, words: wordsOf(begin[1] ?? '') };
    }
  }
  if (open !== null) zones.push({ ...open, to: Infinity });
  return zones;
}

/** Without what ends a comment in most languages. */
function wordsOf(rest: string): string {
  const text = rest
    .replace(/(\*\/|-->|#\}|%\})\s*$/, '')
    .replace(/^[\s:–—-]+/, '')
    .trim();
  return text === '' ? 'code-interpreter: protect' : text.slice(0, MAX_WORDS);
}

/** In bytes of any kind, UTF-16 included: a file that has no lines for us is protected as a whole. */
export function hasMarker(bytes: Buffer): boolean {
  return BEGIN.test(bytes.toString('latin1').replaceAll('\0', ''));
}

/** The words of the first zone that it changes, adds something to, or takes something out of. */
export function zoneAt(zones: readonly Zone[], { at, count }: Span): string | null {
  const touched = zones.find(({ from, to }) =>
    count === 0 ? from < at && at < to : at < to && at + count > from,
  );
  return touched?.words ?? null;
}

/**
 * The first of these patterns (syntax of a `.gitignore`) that the path matches.
 * @param path relative to its folder, `/` separated
 */
export function globAt(patterns: readonly string[], path: string): string | null {
  // Each by itself: a list that takes away what another protects would be no protection.
  return patterns.find((pattern) => ignore({ ignorecase: true }).add(pattern).ignores(path)) ?? null;
}
