/** The sessions of this workspace as they lie on disk: listed, opened, renamed, deleted, forked. No VS Code in here. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { saidDetail, sessionElsewhere, sessionUnusable, turnRunning } from '../failures.ts';
import {
  changedAt,
  isSessionName,
  listSessions,
  sessionFacts,
  type ListedSession,
} from '../session/sessionIndex.ts';
import { hitsInLog, type LogHit } from '../session/searchLog.ts';
import { TRANSCRIPT } from '../session/store.ts';
import { asTitle } from '../session/title.ts';
import { Transcript } from '../session/transcript.ts';
import { lockOwner, tryLock } from './sessionLock.ts';
import type { Sessions } from './sessions.ts';
import { words } from '../shared/l10n.ts';

export type HistoryEntry = ListedSession & {
  /** `shown`: it is the panel's. `elsewhere`: another window has it; here it can be copied. */
  place: 'shown' | 'elsewhere' | 'closed';
};

export interface HistoryOptions {
  root(): string;
  sessions: Sessions;
  /** An answer is being worked on in the session that is shown. */
  isRunning(): boolean;
  now(): number;
}

const TRASH = '.trash';
const DAY_MS = 86_400_000;
/** So long "Undo" is possible by hand, too. */
const TRASH_DAYS = 7;

export class History {
  constructor(private readonly options: HistoryOptions) {}

  /** Newest first. */
  async list(): Promise<HistoryEntry[]> {
    const listed = await listSessions(this.options.root());
    return Promise.all(listed.map(async (session) => ({ ...session, place: await this.placeOf(session) })));
  }

  /** The newest conversation that another window has open; null: none has. */
  async openElsewhere(): Promise<HistoryEntry | null> {
    const root = this.options.root();
    const names = await fs.readdir(root).catch(() => []);
    const found: HistoryEntry[] = [];
    for (const id of names.filter(isSessionName)) {
      if ((await lockOwner(path.join(root, id))) !== 'other') continue;
      const session = await sessionFacts(root, id);
      if (session?.kind === 'session' && session.facts.questions > 0)
        found.push({ ...session, place: 'elsewhere' });
    }
    return found.sort((a, b) => changedAt(b) - changedAt(a))[0] ?? null;
  }

  private async placeOf({ id, folder }: ListedSession): Promise<HistoryEntry['place']> {
    if (this.options.sessions.now?.session.id === id) return 'shown';
    return (await lockOwner(folder)) === 'other' ? 'elsewhere' : 'closed';
  }

  /** Shows a session. @throws Failure `session-elsewhere`, `session-unusable`, `session-newer` */
  async open(id: string): Promise<void> {
    await this.usable(id);
    await this.options.sessions.switchTo(id);
  }

  /** @param typed empty: the title is made from the first question again. @throws as `open` */
  async rename(id: string, typed: string): Promise<void> {
    const shown = this.options.sessions.now?.session;
    if (shown?.id === id) {
      await shown.naming.rename(typed);
      return;
    }
    const { folder } = await this.usable(id);
    await locked(folder, async () => {
      const { transcript, events } = await Transcript.open(path.join(folder, TRANSCRIPT));
      try {
        const seq = 1 + events.reduce((max, event) => Math.max(max, event.seq), 0);
        const title = asTitle(typed);
        await transcript.append([{ type: 'session_renamed', title, seq, at: this.options.now() }]);
      } finally {
        await transcript.close();
      }
    });
  }

  /**
   * Into the trash, with everything that it made; a session that is shown gives way to a new one.
   * @throws Failure `session-elsewhere`; `turn-running`; `session-unusable` when it cannot be moved
   */
  async remove(id: string): Promise<void> {
    const folder = this.folderOf(id);
    if (this.options.sessions.now?.session.id === id) {
      if (this.options.isRunning()) throw turnRunning();
      await this.options.sessions.startNew();
    }
    const trashed = this.trashed(id);
    await locked(folder, async () => {
      await fs.mkdir(path.dirname(trashed), { recursive: true });
      await fs.rm(trashed, { recursive: true, force: true });
      await fs.rename(folder, trashed);
    });
    // The lock has moved along; and this marks when it was deleted.
    await fs.rm(path.join(trashed, 'owner.json'), { force: true });
    const now = this.options.now() / 1000;
    await fs.utimes(trashed, now, now);
  }

  /** Takes a session out of the trash. @throws Failure `session-unusable` when it is not there any more */
  async restore(id: string): Promise<void> {
    await moved(this.trashed(id), this.folderOf(id));
  }

  /** A new session that goes on from an answer of another, and is shown. @throws as `open`; Failure `cannot-fork` */
  async fork(id: string, turnId: string | null): Promise<void> {
    if (this.options.sessions.now?.session.id !== id) await this.usable(id);
    await this.options.sessions.fork(this.folderOf(id), turnId);
  }

  /** What is said, run and put out in closed sessions and in this one, newest session first. */
  async *search(
    query: string,
    signal: AbortSignal,
  ): AsyncGenerator<{ session: HistoryEntry; hits: LogHit[] }> {
    for (const session of await this.list()) {
      if (signal.aborted) return;
      if (session.kind !== 'session') continue;
      const log = await fs.readFile(path.join(session.folder, TRANSCRIPT)).catch(() => Buffer.alloc(0));
      const hits = await hitsInLog(log, query, signal);
      if (hits.length > 0) yield { session, hits };
    }
  }

  /**
   * Removes what was deleted a while ago, and sessions that are older than the user wants them.
   * @param keepDays 0: sessions are kept for ever. Returns how many sessions went.
   */
  async sweep(keepDays: number): Promise<number> {
    const now = this.options.now();
    const trash = path.join(this.options.root(), TRASH);
    for (const name of await fs.readdir(trash).catch(() => [])) {
      const { mtimeMs } = await fs.stat(path.join(trash, name));
      if (now - mtimeMs > TRASH_DAYS * DAY_MS) await fs.rm(path.join(trash, name), { recursive: true });
    }
    if (keepDays <= 0) return 0;
    let gone = 0;
    for (const session of await this.list()) {
      const isOld = now - changedAt(session) > keepDays * DAY_MS;
      if (session.kind !== 'session' || session.place !== 'closed' || !isOld) continue;
      const removed = await locked(session.folder, async () =>
        fs.rm(session.folder, { recursive: true, force: true }),
      ).then(
        () => 1,
        () => 0,
      );
      gone += removed;
    }
    return gone;
  }

  private async usable(id: string): Promise<ListedSession> {
    const found = await sessionFacts(this.options.root(), id);
    if (found === null) throw sessionUnusable(id, words('it is not there'));
    if (found.kind === 'unusable') throw sessionUnusable(id, found.reason);
    return found;
  }

  private folderOf(id: string): string {
    if (!isSessionName(id)) throw sessionUnusable(id, words('it is not there'));
    return path.join(this.options.root(), id);
  }

  private readonly trashed = (id: string): string => path.join(this.options.root(), TRASH, id);
}

/** Nobody else touches the session meanwhile. @throws Failure `session-elsewhere` */
async function locked(folder: string, work: () => Promise<void>): Promise<void> {
  // Taking a lock would make a folder that is not there.
  await fs.access(folder).catch((error: unknown) => {
    throw sessionUnusable(path.basename(folder), saidDetail(error));
  });
  const lock = await tryLock(folder);
  if (lock === null) throw sessionElsewhere();
  try {
    await work();
  } finally {
    await lock.release();
  }
}

async function moved(from: string, to: string): Promise<void> {
  try {
    await fs.rename(from, to);
  } catch (error) {
    throw sessionUnusable(path.basename(to), saidDetail(error));
  }
}
