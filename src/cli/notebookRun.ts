/** Runs the code cells of a notebook in order and keeps its outputs as they come. Knows no files. */
import type { CellResult, Output } from '../shared/outputs.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { NotebookOutput } from '../session/notebook.ts';
import { NotebookOutputs } from '../session/notebookOutputs.ts';
import { sourceOf, tagsOf, type FileCell, type FileNotebook } from '../export/notebookFile.ts';

export interface NotebookRunOptions {
  timeoutMs: number;
  outputLimitBytes: number;
  allowErrors: boolean;
  signal: AbortSignal;
  /** Before each cell that runs; `number` from 1. */
  onCell(number: number, total: number, source: string): void;
  /** After each cell that ran, before the next one. */
  onResult(result: CellResult): Promise<void>;
}

export type NotebookEnd =
  | { kind: 'finished' }
  | { kind: 'interrupted' }
  /** `cell` from 1, among the cells that run. */
  | { kind: 'failed'; cell: number; sentence: string };

/**
 * Stops at the first cell that fails, unless errors are allowed for all or by the cell's tag `raises-exception`.
 * A cell that took the variables with it (its kernel was replaced) always ends the run: what follows would run on
 * nothing. Cells tagged `skip-execution` and empty ones are left as they are.
 * @throws Failure when the sandbox is lost; outputs so far are in the notebook.
 */
export async function runNotebookCells(
  notebook: FileNotebook,
  kernel: Kernel,
  options: NotebookRunOptions,
): Promise<NotebookEnd> {
  const outputs = new NotebookOutputs();
  const cells = notebook.cells.filter(runs);
  for (const [index, cell] of cells.entries()) {
    if (options.signal.aborted) return { kind: 'interrupted' };
    options.onCell(index + 1, cells.length, sourceOf(cell));
    const result = await runCell(cell, kernel, outputs, options);
    await options.onResult(result);
    if (result.status === 'interrupted') return { kind: 'interrupted' };
    const allowed = options.allowErrors || tagsOf(cell).includes('raises-exception');
    if (result.status !== 'ok' && (!allowed || result.stateLost)) {
      return { kind: 'failed', cell: index + 1, sentence: endSentence(result, options) };
    }
  }
  return { kind: 'finished' };
}

const runs = (cell: FileCell): boolean =>
  cell.cell_type === 'code' && sourceOf(cell).trim() !== '' && !tagsOf(cell).includes('skip-execution');

async function runCell(
  cell: FileCell,
  kernel: Kernel,
  outputs: NotebookOutputs,
  options: NotebookRunOptions,
): Promise<CellResult> {
  const target: NotebookOutput[] = [];
  const receive = outputs.receiver(target);
  let lastError: Output | null = null;
  cell.outputs = target;
  cell.execution_count = null;
  const times: Record<string, string> = {};
  cell.metadata.execution = times;
  const request = {
    language: 'python' as const,
    code: sourceOf(cell),
    timeoutMs: options.timeoutMs,
    outputLimitBytes: options.outputLimitBytes,
  };
  const result = await kernel.execute(
    request,
    (output) => {
      if (output.output_type === 'error') lastError = output;
      receive(output);
    },
    options.signal,
    (executionCount) => {
      times['iopub.execute_input'] = new Date().toISOString();
      cell.execution_count = executionCount;
    },
  );
  times['shell.execute_reply'] = new Date().toISOString();
  // A kernel that died does not tell any more.
  cell.execution_count = result.executionCount ?? cell.execution_count;
  // A cell that was cut off says so in the notebook, too. One that failed in its own way has said it already, on
  // standard error: a magic that does not exist, a group of exceptions.
  if (result.status !== 'ok' && result.status !== 'error' && lastError === null) {
    const evalue = endSentence(result, options);
    receive({ output_type: 'error', ename: ENDS[result.status], evalue, traceback: [evalue] });
  }
  return result;
}

const ENDS = {
  error: 'Error',
  interrupted: 'KeyboardInterrupt',
  timeout: 'TimeoutError',
  killed: 'DeadKernelError',
} as const;

function endSentence(result: CellResult, { timeoutMs }: NotebookRunOptions): string {
  switch (result.status) {
    case 'ok':
      return 'The cell ended well.';
    case 'error':
      return 'The cell raised an error.';
    case 'interrupted':
      return 'The cell was interrupted.';
    case 'timeout':
      return `The cell took longer than ${timeoutMs / 1000} s and was stopped.`;
    case 'killed':
      return 'The kernel died while the cell ran.';
  }
}
