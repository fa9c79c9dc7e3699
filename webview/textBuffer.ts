/**
 * Text of a stream as a terminal would have left it: `\r` goes back to the start of the line and what follows
 * overwrites it (progress bars), `\b` deletes. Kept in blocks of lines, so that adding to a long stream costs
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
  /** The line being written, `\r` already applied except a trailing one. */
  readonly current: string;
}

export const emptyText: TextBuffer = { blocks: [], lines: [], current: '' };

/** Applies `\r` and `\b` within one line. A `\r` at its end stays: what follows will overwrite. */
export function settleLine(line: string): string {
  if (!line.includes('\r') && !line.includes('\b')) return line;
  const pending = line.endsWith('\r') ? '\r' : '';
  const pieces = line.split('\r').filter((piece) => piece !== '');
  let shown = pieces.shift() ?? '';
  for (const piece of pieces) shown = overwrite(shown, piece);
  return deleteBack(shown) + pending;
}

/** Each `\b` takes away the character before it. */
function deleteBack(line: string): string {
  if (!line.includes('\b')) return line;
  const kept: string[] = [];
  for (const char of line) {
    if (char === '\b') kept.pop();
    else kept.push(char);
  }
  return kept.join('');
}

/** Writing `next` over `shown` from its first column; with colours in play, columns cannot be counted. */
function overwrite(shown: string, next: string): string {
  if (next.includes('\x1b') || shown.includes('\x1b')) return next;
  return next + shown.slice(next.length);
}

export function appendText(buffer: TextBuffer, text: string): TextBuffer {
  const parts = text.replaceAll('\r\n', '\n').split('\n');
  const last = parts.pop() ?? '';
  if (parts.length === 0) return { ...buffer, current: settleLine(buffer.current + last) };
  const first = parts[0] ?? '';
  // A trailing `\r` met by `\n` was a line end split over two chunks.
  const carried = first === '' && buffer.current.endsWith('\r') ? buffer.current.slice(0, -1) : null;
  parts[0] = carried ?? buffer.current + first;
  const lines = [...buffer.lines, ...parts.map((line) => settleLine(line).replace(/\r$/, ''))];
  const full = lines.length - (lines.length % BLOCK_LINES);
  if (full === 0) return { blocks: buffer.blocks, lines, current: settleLine(last) };
  const blocks = [...buffer.blocks];
  for (let i = 0; i < full; i += BLOCK_LINES) {
    blocks.push({ text: lines.slice(i, i + BLOCK_LINES).join('\n'), lines: BLOCK_LINES });
  }
  return { blocks, lines: lines.slice(full), current: settleLine(last) };
}

export const textOf = (text: string): TextBuffer => appendText(emptyText, text);

/** Number of lines a reader would count; a final empty line is none. */
export function lineCount(buffer: TextBuffer): number {
  const finished = buffer.blocks.reduce((sum, block) => sum + block.lines, 0) + buffer.lines.length;
  return finished + (buffer.current === '' ? 0 : 1);
}

const openLines = (buffer: TextBuffer): string[] =>
  buffer.current === '' ? [...buffer.lines] : [...buffer.lines, buffer.current.replace(/\r$/, '')];

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
