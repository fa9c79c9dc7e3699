/**
 * Terminal text → runs with a style. Colours and weights are kept; everything else a terminal would obey
 * (cursor moves, titles, links, clipboard, bells) is dropped, and characters that reorder or hide text are made
 * visible, because output is shown to be believed. Pure; the view sets the styles through the DOM.
 */

export interface AnsiStyle {
  /** 0–15 as a theme colour, or `rgb(…)`. */
  fg?: number | string;
  bg?: number | string;
  bold?: true;
  dim?: true;
  italic?: true;
  underline?: true;
  strike?: true;
  inverse?: true;
}

export interface AnsiRun {
  text: string;
  style: AnsiStyle;
}

/** CSI …, OSC … (to BEL or ST), DCS/SOS/PM/APC … ST, and two-character escapes. */
const ESCAPES =
  /\x1b\[([0-?]*)[ -/]*([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\|$)|\x1b[PX^_][^\x1b]*(?:\x1b\\|$)|\x1b[ -/]*[0-~]?/g;
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]/g;

/** Bidirectional overrides and isolates, tag characters, invisible operators. */
const DECEIVING = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u2060-\u2064]|[\u{e0000}-\u{e007f}]/gu;

export const visible = (text: string): string =>
  text
    .replace(CONTROLS, '')
    .replace(
      DECEIVING,
      (char) => `‹U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`,
    );

const LEVELS = [0, 95, 135, 175, 215, 255];

/** A colour of the 256-colour palette: the first 16 follow the theme. */
function paletteColour(index: number): number | string | undefined {
  if (!Number.isInteger(index) || index < 0 || index > 255) return undefined;
  if (index < 16) return index;
  if (index >= 232) {
    const grey = String(8 + (index - 232) * 10);
    return `rgb(${grey}, ${grey}, ${grey})`;
  }
  const cube = index - 16;
  const level = (value: number): string => String(LEVELS[value % 6] ?? 0);
  return `rgb(${level(Math.floor(cube / 36))}, ${level(Math.floor(cube / 6))}, ${level(cube)})`;
}

/** `38;5;n` and `38;2;r;g;b` after the 38/48: the colour and how many codes it took. */
function extendedColour(codes: readonly number[]): [colour: number | string | undefined, used: number] {
  if (codes[0] === 5) return [paletteColour(codes[1] ?? -1), 2];
  if (codes[0] === 2) {
    const rgb = codes.slice(1, 4);
    const valid = rgb.length === 3 && rgb.every((part) => part >= 0 && part <= 255);
    return [valid ? `rgb(${rgb.join(', ')})` : undefined, 4];
  }
  return [undefined, 1];
}

const without = (style: AnsiStyle, ...keys: (keyof AnsiStyle)[]): AnsiStyle =>
  Object.fromEntries(Object.entries(style).filter(([key]) => !keys.some((gone) => gone === key)));

const ON: Readonly<Record<number, AnsiStyle>> = {
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  9: { strike: true },
};
const OFF: Readonly<Record<number, (keyof AnsiStyle)[]>> = {
  22: ['bold', 'dim'],
  23: ['italic'],
  24: ['underline'],
  27: ['inverse'],
  29: ['strike'],
  39: ['fg'],
  49: ['bg'],
};

function applySgr(before: AnsiStyle, parameters: string): AnsiStyle {
  const codes = parameters.split(/[;:]/).map((code) => (code === '' ? 0 : Number(code)));
  let style = before;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    const on = ON[code];
    const off = OFF[code];
    if (code === 0) style = {};
    else if (on !== undefined) style = { ...style, ...on };
    else if (off !== undefined) style = without(style, ...off);
    else if (code >= 30 && code <= 37) style = { ...style, fg: code - 30 };
    else if (code >= 40 && code <= 47) style = { ...style, bg: code - 40 };
    else if (code >= 90 && code <= 97) style = { ...style, fg: code - 82 };
    else if (code >= 100 && code <= 107) style = { ...style, bg: code - 92 };
    else if (code === 38 || code === 48) {
      const [colour, used] = extendedColour(codes.slice(i + 1));
      i += used;
      if (colour !== undefined) style = { ...style, [code === 38 ? 'fg' : 'bg']: colour };
    }
  }
  return style;
}

/** @param start the style in force before the text. @returns the runs and the style in force after it. */
export function parseAnsi(text: string, start: AnsiStyle = {}): { runs: AnsiRun[]; end: AnsiStyle } {
  if (!text.includes('\x1b')) {
    const plain = visible(text);
    return { runs: plain === '' ? [] : [{ text: plain, style: start }], end: start };
  }
  const runs: AnsiRun[] = [];
  let style = start;
  let from = 0;
  const push = (piece: string): void => {
    const shown = visible(piece);
    const last = runs.at(-1);
    if (shown === '') return;
    if (last?.style === style) last.text += shown;
    else runs.push({ text: shown, style });
  };
  for (const match of text.matchAll(ESCAPES)) {
    push(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === 'm' && /^[\d;:]*$/.test(match[1] ?? '')) style = applySgr(style, match[1] ?? '');
  }
  push(text.slice(from));
  return { runs, end: style };
}

/** The text alone, for copying and for screen readers. */
export const stripAnsi = (text: string): string =>
  parseAnsi(text)
    .runs.map((run) => run.text)
    .join('');
