/** What the user does with a cell: one function for each thing, for its buttons, its menu and its keys. */
import { computed, signal } from '@preact/signals';
import { type Language } from '../src/shared/outputs.ts';
import { draft, focusRequests, perform, setDraft, view } from './app.ts';
import { closeEditor, codeOf, openEditor, sendTyped } from './editing.ts';
import { shownCells } from './cellPlaces.ts';
import { type CellView } from './state.ts';
import { t } from '../src/shared/l10n.ts';

/** Nothing runs, and something may. */
export const canRun = computed(() => view.value.panel?.turn === 'idle' && view.value.panel.trusted);
export const isTrusted = computed(() => view.value.panel?.trusted === true);

/** A cell that was deleted here: its line takes the focus. */
export const justDeleted = signal<string | null>(null);

function neighbours(cellId: string): {
  before: string | null;
  beforeThat: string | null;
  next: string | null;
} {
  const shown = shownCells(view.value);
  const at = shown.indexOf(cellId);
  return {
    before: shown[at - 1] ?? null,
    beforeThat: shown[at - 2] ?? null,
    next: at === -1 ? null : (shown[at + 1] ?? null),
  };
}

export const cellElement = (cellId: string): HTMLElement | null =>
  document.querySelector<HTMLElement>(`[data-cell="${CSS.escape(cellId)}"]`);

export function focusCell(cellId: string): void {
  const element = cellElement(cellId);
  element?.focus({ preventScroll: true });
  element?.scrollIntoView({ block: 'nearest' });
}

/** To the cell above (-1) or below (1). */
export function focusNeighbour(cellId: string, way: -1 | 1): void {
  const { before, next } = neighbours(cellId);
  const there = way === 1 ? next : before;
  if (there !== null) focusCell(there);
}

export async function runCell(cellId: string): Promise<void> {
  if (!canRun.value || !(await sendTyped(cellId))) return;
  await perform('runCells', { cells: { kind: 'one', cellId }, restart: false });
}

/** As in a notebook: the editor closes, and the next cell has the focus. */
export function runAndGoOn(cellId: string): void {
  void runCell(cellId);
  closeEditor(cellId);
  focusCell(neighbours(cellId).next ?? cellId);
}

export async function runFrom(cellId: string): Promise<void> {
  if (!canRun.value || !(await sendTyped(cellId))) return;
  await perform('runCells', { cells: { kind: 'from', cellId }, restart: false });
}

export const runAll = async (restart: boolean): Promise<unknown> =>
  perform('runCells', { cells: { kind: 'all' }, restart });

export const refreshStale = async (): Promise<unknown> =>
  perform('runCells', { cells: { kind: 'stale' }, restart: false });

/** @param afterCellId null: where the session ends */
export async function insertBelow(afterCellId: string | null, language: Language): Promise<void> {
  const answer = await perform('insertCell', { afterCellId, language, code: '' });
  if (answer !== null) openEditor(answer.cellId);
}

/** In the answer in which this cell stands: behind it, and then the two change places. */
export async function insertAbove(cellId: string, language: Language): Promise<void> {
  const answer = await perform('insertCell', { afterCellId: cellId, language, code: '' });
  if (answer === null) return;
  if ((await perform('moveCell', { cellId, afterCellId: answer.cellId })) !== null) openEditor(answer.cellId);
}

export async function moveUp(cellId: string): Promise<void> {
  const { before, beforeThat } = neighbours(cellId);
  if (before === null) return;
  if ((await perform('moveCell', { cellId, afterCellId: beforeThat })) !== null) focusSoon(cellId);
}

export async function moveDown(cellId: string): Promise<void> {
  const { next } = neighbours(cellId);
  if (next === null) return;
  if ((await perform('moveCell', { cellId, afterCellId: next })) !== null) focusSoon(cellId);
}

/** Its element may be another one in its new place. */
const focusSoon = (cellId: string): void => {
  requestAnimationFrame(() => requestAnimationFrame(() => focusCell(cellId)));
};

export async function deleteCell(cellId: string): Promise<void> {
  justDeleted.value = cellId;
  if ((await perform('deleteCell', { cellId })) === null) justDeleted.value = null;
}

export async function restoreCell(cellId: string): Promise<void> {
  if ((await perform('restoreCell', { cellId })) !== null) focusSoon(cellId);
}

/** Gives back what was written, or ran last. */
export async function revertCell(cell: CellView): Promise<void> {
  await perform('editCell', { cellId: cell.cellId, code: cell.code });
}

export const copyCode = async (cell: CellView): Promise<boolean> =>
  (await perform('copyText', { text: codeOf(cell) })) !== null;

/** The next message is about this cell. */
export function askAbout(cell: CellView, title: string): void {
  const about =
    cell.executionCount === null
      ? t`About cell “${title}”: `
      : t`About cell [${cell.executionCount}] “${title}”: `;
  const before = draft.value.text.trimEnd();
  setDraft({ text: `${before === '' ? '' : `${before}\n`}${about}` });
  focusRequests.value++;
}
