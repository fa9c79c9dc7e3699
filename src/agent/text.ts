/** Text of cells as the model gets it: without terminal control, bounded, with head and tail. */

// CSI and OSC sequences, then two-character escapes.
const ESCAPES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_]/g;
// Control characters that mean nothing in a prompt; tab and newline stay.
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** Progress bars rewrite their line with `\r`: only what stands there in the end is kept. */
function overwriteLines(text: string): string {
  if (!text.includes('\r')) return text;
  return text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.replace(/\r+$/, '').split('\r').at(-1) ?? '')
    .join('\n');
}

/** Half of a surrogate pair is not valid JSON text for the API. */
export const wellFormed = (text: string): string =>
  text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');

/** The place itself, or the one before it when a character of two halves would be cut there. */
export const betweenCharacters = (text: string, at: number): number =>
  /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1)) ? at - 1 : at;

export const plainText = (text: string): string =>
  wellFormed(overwriteLines(text.replace(ESCAPES, '')).replace(CONTROLS, ''));

const number = (value: number): string => value.toLocaleString('en-US');

/** `1 line`, `2,000 lines`. */
export const counted = (count: number, one: string): string =>
  `${number(count)} ${one}${count === 1 ? '' : 's'}`;

/** The part of a text that was left out: UTF-16 offsets. */
export interface LeftOut {
  from: number;
  to: number;
}

/**
 * Keeps head and tail (two to one) within `limitChars` and says how much is missing. `rest` continues that
 * sentence: how to get what is missing.
 */
export function headAndTail(
  text: string,
  limitChars: number,
  rest: (left: LeftOut) => string = () => '',
): string {
  if (text.length <= limitChars) return text;
  const from = betweenCharacters(text, Math.ceil((limitChars * 2) / 3));
  const to = betweenCharacters(text, text.length - Math.max(0, limitChars - from));
  const lines = text.slice(from, to).split('\n').length;
  const inLines = lines === 1 ? '' : `, ${number(lines)} lines`;
  const note = `${number(to - from)} of ${number(text.length)} characters left out${inLines}${rest({ from, to })}`;
  return wellFormed(`${text.slice(0, from)}\n[… ${note} …]\n${text.slice(to)}`);
}

/** Longer lines are counted and shown as several: a line can be all there is. */
const WRAP_CHARS = 2000;

/** At least one line. */
export function wrappedLines(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const pieces: string[] = [];
    let from = 0;
    while (line.length - from > WRAP_CHARS) {
      const to = betweenCharacters(line, from + WRAP_CHARS);
      pieces.push(line.slice(from, to));
      from = to;
    }
    return [...pieces, line.slice(from)];
  });
}

/**
 * Shares `totalChars` among texts: short ones are kept whole, the others get equal parts of what remains.
 * Returns one limit for each length.
 */
export function shareBudget(lengths: readonly number[], totalChars: number): number[] {
  const limits = lengths.map(() => 0);
  let remaining = totalChars;
  const order = lengths.map((length, index) => ({ length, index })).sort((a, b) => a.length - b.length);
  order.forEach(({ length, index }, rank) => {
    const limit = Math.min(length, Math.floor(remaining / (order.length - rank)));
    limits[index] = limit;
    remaining -= limit;
  });
  return limits;
}

/** `1.5 MB`, decimal units as file managers show them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ${units[unit] ?? 'TB'}`;
}

export const formatDuration = (ms: number): string =>
  ms < 1000
    ? `${Math.round(ms)} ms`
    : ms < 60_000
      ? `${(ms / 1000).toFixed(1)} s`
      : `${(ms / 60_000).toFixed(1)} min`;
