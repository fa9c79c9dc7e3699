/**
 * A session's folder: `transcript.jsonl` and `artifacts/<sha256>`. Files are written under another name, checked
 * against the length and hash the sandbox announced, forced to disk, then renamed.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { formatBytes } from '../agent/text.ts';
import { sessionFolder, detail } from '../failures.ts';
import type { Artifact } from '../shared/outputs.ts';

export const TRANSCRIPT = 'transcript.jsonl';
export const ARTIFACTS = 'artifacts';
/** Larger files stay in the sandbox only. */
export const MAX_ARTIFACT_BYTES = 512 * 1024 ** 2;
export const MAX_SESSION_BYTES = 2 * 1024 ** 3;

const isHash = (sha256: string): boolean => /^[0-9a-f]{64}$/.test(sha256);

/** `stored`, or the reason why not, in words for the user and the model. */
export type StoreOutcome = { kind: 'stored' } | { kind: 'refused'; reason: string };

export class ArtifactStore {
  private constructor(
    private readonly folder: string,
    /** Hash → length of what is complete. */
    private readonly kept: Map<string, number>,
  ) {}

  /** Removes what a crash left half written. @throws Failure `session-folder` */
  static async open(sessionFolderPath: string): Promise<ArtifactStore> {
    const folder = join(sessionFolderPath, ARTIFACTS);
    try {
      await mkdir(folder, { recursive: true });
      const kept = new Map<string, number>();
      for (const name of await readdir(folder)) {
        if (isHash(name)) kept.set(name, (await stat(join(folder, name))).size);
        else if (name.endsWith('.part')) await rm(join(folder, name), { force: true });
      }
      return new ArtifactStore(folder, kept);
    } catch (error) {
      throw sessionFolder(folder, error);
    }
  }

  /** Where the bytes are, or null. */
  path(sha256: string): string | null {
    return this.kept.has(sha256) ? join(this.folder, sha256) : null;
  }

  /** @param read gives the bytes; called only when they are wanted. Never rejects. */
  async put(artifact: Artifact, read: () => Promise<Readable>, signal?: AbortSignal): Promise<StoreOutcome> {
    const { sha256, bytes } = artifact;
    if (!isHash(sha256)) return refused('the sandbox gave no valid hash');
    if (this.kept.get(sha256) === bytes) return { kind: 'stored' };
    if (bytes > MAX_ARTIFACT_BYTES) return refused(`larger than ${formatBytes(MAX_ARTIFACT_BYTES)}`);
    const total = [...this.kept.values()].reduce((sum, size) => sum + size, 0);
    if (total + bytes > MAX_SESSION_BYTES) {
      return refused(`the session already keeps ${formatBytes(total)} of files`);
    }
    const part = join(this.folder, `${randomUUID()}.part`);
    try {
      const problem = await copyChecked(await read(), part, artifact, signal);
      if (problem !== null) return refused(problem);
      await rename(part, join(this.folder, sha256));
      this.kept.set(sha256, bytes);
      return { kind: 'stored' };
    } catch (error) {
      if (signal?.aborted) return refused('stopped while it was copied');
      return refused(`could not be copied: ${detail(error)}`);
    } finally {
      await rm(part, { force: true }).catch(() => undefined);
    }
  }
}

const refused = (reason: string): StoreOutcome => ({ kind: 'refused', reason });

/** Null when the file holds exactly what was announced. */
async function copyChecked(
  source: Readable,
  part: string,
  { bytes, sha256 }: Artifact,
  signal?: AbortSignal,
): Promise<string | null> {
  const hash = createHash('sha256');
  let seen = 0;
  const check = new Transform({
    transform(data: Buffer, _encoding, done) {
      seen += data.length;
      hash.update(data);
      if (seen > bytes) done(new Error('it grew while it was copied'));
      else done(null, data);
    },
  });
  const target = createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true });
  await pipeline(source, check, target, signal === undefined ? {} : { signal });
  return seen === bytes && hash.digest('hex') === sha256 ? null : 'it changed while it was copied';
}
