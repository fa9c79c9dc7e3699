/** In which order the page shows the cells: the same as `src/shared/cellOrder.ts` (tested), with their places. Pure. */
import { type ViewState } from './state.ts';

/** The notebook's cells as they stand on the page, without deleted ones. */
export function shownCells({ items, turns, cells }: Pick<ViewState, 'items' | 'turns' | 'cells'>): string[] {
  const all = items.flatMap((item) => {
    if (item.kind === 'cell') return [item.cellId];
    const parts = item.kind === 'turn' ? (turns.get(item.turnId)?.parts ?? []) : [];
    return parts.flatMap((part) => (part.kind === 'cell' ? [part.cellId] : []));
  });
  return all.filter((cellId) => cells.get(cellId)?.deleted === false);
}
