/** The proposed changes of one session: what they were made from, their contents, and what is decided, in its log. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { artifactNotStored } from '../../failures.ts';
import { proposedPath } from '../../shared/changes.ts';
import type { Content, NewSessionEvent, SessionEvent } from '../../shared/events.ts';
import type { Artifact } from '../../shared/outputs.ts';
import type { Words } from '../../shared/l10n.ts';
import type { ArtifactStore } from '../store.ts';
import { blocksOf } from './blocks.ts';
import { compare, type Comparison } from './comparison.ts';
import { isText, linesOf } from './lines.ts';
import { proposalsOf, type Proposal, type Proposed } from './proposals.ts';
import { signatureOf } from './proposalView.ts';

/** Larger files of the user are not changed from here. */
export const USER_FILE_LIMIT_BYTES = 64 * 1024 * 1024;
/** Comparisons that are kept: the list is asked for again after each decision. */
const KEPT_COMPARISONS = 64;

export type UserFile =
  /** `changedAt`: milliseconds since the epoch, of its content or its name. */
  | { kind: 'file'; bytes: Buffer; changedAt: number }
  | { kind: 'none' }
  /** `why`: a phrase. */
  | { kind: 'refused'; why: Words };

/** The user's files, by their paths in the sandbox. */
export interface UserFiles {
  /** Never rejects. */
  read(containerPath: string): Promise<UserFile>;
  /** Why nothing may be proposed for it, by its place alone: a phrase. Null: it may. */
  refusal(containerPath: string): Promise<Words | null>;
}

export interface SessionChangesOptions {
  events(): Promise<readonly SessionEvent[]>;
  store: Pick<ArtifactStore, 'path' | 'put'>;
  /** Resolves when it is on disk. */
  add(event: NewSessionEvent): Promise<void>;
  /** Absent: there are none (the command line); copies are files as any other. */
  userFiles?: UserFiles | undefined;
}

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export class SessionChanges {
  private readonly comparisons = new Map<string, Comparison>();

  constructor(private readonly options: SessionChangesOptions) {}

  /** Why nothing may be proposed for this file: a phrase. Null: it may. */
  async refusal(containerPath: string): Promise<Words | null> {
    return (await this.options.userFiles?.refusal(containerPath)) ?? null;
  }

  /**
   * Keeps what the user's file is when a copy of it was stored, and logs it, before the copy itself is logged.
   * @param since when the code that made the copy began, in milliseconds since the epoch
   */
  async stored({ name, sha256 }: Pick<Artifact, 'name' | 'sha256'>, since: number): Promise<void> {
    const containerPath = proposedPath(name);
    const { userFiles } = this.options;
    if (containerPath === null || userFiles === undefined) return;
    const before = (await this.proposals()).get(containerPath);
    if (before?.sha256 === sha256 && before.now !== null) return;
    const file = await userFiles.read(containerPath);
    if (file.kind === 'refused') return;
    if (file.kind === 'none') {
      if (before?.written === null) return;
      await this.options.add({ type: 'change_based', containerPath, sha256: null, bytes: 0, certain: true });
      return;
    }
    const content = contentOf(file.bytes);
    if (before !== undefined && !(await this.isCloser(before, sha256, content.sha256, file.bytes))) return;
    // What it was made from is not known when it cannot be kept, which the list of changes says.
    if ((await this.keep(name, file.bytes, content)) !== null) return;
    await this.options.add({
      type: 'change_based',
      containerPath,
      ...content,
      certain: file.changedAt < since,
    });
  }

  /** A copy may have been gone on with, or be a new one of the file that the user has changed: what is nearer counts. */
  private async isCloser(before: Proposal, fresh: string, current: string, bytes: Buffer): Promise<boolean> {
    if (before.written === undefined || before.written === null) return true;
    if (before.written === current) return false;
    const [old, proposed] = [await this.bytes(before.written), await this.bytes(fresh)];
    if (![old, proposed, bytes].every(isText)) return true;
    const edits = (from: Buffer): number => {
      const blocks = blocksOf(linesOf(from), linesOf(proposed));
      return blocks?.reduce((sum, { oldCount, newCount }) => sum + oldCount + newCount, 0) ?? Infinity;
    };
    return edits(bytes) < edits(old);
  }

  async proposals(): Promise<Map<string, Proposal>> {
    return proposalsOf(await this.options.events());
  }

  /** @throws Failure `artifact-not-stored` */
  async bytes(sha256: string): Promise<Buffer> {
    const path = this.options.store.path(sha256);
    if (path === null) throw artifactNotStored(sha256.slice(0, 12));
    return readFile(path);
  }

  /** @throws Failure `artifact-not-stored` */
  async comparison({ sha256, base }: Pick<Proposed, 'sha256' | 'base'>): Promise<Comparison> {
    const key = `${base.sha256 ?? ''} ${sha256}`;
    const known = this.comparisons.get(key);
    const comparison =
      known ?? compare(base.sha256 === null ? null : await this.bytes(base.sha256), await this.bytes(sha256));
    // The one that was asked for last goes last.
    this.comparisons.delete(key);
    this.comparisons.set(key, comparison);
    const [oldest] = this.comparisons.keys();
    if (this.comparisons.size > KEPT_COMPARISONS && oldest !== undefined) this.comparisons.delete(oldest);
    return comparison;
  }

  /** What was rejected of contents before: it is not offered again as if it were new. */
  async rejectedBefore({ earlier }: Proposal): Promise<Set<string>> {
    const signatures = new Set<string>();
    for (const proposed of earlier) {
      const comparison = await this.comparison(proposed);
      if (comparison.kind !== 'text') continue;
      for (const hunk of proposed.rejected) signatures.add(signatureOf(comparison, hunk));
    }
    return signatures;
  }

  /** Null: it is kept; otherwise why not, in words. */
  async keep(name: string, bytes: Buffer, content = contentOf(bytes)): Promise<string | null> {
    const outcome = await this.options.store.put({ name, ...content }, async () =>
      Promise.resolve(Readable.from([bytes])),
    );
    return outcome.kind === 'stored' ? null : outcome.reason;
  }

  async record(event: Extract<NewSessionEvent, { type: 'change_decided' | 'change_undone' }>): Promise<void> {
    await this.options.add(event);
  }
}

export const contentOf = (bytes: Buffer): Content => ({ sha256: hashOf(bytes), bytes: bytes.length });
