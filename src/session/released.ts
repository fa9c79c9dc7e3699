/** Outputs that were withheld from the model and that the user released: what it gets of them, once. */
import { cellNumber, storedCell } from '../agent/outputStore.ts';
import { encodeReleased, releasedCells } from '../models/blocks.ts';
import { parseMessage } from '../models/messageSchema.ts';
import type { UserBlock } from '../models/model.ts';
import type { SessionEvent } from '../shared/events.ts';

/** Of cells released and not yet in the history, in the order of release. */
export async function unsentReleases(events: readonly SessionEvent[]): Promise<UserBlock[]> {
  const released = new Set(
    events.flatMap((event) => (event.type === 'output_released' ? [event.cellId] : [])),
  );
  if (released.size === 0) return [];
  for (const event of events) {
    if (event.type !== 'history') continue;
    const messages = event.messages.map(parseMessage).filter((message) => message !== null);
    for (const cellId of messages.flatMap(releasedCells)) released.delete(cellId);
  }
  // Brings the image codec: not before there is something to release.
  const { toolResultContent } = await import('../agent/toolResult.ts');
  return [...released].flatMap((cellId) => {
    const number = cellNumber(events, cellId);
    const cell = number === null ? null : storedCell(events, number);
    if (cell === null || cell.result === null) return [];
    return encodeReleased(cellId, toolResultContent(cell.language, cell.outputs, cell.result, number));
  });
}
