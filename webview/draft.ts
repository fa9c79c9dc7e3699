/** What a batch of events is folded into, and what every part of the fold does to a cell. Pure. */
import { type Language } from '../src/shared/outputs.ts';
import { type NetworkAttempt } from '../src/shared/network.ts';
import { type CellView, type Item, type RunView, type TurnView } from './state.ts';

/** New maps and lists made once for a whole batch: a long session loads in one pass. */
export interface Draft {
  items: Item[];
  turns: Map<string, TurnView>;
  cells: Map<string, CellView>;
  attempts: NetworkAttempt[];
  run: RunView | null;
}

export function changeCell(draft: Draft, cellId: string, change: (cell: CellView) => CellView): void {
  const cell = draft.cells.get(cellId);
  if (cell !== undefined) draft.cells.set(cellId, change(cell));
}

export const newCell = (cellId: string, language: Language): CellView => ({
  cellId,
  language,
  purpose: '',
  code: '',
  edited: false,
  own: false,
  draft: null,
  deleted: false,
  inRun: false,
  again: false,
  phase: 'writing',
  executionCount: null,
  startedAt: null,
  result: null,
  droppedReason: '',
  outputs: [],
  artifacts: [],
  clearPending: false,
});

/** Without what the run before the present one left: once that has brought something, or has ended. */
export function freshRun(cell: CellView): CellView {
  if (!cell.again) return cell;
  return {
    ...cell,
    again: false,
    outputs: [],
    artifacts: [],
    attempts: [],
    withheld: false,
    released: false,
    clearPending: false,
  };
}
