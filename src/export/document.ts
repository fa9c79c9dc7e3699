/**
 * A session as something to read: what was asked, said and run, in the user's order. A pure fold over the events; every
 * format that can be exported is written from it. Notices of our own troubles stay out: they can name places of this
 * machine.
 */
import { foldOutputs, type FoldedOutput } from '../agent/foldOutputs.ts';
import { cellsNow, isEdited, notebookCells, type CellNow } from '../shared/cellOrder.ts';
import type { CheckedNumber, SessionEvent, UnknownOutput } from '../shared/events.ts';
import { latestArtifacts } from '../session/restore.ts';
import { titleIn } from '../session/title.ts';
import type { Artifact, CellStatus, Language, Output } from '../shared/outputs.ts';
import { linesOf } from '../shared/selection.ts';

/** How the last run ended; `recorded`: elsewhere, as the notebook says that was opened; `never`: it has not run. */
export type RunEnd = CellStatus | 'running' | 'recorded' | 'never';

/** Of a notebook file, as they stood there. */
export type Fields = Readonly<Record<string, unknown>>;

export interface DocumentCell {
  id: string;
  language: Language;
  /** The model's one line about it; empty for a cell of the user's own. */
  purpose: string;
  code: string;
  executionCount: number | null;
  end: RunEnd;
  /** Of the last run. */
  outputs: FoldedOutput[];
  /** Edited since: the outputs are those of other code. */
  edited: boolean;
  /** Of a cell of an opened notebook: its fields and its code there. */
  file?: { fields: Fields; code: string };
  /** Of the file, which nobody here can read; gone when the cell runs. */
  unknown?: readonly UnknownOutput[];
}

export type Part =
  /** `names`: of files, selected lines and pictures. */
  | { kind: 'question'; id: string; verb: '' | 'Analyze' | 'Chart'; names: string[]; text: string }
  /** Markdown of the model. */
  | { kind: 'answer'; id: string; text: string; numbers: readonly CheckedNumber[] }
  /** A text of the notebook that was opened. */
  | { kind: 'text'; id: string; format: 'markdown' | 'raw'; text: string; file?: Fields }
  /** The model's editor changed a file; a unified diff. */
  | { kind: 'edit'; id: string; sentence: string; diff: string }
  /** Plain text of ours: why a turn ended, that variables are gone. */
  | { kind: 'note'; id: string; text: string }
  | { kind: 'cell'; cell: DocumentCell };

export interface SessionDocument {
  title: string;
  /** Milliseconds since the epoch; null: an empty log. */
  startedAt: number | null;
  /** Labels of the models that answered, in order of first use. */
  models: string[];
  parts: Part[];
  /** Of the notebook that was opened, without its cells; null: the session began as none. */
  file: Fields | null;
  /** The newest version of each file that cells made. */
  artifacts: Artifact[];
}

export function toDocument(events: readonly SessionEvent[]): SessionDocument {
  const draft = new Draft(events);
  for (const event of events) draft.add(event);
  return {
    title: titleIn(events),
    startedAt: events[0]?.at ?? null,
    models: draft.models,
    parts: draft.finish(events),
    file: events.find((event) => event.type === 'notebook_opened')?.file ?? null,
    artifacts: latestArtifacts(events),
  };
}

/** Is there anything to export? */
export const isWorthExporting = (events: readonly SessionEvent[]): boolean =>
  events.some(
    ({ type }) => type === 'user_message' || type === 'cell_inserted' || type === 'notebook_opened',
  );

class Draft {
  readonly models: string[] = [];
  /** As it came; a cell is its id. */
  private parts: (Exclude<Part, { kind: 'cell' }> | { kind: 'cell'; id: string })[] = [];
  private readonly outputs = new Map<string, Output[]>();
  private readonly files = new Map<string, { fields: Fields; code: string }>();
  private readonly recorded = new Map<string, Extract<SessionEvent, { type: 'outputs_recorded' }>>();
  private readonly cells: ReadonlyMap<string, CellNow>;
  private readonly notDropped: (blockId: string) => boolean;

  constructor(events: readonly SessionEvent[]) {
    this.cells = cellsNow(events);
    const dropped = new Set(
      events.flatMap((event) => (event.type === 'blocks_dropped' ? event.blockIds : [])),
    );
    this.notDropped = (blockId) => !dropped.has(blockId);
  }

  add(event: SessionEvent): void {
    switch (event.type) {
      case 'turn_started':
        if (!this.models.includes(event.model.label)) this.models.push(event.model.label);
        return;
      case 'user_message':
        this.parts.push(question(event));
        return;
      case 'text':
        if (this.notDropped(event.blockId)) this.text(event.blockId, event.delta);
        return;
      case 'text_inserted':
        this.parts.push({
          ...{ kind: 'text', id: event.textId, format: event.format, text: event.source },
          ...(event.file === undefined ? {} : { file: event.file }),
        });
        return;
      case 'answer_checked':
        this.parts = this.parts.map((part) =>
          part.kind === 'answer' && part.id === event.blockId ? { ...part, numbers: event.numbers } : part,
        );
        return;
      case 'cell_inserted':
        if (event.file !== undefined) this.files.set(event.cellId, { fields: event.file, code: event.code });
        this.parts.push({ kind: 'cell', id: event.cellId });
        return;
      case 'cell_started':
        this.parts.push({ kind: 'cell', id: event.cellId });
        return;
      case 'cell_running':
        this.outputs.set(event.cellId, []);
        this.recorded.delete(event.cellId);
        return;
      case 'cell_output':
        this.outputs.get(event.cellId)?.push(event.output);
        return;
      case 'outputs_recorded':
        this.outputs.set(event.cellId, [...event.outputs]);
        this.recorded.set(event.cellId, event);
        return;
      case 'file_edit':
        if (event.diff === '') return;
        this.parts.push({
          ...{ kind: 'edit', id: `edit-${event.callId}` },
          ...{ sentence: event.sentence, diff: event.diff },
        });
        return;
      case 'turn_ended':
        if (event.end.kind === 'limit') this.note(`${event.turnId}-end`, event.end.sentence);
        else if (event.end.kind === 'failed') this.note(`${event.turnId}-end`, event.end.failure.sentence);
        else if (event.end.kind === 'stopped') this.note(`${event.turnId}-end`, 'Stopped.');
        return;
      case 'notice':
        if (event.level === 'warning') this.note(`notice-${event.seq}`, event.shown ?? event.text);
        return;
      default:
        return;
    }
  }

  private note(id: string, text: string): void {
    this.parts.push({ kind: 'note', id, text });
  }

  private text(id: string, delta: string): void {
    const open = this.parts.findLast((part) => part.kind === 'answer' && part.id === id);
    if (open?.kind === 'answer') open.text += delta;
    else this.parts.push({ kind: 'answer', id, text: delta, numbers: [] });
  }

  /** Texts stay where they came; a cell that the user moved stands behind the one that is before it in the notebook. */
  finish(events: readonly SessionEvent[]): Part[] {
    const shown = notebookCells(events).map(({ cellId }) => cellId);
    const placed = new Set(events.flatMap((event) => (isPlacing(event) ? [event.cellId] : [])));
    const kept = this.parts.filter(
      (part) => part.kind !== 'cell' || (shown.includes(part.id) && !placed.has(part.id)),
    );
    const indexOf = (cellId: string): number =>
      kept.findIndex((part) => part.kind === 'cell' && part.id === cellId);
    shown.forEach((cellId, at) => {
      if (!placed.has(cellId)) return;
      const before = shown[at - 1];
      const first = kept.findIndex((part) => part.kind === 'cell');
      const index = before === undefined ? Math.max(0, first) : indexOf(before) + 1;
      kept.splice(index, 0, { kind: 'cell', id: cellId });
    });
    return kept.flatMap((part): Part[] => {
      if (part.kind !== 'cell') return [part];
      const cell = this.cell(part.id);
      return cell === null ? [] : [{ kind: 'cell', cell }];
    });
  }

  /** Null: the model's, and it came to nothing. */
  private cell(id: string): DocumentCell | null {
    const now = this.cells.get(id);
    const file = this.files.get(id);
    if (now === undefined || (now.code.trim() === '' && file === undefined)) return null;
    if (now.phase === 'dropped' || now.phase === 'writing') return null;
    const recorded = this.recorded.get(id);
    return {
      id,
      language: now.language,
      purpose: now.purpose,
      code: now.code,
      executionCount: now.ran?.executionCount ?? recorded?.executionCount ?? null,
      end:
        recorded !== undefined ? 'recorded' : now.ran === null ? 'never' : (now.result?.status ?? 'running'),
      outputs: foldOutputs(this.outputs.get(id) ?? []),
      edited: isEdited(now),
      ...(file === undefined ? {} : { file }),
      ...(recorded?.unknown === undefined ? {} : { unknown: recorded.unknown }),
    };
  }
}

const isPlacing = (
  event: SessionEvent,
): event is Extract<SessionEvent, { type: 'cell_inserted' | 'cell_moved' }> =>
  event.type === 'cell_moved' || (event.type === 'cell_inserted' && event.afterCellId !== null);

function question(event: Extract<SessionEvent, { type: 'user_message' }>): Part & { kind: 'question' } {
  const { turnId, text, files, intent, selections = [], images = [] } = event;
  const verb = intent === 'analyze' ? 'Analyze' : intent === 'chart' ? 'Chart' : '';
  // The lines name their file.
  const whole = files.filter((file) => selections.every((part) => part.containerPath !== file.containerPath));
  const names = [
    ...whole.map(({ label }) => label),
    ...selections.map(linesOf),
    ...images.map(({ name }) => name),
  ];
  return { kind: 'question', id: `${turnId}-question`, verb, names, text };
}
