/**
 * Terminal text → runs with a style. Colours and weights are kept; everything else a terminal would obey
 * (cursor moves, titles, links, clipboard, bells) is dropped, and characters that reorder or hide text are made
 * visible, because output is shown to be believed. Pure; the view sets the styles through the DOM.
 */
import {
  createAnsiSequenceParser,
  createColorPalette,
  namedColors,
  type Color,
  type DecorationType,
} from 'ansi-sequence-parser';

export interface AnsiStyle {
  /** 0–15 as a theme colour, or `#rrggbb`. */
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

/** Without control characters, and with what reorders or hides text made visible. */
export const visible = (text: string): string =>
  text
    .replace(CONTROLS, '')
    .replace(
      DECEIVING,
      (char) => `‹U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`,
    );

const STYLES: Readonly<Partial<Record<DecorationType, AnsiStyle>>> = {
  bold: { bold: true },
  dim: { dim: true },
  italic: { italic: true },
  underline: { underline: true },
  strikethrough: { strike: true },
  reverse: { inverse: true },
};
const palette = createColorPalette();

/** The first 16 colours follow the theme. */
function shownColour(colour: Color): number | string | undefined {
  if (colour.type === 'named') return namedColors.indexOf(colour.name);
  if (colour.type === 'table' && colour.index < namedColors.length) return colour.index;
  return palette.value(colour);
}

/** Escapes that set a style, in the one form the parser knows: an empty parameter is a zero, `:` separates too. */
const stylesOnly = (text: string): string =>
  text.replace(ESCAPES, (_, parameters?: string, final?: string) =>
    final === 'm' && parameters !== undefined && /^[\d;:]*$/.test(parameters)
      ? `\x1b[${parameters
          .split(/[;:]/)
          .map((code) => code || '0')
          .join(';')}m`
      : '',
  );

/** The parser's time grows with the square of what it gets at once; its state goes on from piece to piece. */
const PIECE_CHARS = 4096;

/** Pieces that cut no sequence in two. @param text as `stylesOnly` gives it */
function* pieces(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + PIECE_CHARS, text.length);
    const escape = text.lastIndexOf('\x1b', end - 1);
    if (escape >= start && !text.slice(escape, end).includes('m')) end = text.indexOf('m', escape) + 1;
    yield text.slice(start, end);
    start = end;
  }
}

export function parseAnsi(text: string): AnsiRun[] {
  if (!text.includes('\x1b')) {
    const plain = visible(text);
    return plain === '' ? [] : [{ text: plain, style: {} }];
  }
  const runs: AnsiRun[] = [];
  const parser = createAnsiSequenceParser();
  for (const { value, foreground, background, decorations } of [...pieces(stylesOnly(text))].flatMap(
    (piece) => parser.parse(piece),
  )) {
    const shown = visible(value);
    if (shown === '') continue;
    const fg = foreground === null ? undefined : shownColour(foreground);
    const bg = background === null ? undefined : shownColour(background);
    const style: AnsiStyle = {
      ...(fg === undefined ? {} : { fg }),
      ...(bg === undefined ? {} : { bg }),
    };
    for (const decoration of decorations) Object.assign(style, STYLES[decoration]);
    runs.push({ text: shown, style });
  }
  return runs;
}

/** The text alone, for copying and for screen readers. */
export const stripAnsi = (text: string): string => visible(text.replace(ESCAPES, ''));
