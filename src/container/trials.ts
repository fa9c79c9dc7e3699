/**
 * What trials of runtimes have shown, kept in a file: a runtime is not tried at each start, and one that fails, which
 * may leave processes of its own behind, is tried once a day. Unreadable or unwritable: as if there were no file.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod/mini';

const DAY_MS = 24 * 60 * 60_000;
/** gVisor may be updated without the engine's telling. */
const PASSED_MS = 7 * DAY_MS;
const FAILED_MS = DAY_MS;

/** Key → when it was tried, and what went wrong (null: nothing). */
const fileSchema = z.record(z.string(), z.object({ at: z.number(), problem: z.nullable(z.string()) }));
type Known = z.infer<typeof fileSchema>;

export class Trials {
  private known: Known | null = null;

  /** @param file null: kept in memory only. */
  constructor(
    private readonly file: string | null,
    private readonly now: () => number = Date.now,
  ) {}

  /** What went wrong; null: nothing; undefined: not tried, or too long ago. */
  async find(key: string): Promise<string | null | undefined> {
    const found = (await this.load())[key];
    if (found === undefined) return undefined;
    const age = this.now() - found.at;
    const fresh = age >= 0 && age < (found.problem === null ? PASSED_MS : FAILED_MS);
    return fresh ? found.problem : undefined;
  }

  async note(key: string, problem: string | null): Promise<void> {
    // Read anew: another window may have noted something.
    const known = { ...(await this.read()), ...this.known, [key]: { at: this.now(), problem } };
    this.known = Object.fromEntries(
      Object.entries(known).filter(([, { at }]) => this.now() - at < PASSED_MS),
    );
    if (this.file === null) return;
    try {
      await mkdir(path.dirname(this.file), { recursive: true });
      const temporary = `${this.file}.${process.pid}`;
      await writeFile(temporary, JSON.stringify(this.known));
      await rename(temporary, this.file);
    } catch {
      // The next window tries again.
    }
  }

  private async load(): Promise<Known> {
    this.known ??= await this.read();
    return this.known;
  }

  private async read(): Promise<Known> {
    if (this.file === null) return {};
    try {
      const parsed = fileSchema.safeParse(JSON.parse(await readFile(this.file, 'utf8')));
      return parsed.success ? parsed.data : {};
    } catch {
      return {};
    }
  }
}
