/**
 * The session's log on disk: JSON lines behind a header line, only ever appended to. What is appended survives a
 * crash of this program at once; it is forced to the disk (against a power failure) by `sync`, which the
 * session calls at each question, at the end of each turn and when it closes.
 */
import { appendFile, mkdir, open, rename, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod/mini';
import { sessionFolder, sessionNewer } from '../failures.ts';
import { sessionEventSchema, type SessionEvent } from '../shared/events.ts';
import { readOrEmpty } from './readOrEmpty.ts';

const VERSION = 1;
export const HEADER = JSON.stringify({ format: 'code-interpreter-transcript', version: VERSION }) + '\n';
const headerSchema = z.object({ format: z.literal('code-interpreter-transcript'), version: z.int() });

export interface OpenedTranscript {
  transcript: Transcript;
  events: SessionEvent[];
  /** Lines that could not be read; their bytes are kept in `copy`. */
  damage: { lines: number; copy: string } | null;
}

export class Transcript {
  private constructor(
    private readonly handle: FileHandle,
    /** Everything below is whole lines; a failed write leaves its rest above, and the next one overwrites it. */
    private goodBytes: number,
  ) {}

  /**
   * Opens or creates. A torn last line (a crash while writing) is dropped; damaged lines are moved to `<file>.bad`.
   * @throws Failure `session-newer` (nothing is touched) or `session-folder`.
   */
  static async open(file: string): Promise<OpenedTranscript> {
    const folder = dirname(file);
    try {
      await mkdir(folder, { recursive: true });
      const found = readLines(await readOrEmpty(file));
      if (found.newer) throw sessionNewer(folder);
      const copy = `${file}.bad`;
      if (found.bad.length > 0) {
        await appendFile(copy, Buffer.concat(found.bad));
        await replaceFile(file, HEADER + found.events.map(toLine).join(''));
      } else if (found.goodBytes === 0) {
        await replaceFile(file, HEADER);
      }
      const handle = await open(file, 'r+');
      const goodBytes =
        found.bad.length > 0 || found.goodBytes === 0 ? (await handle.stat()).size : found.goodBytes;
      await handle.truncate(goodBytes);
      const damage = found.bad.length === 0 ? null : { lines: found.bad.length, copy };
      return { transcript: new Transcript(handle, goodBytes), events: found.events, damage };
    } catch (error) {
      if (error instanceof Error && error.name === 'Failure') throw error;
      throw sessionFolder(folder, error);
    }
  }

  /** Not to be called again before it has settled. @throws the file system's error; earlier lines are whole then. */
  async append(events: readonly SessionEvent[]): Promise<void> {
    const bytes = Buffer.from(events.map(toLine).join(''));
    for (let written = 0; written < bytes.length;) {
      const { bytesWritten } = await this.handle.write(
        bytes,
        written,
        bytes.length - written,
        this.goodBytes + written,
      );
      written += bytesWritten;
    }
    this.goodBytes += bytes.length;
  }

  async sync(): Promise<void> {
    await this.handle.datasync();
  }

  async close(): Promise<void> {
    await this.handle.truncate(this.goodBytes).catch(() => undefined);
    await this.handle.close();
  }
}

export const toLine = (event: SessionEvent): string => JSON.stringify(event) + '\n';

/** The log as it is, for reading alone: what cannot be read is left out. @throws Failure `session-newer` */
export async function readLog(file: string): Promise<{ events: SessionEvent[] }> {
  const { events, newer } = readLines(await readOrEmpty(file));
  if (newer) throw sessionNewer(dirname(file));
  return { events };
}

/** Whether a log that begins with this is of a later version of ours. */
export function isNewer(firstLine: unknown): boolean {
  const header = headerSchema.safeParse(firstLine);
  return header.success && header.data.version > VERSION;
}

/** A crash leaves the old file or the new one. */
async function replaceFile(file: string, text: string): Promise<void> {
  const next = `${file}.next`;
  await writeFile(next, text, { flush: true });
  await rename(next, file);
}

interface ReadLines {
  events: SessionEvent[];
  bad: Buffer[];
  newer: boolean;
  /** Length of the file without a torn last line; 0: no header. */
  goodBytes: number;
}

function readLines(bytes: Buffer): ReadLines {
  const read: ReadLines = { events: [], bad: [], newer: false, goodBytes: 0 };
  let first = true;
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(0x0a, at);
    if (end === -1) break;
    const line = bytes.subarray(at, end + 1);
    at = end + 1;
    const value = parseJson(line);
    const header = first ? headerSchema.safeParse(value) : null;
    first = false;
    if (header?.success) {
      read.newer = header.data.version > VERSION;
    } else {
      const event = sessionEventSchema.safeParse(value);
      if (event.success) read.events.push(event.data);
      else read.bad.push(line);
    }
    read.goodBytes = at;
  }
  return read;
}

function parseJson(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
