/** Messages of the conversation: whose they are, and which shows a cell. Pure. */
import { type Item, type ViewState } from './state.ts';

/** The key of the message that shows the cell, or null. */
export function messageOf(cellId: string, state: ViewState): number | null {
  const item = state.items.findLast((one) => {
    if ('cellId' in one) return one.cellId === cellId;
    if (one.kind !== 'turn') return false;
    const parts = state.turns.get(one.turnId)?.parts ?? [];
    return parts.some((part) => part.kind === 'cell' && part.cellId === cellId);
  });
  return item?.key ?? null;
}

/** Who is heard in it. */
export const speaker = (item: Item, state: ViewState): string => {
  switch (item.kind) {
    case 'user':
      return 'You';
    case 'turn':
      return state.turns.get(item.turnId)?.modelLabel || 'Answer';
    case 'notice':
      return 'Notice';
    case 'cell':
      return 'Your cell';
    default:
      item satisfies never;
      return '';
  }
};
