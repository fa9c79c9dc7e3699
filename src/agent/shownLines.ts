/** Parts of a long text by line: a slice, or what contains a text. Bounded, and told where to go on. */
import { betweenCharacters, plainText, wrappedLines } from './text.ts';
import { t } from '../shared/l10n.ts';

export const SHOWN_LIMIT_CHARS = 8000;
const MAX_MATCHES = 50;
const CONTEXT_LINES = 2;
/** Of a line in a search. */
const FOUND_LINE_CHARS = 400;

/** One line, or a piece of a long one. */
export interface Line {
  text: string;
  /** The line that it is a piece of, and where it begins there. */
  whole: string;
  offset: number;
}

export interface Shown {
  ok: boolean;
  /** For the model. */
  text: string;
  /** For the user. */
  sentence: string;
}

export function toLines(text: string): Line[] {
  return text.split('\n').flatMap((whole) => {
    let offset = 0;
    return wrappedLines(whole).map((piece) => {
      const line = { text: piece, whole, offset };
      offset += piece.length;
      return line;
    });
  });
}

/** Takes from `lines` until the limit is reached; the answer is how many. */
function fitting(lines: readonly string[]): number {
  let left = SHOWN_LIMIT_CHARS;
  const over = lines.findIndex((line) => (left -= line.length + 1) < 0);
  return over === -1 ? lines.length : over;
}

export function sliceLines(
  cell: number,
  lines: readonly Line[],
  wanted: { first: number | null; last: number | null },
  title: string,
): Shown {
  const first = wanted.first ?? 1;
  const last = Math.min(wanted.last ?? lines.length, lines.length);
  if (first < 1 || first > last) {
    return {
      ok: false,
      text: `There are no lines ${first} to ${wanted.last ?? lines.length}: the output of cell ${cell} has lines 1 to ${lines.length}.`,
      sentence: t`Looked for lines that the output of ${title} does not have`,
    };
  }
  const all = lines.slice(first - 1, last).map(({ text }, at) => `${first + at}\t${text}`);
  const shown = all.slice(0, fitting(all));
  const end = first + shown.length - 1;
  const more =
    end === last
      ? []
      : [`[lines ${end + 1} to ${last} did not fit; ask for them with "first": ${end + 1}, "last": ${last}]`];
  return {
    ok: true,
    text: [
      `Lines ${first} to ${end} of ${lines.length} of the output of cell ${cell}:`,
      ...shown,
      ...more,
    ].join('\n'),
    sentence: t`Read lines ${first} to ${end} of the output of ${title}`,
  };
}

export function findLines(cell: number, lines: readonly Line[], wanted: string, title: string): Shown {
  const needle = wanted.toLowerCase();
  const matches = matchesOf(lines, needle);
  const sentence = t`Searched the output of ${title} for “${plainText(wanted).slice(0, 80)}”: ${matches.size} found`;
  if (matches.size === 0) {
    const text = `${JSON.stringify(wanted)} does not occur in the ${lines.length} lines of the output of cell ${cell}.`;
    return { ok: true, text, sentence };
  }
  const near = new Map<number, string>();
  for (const [match] of [...matches].slice(0, MAX_MATCHES)) {
    for (let at = match - CONTEXT_LINES; at <= match + CONTEXT_LINES; at += 1) {
      const line = lines[at];
      if (line !== undefined) near.set(at, `${at + 1}\t${windowOf(line, matches.get(at) ?? null)}`);
    }
  }
  const rows = [...near].sort(([a], [b]) => a - b);
  const texts = rows.map(([at, text], index) =>
    index > 0 && rows[index - 1]?.[0] !== at - 1 ? `--\n${text}` : text,
  );
  const count = fitting(texts);
  const lastShown = rows[count - 1]?.[0] ?? -1;
  const untold = [...matches.keys()].filter((at) => at > lastShown).length;
  const more =
    untold === 0
      ? []
      : [
          `[${untold} more after line ${lastShown + 1}; read on with "show": "lines", "first": ${lastShown + 2}]`,
        ];
  const head = `${matches.size} lines of the output of cell ${cell} contain ${JSON.stringify(wanted)}:`;
  return { ok: true, text: [head, ...texts.slice(0, count), ...more].join('\n'), sentence };
}

/** Line (from 0) → place of its first match in the whole line. A match may lie across two pieces of a line. */
function matchesOf(lines: readonly Line[], needle: string): Map<number, number> {
  const matches = new Map<number, number>();
  let lower = '';
  let place = -1;
  lines.forEach(({ whole, offset, text }, at) => {
    if (offset === 0) {
      lower = whole.toLowerCase();
      place = lower.indexOf(needle);
    } else if (place !== -1 && place < offset) {
      place = lower.indexOf(needle, offset);
    }
    if (place !== -1 && place < offset + text.length) matches.set(at, place);
  });
  return matches;
}

/** A long line as far as it matters. */
function windowOf({ text, whole }: Line, place: number | null): string {
  if (place === null)
    return text.length <= FOUND_LINE_CHARS
      ? text
      : `${text.slice(0, betweenCharacters(text, FOUND_LINE_CHARS))}…`;
  if (whole.length <= FOUND_LINE_CHARS) return whole;
  const from = betweenCharacters(whole, Math.max(0, place - FOUND_LINE_CHARS / 2));
  const to = betweenCharacters(whole, from + FOUND_LINE_CHARS);
  return plainText(`${from > 0 ? '…' : ''}${whole.slice(from, to)}${to < whole.length ? '…' : ''}`);
}
