/**
 * Text of a stream as a terminal would have left it: `\r` goes back to the start of the line and what follows
 * overwrites it (progress bars), `\b` one column back; `ESC [ n A` and `B` go lines up and down (several bars), `C`,
 * `D` and `G` along the line, `K` clears the rest of it and `J` what is below. Kept in blocks of lines, so that adding
 * to a long stream costs what is added, and a view can take the first and the last lines without touching the middle.
 */

const BLOCK_LINES = 500;
/** As a terminal's screen: how far up the cursor can go. */
const SCREEN_LINES = 100;
/** Nobody's cursor goes further; a number of a thousand digits must cost nothing. */
const FARTHEST = 10_000;

export interface TextBlock {
  /** Whole lines, joined by `\n`, without a final one. */
  readonly text: string;
  readonly lines: number;
}

export interface TextBuffer {
  readonly blocks: readonly TextBlock[];
  /** Finished lines that do not fill a block yet, or that the cursor can still reach. */
  readonly lines: readonly string[];
  /** The line being written. */
  readonly current: string;
  /** Where the next character goes in it: `\r` sets it back to 0. */
  readonly column: number;
  /** Lines below the cursor, after it went up. */
  readonly below: readonly string[];
  /** The beginning of an escape sequence whose rest has not come yet. */
  readonly unfinished: string;
}

export const emptyText: TextBuffer = {
  blocks: [],
  lines: [],
  current: '',
  column: 0,
  below: [],
  unfinished: '',
};

/** Everything that is not simply the next character. */
const MOVES = /[\r\x08]|\x1b\[\d*[ABCDGJK]/;
const PIECES = /(\n|\r|\x08|\x1b\[\d*[ABCDGJK])/;
const UNFINISHED = /\x1b(?:\[\d{0,4})?$/;

/** Writes a piece without control characters at the cursor. With colours in play, columns cannot be counted. */
function write(line: string, column: number, piece: string): string {
  if (column > line.length) return line + ' '.repeat(column - line.length) + piece;
  if (column === line.length) return line + piece;
  const rest = line.includes('\x1b') || piece.includes('\x1b') ? '' : line.slice(column + piece.length);
  return line.slice(0, column) + piece + rest;
}

/** A buffer being written to, with the cursor's line out of the list. */
class Screen {
  readonly lines: string[];
  readonly below: string[];
  current: string;
  column: number;

  constructor(buffer: TextBuffer) {
    this.lines = [...buffer.lines];
    this.below = [...buffer.below];
    this.current = buffer.current;
    this.column = buffer.column;
  }

  newLine(): void {
    this.lines.push(this.current);
    this.current = this.below.shift() ?? '';
    this.column = 0;
  }

  type(text: string): void {
    this.current = write(this.current, this.column, text);
    this.column = this.current.includes('\x1b') ? this.current.length : this.column + text.length;
  }

  /** @param move `\r`, `\b` or a sequence of `MOVES` */
  obey(move: string): void {
    const given = /\d+/.exec(move)?.[0];
    const count = Math.min(Math.max(Number(given ?? 1), 1), FARTHEST);
    switch (move.at(-1)) {
      case '\r':
        this.column = 0;
        return;
      case '\b':
        this.column = Math.max(0, this.column - 1);
        return;
      case 'A':
        for (let i = 0; i < count && this.lines.length > 0; i++) {
          this.below.unshift(this.current);
          this.current = this.lines.pop() ?? '';
        }
        return;
      case 'B':
        for (let i = 0; i < count && this.below.length > 0; i++) {
          this.lines.push(this.current);
          this.current = this.below.shift() ?? '';
        }
        return;
      case 'C':
        this.column = Math.min(this.column + count, FARTHEST);
        return;
      case 'D':
        this.column = Math.max(0, this.column - count);
        return;
      case 'G':
        this.column = count - 1;
        return;
      case 'J':
        if (Number(given ?? 0) !== 0) return;
        this.below.length = 0;
        this.current = this.current.slice(0, this.column);
        return;
      case 'K':
        if (Number(given ?? 0) === 0) this.current = this.current.slice(0, this.column);
        else if (given === '2') this.current = '';
        return;
      default:
        return;
    }
  }
}

/** Adds lines without any move: what most programs write. */
function appendPlain(screen: Screen, text: string): void {
  const parts = text.split('\n');
  const last = parts.pop() ?? '';
  for (const part of parts) {
    screen.lines.push(screen.current + part);
    screen.current = '';
  }
  screen.current += last;
  screen.column = screen.current.length;
}

export function appendText(buffer: TextBuffer, added: string): TextBuffer {
  const whole = buffer.unfinished + added;
  const unfinished = UNFINISHED.exec(whole)?.[0] ?? '';
  const text = whole.slice(0, whole.length - unfinished.length);
  const screen = new Screen(buffer);
  const plain = screen.below.length === 0 && screen.column === screen.current.length && !MOVES.test(text);
  if (plain) appendPlain(screen, text);
  else {
    for (const piece of text.split(PIECES)) {
      if (piece === '\n') screen.newLine();
      else if (MOVES.test(piece)) screen.obey(piece);
      else if (piece !== '') screen.type(piece);
    }
  }
  const { lines, current, column, below } = screen;
  const full = Math.floor(Math.max(0, lines.length - SCREEN_LINES) / BLOCK_LINES) * BLOCK_LINES;
  if (full === 0) return { blocks: buffer.blocks, lines, current, column, below, unfinished };
  const blocks = [...buffer.blocks];
  for (let i = 0; i < full; i += BLOCK_LINES) {
    blocks.push({ text: lines.slice(i, i + BLOCK_LINES).join('\n'), lines: BLOCK_LINES });
  }
  return { blocks, lines: lines.slice(full), current, column, below, unfinished };
}

export const textOf = (text: string): TextBuffer => appendText(emptyText, text);

/** Number of lines a reader would count; a final empty line is none. */
export function lineCount(buffer: TextBuffer): number {
  return buffer.blocks.reduce((sum, block) => sum + block.lines, 0) + openLines(buffer).length;
}

function openLines({ lines, current, below }: TextBuffer): string[] {
  const open = [...lines, current, ...below];
  if (open.at(-1) === '') open.pop();
  return open;
}

export function firstLines(buffer: TextBuffer, count: number): string {
  const out: string[] = [];
  for (const block of buffer.blocks) {
    if (out.length >= count) break;
    out.push(...block.text.split('\n'));
  }
  if (out.length < count) out.push(...openLines(buffer));
  return out.slice(0, count).join('\n');
}

export function lastLines(buffer: TextBuffer, count: number): string {
  let out = openLines(buffer);
  for (let i = buffer.blocks.length - 1; i >= 0 && out.length < count; i--) {
    out = [...(buffer.blocks[i]?.text.split('\n') ?? []), ...out];
  }
  return out.slice(-count).join('\n');
}

/** All of it, in pieces of at most one block. */
export function allBlocks(buffer: TextBuffer): string[] {
  const open = openLines(buffer);
  const texts = buffer.blocks.map((block) => block.text);
  return open.length > 0 ? [...texts, open.join('\n')] : texts;
}

export const wholeText = (buffer: TextBuffer): string => allBlocks(buffer).join('\n');
