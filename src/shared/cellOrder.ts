/**
 * The notebook's cells in the user's order: those of the model in the order in which they came, those that the user
 * inserted or moved where they were put. A pure fold over the session's events; what runs, what is stale and what is
 * exported all read the same one.
 */
import type { SessionEvent } from './events.ts';
import type { CellResult, Language } from './outputs.ts';

export interface CellPlaces {
  /** All cells, deleted ones too: one that is restored is back where it was. */
  readonly ids: readonly string[];
  readonly deleted: ReadonlySet<string>;
}

export const NO_PLACES: CellPlaces = { ids: [], deleted: new Set() };

/** The same object when the event changes no place. What names an unknown cell changes nothing. */
export function placesAfter(places: CellPlaces, event: SessionEvent): CellPlaces {
  const { ids, deleted } = places;
  switch (event.type) {
    case 'cell_started':
      return ids.includes(event.cellId) ? places : { ids: [...ids, event.cellId], deleted };
    case 'cell_inserted': {
      if (ids.includes(event.cellId)) return places;
      return { ids: putBehind(ids, event.cellId, event.afterCellId ?? ids.at(-1) ?? null), deleted };
    }
    case 'cell_moved': {
      const { cellId, afterCellId } = event;
      if (!ids.includes(cellId) || cellId === afterCellId) return places;
      if (afterCellId !== null && !ids.includes(afterCellId)) return places;
      const others = ids.filter((id) => id !== cellId);
      return { ids: putBehind(others, cellId, afterCellId), deleted };
    }
    case 'cell_deleted':
      if (!ids.includes(event.cellId) || deleted.has(event.cellId)) return places;
      return { ids, deleted: new Set([...deleted, event.cellId]) };
    case 'cell_restored':
      if (!deleted.has(event.cellId)) return places;
      return { ids, deleted: new Set([...deleted].filter((id) => id !== event.cellId)) };
    default:
      return places;
  }
}

/** Null: before the first. Behind one that is not known: at the end. */
function putBehind(ids: readonly string[], cellId: string, after: string | null): string[] {
  if (after === null) return [cellId, ...ids];
  const at = ids.indexOf(after);
  return at === -1 ? [...ids, cellId] : ids.toSpliced(at + 1, 0, cellId);
}

/** Without deleted ones. */
export const shownPlaces = ({ ids, deleted }: CellPlaces): string[] => ids.filter((id) => !deleted.has(id));

/** Ids of the cells in the notebook's order, without deleted ones. */
export const cellOrder = (events: readonly SessionEvent[]): string[] =>
  shownPlaces(events.reduce(placesAfter, NO_PLACES));

/** A cell as it stands after all events. */
export interface CellNow {
  cellId: string;
  /** Null: the user's own. */
  turnId: string | null;
  language: Language;
  purpose: string;
  /** As the user left it, or what ran last, or as far as typed. */
  code: string;
  /** The last run; null: it never ran. `seq` is that of its `cell_running`; `edited`: not as the model wrote it. */
  ran: { code: string; executionCount: number | null; seq: number; edited: boolean } | null;
  /** `new`: never ran, and waits for nothing. `dropped`: the model's, never ran, and the user did not edit it. */
  phase: 'writing' | 'waiting' | 'running' | 'done' | 'dropped' | 'new';
  /** Of the last run; null: none has ended. */
  result: CellResult | null;
  deleted: boolean;
}

/** What `code` is now is not what ran last. */
export const isEdited = ({ code, ran }: CellNow): boolean => ran !== null && ran.code !== code;

/** All cells by id, deleted ones too, in the order in which they came. */
export function cellsNow(events: readonly SessionEvent[]): Map<string, CellNow> {
  const cells = new Map<string, CellNow>();
  for (const event of events) {
    if (event.type === 'cell_started') {
      if (!cells.has(event.cellId)) cells.set(event.cellId, begun(event, event.turnId, '', 'writing'));
    } else if (event.type === 'cell_inserted') {
      if (!cells.has(event.cellId)) cells.set(event.cellId, begun(event, null, event.code, 'new'));
    } else if ('cellId' in event && event.cellId !== null) {
      const cell = cells.get(event.cellId);
      if (cell !== undefined) change(cell, event);
    }
  }
  return cells;
}

const begun = (
  { cellId, language }: { cellId: string; language: Language },
  turnId: string | null,
  code: string,
  phase: CellNow['phase'],
): CellNow => ({
  ...{ cellId, turnId, language, purpose: '', code, ran: null, phase, result: null, deleted: false },
});

function change(cell: CellNow, event: SessionEvent): void {
  switch (event.type) {
    case 'cell_code':
    case 'cell_waiting':
      cell.purpose = event.purpose;
      cell.code = event.code;
      if (event.type === 'cell_waiting') cell.phase = 'waiting';
      return;
    case 'cell_running':
      cell.purpose = event.purpose;
      cell.code = event.code;
      cell.ran = {
        ...{ code: event.code, executionCount: event.executionCount },
        ...{ seq: event.seq, edited: event.edited === true },
      };
      cell.phase = 'running';
      cell.result = null;
      return;
    case 'cell_done':
      cell.phase = 'done';
      cell.result = event.result;
      return;
    case 'cell_dropped':
      if (cell.ran === null) cell.phase = 'dropped';
      return;
    case 'cell_edited':
      cell.code = event.code;
      if (cell.phase === 'dropped') cell.phase = 'new';
      return;
    case 'cell_deleted':
      cell.deleted = true;
      return;
    case 'cell_restored':
      cell.deleted = false;
      return;
    default:
      return;
  }
}

/** The cells in the notebook's order, without deleted ones. */
export function notebookCells(events: readonly SessionEvent[]): CellNow[] {
  const cells = cellsNow(events);
  return cellOrder(events).flatMap((cellId) => cells.get(cellId) ?? []);
}
