/** The session's files are made when there is something to write: one that is not there yet is empty. */
import { readFile } from 'node:fs/promises';

export async function readOrEmpty(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
