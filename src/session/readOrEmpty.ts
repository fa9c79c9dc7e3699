/** The session's files are made when there is something to write: one that is not there yet is empty. */
import { readFile } from 'node:fs/promises';
import { errorCode } from '../errorCode.ts';

export async function readOrEmpty(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}
