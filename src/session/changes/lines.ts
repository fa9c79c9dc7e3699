/** A file as lines that keep every byte: each has its own ending, and together they are the file. */

/** Beyond it, or with a NUL, a file is changed as a whole. */
const MAX_BYTES = 2 * 1024 * 1024;

export const isText = (bytes: Buffer): boolean => bytes.length <= MAX_BYTES && !bytes.includes(0);

/** One character for each byte, whatever the encoding: this way back is exact. */
export const linesOf = (bytes: Buffer): string[] => bytes.toString('latin1').match(/[^\n]*\n|[^\n]+/g) ?? [];

export const bytesOf = (lines: readonly string[]): Buffer => Buffer.from(lines.join(''), 'latin1');

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** How a line is shown: as UTF-8 where it is that, else byte for byte. */
export function shownLine(line: string): string {
  try {
    return UTF8.decode(Buffer.from(line, 'latin1'));
  } catch {
    return line;
  }
}
