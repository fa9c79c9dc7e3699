/** In which order the page shows the cells: the same as `src/shared/cellOrder.ts` (tested), with their places. Pure. */
import { type ViewState } from './state.ts';

/** The notebook's cells as they stand on the page, without deleted ones. */
export function shownCells({ items, turns, cells }: Pick<ViewState, 'items' | 'turns' | 'cells'>): string[] {
  // Called for each batch of events: a plain loop, since a list for each message costs more than all else of a batch.
  const shown: string[] = [];
  const add = (cellId: string): void => {
    if (cells.get(cellId)?.deleted === false) shown.push(cellId);
  };
  for (const item of items) {
    if (item.kind === 'cell') add(item.cellId);
    if (item.kind !== 'turn') continue;
    for (const part of turns.get(item.turnId)?.parts ?? []) if (part.kind === 'cell') add(part.cellId);
  }
  return shown;
}
