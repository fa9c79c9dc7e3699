/** A session's log as an nbformat 4.5 notebook: the file Jupyter opens. */
import { foldOutputs, type FoldedOutput } from '../agent/foldOutputs.ts';
import type { SessionEvent } from '../shared/events.ts';
import { withoutModelOnly, type Language, type MimeBundle, type Output } from '../shared/outputs.ts';
import { linesOf } from '../shared/selection.ts';
import { packagesAfter } from './packages.ts';

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

/**
 * Cells that never ran and the model's thinking are left out. Bash cells become `%%bash`; JavaScript cells
 * `%%script node`, because Jupyter's own `%%javascript` would run them in the reader's browser.
 */
export function toNotebook(events: readonly SessionEvent[]): Notebook {
  const draft = new NotebookDraft();
  for (const event of events) draft.add(event);
  const packages = packagesAfter(events).map(({ manager, name, version }) => ({ manager, name, version }));
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' },
      language_info: { name: 'python', file_extension: '.py', mimetype: 'text/x-python' },
      ...(draft.title === null ? {} : { title: draft.title }),
      // What cells installed, for whoever runs it elsewhere.
      ...(packages.length === 0 ? {} : { code_interpreter: { packages } }),
    },
    cells: draft.finish(),
  };
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

interface CellDraft {
  id: string;
  language: Language;
  purpose: string;
  code: string;
  executionCount: number | null;
  outputs: Output[];
  ran: boolean;
}

class NotebookDraft {
  title: string | null = null;
  private readonly parts: (
    { kind: 'markdown'; id: string; source: string } | { kind: 'cell'; cell: CellDraft }
  )[] = [];
  private readonly cells = new Map<string, CellDraft>();

  add(event: SessionEvent): void {
    switch (event.type) {
      case 'session_started':
      case 'session_renamed':
        this.title = event.title;
        return;
      case 'user_message':
        this.markdown(`${event.turnId}-question`, question(event));
        return;
      case 'text':
        this.text(event.blockId, event.delta);
        return;
      case 'cell_started':
        this.start(event.cellId, event.language);
        return;
      case 'cell_running':
        this.run(event);
        return;
      case 'cell_output':
        this.cells.get(event.cellId)?.outputs.push(event.output);
        return;
      case 'file_edit':
        if (event.diff !== '') {
          this.markdown(
            `edit-${event.callId}`,
            `${inlineCode(event.sentence)}\n\n${fenced(event.diff, 'diff')}`,
          );
        }
        return;
      case 'turn_ended':
        if (event.end.kind === 'limit') this.markdown(`${event.turnId}-end`, `*${event.end.sentence}*`);
        else if (event.end.kind === 'failed') {
          this.markdown(`${event.turnId}-end`, `*${event.end.failure.sentence}*`);
        } else if (event.end.kind === 'stopped') this.markdown(`${event.turnId}-end`, '*Stopped.*');
        return;
      case 'notice':
        if (event.level !== 'info') this.markdown(`notice-${event.seq}`, `*${event.text}*`);
        return;
      default:
        return;
    }
  }

  private markdown(id: string, source: string): void {
    this.parts.push({ kind: 'markdown', id, source });
  }

  private text(id: string, delta: string): void {
    const open = this.parts.findLast((part) => part.kind === 'markdown' && part.id === id);
    if (open?.kind === 'markdown') open.source += delta;
    else this.markdown(id, delta);
  }

  private start(id: string, language: Language): void {
    const cell: CellDraft = {
      id,
      language,
      purpose: '',
      code: '',
      executionCount: null,
      outputs: [],
      ran: false,
    };
    this.cells.set(id, cell);
    this.parts.push({ kind: 'cell', cell });
  }

  private run(event: Extract<SessionEvent, { type: 'cell_running' }>): void {
    const cell = this.cells.get(event.cellId);
    if (cell === undefined) return;
    const { purpose, code, executionCount } = event;
    Object.assign(cell, { purpose, code, executionCount, ran: true });
  }

  finish(): NotebookCell[] {
    const ids = new Set<string>();
    return this.parts.flatMap((part): NotebookCell[] => {
      if (part.kind === 'cell') return part.cell.ran ? [codeCell(part.cell, cellId(part.cell.id, ids))] : [];
      const source = part.source.trim();
      return source === '' ? [] : [{ cell_type: 'markdown', id: cellId(part.id, ids), metadata: {}, source }];
    });
  }
}

function codeCell(cell: CellDraft, id: string): NotebookCell {
  const { language, purpose, code, executionCount, outputs } = cell;
  return {
    cell_type: 'code',
    id,
    metadata: { code_interpreter: { language, purpose } },
    source: PREFIX[language] + code,
    execution_count: executionCount,
    outputs: toNotebookOutputs(outputs),
  };
}

const PREFIX: Record<Language, string> = { python: '', bash: '%%bash\n', javascript: '%%script node\n' };

/** The user's words as a quotation, so that they stay apart from the answer. */
function question(event: Extract<SessionEvent, { type: 'user_message' }>): string {
  const { text, files, intent, selections = [], images = [] } = event;
  const verb = intent === 'analyze' ? 'Analyze' : intent === 'chart' ? 'Chart' : '';
  // The lines name their file.
  const whole = files.filter((file) => selections.every((part) => part.containerPath !== file.containerPath));
  const parts = [
    ...whole.map(({ label }) => label),
    ...selections.map(linesOf),
    ...images.map(({ name }) => name),
  ];
  const names = parts.map(inlineCode).join(', ');
  const head = [verb, names].filter(Boolean).join(' ');
  const lines = [head, ...text.split('\n')].filter((line) => line.trim() !== '');
  return lines.map((line) => `> ${line}`).join('\n');
}

/** A block that no text can break out of. */
function fenced(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

const longestRun = (text: string): number =>
  [...text.matchAll(/`+/g)].reduce((longest, [run]) => Math.max(longest, run.length), 0);

/** A code span that no name can break out of. */
function inlineCode(name: string): string {
  const longest = longestRun(name);
  const fence = '`'.repeat(longest + 1);
  const pad = name.startsWith('`') || name.endsWith('`') ? ' ' : '';
  return fence + pad + name.replace(/\s+/g, ' ') + pad + fence;
}

/** nbformat: 1 to 64 letters, digits, `-`, `_`, unique in the notebook. */
function cellId(wanted: string, taken: Set<string>): string {
  const base = wanted.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 56) || 'cell';
  let id = base;
  for (let n = 2; taken.has(id); n += 1) id = `${base}-${n}`;
  taken.add(id);
  return id;
}
