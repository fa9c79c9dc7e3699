/**
 * What a screen reader is told: whole events ("Code finished in 2.1 s, 1 chart"), never the stream of text.
 * Pure.
 */
import { type SessionEvent } from '../src/shared/events.ts';
import { type CellPhase, type CellView, type ViewState } from './state.ts';
import { formatDuration, plural } from './format.ts';
import { isChart } from './render/mime.ts';
import { t } from '../src/shared/l10n.ts';

type RunEnd = Extract<SessionEvent, { type: 'run_ended' }>['end'];

export const phaseWords = (): Readonly<Record<CellPhase, string>> => ({
  writing: t('Writing'),
  waiting: t('Waits for you'),
  queued: t('Queued'),
  running: t('Running'),
  ok: t('Done'),
  error: t('Error'),
  interrupted: t('Stopped'),
  timeout: t('Timed out'),
  killed: t('Killed'),
  dropped: t('Not run'),
  new: t('Not run yet'),
});

export const chartCount = (cell: CellView): number =>
  cell.outputs.filter((output) => output.kind === 'data' && isChart(output.data)).length;

function endedWords({ phase, result }: CellView): string {
  const how = phaseWords()[phase].toLowerCase();
  if (result === null) return phase === 'ok' ? t('Code finished') : t`Code ended: ${how}`;
  const time = formatDuration(result.durationMs);
  return phase === 'ok' ? t`Code finished in ${time}` : t`Code ended: ${how} in ${time}`;
}

function cellSentence(cell: CellView): string {
  const charts = chartCount(cell);
  const denied = (cell.attempts ?? []).filter(({ verdict }) => verdict === 'denied').length;
  const parts = [
    endedWords(cell),
    ...(charts > 0 ? [plural(charts, t('1 chart'), (n) => t`${n} charts`)] : []),
    ...(cell.artifacts.length > 0 ? [plural(cell.artifacts.length, t('1 file'), (n) => t`${n} files`)] : []),
    ...(denied > 0
      ? [plural(denied, t('1 network attempt denied'), (n) => t`${n} network attempts denied`)]
      : []),
  ];
  return parts.join(', ');
}

function runSentence(after: ViewState, end: RunEnd): string {
  switch (end.kind) {
    case 'finished':
      return t('Run complete');
    case 'stopped':
      return t('Run stopped');
    case 'failed': {
      const count = after.cells.get(end.cellId)?.executionCount ?? null;
      return count === null
        ? t('Run ended: the code of a cell failed')
        : t`Run ended: the code of cell [${count}] failed`;
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
      return t`Code waits for your decision: ${event.purpose}`;
    case 'model_waiting':
      return event.reason;
    case 'cell_running':
      return event.purpose === '' ? t('Running code') : t`Running code: ${event.purpose}`;
    case 'cell_done': {
      const cell = after.cells.get(event.cellId);
      return cell === undefined ? null : cellSentence(cell);
    }
    case 'turn_ended':
      switch (event.end.kind) {
        case 'finished':
          return t('Answer complete');
        case 'stopped':
          return t('Stopped');
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
      return t('Cell added');
    case 'cell_moved':
      return t('Cell moved');
    case 'cell_deleted':
      return t('Cell deleted. Undo stands in its place');
    case 'cell_restored':
      return t('Cell restored');
    case 'file_edit':
      return event.command === 'view' && event.ok ? null : event.sentence;
    case 'notice':
      return event.shown ?? event.text;
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
