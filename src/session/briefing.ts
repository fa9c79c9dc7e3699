/**
 * What the model is told besides what the user says: what lies in the folders, the names and types in data files, what
 * of the network is open. Each once, as messages of the log, so that later requests repeat their bytes.
 */
import { isNetworkNote, networkNote } from '../agent/networkNotes.ts';
import { mark } from '../agent/privacy.ts';
import type { FileStamp, Kernel } from '../kernel/kernel.ts';
import type { SandboxFacts } from '../kernel/sandbox.ts';
import { decodeNote, encodeNote } from '../models/blocks.ts';
import { parseMessage } from '../models/messageSchema.ts';
import type { TextBlock } from '../models/model.ts';
import type { FileRef, SessionEvent } from '../shared/events.ts';
import type { FileProfile } from '../shared/fileProfile.ts';
import type { NetworkState } from '../shared/network.ts';
import type { Privacy } from '../shared/protocol.ts';
import { declinedTurns } from './conversation.ts';
import type { EventLog } from './eventLog.ts';
import { isCountedNote, MAX_FILES, profileNote } from './fileProfiles.ts';
import { topLevelNote } from './topLevel.ts';

/** The first word does not wait longer for a profile; what is known then counts. */
const TIMEOUT_MS: Readonly<Record<Privacy, number>> = { full: 10_000, schema: 20_000 };
/** All rows of large files are counted behind the answer, for so long. */
const COUNTING_MS = 120_000;
const CLOSED_NOTE = networkNote({ open: [] }, 'full');

export interface DescribeOptions {
  privacy: Privacy;
  /** Says that files are being read while it waits for `work`. */
  reading: <T>(files: readonly FileRef[], work: () => Promise<T>) => Promise<T>;
  signal: AbortSignal;
}

export class Briefing {
  /** A model that sees nothing else was told of the data files of all mounts, in this sandbox. */
  private isDescribed = false;
  /** The model was told what lies in the folders, since the session was opened. */
  private isListed = false;
  /** What it was told of the network last; null: not known. */
  private network: string | null;

  constructor(private readonly log: EventLog) {
    this.network = lastNetworkNote(log.events);
  }

  /** What it was told is left out of the conversation. */
  forget(): void {
    this.isDescribed = false;
    this.isListed = false;
    if (this.network !== CLOSED_NOTE) this.network = null;
  }

  async listFolders({ mounts }: SandboxFacts, privacy: Privacy): Promise<void> {
    const note = this.isListed ? null : await topLevelNote(mounts, privacy);
    this.isListed = true;
    if (note !== null) await this.tell(note, privacy);
  }

  /**
   * Shows what the files of a question are made of, and tells the model, each file once as it is now. Of a question
   * without files a model that sees nothing else is told of all data files.
   */
  async describeFiles(
    turnId: string,
    { mounts }: SandboxFacts,
    kernel: Kernel,
    { privacy, reading, signal }: DescribeOptions,
  ): Promise<void> {
    const asked = this.log.events.find((event) => event.type === 'user_message' && event.turnId === turnId);
    const files = asked?.type === 'user_message' ? asked.files : [];
    const paths = [...new Set(files.map(({ containerPath }) => containerPath))];
    if (paths.length === 0 && (privacy === 'full' || this.isDescribed)) return;
    const roots = mounts.map(({ target }) => target);
    const limits = { limitFiles: MAX_FILES, timeoutMs: TIMEOUT_MS[privacy], values: privacy === 'full' };
    const request = { paths, roots, ...limits, known: describedFiles(this.log.events, privacy) };
    const found = await reading(files, async () => kernel.schemas(request, signal));
    signal.throwIfAborted();
    if (paths.length === 0) this.isDescribed = true;
    const profiles = found.slice(0, MAX_FILES);
    if (profiles.length > 0) {
      const withheld = privacy === 'schema' ? { withheld: true } : {};
      this.log.push({ type: 'files_profiled', turnId, files: profiles, ...withheld });
    }
    const note = profileNote(profiles, privacy);
    if (note !== null) await this.tell(note, privacy);
    const pending = profiles.filter(({ pending }) => pending === true);
    if (pending.length > 0) void this.countAll(turnId, pending, kernel, privacy);
  }

  /** Never rejects: a sandbox that is lost says so itself, and the figures of the samples stand. */
  private async countAll(
    turnId: string,
    sampled: readonly FileProfile[],
    kernel: Kernel,
    privacy: Privacy,
  ): Promise<void> {
    const paths = sampled.map(({ path }) => path);
    const limits = { limitFiles: MAX_FILES, timeoutMs: COUNTING_MS, values: privacy === 'full' };
    const request = { paths, roots: [], ...limits, known: [], background: true };
    const found = await kernel.schemas(request).catch((): FileProfile[] => []);
    const files = found.filter(
      ({ path, bytes, modified, rows, pending, ofRows, ofRowsExact }) =>
        rows !== null &&
        pending !== true &&
        ofRows === undefined &&
        ofRowsExact !== false &&
        sampled.some((was) => was.path === path && was.bytes === bytes && was.modified === modified),
    );
    if (files.length === 0) return;
    const withheld = privacy === 'schema' ? { withheld: true } : {};
    this.log.push({ type: 'files_profiled', turnId, files, replaces: true, ...withheld });
  }

  /** For the next message to the model: files whose rows have all been counted since it was told of a sample. */
  countedNews(privacy: Privacy): TextBlock[] {
    const note = profileNote(untoldCounts(this.log.events, privacy), privacy, 'counted');
    return note === null ? [] : [note];
  }

  /** With the question. */
  async tellNetwork(state: NetworkState, privacy: Privacy): Promise<void> {
    await this.tellAll(this.networkNews(state, privacy), privacy);
  }

  async tellAll(notes: readonly TextBlock[], privacy: Privacy): Promise<void> {
    for (const note of notes) await this.tell(note, privacy);
  }

  /** For the next message to the model: what is open, if that is not what it was told. */
  networkNews(state: NetworkState, privacy: Privacy): TextBlock[] {
    const note = networkNote(state, privacy);
    if (note === this.network) return [];
    this.network = note;
    return [encodeNote(note)];
  }

  private async tell(note: TextBlock, privacy: Privacy): Promise<void> {
    this.log.push({ type: 'history', messages: [{ role: 'user', content: [note], ...mark(privacy) }] });
    await this.log.flush();
  }
}

/** What the model was told of in this way, and still sees. */
function describedFiles(events: readonly SessionEvent[], privacy: Privacy): FileStamp[] {
  const leftOut = declinedTurns(events);
  return events.flatMap((event) => {
    if (event.type !== 'files_profiled' || leftOut.has(event.turnId)) return [];
    if ((event.withheld === true) !== (privacy === 'schema')) return [];
    return event.files.flatMap(({ path, bytes, modified }) =>
      bytes === undefined || modified === undefined ? [] : [{ path, bytes, modified }],
    );
  });
}

function untoldCounts(events: readonly SessionEvent[], privacy: Privacy): FileProfile[] {
  const first = events.findIndex((event) => event.type === 'files_profiled' && event.replaces === true);
  if (first === -1) return [];
  const leftOut = declinedTurns(events);
  const found = new Map<string, FileProfile>();
  for (const event of events.slice(first)) {
    if (event.type === 'files_profiled') {
      const isFor = (event.withheld === true) === (privacy === 'schema') && !leftOut.has(event.turnId);
      for (const file of event.files) {
        // What was read anew was told anew.
        if (event.replaces === true && isFor) found.set(file.path, file);
        else found.delete(file.path);
      }
    } else if (event.type === 'history' && found.size > 0) {
      const texts = event.messages
        .map(parseMessage)
        .flatMap((message) => (message?.role === 'user' ? message.content : []))
        .flatMap((block) => (block.type === 'text' ? [block.text] : []));
      if (texts.some(isCountedNote)) found.clear();
    }
  }
  return [...found.values()];
}

/** Nothing said of it means closed, as the system prompt does. */
function lastNetworkNote(events: readonly SessionEvent[]): string {
  for (const event of events.toReversed()) {
    if (event.type !== 'history') continue;
    for (const message of event.messages.map(parseMessage)) {
      if (message?.role !== 'user') continue;
      const notes = message.content.flatMap((block) =>
        block.type === 'text' ? [decodeNote(block.text)] : [],
      );
      const note = notes.findLast((text) => text !== null && isNetworkNote(text));
      if (note !== undefined && note !== null) return note;
    }
  }
  return CLOSED_NOTE;
}
