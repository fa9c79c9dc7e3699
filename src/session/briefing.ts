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
import type { NetworkState } from '../shared/network.ts';
import type { Privacy } from '../shared/protocol.ts';
import { declinedTurns } from './conversation.ts';
import type { EventLog } from './eventLog.ts';
import { MAX_FILES, profileNote } from './fileProfiles.ts';
import { topLevelNote } from './topLevel.ts';

/** The first word does not wait longer for a profile; what is known then counts. */
const TIMEOUT_MS: Readonly<Record<Privacy, number>> = { full: 10_000, schema: 20_000 };
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
