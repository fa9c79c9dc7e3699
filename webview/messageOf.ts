/** Where a cell stands: the key of the message that shows it, or null. Pure. */
import { type ViewState } from './state.ts';

export function messageOf(cellId: string, state: ViewState): number | null {
  const item = state.items.findLast((one) => {
    if ('cellId' in one) return one.cellId === cellId;
    if (one.kind !== 'turn') return false;
    const parts = state.turns.get(one.turnId)?.parts ?? [];
    return parts.some((part) => part.kind === 'cell' && part.cellId === cellId);
  });
  return item?.key ?? null;
}
