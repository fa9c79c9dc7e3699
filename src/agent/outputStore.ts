/**
 * Cells of a session by number, for the model: the first that ran is 1, whatever its language. Read from the
 * session's log, so the same after a reload.
 */
import type { SessionEvent } from '../shared/events.ts';
import type { CellResult, Language, Output } from '../shared/outputs.ts';

export interface StoredCell {
  number: number;
  cellId: string;
  language: Language;
  purpose: string;
  outputs: Output[];
  /** Null while it runs. */
  result: CellResult | null;
}

/** Cells that ran, in order. */
function ranIds(events: readonly SessionEvent[]): string[] {
  const ids = events.flatMap((event) => (event.type === 'cell_running' ? [event.cellId] : []));
  return [...new Set(ids)];
}

export const cellCount = (events: readonly SessionEvent[]): number => ranIds(events).length;

/** Null: that cell did not run. */
export function cellNumber(events: readonly SessionEvent[], cellId: string): number | null {
  const at = ranIds(events).indexOf(cellId);
  return at === -1 ? null : at + 1;
}

/** Null: there is no such cell. */
export function storedCell(events: readonly SessionEvent[], number: number): StoredCell | null {
  const cellId = ranIds(events)[number - 1];
  if (cellId === undefined) return null;
  const cell: StoredCell = { number, cellId, language: 'python', purpose: '', outputs: [], result: null };
  for (const event of events) {
    if (!('cellId' in event) || event.cellId !== cellId) continue;
    if (event.type === 'cell_started' || event.type === 'cell_inserted') cell.language = event.language;
    else if (event.type === 'cell_running') {
      // What it put out when it ran before is gone.
      Object.assign(cell, { purpose: event.purpose, outputs: [], result: null });
    } else if (event.type === 'cell_output') cell.outputs.push(event.output);
    else if (event.type === 'cell_done') cell.result = event.result;
  }
  return cell;
}
