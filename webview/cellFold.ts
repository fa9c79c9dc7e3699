/** What the user does to the notebook, folded into the view: where a cell stands, its code, runs. Pure. */
import { type SessionEvent } from '../src/shared/events.ts';
import { changeCell, newCell, type Draft } from './draft.ts';
import { type Item, type TurnPart } from './state.ts';

export type NotebookEvent = Extract<
  SessionEvent,
  {
    type:
      | 'cell_inserted'
      | 'cell_edited'
      | 'cell_moved'
      | 'cell_deleted'
      | 'cell_restored'
      | 'run_started'
      | 'run_ended';
  }
>;

export function applyToNotebook(draft: Draft, event: NotebookEvent): void {
  switch (event.type) {
    case 'cell_inserted': {
      const { cellId, language, code, afterCellId } = event;
      if (draft.cells.has(cellId)) return;
      draft.cells.set(cellId, { ...newCell(cellId, language), own: true, phase: 'new', code });
      if (afterCellId === null || !placeBehind(draft, cellId, afterCellId, event.seq)) {
        placeLast(draft, cellId, event.seq);
      }
      return;
    }
    case 'cell_edited':
      changeCell(draft, event.cellId, (cell) =>
        cell.phase === 'new'
          ? { ...cell, code: event.code }
          : { ...cell, draft: event.code === cell.code ? null : event.code },
      );
      return;
    case 'cell_moved':
      moveCell(draft, event);
      return;
    case 'cell_deleted':
      changeCell(draft, event.cellId, (cell) => ({ ...cell, deleted: true }));
      return;
    case 'cell_restored':
      changeCell(draft, event.cellId, (cell) => ({ ...cell, deleted: false }));
      return;
    case 'run_started': {
      const { runId, cellIds, restarted } = event;
      draft.run = { runId, cellIds, restarted };
      for (const cellId of cellIds) changeCell(draft, cellId, (cell) => ({ ...cell, inRun: true }));
      return;
    }
    case 'run_ended':
      endRun(draft, event);
      return;
    default:
      event satisfies never;
  }
}

/** Those that did not get their turn are as before; one whose end was never logged must not spin for ever. */
function endRun(draft: Draft, event: Extract<NotebookEvent, { type: 'run_ended' }>): void {
  for (const cellId of draft.run?.cellIds ?? []) {
    changeCell(draft, cellId, (cell) => ({
      ...cell,
      inRun: false,
      phase: cell.phase === 'running' ? 'interrupted' : cell.phase,
    }));
  }
  draft.run = null;
  if (event.end.kind !== 'lost') return;
  const { failure } = event.end;
  draft.items.push({ kind: 'notice', key: event.seq, level: 'error', text: failure.sentence, failure });
}

const isPart = (part: TurnPart, cellId: string): boolean => part.kind === 'cell' && part.cellId === cellId;
const isItem = (item: Item, cellId: string): boolean => item.kind === 'cell' && item.cellId === cellId;

/** In the answer in which that cell stands, or as an item of its own behind it. False: that cell stands nowhere. */
function placeBehind(draft: Draft, cellId: string, afterCellId: string, key: number): boolean {
  const item = draft.items.findIndex((each) => isItem(each, afterCellId));
  if (item !== -1) {
    draft.items.splice(item + 1, 0, { kind: 'cell', key, cellId });
    return true;
  }
  for (const turn of draft.turns.values()) {
    const at = turn.parts.findIndex((part) => isPart(part, afterCellId));
    if (at === -1) continue;
    draft.turns.set(turn.turnId, {
      ...turn,
      parts: turn.parts.toSpliced(at + 1, 0, { kind: 'cell', cellId }),
    });
    return true;
  }
  return false;
}

function takeOut(draft: Draft, cellId: string): void {
  draft.items = draft.items.filter((item) => !isItem(item, cellId));
  for (const turn of draft.turns.values()) {
    if (!turn.parts.some((part) => isPart(part, cellId))) continue;
    const parts = turn.parts.filter((part) => !isPart(part, cellId));
    draft.turns.set(turn.turnId, { ...turn, parts });
  }
}

function moveCell(draft: Draft, event: Extract<NotebookEvent, { type: 'cell_moved' }>): void {
  const { cellId, afterCellId, seq } = event;
  if (!draft.cells.has(cellId) || cellId === afterCellId) return;
  if (afterCellId === null) {
    takeOut(draft, cellId);
    placeFirst(draft, cellId, seq);
    return;
  }
  if (!draft.cells.has(afterCellId)) return;
  takeOut(draft, cellId);
  placeBehind(draft, cellId, afterCellId, seq);
}

/** While an answer goes on, in it: the model's next cell comes behind. */
function placeLast(draft: Draft, cellId: string, key: number): void {
  const open = [...draft.turns.values()].findLast((turn) => turn.end === null);
  if (open === undefined) draft.items.push({ kind: 'cell', key, cellId });
  else draft.turns.set(open.turnId, { ...open, parts: [...open.parts, { kind: 'cell', cellId }] });
}

/** Right before the first cell, so that what was said before it stays there. */
function placeFirst(draft: Draft, cellId: string, key: number): void {
  for (const [index, item] of draft.items.entries()) {
    if (item.kind === 'cell') {
      draft.items.splice(index, 0, { kind: 'cell', key, cellId });
      return;
    }
    const turn = item.kind === 'turn' ? draft.turns.get(item.turnId) : undefined;
    const at = turn?.parts.findIndex((part) => part.kind === 'cell') ?? -1;
    if (turn === undefined || at === -1) continue;
    draft.turns.set(turn.turnId, { ...turn, parts: turn.parts.toSpliced(at, 0, { kind: 'cell', cellId }) });
    return;
  }
  draft.items.push({ kind: 'cell', key, cellId });
}
