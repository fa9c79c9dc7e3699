/** How many pages a PDF has: a light look, so that a file the API would refuse is not sent. */
import { inflateSync } from 'node:zlib';

const PAGE = /\/Type\s*\/Page(?![A-Za-z])/g;
const OBJECT_STREAM = /\/Type\s*\/ObjStm\b/;
/** A stream may claim to be small and unpack to anything. */
const MAX_UNPACKED_BYTES = 16_000_000;

/** Counts page objects, those in compressed object streams included; 0 when it finds none (encrypted, unusual). */
export function countPages(bytes: Buffer): number {
  // One character a byte, so that places in the text are places in the file.
  const text = bytes.toString('latin1');
  let pages = count(text);
  let at = 0;
  for (;;) {
    const start = text.indexOf('stream', at);
    if (start === -1) return pages;
    const end = text.indexOf('endstream', start);
    if (end === -1) return pages;
    at = end + 'endstream'.length;
    // The dictionary stands before the keyword, behind the object's own start.
    const dictionary = text.slice(text.lastIndexOf(' obj', start), start);
    if (OBJECT_STREAM.test(dictionary)) pages += count(unpacked(bytes.subarray(bodyAt(text, start), end)));
  }
}

const count = (text: string): number => text.match(PAGE)?.length ?? 0;

function bodyAt(text: string, start: number): number {
  const body = start + 'stream'.length;
  if (text.startsWith('\r\n', body)) return body + 2;
  return text[body] === '\n' ? body + 1 : body;
}

function unpacked(body: Buffer): string {
  try {
    return inflateSync(body, { maxOutputLength: MAX_UNPACKED_BYTES }).toString('latin1');
  } catch {
    return '';
  }
}
