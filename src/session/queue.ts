/** Messages written while a turn runs, in the order in which they will be sent. Kept in memory only. */
import type { MessageDraft } from '../shared/protocol.ts';

export interface Queued<Request> {
  readonly id: string;
  readonly request: Request;
  /** What goes back into the composer when the user takes the message back. */
  readonly draft: MessageDraft;
}

export class MessageQueue<Request> {
  private items: Queued<Request>[] = [];
  private count = 0;

  get waiting(): readonly Queued<Request>[] {
    return this.items;
  }

  /** Returns its id, which no other message of this queue ever has. */
  add(request: Request, draft: MessageDraft): string {
    this.count += 1;
    const id = `q${this.count}`;
    this.items = [...this.items, { id, request, draft }];
    return id;
  }

  /** Takes a message out; null: it was sent or taken back before. */
  take(id: string): Queued<Request> | null {
    const found = this.items.find((item) => item.id === id) ?? null;
    this.items = this.items.filter((item) => item.id !== id);
    return found;
  }

  /** Takes the oldest out. */
  next(): Queued<Request> | null {
    const [first] = this.items;
    return first === undefined ? null : this.take(first.id);
  }
}
