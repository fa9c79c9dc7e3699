/** The shape of a notebook file (nbformat 4.5), and a cell's outputs as such a file keeps them. */
import { foldOutputs, type FoldedOutput } from '../agent/foldOutputs.ts';
import { withoutModelOnly, type MimeBundle, type Output } from '../shared/outputs.ts';

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
  | { cell_type: 'markdown' | 'raw'; id: string; metadata: Record<string, unknown>; source: string }
  | {
      cell_type: 'code';
      id: string;
      metadata: Record<string, unknown>;
      source: string;
      execution_count: number | null;
      /** Also such of an opened file that nobody here can read. */
      outputs: (NotebookOutput | Readonly<Record<string, unknown>>)[];
    };

export interface Notebook {
  nbformat: 4;
  nbformat_minor: 5;
  metadata: Record<string, unknown>;
  cells: NotebookCell[];
}

/** Outputs of one cell as a notebook keeps them: folded, without what only a running front end needs. */
export function toNotebookOutputs(outputs: readonly Output[]): NotebookOutput[] {
  return foldOutputs(outputs).flatMap((output) => {
    const kept = notebookOutput(output);
    return kept === null ? [] : [kept];
  });
}

function notebookOutput(output: FoldedOutput): NotebookOutput | null {
  switch (output.output_type) {
    case 'stream':
      return { output_type: 'stream', name: output.name, text: output.text };
    case 'error': {
      const { ename, evalue, traceback } = output;
      return { output_type: 'error', ename, evalue, traceback };
    }
    case 'display_data':
    case 'execute_result': {
      const { metadata } = output;
      const data = withoutModelOnly(output)?.data;
      if (data === undefined) return null;
      if (output.output_type === 'display_data') return { output_type: 'display_data', data, metadata };
      return { output_type: 'execute_result', execution_count: output.execution_count, data, metadata };
    }
  }
}
