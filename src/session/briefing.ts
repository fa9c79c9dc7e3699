/**
 * What the model is told besides what the user says: what lies in the folders, the names and types in data files, what
 * of the network is open. Each once, as messages of the log, so that later requests repeat their bytes.
 */
import { isNetworkNote, networkNote } from '../agent/networkNotes.ts';
import { mark } from '../agent/privacy.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { SandboxFacts } from '../kernel/sandbox.ts';
import { decodeNote, encodeNote } from '../models/blocks.ts';
import { parseMessage } from '../models/messageSchema.ts';
import type { TextBlock } from '../models/model.ts';
import type { SessionEvent } from '../shared/events.ts';
import type { NetworkState } from '../shared/network.ts';
import type { Privacy } from '../shared/protocol.ts';
import { schemaNote } from './dataSchemas.ts';
import type { EventLog } from './eventLog.ts';
import { topLevelNote } from './topLevel.ts';

/** Stands for the data files of all mounts. */
const ALL_FILES = '*';
const CLOSED_NOTE = networkNote({ open: [] }, 'full');

export class Briefing {
  /** What the model was told the names and types of, in this sandbox. */
  private readonly described = new Set<string>();
  /** The model was told what lies in the folders, since the session was opened. */
  private isListed = false;
  /** What it was told of the network last; null: not known. */
  private network: string | null;

  constructor(private readonly log: EventLog) {
    this.network = lastNetworkNote(log.events);
  }

  /** What it was told is left out of the conversation. */
  forget(): void {
    this.described.clear();
    this.isListed = false;
    if (this.network !== CLOSED_NOTE) this.network = null;
  }

  async listFolders({ mounts }: SandboxFacts, privacy: Privacy): Promise<void> {
    const note = this.isListed ? null : await topLevelNote(mounts, privacy);
    this.isListed = true;
    if (note !== null) await this.tell(note, privacy);
  }

  /** Tells a model that sees nothing else the names and types in the files of a question, each once. */
  async describeFiles(
    turnId: string,
    facts: SandboxFacts,
    kernel: Kernel,
    signal: AbortSignal,
  ): Promise<void> {
    const asked = this.log.events.find((event) => event.type === 'user_message' && event.turnId === turnId);
    const files = asked?.type === 'user_message' ? asked.files : [];
    const paths = files.map(({ containerPath }) => containerPath).filter((path) => !this.described.has(path));
    const roots = facts.mounts.map(({ target }) => target);
    if (paths.length === 0 && (files.length > 0 || this.described.has(ALL_FILES))) return;
    const note = await schemaNote(kernel, { paths, roots }, signal);
    signal.throwIfAborted();
    for (const path of paths.length === 0 ? [ALL_FILES] : paths) this.described.add(path);
    if (note !== null) await this.tell(note, 'schema');
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
