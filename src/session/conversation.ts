/** From the session's log to the messages of a request. A pure fold: the same log gives the same bytes. */
import { withoutThinking } from '../agent/history.ts';
import { encodeNote } from '../models/blocks.ts';
import { parseMessage } from '../models/messageSchema.ts';
import type { Message, UserBlock } from '../models/model.ts';
import type { SessionEvent } from '../shared/events.ts';

/**
 * The conversation for a request to `modelId`: other models' thinking is left out, and turns that the model
 * declined are. Not yet repaired.
 * @param attached what stands before the question of a turn; it is a message of its own until roles are joined.
 */
export function conversation(
  events: readonly SessionEvent[],
  modelId: string,
  attached: ReadonlyMap<string, UserBlock[]> = new Map(),
): Message[] {
  const messages: Message[] = [];
  const leftOut = declinedTurns(events);
  const gap = new Gap();
  let writtenBy = '';
  let asking: string | null = null;
  let skipping = false;
  for (const event of events) {
    gap.take(event);
    if (event.type === 'user_message') skipping = leftOut.has(event.turnId);
    if (event.type === 'turn_ended') {
      if (skipping) messages.push(...gap.notes());
      skipping = false;
    }
    if (skipping) continue;
    if (event.type === 'turn_started') writtenBy = event.model.id;
    if (event.type === 'user_message') asking = event.turnId;
    if (event.type !== 'history') continue;
    // The question is the first history of its turn.
    const before = asking === null ? undefined : attached.get(asking);
    asking = null;
    if (before !== undefined) messages.push({ role: 'user', content: before });
    const parsed = event.messages.map(parseMessage).filter((message) => message !== null);
    messages.push(...(writtenBy === modelId ? parsed : withoutThinking(parsed)));
  }
  return messages;
}

/** With these in it, the next question would be declined as well. */
export const declinedTurns = (events: readonly SessionEvent[]): Set<string> =>
  new Set(
    events.flatMap((event) =>
      event.type === 'turn_ended' && event.end.kind === 'limit' && event.end.leftOut === true
        ? [event.turnId]
        : [],
    ),
  );

/** What stays true of a turn that is left out: what the model was told with it, and that its cells ran. */
class Gap {
  /** Cells that ran, as they are numbered for the model. */
  private readonly numbers = new Map<string, number>();
  private untold: string[] = [];
  private told: string[] = [];
  private ran: number[] = [];
  private edited = false;

  take(event: SessionEvent): void {
    if (event.type === 'user_message') {
      this.told = this.untold;
      this.untold = [];
      this.ran = [];
      this.edited = false;
    } else if (event.type === 'notice' && event.level === 'warning') this.untold.push(event.text);
    else if (event.type === 'file_edit') this.edited ||= event.ok && event.command !== 'view';
    else if (event.type === 'cell_running' && !this.numbers.has(event.cellId)) {
      const number = this.numbers.size + 1;
      this.numbers.set(event.cellId, number);
      this.ran.push(number);
    }
  }

  notes(): Message[] {
    const notes = [...this.told, ...this.traces()].map(encodeNote);
    return notes.length === 0 ? [] : [{ role: 'user', content: notes }];
  }

  private traces(): string[] {
    const { ran, edited } = this;
    if (ran.length === 0 && !edited) return [];
    const cells = ran.length === 1 ? `Cell ${ran.join()}` : `Cells ${ran.join(', ')}`;
    const happened =
      ran.length === 0
        ? 'Files in /outputs were changed in it.'
        : `${cells} ran in it; you do not see that code. Variables and files in /outputs may have changed.`;
    return [`A question and its answer are left out here. ${happened}`];
  }
}
