/**
 * Which cells are being edited, and what was typed and is not in the log yet: of this page only. What is typed is
 * sent a moment later, so that a reload loses nothing.
 */
import { signal } from '@preact/signals';
import { perform, view } from './app.ts';
import { type CellView } from './state.ts';

const SEND_AFTER_MS = 400;

export const editedCells = signal<ReadonlySet<string>>(new Set());
/** The cell whose editor takes the focus as soon as it is there. */
export const editorFocus = signal<string | null>(null);

interface Typed {
  code: string;
  timer: ReturnType<typeof setTimeout> | undefined;
}
const typed = new Map<string, Typed>();

export function openEditor(cellId: string): void {
  editedCells.value = new Set([...editedCells.value, cellId]);
  editorFocus.value = cellId;
}

export function closeEditor(cellId: string): void {
  void sendTyped(cellId);
  editedCells.value = new Set([...editedCells.value].filter((id) => id !== cellId));
}

let shownSession = '';
/** Of another session: nothing here is about it. */
view.subscribe(({ panel }) => {
  if (panel === null || panel.sessionId === shownSession) return;
  shownSession = panel.sessionId;
  for (const { timer } of typed.values()) clearTimeout(timer);
  typed.clear();
  editedCells.value = new Set();
});

/** It is being written, waits for the user or its turn, or runs: its code cannot be changed now. */
export const isBusy = (cell: CellView): boolean =>
  cell.inRun || ['writing', 'waiting', 'queued', 'running'].includes(cell.phase);

/** As the log has it. */
const loggedCode = (cell: CellView): string => cell.draft ?? cell.code;
/** As the user sees it. */
export const codeOf = (cell: CellView): string => typed.get(cell.cellId)?.code ?? loggedCode(cell);

export function typeCode(cellId: string, code: string): void {
  clearTimeout(typed.get(cellId)?.timer);
  typed.set(cellId, { code, timer: setTimeout(() => void sendTyped(cellId), SEND_AFTER_MS) });
}

/** What was typed goes into the log; while the cell runs it waits here. False: it could not be kept. */
export async function sendTyped(cellId: string): Promise<boolean> {
  const entry = typed.get(cellId);
  const cell = view.value.cells.get(cellId);
  if (entry === undefined || cell === undefined) return true;
  clearTimeout(entry.timer);
  if (isBusy(cell)) return true;
  const { code } = entry;
  const kept = code === loggedCode(cell) || (await perform('editCell', { cellId, code })) !== null;
  // Typed on in the meantime: that has a timer of its own.
  if (kept && typed.get(cellId)?.code === code) forgetWhenLogged(cellId, code);
  return kept;
}

/** The answer can come before the event: until then this is what the user sees. */
function forgetWhenLogged(cellId: string, code: string): void {
  const stop = view.subscribe(({ cells }) => {
    const cell = cells.get(cellId);
    const superseded = typed.get(cellId)?.code !== code;
    if (cell !== undefined && !superseded && loggedCode(cell) !== code) return;
    if (!superseded) typed.delete(cellId);
    queueMicrotask(() => stop());
  });
}

addEventListener('pagehide', () => {
  for (const cellId of typed.keys()) void sendTyped(cellId);
});
