/**
 * What a screen reader is told: whole events ("Code finished in 2.1 s, 1 chart"), never the stream of text.
 * Pure.
 */
import { type SessionEvent } from '../src/shared/events.ts';
import { type CellPhase, type CellView, type ViewState } from './state.ts';
import { formatDuration, plural } from './format.ts';
import { isChart } from './render/mime.ts';

type RunEnd = Extract<SessionEvent, { type: 'run_ended' }>['end'];

export const PHASE_WORDS: Readonly<Record<CellPhase, string>> = {
  writing: 'Writing',
  waiting: 'Waits for you',
  queued: 'Queued',
  running: 'Running',
  ok: 'Done',
  error: 'Error',
  interrupted: 'Stopped',
  timeout: 'Timed out',
  killed: 'Killed',
  dropped: 'Not run',
  new: 'Not run yet',
};

export const chartCount = (cell: CellView): number =>
  cell.outputs.filter((output) => output.kind === 'data' && isChart(output.data)).length;

function cellSentence(cell: CellView): string {
  const time = cell.result === null ? '' : ` in ${formatDuration(cell.result.durationMs)}`;
  const charts = chartCount(cell);
  const denied = (cell.attempts ?? []).filter(({ verdict }) => verdict === 'denied').length;
  const parts = [
    cell.phase === 'ok'
      ? `Code finished${time}`
      : `Code ended: ${PHASE_WORDS[cell.phase].toLowerCase()}${time}`,
    ...(charts > 0 ? [plural(charts, 'chart')] : []),
    ...(cell.artifacts.length > 0 ? [plural(cell.artifacts.length, 'file')] : []),
    ...(denied > 0 ? [`${plural(denied, 'network attempt')} denied`] : []),
  ];
  return parts.join(', ');
}

function runSentence(after: ViewState, end: RunEnd): string {
  switch (end.kind) {
    case 'finished':
      return 'Run complete';
    case 'stopped':
      return 'Run stopped';
    case 'failed': {
      const count = after.cells.get(end.cellId)?.executionCount ?? null;
      return `Run ended: the code of ${count === null ? 'a cell' : `cell [${String(count)}]`} failed`;
    }
    case 'lost':
      return end.failure.sentence;
    default:
      end satisfies never;
      return '';
  }
}

function sentence(after: ViewState, event: SessionEvent): string | null {
  switch (event.type) {
    case 'cell_waiting':
      return `Code waits for your decision: ${event.purpose}`;
    case 'model_waiting':
      return event.reason;
    case 'cell_running':
      return event.purpose === '' ? 'Running code' : `Running code: ${event.purpose}`;
    case 'cell_done': {
      const cell = after.cells.get(event.cellId);
      return cell === undefined ? null : cellSentence(cell);
    }
    case 'turn_ended':
      switch (event.end.kind) {
        case 'finished':
          return 'Answer complete';
        case 'stopped':
          return 'Stopped';
        case 'limit':
          return event.end.sentence;
        case 'failed':
          return event.end.failure.sentence;
        default:
          event.end satisfies never;
          return null;
      }
    case 'run_ended':
      return runSentence(after, event.end);
    case 'cell_inserted':
      return 'Cell added';
    case 'cell_moved':
      return 'Cell moved';
    case 'cell_deleted':
      return 'Cell deleted. Undo stands in its place';
    case 'cell_restored':
      return 'Cell restored';
    case 'file_edit':
      return event.command === 'view' && event.ok ? null : event.sentence;
    case 'notice':
      return event.text;
    default:
      return null;
  }
}

export function announce(
  before: ViewState,
  after: ViewState,
  events: readonly SessionEvent[],
): ViewState['announcement'] {
  const said = events
    .filter((event) => event.seq > before.lastSeq)
    .map((event) => ({ seq: event.seq, text: sentence(after, event) }));
  const told = said.filter((entry): entry is { seq: number; text: string } => entry.text !== null);
  const last = told.at(-1);
  return last === undefined
    ? before.announcement
    : { seq: last.seq, text: told.map((entry) => entry.text).join('. ') };
}
