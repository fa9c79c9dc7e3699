/**
 * Every attempt of code to reach something, allowed or not, one line of JSON each: `network.jsonl` in the session's
 * folder. Bounded: a full file becomes `network.old.jsonl`, and what was in that one is gone. A record for the
 * reader; nothing depends on it, so a failure to write it is logged and no more.
 */
import { appendFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { NetworkAttempt } from '../shared/network.ts';

export const LEDGER = 'network.jsonl';
export const OLD_LEDGER = 'network.old.jsonl';
/** Of both files together. */
export const MAX_LEDGER_BYTES = 5 * 1024 ** 2;

export interface LedgerOptions {
  /** The session's. */
  folder: string;
  log(line: string): void;
  /** Only tests change it. */
  maxBytes?: number;
}

export class NetworkLedger {
  private readonly file: string;
  private readonly fileBytes: number;
  /** Of the file as it is; null: not looked at yet. */
  private length: number | null = null;
  private pending: Buffer[] = [];
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly options: LedgerOptions) {
    this.file = join(options.folder, LEDGER);
    this.fileBytes = (options.maxBytes ?? MAX_LEDGER_BYTES) / 2;
  }

  /** @param cellId the cell that ran; null: none did. Returns at once; never throws. */
  add(cellId: string | null, attempt: NetworkAttempt): void {
    const { time, host, port, method, verdict, reason, bytes } = attempt;
    const line = JSON.stringify({ time, cell: cellId, host, port, method, verdict, reason, bytes });
    this.pending.push(Buffer.from(line + '\n'));
    if (this.pending.length > 1) return;
    this.writing = this.writing
      .then(async () => this.write())
      .catch((error: unknown) => this.options.log(`${LEDGER}: ${String(error)}`));
  }

  /** Resolves when everything added so far is written. */
  async flush(): Promise<void> {
    await this.writing;
  }

  /** All that waits, in one go: code can make many attempts in a second. */
  private async write(): Promise<void> {
    const lines = this.pending;
    this.pending = [];
    this.length ??= await stat(this.file).then(
      ({ size }) => size,
      () => 0,
    );
    while (lines.length > 0) {
      let bytes = 0;
      let count = 0;
      for (const line of lines) {
        if (count > 0 && this.length + bytes + line.length > this.fileBytes) break;
        bytes += line.length;
        count += 1;
      }
      if (this.length > 0 && this.length + bytes > this.fileBytes) {
        await rename(this.file, join(this.options.folder, OLD_LEDGER));
        this.length = 0;
        continue;
      }
      await appendFile(this.file, Buffer.concat(lines.splice(0, count)), { mode: 0o600 });
      this.length += bytes;
    }
  }
}
