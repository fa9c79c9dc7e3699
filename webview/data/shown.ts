/** Which variable or table the pane shows, and when what it shows may be old. */
import { signal } from '@preact/signals';
import { type TableRef } from '../../src/shared/data.ts';
import { type Frame, type Language } from '../../src/shared/outputs.ts';
import { showPane } from '../panes.ts';
import { type ViewState } from '../state.ts';

export type Shown =
  | { kind: 'list' }
  | { kind: 'value'; language: Language; name: string }
  /** `told`: what the output said when it was made; null for a variable. */
  | { kind: 'table'; ref: TableRef; told: Frame | null };

export const shown = signal<Shown>({ kind: 'list' });

export function openTable(ref: TableRef, told: Frame | null): void {
  shown.value = { kind: 'table', ref, told };
  showPane('variables');
}

/** Changes when a cell has ended or the sandbox is another: what was read before is of an earlier moment. */
export function moment({ cells, panel }: ViewState): string {
  let ended = 0;
  for (const { result } of cells.values()) if (result !== null) ended++;
  const kind = panel?.sandbox.kind ?? 'off';
  return `${panel?.sessionId ?? ''} ${String(ended)} ${kind === 'busy' ? 'ready' : kind}`;
}

export const isBusy = ({ panel }: ViewState): boolean => panel?.sandbox.kind === 'busy';
