/** Does a picture move? Told from its bytes, without decoding it. Pure. */
import { type ImageMime } from './mime.ts';

const ascii = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

/** Skips the sub-blocks of a GIF: each begins with its length, and a length of zero ends them. */
function afterBlocks(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== 0) at += (bytes[at] ?? 0) + 1;
  return at + 1;
}

const tableBytes = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));

/** More than one image in the stream. */
function gifMoves(bytes: Uint8Array): boolean {
  let at = 13 + tableBytes(bytes[10] ?? 0);
  let frames = 0;
  while (at < bytes.length) {
    const block = bytes[at];
    if (block === 0x21) at = afterBlocks(bytes, at + 2);
    else if (block === 0x2c) {
      if (++frames > 1) return true;
      at = afterBlocks(bytes, at + 11 + tableBytes(bytes[at + 9] ?? 0));
    } else return false;
  }
  return false;
}

/** An `acTL` chunk before the first pixels. */
function pngMoves(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 8;
  while (at + 12 <= bytes.length) {
    const kind = ascii(bytes, at + 4);
    if (kind === 'acTL') return true;
    if (kind === 'IDAT') return false;
    at += 12 + view.getUint32(at);
  }
  return false;
}

export function isAnimated(bytes: Uint8Array, mime: ImageMime): boolean {
  switch (mime) {
    case 'image/gif':
      return gifMoves(bytes);
    case 'image/png':
      return pngMoves(bytes);
    case 'image/webp':
      return ascii(bytes, 12) === 'VP8X' && ((bytes[20] ?? 0) & 2) !== 0;
    case 'image/bmp':
    case 'image/jpeg':
      return false;
    default:
      mime satisfies never;
      return false;
  }
}
