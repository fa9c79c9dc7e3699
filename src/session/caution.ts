/** What is to be said beside a file of the store, after a look at its beginning. */
import { open } from 'node:fs/promises';
import { cautionOfName, hasFormulas, isDelimitedText, type FileCaution } from '../shared/fileCaution.ts';

/** Formulas are looked for here only. */
const LOOKED_AT_BYTES = 8 * 1024 * 1024;

/** @param stored path of the bytes. A file that cannot be read is not warned about: it cannot be saved either. */
export async function cautionOf(stored: string, name: string): Promise<FileCaution | null> {
  const byName = cautionOfName(name);
  if (byName !== null || !isDelimitedText(name)) return byName;
  try {
    const file = await open(stored, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(LOOKED_AT_BYTES), 0, LOOKED_AT_BYTES, 0);
      const bytes = buffer.subarray(0, bytesRead);
      const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
      return hasFormulas(bytes.toString(isWide ? 'utf16le' : 'utf8')) ? 'formulas' : null;
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}
