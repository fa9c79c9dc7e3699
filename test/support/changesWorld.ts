/** A folder of the user, a store, a log in memory, and what proposes and decides: for tests of proposed changes. */
import { mkdir, mkdtemp, readFile, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'node:test';
import type { HostMount } from '../../src/container/policy.ts';
import { Failure } from '../../src/failures.ts';
import { Changes } from '../../src/host/changes.ts';
import { MountedFiles } from '../../src/host/userFiles.ts';
import { hashOf, SessionChanges } from '../../src/session/changes/sessionChanges.ts';
import { ArtifactStore } from '../../src/session/store.ts';
import type { ProposedChange } from '../../src/shared/changes.ts';
import type { NewSessionEvent, SessionEvent } from '../../src/shared/events.ts';
import { Readable } from 'node:stream';

const LONG_AGO = new Date('2020-01-01T00:00:00Z');

export class ChangesWorld {
  events: SessionEvent[] = [];
  /** Questions that were asked, and how they are answered. */
  asked: { message: string; detail: string }[] = [];
  answer: boolean | (() => Promise<boolean>) = true;
  protectedFiles: string[] = [];
  unsaved: string[] = [];
  mounts: HostMount[];
  readonly session: SessionChanges;
  readonly changes: Changes;

  private constructor(
    /** Of the user. */
    readonly folder: string,
    readonly elsewhere: string,
    readonly store: ArtifactStore,
  ) {
    this.mounts = [{ source: folder, name: null }];
    this.session = new SessionChanges({
      events: async () => Promise.resolve(this.events),
      store,
      add: async (event) => Promise.resolve(this.push(event)),
      userFiles: {
        read: async (path) => new MountedFiles(this.mounts).read(path),
        refusal: async (path) => new MountedFiles(this.mounts).refusal(path),
      },
    });
    this.changes = new Changes({
      shown: async () => Promise.resolve({ session: { changes: this.session }, mounts: this.mounts }),
      protectedFiles: () => this.protectedFiles,
      confirm: async (message, detail) => {
        this.asked.push({ message, detail });
        return typeof this.answer === 'boolean' ? this.answer : this.answer();
      },
      isUnsaved: (path) => this.unsaved.includes(path),
    });
  }

  static async make(root: string): Promise<ChangesWorld> {
    const [folder, elsewhere] = [join(root, 'user'), join(root, 'elsewhere')];
    for (const path of [folder, elsewhere]) await mkdir(path);
    return new ChangesWorld(folder, elsewhere, await ArtifactStore.open(join(root, 'session')));
  }

  push(event: NewSessionEvent): void {
    this.events.push({ ...event, seq: this.events.length + 1, at: 0 });
  }

  at(name: string): string {
    return join(this.folder, name);
  }

  /** Written long ago. */
  async put(name: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(this.at(name)), { recursive: true });
    await writeFile(this.at(name), content);
    await utimes(this.at(name), LONG_AGO, LONG_AGO);
  }

  async get(name: string): Promise<string> {
    return readFile(this.at(name), 'latin1');
  }

  /** As a cell does it whose code began then; by default later than all that was written. */
  async propose(name: string, content: string | Uint8Array, since = Date.now() + 60_000): Promise<void> {
    const bytes = Buffer.from(content);
    const artifact = { name: `changes/workspace/${name}`, bytes: bytes.length, sha256: hashOf(bytes) };
    const kept = await this.store.put(artifact, async () => Promise.resolve(Readable.from([bytes])));
    if (kept.kind === 'refused') throw new Error(kept.reason);
    await this.session.stored(artifact, since);
    this.push({ type: 'artifact_stored', cellId: 'c1', ...artifact });
  }

  async change(name: string): Promise<ProposedChange> {
    const found = (await this.changes.list()).find(({ label }) => label === name);
    if (found === undefined) throw new Error(`no change of ${name}`);
    return found;
  }

  async decide(name: string, hunks: number[] | null, accept = true): Promise<boolean> {
    const { containerPath, sha256 } = await this.change(name);
    return this.changes.decide({ containerPath, sha256, hunks, accept });
  }

  async undo(name: string): Promise<boolean> {
    return this.changes.undo(`/workspace/${name}`);
  }
}

/** The code of the failure that it ends with; `done` without one. */
export const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Failure ? error.code : String(error)),
  );

/** Call it once at the top of a test file. */
export function changesForTests(): () => ChangesWorld {
  let root = '';
  let world: ChangesWorld | null = null;
  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'changes-')));
    world = await ChangesWorld.make(root);
  });
  afterEach(async () => rm(root, { recursive: true, force: true }));
  return () => {
    if (world === null) throw new Error('outside of a test');
    return world;
  };
}
