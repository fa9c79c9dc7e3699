/** Messages of the conversation: whose they are, and which shows a cell. Pure. */
import { type Item, type ViewState } from './state.ts';
import { t } from '../src/shared/l10n.ts';

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
      return t('You');
    case 'turn':
      return state.turns.get(item.turnId)?.modelLabel || t('Answer');
    case 'notice':
      return t('Notice');
    case 'cell':
      return t('Your cell');
    default:
      item satisfies never;
      return '';
  }
};
