/**
 * Messages written while a turn runs, in the order in which they will be sent. Kept beside the log: after a reload
 * they are there, marked as unsent, and go only when the user sends them.
 */
import type { MessageDraft } from '../shared/protocol.ts';

export interface Queued<Request> {
  readonly id: string;
  readonly request: Request;
  /** What goes back into the composer when the user takes the message back. */
  readonly draft: MessageDraft;
  /** It waited when the session was last closed: never sent by itself, and the ids of its draft mean nothing. */
  readonly unsent?: boolean;
}

export class MessageQueue<Request> {
  private items: Queued<Request>[] = [];
  private count = 0;

  /** @param onChange called after each change with what waits. */
  constructor(private readonly onChange: (waiting: readonly Queued<Request>[]) => void = () => undefined) {}

  get waiting(): readonly Queued<Request>[] {
    return this.items;
  }

  /** Returns its id, which no other message of this queue ever has. */
  add(request: Request, draft: MessageDraft): string {
    return this.push({ request, draft });
  }

  /** Messages of an earlier window. */
  restore(messages: readonly Pick<Queued<Request>, 'request' | 'draft'>[]): void {
    for (const { request, draft } of messages) this.push({ request, draft, unsent: true });
  }

  private push(item: Omit<Queued<Request>, 'id'>): string {
    this.count += 1;
    const id = `q${this.count}`;
    this.change([...this.items, { id, ...item }]);
    return id;
  }

  private change(items: Queued<Request>[]): void {
    this.items = items;
    this.onChange(items);
  }

  /** Takes a message out; null: it was sent or taken back before. */
  take(id: string): Queued<Request> | null {
    const found = this.items.find((item) => item.id === id) ?? null;
    if (found !== null) this.change(this.items.filter((item) => item.id !== id));
    return found;
  }

  /** Takes the oldest out. @param by `turn`: nobody asked for it now, so it is none of an earlier window. */
  next(by: 'hand' | 'turn' = 'hand'): Queued<Request> | null {
    const first = this.items.find(({ unsent = false }) => by === 'hand' || !unsent);
    return first === undefined ? null : this.take(first.id);
  }
}
