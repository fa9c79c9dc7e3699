/** The window's one current session: made or restored at the first need, kept on disk, one writer at a time. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { containerPathOf } from '../container/mounts.ts';
import type { HostMount } from '../container/policy.ts';
import type { Sandbox } from '../kernel/sandbox.ts';
import { sessionElsewhere } from '../failures.ts';
import { forkSession } from '../session/fork.ts';
import { Session, type SessionOptions } from '../session/session.ts';
import type { NewSessionEvent } from '../shared/events.ts';
import { isSessionName } from '../session/sessionIndex.ts';
import { UNTITLED } from '../session/title.ts';
import { sleep } from './engineWait.ts';
import { KeptView } from './keptView.ts';
import { planMounts, type Folder } from './mountPlan.ts';
import { lockOwner, tryLock, type SessionLock } from './sessionLock.ts';

/** What a session reads besides the log: kept beside it. `sample`: the bundled data instead of the folders. */
const sourcesSchema = z.object({
  kind: z.enum(['workspace', 'sample']),
  files: z.array(z.string()),
  /** Host path of the notebook that the session began as: cells begin in its folder. */
  notebook: z.optional(z.string()),
});
export type Sources = z.infer<typeof sourcesSchema>;

/** What a new session begins with. */
export interface Beginning {
  title: string;
  events: readonly NewSessionEvent[];
}

export interface OpenSession {
  session: Session;
  /** Where it is kept. */
  folder: string;
  /** Where the reader was in it. */
  view: KeptView;
  mounts: HostMount[];
  sources: Sources;
}

export interface SessionsOptions {
  /** Folder of all sessions of this workspace. */
  root(): string;
  pointer: { get(): string | undefined; set(id: string): Promise<void> };
  workspaceFolders(): Folder[];
  /** Where the bundled sample lies, copied if need be. */
  sampleFolder(): Promise<string>;
  createSandbox(sessionId: string, mounts: HostMount[], workFolder: string | null): Sandbox;
  sessionOptions(
    sessionId: string,
    mounts: readonly HostMount[],
  ): Pick<
    SessionOptions,
    | 'model'
    | 'mode'
    | 'effort'
    | 'cellTimeoutMs'
    | 'outputLimitBytes'
    | 'limits'
    | 'spending'
    | 'privacy'
    | 'network'
    | 'userFiles'
    | 'onEvents'
    | 'onState'
    | 'log'
  >;
  /** Another session is current now. */
  onSwitched(current: OpenSession): void;
  /** The last session could not be opened; a new one takes its place. */
  onRestoreFailed(error: unknown): void;
  /** The window begins with a new session: there was none to restore, or another window has it. */
  onFresh?: () => void;
  /** How long a window that is closing may hold on to the session (a reload starts the new host early). */
  lockPatienceMs?: number;
}

const SOURCES = 'sources.json';
/** A window that is reloaded is back by then. */
const LEFT_JUST_NOW_MS = 60_000;

interface Held extends OpenSession {
  lock: SessionLock;
}

export class Sessions {
  private held: Held | null = null;
  private opening: Promise<Held> | null = null;
  private disposed = false;

  constructor(private readonly options: SessionsOptions) {}

  /** The current session if there is one already. */
  get now(): OpenSession | null {
    return this.held;
  }

  /** The current session; restores the last one of this workspace, or makes one. */
  async current(): Promise<OpenSession> {
    if (this.held !== null) return this.held;
    return this.exclusively(async () => {
      const restored = await this.restore();
      if (restored !== null) return restored;
      const fresh = await this.create(workspaceSources([]));
      this.options.onFresh?.();
      return fresh;
    });
  }

  /** Closes the current session (it stays on disk) and makes another the current one. */
  async startNew(
    sources: Sources = workspaceSources([]),
    beginning: Beginning | null = null,
  ): Promise<OpenSession> {
    await this.opening?.catch(() => undefined);
    return this.exclusively(async () => {
      await this.close();
      return this.create(sources, beginning);
    });
  }

  /**
   * Makes a session that is on disk the current one; the one before is closed when the other has opened.
   * @throws Failure `session-elsewhere`, or what opening it throws; the one before stays then.
   */
  async switchTo(id: string): Promise<OpenSession> {
    await this.opening?.catch(() => undefined);
    if (this.held?.session.id === id) return this.held;
    return this.exclusively(async () => {
      const folder = path.join(this.options.root(), id);
      const lock = await tryLock(folder);
      if (lock === null) throw sessionElsewhere();
      const sources = (await readSources(folder)) ?? workspaceSources([]);
      const next = await this.open(id, folder, sources, lock);
      await this.close();
      return next;
    });
  }

  /** A new session that goes on from an answer of the one in `from`. @throws Failure `cannot-fork` */
  async fork(from: string, turnId: string | null): Promise<OpenSession> {
    const id = randomUUID();
    const folder = path.join(this.options.root(), id);
    try {
      await forkSession({ from, to: folder, sessionId: id, turnId, now: Date.now });
      const sources = (await readSources(from)) ?? workspaceSources([]);
      await fs.writeFile(path.join(folder, SOURCES), JSON.stringify(sources));
    } catch (error) {
      await fs.rm(folder, { recursive: true, force: true });
      throw error;
    }
    return this.switchTo(id);
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    await this.opening?.catch(() => undefined);
    await this.close();
  }

  private async exclusively(open: () => Promise<Held>): Promise<OpenSession> {
    this.opening ??= open()
      .then(async (held) => {
        this.held = held;
        await this.options.pointer.set(held.session.id);
        this.options.onSwitched(held);
        return held;
      })
      .finally(() => (this.opening = null));
    return this.opening;
  }

  private async restore(): Promise<Held | null> {
    const pointed = this.options.pointer.get();
    if (pointed === undefined || !isSessionName(pointed)) return null;
    const place = path.join(this.options.root(), pointed);
    if ((await readSources(place)) === null) return null;
    const lock = await this.lockWithPatience(place);
    return lock === null ? this.restoreLeft() : this.reopen(pointed, lock);
  }

  /**
   * VS Code keeps one pointer for all windows on a workspace: where it names the session of another one, a window that
   * was reloaded had the one that was left just now. Left: its lock was taken out of its folder.
   */
  private async restoreLeft(): Promise<Held | null> {
    const root = this.options.root();
    let newest = { id: '', mtimeMs: Date.now() - LEFT_JUST_NOW_MS };
    for (const id of (await fs.readdir(root).catch(() => [])).filter(isSessionName)) {
      const folder = path.join(root, id);
      const mtimeMs = (await fs.stat(folder).catch(() => null))?.mtimeMs ?? 0;
      if (mtimeMs > newest.mtimeMs && (await lockOwner(folder)) === 'none') newest = { id, mtimeMs };
    }
    const lock = newest.id === '' ? null : await tryLock(path.join(root, newest.id));
    return lock === null ? null : this.reopen(newest.id, lock);
  }

  private async reopen(id: string, lock: SessionLock): Promise<Held | null> {
    const folder = path.join(this.options.root(), id);
    const sources = await readSources(folder);
    if (sources === null) {
      await lock.release();
      return null;
    }
    try {
      return await this.open(id, folder, sources, lock);
    } catch (error) {
      // The folder stays as it is; a conversation that cannot be read must not lock the user out of the panel.
      this.options.onRestoreFailed(error);
      return null;
    }
  }

  private async lockWithPatience(folder: string): Promise<SessionLock | null> {
    const until = performance.now() + (this.options.lockPatienceMs ?? 6000);
    for (;;) {
      const lock = await tryLock(folder);
      if (lock !== null || performance.now() > until || this.disposed) return lock;
      await sleep(150);
    }
  }

  private async create(sources: Sources, beginning: Beginning | null = null): Promise<Held> {
    const id = randomUUID();
    const folder = path.join(this.options.root(), id);
    await fs.mkdir(folder, { recursive: true });
    await fs.writeFile(path.join(folder, SOURCES), JSON.stringify(sources));
    const lock = await tryLock(folder);
    if (lock === null) throw new Error(`The new session ${id} is locked.`);
    return this.open(id, folder, sources, lock, beginning);
  }

  private async open(
    id: string,
    folder: string,
    sources: Sources,
    lock: SessionLock,
    beginning: Beginning | null = null,
  ): Promise<Held> {
    try {
      const mounts = await this.mountsFor(sources);
      const session = await Session.open({
        ...this.options.sessionOptions(id, mounts),
        id,
        title: beginning?.title ?? UNTITLED,
        beginning: beginning?.events ?? [],
        folder,
        now: Date.now,
        sandbox: this.options.createSandbox(id, mounts, workFolderOf(sources, mounts)),
      });
      return { session, folder, mounts, sources, lock, view: await KeptView.open(folder) };
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  private async mountsFor(sources: Sources): Promise<HostMount[]> {
    if (sources.kind === 'sample') {
      return planMounts([{ path: await this.options.sampleFolder(), name: 'sample' }], []);
    }
    return planMounts(this.options.workspaceFolders(), sources.files);
  }

  private async close(): Promise<void> {
    const held = this.held;
    this.held = null;
    await held?.session.dispose();
    await held?.view.flush();
    await held?.lock.release();
  }
}

export const workspaceSources = (files: string[]): Sources => ({ kind: 'workspace', files });

/** Container path of the folder that relative paths of a notebook begin in; null: the sandbox does not see it. */
const workFolderOf = ({ notebook }: Sources, mounts: HostMount[]): string | null =>
  notebook === undefined ? null : containerPathOf(mounts, path.dirname(notebook));

async function readSources(folder: string): Promise<Sources | null> {
  try {
    return sourcesSchema.parse(JSON.parse(await fs.readFile(path.join(folder, SOURCES), 'utf8')));
  } catch {
    return null;
  }
}
