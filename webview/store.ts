/**
 * The panel's only state change: (state, action) → state. Pure, without DOM. The host's events are folds of the
 * session's log; an event that repeats, or that speaks of a cell nobody knows, changes nothing.
 */
import { type SessionEvent } from '../src/shared/events.ts';
import { type FileProfile } from '../src/shared/fileProfile.ts';
import { factsAfter, staleOf, type StaleFacts } from '../src/shared/stale.ts';
import { type Artifact } from '../src/shared/outputs.ts';
import { type HostEvent, type PanelState } from '../src/shared/protocol.ts';
import { announce } from './announce.ts';
import { applyToNotebook } from './cellFold.ts';
import { changeCell, freshRun, newCell, type Draft } from './draft.ts';
import { plural } from './format.ts';
import { isFileEvent } from '../src/shared/versions.ts';
import { addOutput } from './outputList.ts';
import { sameList } from './sameList.ts';
import { staleWords } from './staleWords.ts';
import { emptyState, type TurnPart, type TurnView, type ViewState } from './state.ts';
import { t } from '../src/shared/l10n.ts';

export type Action =
  | Exclude<HostEvent, { type: 'focusComposer' | 'showPane' | 'chartAction' }>
  /** The host's answer to `ready`. */
  | { type: 'loaded'; state: PanelState; events: readonly SessionEvent[] }
  | { type: 'problem'; sentence: string | null }
  /** Something the reader did had an effect that cannot be seen: for screen readers. */
  | { type: 'said'; sentence: string };

export function reduce(state: ViewState, action: Action): ViewState {
  switch (action.type) {
    case 'loaded':
      return fold({ ...emptyState, panel: action.state }, [...action.events, ...state.early]);
    case 'reset':
      return fold({ ...emptyState, panel: action.state }, action.events);
    case 'state':
      // Of a conversation that is not shown any more: another one begins with `reset`.
      if (state.panel !== null && state.panel.sessionId !== action.state.sessionId) return state;
      return { ...state, panel: action.state };
    case 'events': {
      if (state.panel === null) return { ...state, early: [...state.early, ...action.events] };
      const next = fold(state, action.events);
      if (next === state || action.replayed === true) return next;
      const asked = next.asked + action.events.filter(({ type }) => type === 'user_message').length;
      return { ...next, asked, announcement: announce(state, next, action.events) };
    }
    case 'problem':
      return { ...state, problem: action.sentence };
    case 'said':
      return { ...state, announcement: { seq: state.announcement.seq + 0.5, text: action.sentence } };
    default:
      action satisfies never;
      return state;
  }
}

function fold(state: ViewState, events: readonly SessionEvent[]): ViewState {
  const fresh = [...events].sort((a, b) => a.seq - b.seq).filter((event) => event.seq > state.lastSeq);
  if (fresh.length === 0) return state;
  const draft: Draft = {
    items: [...state.items],
    turns: new Map(state.turns),
    cells: new Map(state.cells),
    attempts: [...state.attempts],
    run: state.run,
  };
  let lastSeq = state.lastSeq;
  for (const event of fresh) {
    if (event.seq <= lastSeq) continue;
    lastSeq = event.seq;
    settle(draft, event);
    apply(draft, event);
  }
  const staleFacts = factsAfter(state.staleFacts, fresh);
  const stale = staleFacts === state.staleFacts ? state.stale : staleIn(staleFacts, draft.cells);
  // Most events are outputs of a cell: views of which messages there are, and whose, need not look again.
  const items = sameList(state.items, draft.items) ? state.items : draft.items;
  const turns = sameTurns(state.turns, draft.turns) ? state.turns : draft.turns;
  const made = fresh.filter(isFileEvent);
  const files = made.length === 0 ? state.files : [...state.files, ...made];
  const touched = fresh.findLast(concernsFiles)?.seq ?? state.touched;
  return { ...state, ...draft, items, turns, files, touched, staleFacts, stale, lastSeq };
}

/** Proposed changes are listed anew after each. */
const concernsFiles = (event: SessionEvent): boolean =>
  isFileEvent(event) || event.type.startsWith('change_');

function sameTurns(a: ViewState['turns'], b: ViewState['turns']): boolean {
  if (a.size !== b.size) return false;
  for (const [id, turn] of b) if (a.get(id) !== turn) return false;
  return true;
}

const staleIn = (facts: StaleFacts, cells: ViewState['cells']): ViewState['stale'] =>
  new Map([...staleOf(facts)].map(([cellId, why]) => [cellId, staleWords(facts, cells, cellId, why)]));

/** The turn, made on the spot when its start was never seen. */
function turnOf(draft: Draft, event: { seq: number; turnId: string }): TurnView {
  const known = draft.turns.get(event.turnId);
  if (known !== undefined) return known;
  const turn: TurnView = {
    turnId: event.turnId,
    plan: false,
    wait: null,
    modelLabel: '',
    parts: [],
    end: null,
  };
  draft.turns.set(turn.turnId, turn);
  draft.items.push({ kind: 'turn', key: event.seq, turnId: turn.turnId });
  return turn;
}

function addPart(draft: Draft, event: { seq: number; turnId: string }, part: TurnPart): void {
  const turn = turnOf(draft, event);
  draft.turns.set(turn.turnId, { ...turn, parts: [...turn.parts, part] });
}

function replaceProfiles(draft: Draft, turnId: string, files: readonly FileProfile[]): void {
  const turn = draft.turns.get(turnId);
  if (turn === undefined) return;
  const by = new Map(files.map((file) => [file.path, file]));
  const parts = turn.parts.map((part) =>
    part.kind === 'profile' ? { ...part, files: part.files.map((file) => by.get(file.path) ?? file) } : part,
  );
  draft.turns.set(turnId, { ...turn, parts });
}

type Delta = Extract<TurnPart, { kind: 'text' | 'thinking' }>;

function addDelta(parts: readonly TurnPart[], delta: Delta): TurnPart[] {
  const at = parts.findLastIndex(
    (part) => part.kind === delta.kind && 'blockId' in part && part.blockId === delta.blockId,
  );
  const known = parts[at];
  if (known?.kind !== 'text' && known?.kind !== 'thinking') return [...parts, delta];
  return parts.with(at, { ...known, text: known.text + delta.text });
}

/** What was found of a text block. */
function markText(
  draft: Draft,
  { turnId, blockId }: { turnId: string; blockId: string },
  mark: Partial<Extract<TurnPart, { kind: 'text' }>>,
): void {
  const turn = draft.turns.get(turnId);
  const at = turn?.parts.findIndex((part) => part.kind === 'text' && part.blockId === blockId) ?? -1;
  const part = turn?.parts[at];
  if (turn === undefined || part?.kind !== 'text') return;
  draft.turns.set(turnId, { ...turn, parts: turn.parts.with(at, { ...part, ...mark }) });
}

/** Cells run one after the other: those written before this one wait, if they have not run. */
function queueWritten(draft: Draft, turn: TurnView | undefined, exceptId: string): void {
  for (const part of turn?.parts ?? []) {
    if (part.kind !== 'cell' || part.cellId === exceptId) continue;
    changeCell(draft, part.cellId, (cell) =>
      cell.phase === 'writing' ? { ...cell, phase: 'queued' } : cell,
    );
  }
}

const turnWithCell = (draft: Draft, cellId: string): TurnView | undefined =>
  [...draft.turns.values()].findLast((turn) =>
    turn.parts.some((part) => part.kind === 'cell' && part.cellId === cellId),
  );

/** Whatever comes next in a turn ends its wait, and the thinking before it. */
function settle(draft: Draft, event: SessionEvent): void {
  const turn = 'turnId' in event ? draft.turns.get(event.turnId) : undefined;
  if (turn === undefined) return;
  const isOver = (part: TurnPart): boolean =>
    part.kind === 'thinking' &&
    part.endedAt === null &&
    !('blockId' in event && event.blockId === part.blockId);
  if (turn.wait === null && !turn.parts.some(isOver)) return;
  const parts = turn.parts.map((part) =>
    part.kind === 'thinking' && isOver(part) ? { ...part, endedAt: event.at } : part,
  );
  draft.turns.set(turn.turnId, { ...turn, parts, wait: null });
}

/** An export keeps them as long as their cells are as they came. */
const unknownWords = ({ outputs, types }: { outputs: number; types: readonly string[] }): string =>
  plural(
    outputs,
    t`1 output is of an unknown type (${types.join(', ')}) and not shown; an export keeps it until its cell runs.`,
    (n) =>
      t`${n} outputs are of unknown types (${types.join(', ')}) and not shown; an export keeps them until their cells run.`,
  );

function apply(draft: Draft, event: SessionEvent): void {
  switch (event.type) {
    case 'session_started':
    case 'session_renamed':
    case 'history':
    case 'artifact_restored':
    case 'change_based':
    case 'change_decided':
    case 'change_undone':
      return;
    case 'cell_names':
      changeCell(draft, event.cellId, (cell) => ({ ...cell, unread: event.unread ?? false }));
      return;
    case 'cell_inserted':
    case 'cell_edited':
    case 'cell_moved':
    case 'cell_deleted':
    case 'cell_restored':
    case 'run_started':
    case 'run_ended':
      applyToNotebook(draft, event);
      return;
    case 'notebook_opened': {
      const { name, cells, texts, unknown } = event;
      const cellCount = plural(cells, t('1 cell'), (n) => t`${n} cells`);
      const textCount = plural(texts, t('1 text'), (n) => t`${n} texts`);
      const text = t`Opened ${name}: ${cellCount} and ${textCount}. Nothing of it has run here; outputs are those that the file has.`;
      const all = unknown === undefined ? text : `${text} ${unknownWords(unknown)}`;
      draft.items.push({ kind: 'notice', key: event.seq, level: 'info', text: all });
      return;
    }
    case 'text_inserted':
      addText(draft, event);
      return;
    case 'outputs_recorded':
      for (const output of event.outputs) addOutput(draft.cells, event.cellId, output, event.seq);
      changeCell(draft, event.cellId, (cell) => ({
        ...cell,
        purpose: t('Outputs from the file, not run here'),
        executionCount: event.executionCount,
      }));
      return;
    case 'answer_checked':
      markText(draft, event, { numbers: event.numbers });
      return;
    case 'claims_checked':
      markText(draft, event, { claims: event.files });
      return;
    case 'user_message': {
      const { intent, text, files, images = [], selections = [] } = event;
      draft.items.push({ kind: 'user', key: event.seq, intent, text, files, images, selections });
      return;
    }
    case 'notice':
      draft.items.push({
        kind: 'notice',
        key: event.seq,
        level: event.level,
        text: event.shown ?? event.text,
      });
      return;
    case 'turn_started':
      draft.turns.set(event.turnId, {
        ...turnOf(draft, event),
        modelLabel: event.model.label,
        plan: event.plan ?? false,
      });
      return;
    case 'files_profiled': {
      const { files, withheld = false, replaces = false } = event;
      if (replaces) {
        replaceProfiles(draft, event.turnId, files);
        return;
      }
      addPart(draft, event, { kind: 'profile', blockId: `files-${String(event.seq)}`, files, withheld });
      return;
    }
    case 'text':
    case 'thinking': {
      const turn = turnOf(draft, event);
      const block = { blockId: event.blockId, text: event.delta };
      const delta: Delta =
        event.type === 'text'
          ? { kind: 'text', ...block }
          : { kind: 'thinking', ...block, startedAt: event.at, endedAt: null };
      draft.turns.set(turn.turnId, { ...turn, parts: addDelta(turn.parts, delta) });
      return;
    }
    case 'opaque_block': {
      const { blockId, kind: name, json } = event;
      const turn = turnOf(draft, event);
      const part: TurnPart = { kind: 'opaque', blockId, name, json };
      const at = turn.parts.findIndex((known) => known.kind === 'opaque' && known.blockId === blockId);
      const parts = at === -1 ? [...turn.parts, part] : turn.parts.with(at, part);
      draft.turns.set(turn.turnId, { ...turn, parts });
      return;
    }
    case 'blocks_dropped': {
      const turn = turnOf(draft, event);
      const gone = new Set(event.blockIds);
      const parts = turn.parts.filter((part) => !('blockId' in part && gone.has(part.blockId)));
      draft.turns.set(turn.turnId, { ...turn, parts });
      return;
    }
    case 'model_waiting': {
      const { reason, untilMs } = event;
      draft.turns.set(event.turnId, { ...turnOf(draft, event), wait: { reason, untilMs } });
      return;
    }
    case 'file_edit': {
      const { callId, command, ok, sentence, diff, artifact } = event;
      addPart(draft, event, { kind: 'edit', callId, command, ok, sentence, diff, artifact });
      return;
    }
    case 'output_shown': {
      const { callId, ok, sentence } = event;
      addPart(draft, event, { kind: 'shown', callId, ok, sentence });
      return;
    }
    case 'turn_ended':
      endTurn(draft, event);
      return;
    case 'cell_started':
      startCell(draft, event);
      return;
    case 'cell_code':
      changeCell(draft, event.cellId, (cell) => ({ ...cell, purpose: event.purpose, code: event.code }));
      return;
    case 'cell_waiting': {
      const { purpose, code } = event;
      changeCell(draft, event.cellId, (cell) => ({ ...cell, phase: 'waiting', purpose, code }));
      queueWritten(draft, turnWithCell(draft, event.cellId), event.cellId);
      return;
    }
    case 'cell_running':
      changeCell(draft, event.cellId, (cell) => ({
        ...cell,
        phase: 'running',
        purpose: event.purpose,
        code: event.code,
        unread: cell.unread === true && cell.code === event.code,
        edited: event.edited ?? false,
        executionCount: event.executionCount,
        startedAt: event.at,
        result: null,
        draft: null,
        inRun: false,
        again: cell.result !== null || cell.outputs.length > 0,
      }));
      queueWritten(draft, turnWithCell(draft, event.cellId), event.cellId);
      return;
    case 'cell_output':
      addOutput(draft.cells, event.cellId, event.output, event.seq);
      return;
    case 'cell_done':
      changeCell(draft, event.cellId, (cell) => ({
        ...freshRun(cell),
        phase: event.result.status,
        result: event.result,
        executionCount: event.result.executionCount ?? cell.executionCount,
        withheld: event.withheld === true,
      }));
      return;
    case 'output_released':
      changeCell(draft, event.cellId, (cell) => ({ ...cell, released: true }));
      return;
    case 'cell_dropped':
      changeCell(draft, event.cellId, (cell) => ({ ...cell, phase: 'dropped', droppedReason: event.reason }));
      return;
    case 'artifact_stored': {
      const { name, bytes, sha256, formulas = false, ...more } = event;
      changeCell(draft, event.cellId, (before) => {
        const cell = freshRun(before);
        // What the same code makes of it again is no edit that did nothing.
        const again = before.artifacts.some((artifact) => artifact.name === name);
        const stored = { name, bytes, sha256, formulas, ...receiptIn(more, again) };
        // A file written again by the same cell is one chip: the last.
        const others = cell.artifacts.filter((artifact) => artifact.name !== name);
        return { ...cell, artifacts: [...others, stored] };
      });
      return;
    }
    case 'network_attempt':
      draft.attempts.push(event.attempt);
      if (event.cellId === null) return;
      changeCell(draft, event.cellId, (before) => {
        const cell = freshRun(before);
        return { ...cell, attempts: [...(cell.attempts ?? []), event.attempt] };
      });
      return;
    default:
      event satisfies never;
  }
}

/** What is known of it beside the file itself. */
const receiptIn = (
  { same, version, change, findings }: Partial<Artifact>,
  again: boolean,
): Partial<Artifact> => ({
  ...(same === undefined || again ? {} : { same }),
  ...(version === undefined ? {} : { version }),
  ...(change === undefined ? {} : { change }),
  ...(findings === undefined ? {} : { findings }),
});

function startCell(draft: Draft, event: Extract<SessionEvent, { type: 'cell_started' }>): void {
  if (draft.cells.has(event.cellId)) return;
  const turn = turnOf(draft, event);
  queueWritten(draft, turn, event.cellId);
  draft.cells.set(event.cellId, newCell(event.cellId, event.language));
  const parts: TurnPart[] = [...turn.parts, { kind: 'cell', cellId: event.cellId }];
  draft.turns.set(turn.turnId, { ...turn, parts });
}

function endTurn(draft: Draft, event: Extract<SessionEvent, { type: 'turn_ended' }>): void {
  const turn = turnOf(draft, event);
  const took = { usage: event.usage, receipt: event.receipt ?? null };
  draft.turns.set(turn.turnId, { ...turn, end: event.end, took });
  // Nothing runs after its turn: a cell whose end was never logged must not spin for ever.
  for (const part of turn.parts) {
    if (part.kind !== 'cell') continue;
    changeCell(draft, part.cellId, (cell) => {
      if (cell.phase === 'running') return { ...cell, phase: 'interrupted' };
      const unfinished = ['writing', 'waiting', 'queued'].includes(cell.phase);
      return unfinished
        ? { ...cell, phase: 'dropped', droppedReason: t('The answer ended before it ran.') }
        : cell;
    });
  }
}

/** A text of an opened notebook is an article of its own: an answer that the file gives, and that has ended. */
function addText(draft: Draft, event: Extract<SessionEvent, { type: 'text_inserted' }>): void {
  const { textId, format, source, seq } = event;
  if (source.trim() === '') return;
  const text = format === 'raw' ? source.replace(/^/gm, '    ') : source;
  const turn = turnOf(draft, { turnId: textId, seq });
  draft.turns.set(textId, {
    ...turn,
    modelLabel: t('Notebook'),
    parts: [{ kind: 'text', blockId: textId, text }],
    end: { kind: 'finished' },
  });
}
