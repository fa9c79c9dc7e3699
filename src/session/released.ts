/** Outputs that were withheld from the model and that the user released: what it gets of them, once. */
import { cellNumber, storedCell } from '../agent/outputStore.ts';
import { encodeReleased, releasedCells } from '../models/blocks.ts';
import { parseMessage } from '../models/messageSchema.ts';
import type { UserBlock } from '../models/model.ts';
import type { SessionEvent } from '../shared/events.ts';

/** Of cells released and not yet in the history, in the order of release. What was released is what was there then. */
export async function unsentReleases(events: readonly SessionEvent[]): Promise<UserBlock[]> {
  const released = new Set<string>();
  const first = events.findIndex(({ type }) => type === 'output_released');
  for (const event of first === -1 ? [] : events.slice(first)) {
    if (event.type === 'output_released') released.add(event.cellId);
    else if (event.type === 'cell_running') released.delete(event.cellId);
    else if (event.type === 'history' && released.size > 0) {
      const messages = event.messages.map(parseMessage).filter((message) => message !== null);
      for (const cellId of messages.flatMap(releasedCells)) released.delete(cellId);
    }
  }
  if (released.size === 0) return [];
  // Brings the image codec: not before there is something to release.
  const { toolResultContent } = await import('../agent/toolResult.ts');
  return [...released].flatMap((cellId) => {
    const number = cellNumber(events, cellId);
    const cell = number === null ? null : storedCell(events, number);
    if (cell === null || cell.result === null) return [];
    return encodeReleased(cellId, toolResultContent(cell.language, cell.outputs, cell.result, number));
  });
}

/** The user may release it, and has not: it has ended, and not run again since. */
export function canBeReleased(events: readonly SessionEvent[], cellId: string): boolean {
  const last = events.findLast(
    (event) =>
      (event.type === 'cell_running' || event.type === 'cell_done' || event.type === 'output_released') &&
      event.cellId === cellId,
  );
  return last?.type === 'cell_done';
}
