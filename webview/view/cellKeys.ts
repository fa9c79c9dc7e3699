/** Keys of a cell that has the focus itself, as in a notebook's command mode; in its editor and its buttons they are theirs. */
import {
  deleteCell,
  focusNeighbour,
  insertAbove,
  insertBelow,
  isTrusted,
  moveDown,
  moveUp,
  runAndGoOn,
} from '../cellActions.ts';
import { isBusy, openEditor } from '../editing.ts';
import { type CellView } from '../state.ts';

/** A cell that is being written or waits for the user's decision has other ways. */
export function edit(cell: CellView): void {
  if (isTrusted.value && cell.phase !== 'writing' && cell.phase !== 'waiting') openEditor(cell.cellId);
}

const keyOf = (event: KeyboardEvent): string =>
  [
    event.ctrlKey || event.metaKey ? 'Ctrl+' : '',
    event.altKey ? 'Alt+' : '',
    event.shiftKey ? 'Shift+' : '',
    event.key.length === 1 ? event.key.toLowerCase() : event.key,
  ].join('');

export function onCellKey(event: KeyboardEvent & { currentTarget: HTMLElement }, cell: CellView): void {
  if (event.target !== event.currentTarget || event.isComposing) return;
  const act = actionFor(keyOf(event), cell);
  if (act === null) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

function actionFor(key: string, cell: CellView): (() => void) | null {
  const { cellId, language } = cell;
  switch (key) {
    case 'ArrowUp':
      return () => focusNeighbour(cellId, -1);
    case 'ArrowDown':
      return () => focusNeighbour(cellId, 1);
    default:
      break;
  }
  if (!isTrusted.value || isBusy(cell)) return null;
  switch (key) {
    case 'Enter':
      return () => edit(cell);
    case 'Shift+Enter':
      return () => runAndGoOn(cellId);
    case 'a':
      return () => void insertAbove(cellId, language);
    case 'b':
      return () => void insertBelow(cellId, language);
    case 'Alt+ArrowUp':
      return () => void moveUp(cellId);
    case 'Alt+ArrowDown':
      return () => void moveDown(cellId);
    case 'Delete':
      return () => void deleteCell(cellId);
    default:
      return null;
  }
}
