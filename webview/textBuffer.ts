/**
 * Text of a stream as a terminal would have left it: `\r` goes back to the start of the line and what follows
 * overwrites it (progress bars), `\b` one column back. Kept in blocks of lines, so that adding to a long stream costs
 * what is added, and a view can take the first and the last lines without touching the middle.
 */

const BLOCK_LINES = 500;

export interface TextBlock {
  /** Whole lines, joined by `\n`, without a final one. */
  readonly text: string;
  readonly lines: number;
}

export interface TextBuffer {
  readonly blocks: readonly TextBlock[];
  /** Finished lines that do not fill a block yet. */
  readonly lines: readonly string[];
  /** The line being written. */
  readonly current: string;
  /** Where the next character goes in it: `\r` sets it back to 0. */
  readonly column: number;
}

export const emptyText: TextBuffer = { blocks: [], lines: [], current: '', column: 0 };

/** Writes a piece without control characters at the cursor. With colours in play, columns cannot be counted. */
function write(line: string, column: number, piece: string): string {
  if (column >= line.length) return line + piece;
  const rest = line.includes('\x1b') || piece.includes('\x1b') ? '' : line.slice(column + piece.length);
  return line.slice(0, column) + piece + rest;
}

/** Obeys `\r` and `\b` within one line. */
function typeLine(start: string, from: number, text: string): { line: string; column: number } {
  if (from === start.length && !/[\r\b]/.test(text)) {
    return { line: start + text, column: start.length + text.length };
  }
  let line = start;
  let column = from;
  for (const piece of text.split(/([\r\b])/)) {
    if (piece === '\r') column = 0;
    else if (piece === '\b') column = Math.max(0, column - 1);
    else if (piece !== '') {
      line = write(line, column, piece);
      column = line.includes('\x1b') ? line.length : column + piece.length;
    }
  }
  return { line, column };
}

export function appendText(buffer: TextBuffer, text: string): TextBuffer {
  const parts = text.split('\n');
  const last = parts.pop() ?? '';
  const finished: string[] = [];
  let { current, column } = buffer;
  for (const part of parts) {
    finished.push(typeLine(current, column, part).line);
    current = '';
    column = 0;
  }
  const open = typeLine(current, column, last);
  const lines = finished.length === 0 ? buffer.lines : [...buffer.lines, ...finished];
  const full = lines.length - (lines.length % BLOCK_LINES);
  if (full === 0) return { blocks: buffer.blocks, lines, current: open.line, column: open.column };
  const blocks = [...buffer.blocks];
  for (let i = 0; i < full; i += BLOCK_LINES) {
    blocks.push({ text: lines.slice(i, i + BLOCK_LINES).join('\n'), lines: BLOCK_LINES });
  }
  return { blocks, lines: lines.slice(full), current: open.line, column: open.column };
}

export const textOf = (text: string): TextBuffer => appendText(emptyText, text);

/** Number of lines a reader would count; a final empty line is none. */
export function lineCount(buffer: TextBuffer): number {
  const finished = buffer.blocks.reduce((sum, block) => sum + block.lines, 0) + buffer.lines.length;
  return finished + (buffer.current === '' ? 0 : 1);
}

const openLines = (buffer: TextBuffer): string[] =>
  buffer.current === '' ? [...buffer.lines] : [...buffer.lines, buffer.current];

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
