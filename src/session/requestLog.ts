/**
 * What the model saw: the body of each request as it was sent, in `requests.jsonl` beside the transcript. Pictures
 * and documents are named by size and hash instead. The file is bounded: the oldest requests go. It is a record
 * for the reader; nothing depends on it, so a failure to write it is logged and no more.
 */
import { createHash } from 'node:crypto';
import { appendFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { readOrEmpty } from './readOrEmpty.ts';

export const REQUESTS = 'requests.jsonl';
export const MAX_REQUESTS = 200;
export const MAX_REQUEST_BYTES = 50 * 1024 ** 2;
/** The file is written anew when it is longer by this part: not at each request. */
const SLACK = 1.25;

const recordSchema = z.object({
  turnId: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  model: z.string(),
  /** Of the body as it was sent, pictures included. */
  bytes: z.int(),
  body: z.unknown(),
});
export type RecordedRequest = z.infer<typeof recordSchema>;

export interface RequestLogOptions {
  /** The session's. */
  folder: string;
  log(line: string): void;
  /** Only tests change them. */
  maxRequests?: number;
  maxBytes?: number;
}

export class RequestLog {
  private readonly file: string;
  private readonly maxRequests: number;
  private readonly maxBytes: number;
  /** Lengths of the lines in the file; null: not looked at yet. */
  private lengths: number[] | null = null;
  private working: Promise<void> = Promise.resolve();

  constructor(private readonly options: RequestLogOptions) {
    this.file = join(options.folder, REQUESTS);
    this.maxRequests = options.maxRequests ?? MAX_REQUESTS;
    this.maxBytes = options.maxBytes ?? MAX_REQUEST_BYTES;
  }

  /** Returns at once; never throws. */
  add({ turnId, at, model, body }: Omit<RecordedRequest, 'bytes'>): void {
    let line: Buffer;
    try {
      const bytes = Buffer.byteLength(JSON.stringify(body));
      const record: RecordedRequest = { turnId, at, model, bytes, body: withoutFiles(body) };
      line = Buffer.from(JSON.stringify(record) + '\n');
    } catch (error) {
      this.options.log(`${REQUESTS}: ${String(error)}`);
      return;
    }
    this.working = this.working
      .then(async () => this.append(line))
      .catch((error: unknown) => this.options.log(`${REQUESTS}: ${String(error)}`));
  }

  /** Oldest first; those of one turn, or (null) all that are kept. Lines that cannot be read are left out. */
  async read(turnId: string | null): Promise<RecordedRequest[]> {
    await this.working;
    const records = (await this.lines()).slice(-this.maxRequests).flatMap((line) => {
      const record = parsed(line);
      return record === null ? [] : [record];
    });
    return turnId === null ? records : records.filter((record) => record.turnId === turnId);
  }

  /** Resolves when everything added so far is written. */
  async flush(): Promise<void> {
    await this.working;
  }

  private async append(line: Buffer): Promise<void> {
    this.lengths ??= (await this.lines()).map(({ length }) => length + 1);
    await appendFile(this.file, line);
    this.lengths.push(line.length);
    const tooMany = this.lengths.length > this.maxRequests * SLACK;
    if (tooMany || sum(this.lengths) > this.maxBytes) await this.trim();
  }

  /** The newest that are within both limits; at least one. */
  private async trim(): Promise<void> {
    const lines = (await this.lines()).slice(-this.maxRequests);
    while (lines.length > 1 && sum(lines.map(({ length }) => length + 1)) > this.maxBytes / SLACK)
      lines.shift();
    const next = `${this.file}.next`;
    await writeFile(next, Buffer.concat(lines.flatMap((line) => [line, NEWLINE])));
    await rename(next, this.file);
    this.lengths = lines.map(({ length }) => length + 1);
  }

  /** Without their ends; a line that a crash has torn is one that cannot be read, and stays apart from the next. */
  private async lines(): Promise<Buffer[]> {
    const bytes = await readOrEmpty(this.file);
    const lines: Buffer[] = [];
    let at = 0;
    for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, at)) {
      lines.push(bytes.subarray(at, end));
      at = end + 1;
    }
    if (at < bytes.length) {
      lines.push(bytes.subarray(at));
      await appendFile(this.file, NEWLINE);
    }
    return lines;
  }
}

const NEWLINE = Buffer.from('\n');
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function parsed(line: Buffer): RecordedRequest | null {
  try {
    const record = recordSchema.safeParse(JSON.parse(line.toString('utf8')));
    return record.success ? record.data : null;
  } catch {
    return null;
  }
}

const fileSource = z.object({ type: z.literal('base64'), media_type: z.string(), data: z.string() });

/** The same value with each base64 source replaced by what it was. */
function withoutFiles(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutFiles);
  if (typeof value !== 'object' || value === null) return value;
  const source = fileSource.safeParse(value);
  if (source.success) {
    const bytes = Buffer.from(source.data.data, 'base64');
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { omitted: { mediaType: source.data.media_type, bytes: bytes.length, sha256 } };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutFiles(inner)]));
}
