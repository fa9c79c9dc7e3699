/** How many pages a PDF has: a light look, so that a file the API would refuse is not sent. */
import { inflateSync } from 'node:zlib';
import { findPages } from '../shared/pdfPages.ts';

/** A stream may claim to be small and unpack to anything. */
const MAX_UNPACKED_BYTES = 16_000_000;

/** Counts page objects, those in compressed object streams included; 0 when it finds none (encrypted, unusual). */
export function countPages(bytes: Buffer): number {
  const { pages, packed, count } = findPages(bytes.toString('latin1'));
  return packed.reduce((sum, { start, end }) => sum + count(unpacked(bytes.subarray(start, end))), pages);
}

function unpacked(body: Buffer): string {
  try {
    return inflateSync(body, { maxOutputLength: MAX_UNPACKED_BYTES }).toString('latin1');
  } catch {
    return '';
  }
}
