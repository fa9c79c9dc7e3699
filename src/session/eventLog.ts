/**
 * From single events to batches: numbered, written, then shown. What is typed (text, thinking, code, streams) is
 * held for a moment and joined; everything else goes at once and takes what was held along, in order.
 */
import { detail } from '../failures.ts';
import type { NewSessionEvent, SessionEvent } from '../shared/events.ts';
import type { Transcript } from './transcript.ts';
import { notice } from './notices.ts';
import { words } from '../shared/l10n.ts';

const HOLD_MS = 40;
/** A joined stream output stays small enough to draw and to parse in one go. */
const MAX_JOINED_CHARS = 64 * 1024;

export interface EventLogOptions {
  transcript: Pick<Transcript, 'append' | 'sync' | 'close'>;
  restored: SessionEvent[];
  now(): number;
  /** After the events are on disk. */
  onEvents(events: SessionEvent[]): void;
  log(line: string): void;
}

type Pending = { at: number; event: NewSessionEvent };

export class EventLog {
  private readonly shown: SessionEvent[];
  private pending: Pending[] = [];
  /** Numbered but not on disk: writing failed. They are shown, and written with the next batch. */
  private unsaved: SessionEvent[] = [];
  private nextSeq: number;
  private timer: { handle: NodeJS.Timeout; dueAt: number } | null = null;
  private writing: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(private readonly options: EventLogOptions) {
    this.shown = [...options.restored];
    this.nextSeq = 1 + this.shown.reduce((max, { seq }) => Math.max(max, seq), 0);
  }

  /** Everything that has been shown, `history` included. */
  get events(): readonly SessionEvent[] {
    return this.shown;
  }

  push(event: NewSessionEvent): void {
    if (this.closed) return;
    const last = this.pending.at(-1);
    const joined = last === undefined ? null : join(last.event, event);
    if (last !== undefined && joined !== null) last.event = joined;
    else this.pending.push({ at: this.options.now(), event });
    this.schedule(isTyped(event) ? HOLD_MS : 0);
  }

  /** Everything pushed so far, once it is written. Never rejects. */
  async upToNow(): Promise<readonly SessionEvent[]> {
    this.drain();
    await this.writing;
    return this.shown;
  }

  /** Resolves when everything pushed so far is shown and forced to disk. Never rejects. */
  async flush(): Promise<void> {
    await this.upToNow();
    await this.options.transcript
      .sync()
      .catch((error: unknown) => this.options.log(`sync: ${String(error)}`));
  }

  async close(): Promise<void> {
    if (this.closed) return;
    await this.flush();
    this.closed = true;
    if (this.timer !== null) clearTimeout(this.timer.handle);
    await this.options.transcript
      .close()
      .catch((error: unknown) => this.options.log(`close: ${String(error)}`));
  }

  private schedule(delayMs: number): void {
    const dueAt = performance.now() + delayMs;
    if (this.timer !== null) {
      if (this.timer.dueAt <= dueAt) return;
      clearTimeout(this.timer.handle);
    }
    this.timer = { dueAt, handle: setTimeout(() => this.drain(), delayMs) };
  }

  /** Takes what is pending as one batch behind the batches before. */
  private drain(): void {
    if (this.timer !== null) clearTimeout(this.timer.handle);
    this.timer = null;
    this.writing = this.writing.then(async () => {
      const taken = this.pending;
      this.pending = [];
      if (taken.length > 0) await this.write(taken);
    });
  }

  private async write(taken: Pending[]): Promise<void> {
    const batch: SessionEvent[] = taken.map(({ at, event }) => ({ ...event, seq: this.nextSeq++, at }));
    const hadUnsaved = this.unsaved.length > 0;
    try {
      await this.options.transcript.append([...this.unsaved, ...batch]);
      this.unsaved = [];
      if (hadUnsaved) this.push(notice('info', words('The conversation is saved again.')));
    } catch (error) {
      this.unsaved.push(...batch);
      if (!hadUnsaved) {
        const reason = detail(error);
        this.options.log(`transcript: ${reason}`);
        this.push(notice('error', words`The conversation cannot be saved at the moment: ${reason}.`));
      }
    }
    this.shown.push(...batch);
    const visible = batch.filter(({ type }) => type !== 'history');
    if (visible.length === 0) return;
    try {
      this.options.onEvents(visible);
    } catch (error) {
      this.options.log(`onEvents: ${String(error)}`);
    }
  }
}

function isTyped(event: NewSessionEvent): boolean {
  switch (event.type) {
    case 'text':
    case 'thinking':
    case 'cell_code':
      return true;
    case 'cell_output':
      return event.output.output_type === 'stream';
    default:
      return false;
  }
}

/** One event that says what both say, or null. */
function join(last: NewSessionEvent, next: NewSessionEvent): NewSessionEvent | null {
  if ((last.type === 'text' || last.type === 'thinking') && next.type === last.type) {
    return last.blockId === next.blockId ? { ...last, delta: last.delta + next.delta } : null;
  }
  if (last.type === 'cell_code' && next.type === 'cell_code') {
    return last.cellId === next.cellId ? next : null;
  }
  if (last.type === 'cell_output' && next.type === 'cell_output' && last.cellId === next.cellId) {
    const [a, b] = [last.output, next.output];
    if (a.output_type !== 'stream' || b.output_type !== 'stream' || a.name !== b.name) return null;
    if (a.text.length + b.text.length > MAX_JOINED_CHARS) return null;
    return { ...last, output: { ...a, text: a.text + b.text } };
  }
  return null;
}
