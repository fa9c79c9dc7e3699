/** Where a PDF tells how many pages it has: a light look at the objects of the file. Pure. */

const PAGE = /\/Type\s*\/Page(?![A-Za-z])/g;
const OBJECT_STREAM = /\/Type\s*\/ObjStm\b/;

export interface PageObjects {
  /** Pages whose objects lie open. */
  pages: number;
  /** Compressed streams (zlib) that may hold more of them: places in the file, in bytes. */
  packed: { start: number; end: number }[];
  /** Counts the pages in what a stream unpacked to. */
  count: (unpacked: string) => number;
}

/** @param text one character a byte, so that places in the text are places in the file */
export function findPages(text: string): PageObjects {
  const packed: PageObjects['packed'] = [];
  let at = 0;
  for (;;) {
    const start = text.indexOf('stream', at);
    const end = start === -1 ? -1 : text.indexOf('endstream', start);
    if (end === -1) return { pages: count(text), packed, count };
    at = end + 'endstream'.length;
    // The dictionary stands before the keyword, behind the object's own start.
    const dictionary = text.slice(text.lastIndexOf(' obj', start), start);
    if (OBJECT_STREAM.test(dictionary)) packed.push({ start: bodyAt(text, start), end });
  }
}

const count = (text: string): number => text.match(PAGE)?.length ?? 0;

function bodyAt(text: string, start: number): number {
  const body = start + 'stream'.length;
  if (text.startsWith('\r\n', body)) return body + 2;
  return text[body] === '\n' ? body + 1 : body;
}
