/** A cell: what it is for, how it went, its code, its outputs, its files. */
import { type JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { limitNote } from '../../src/shared/limitWords.ts';
import { type CellResult } from '../../src/shared/outputs.ts';
import { packageWords } from '../../src/shared/packages.ts';
import { PHASE_WORDS } from '../announce.ts';
import { formatBytes, formatDuration } from '../format.ts';
import { readTraceback } from '../render/traceback.ts';
import { useReveal } from '../reveal.ts';
import { type CellPhase, type CellView } from '../state.ts';
import { Artifacts } from './artifact.tsx';
import { CellOutput } from './output.tsx';
import { Code } from './code.tsx';
import { Decision } from './decision.tsx';
import { Icon } from './icon.tsx';
import { CellNetwork } from './network.tsx';
import { useNow } from './now.ts';
import { ReleaseOutput } from './privacy.tsx';

const LANGUAGES = { python: 'Python', bash: 'Bash', javascript: 'JavaScript' } as const;
const ICONS: Readonly<Record<CellPhase, string>> = {
  writing: 'loading',
  running: 'loading',
  waiting: 'question',
  queued: 'watch',
  ok: 'pass-filled',
  error: 'error',
  interrupted: 'debug-stop',
  timeout: 'clock',
  killed: 'flame',
  dropped: 'circle-slash',
};
const COLLAPSED_LINES = 12;

const failed = (phase: CellPhase): boolean => ['error', 'timeout', 'killed'].includes(phase);
const lineCount = (code: string): number => code.trimEnd().split('\n').length;

/** Short code that went well stays open; long code that went well gives way to its outputs. */
const openByItself = (cell: CellView): boolean =>
  cell.phase !== 'ok' || lineCount(cell.code) <= COLLAPSED_LINES;

function failingLine(cell: CellView): number | null {
  const error = cell.outputs.findLast((output) => output.kind === 'error');
  return error === undefined ? null : readTraceback(error.traceback, error.ename).failingLine;
}

export function Cell({ cell }: { cell: CellView }): JSX.Element {
  /** Null: follows the cell's state; otherwise what the reader chose. */
  const [chosen, setChosen] = useState<boolean | null>(null);
  const open = chosen ?? openByItself(cell);
  const title = cell.purpose.trim() || `${LANGUAGES[cell.language]} code`;
  const place = useRef<HTMLElement>(null);
  useReveal(cell.cellId, () => {
    setChosen(true);
    place.current?.scrollIntoView({ block: 'start' });
    place.current?.focus({ preventScroll: true });
  });
  return (
    <section
      class={`cell cell-${cell.phase}`}
      ref={place}
      // Focus comes here from a figure of the answer.
      tabIndex={-1}
      aria-label={`Code cell: ${title}`}
    >
      <header class="cell-header">
        <button type="button" class="cell-toggle" aria-expanded={open} onClick={() => setChosen(!open)}>
          <Icon name={open ? 'chevron-down' : 'chevron-right'} class="cell-chevron" />
          <Phase phase={cell.phase} />
          <h3 class="cell-title">{title}</h3>
        </button>
        <div class="cell-meta">
          <span class="badge">{LANGUAGES[cell.language]}</span>
          {cell.edited && (
            <span class="badge" title="What ran is what you changed it to; the model was told">
              edited by you
            </span>
          )}
          {cell.executionCount !== null && (
            <span title="Execution count" class="cell-count">
              [{cell.executionCount}]
            </span>
          )}
          <Duration cell={cell} />
        </div>
      </header>
      {cell.phase === 'waiting' && <Decision cell={cell} title={title} />}
      {open && cell.phase !== 'waiting' && cell.code !== '' && (
        <Code code={cell.code} language={cell.language} failingLine={failingLine(cell)} />
      )}
      {cell.phase === 'dropped' && <p class="cell-note">Not run: {cell.droppedReason}</p>}
      {cell.outputs.length > 0 && (
        <div class="outputs">
          {cell.outputs.map((output) => (
            <CellOutput key={output.key} output={output} title={title} />
          ))}
        </div>
      )}
      {cell.result !== null && <ResultNotes result={cell.result} />}
      <CellNetwork cell={cell} />
      <ReleaseOutput cell={cell} />
      <Artifacts artifacts={cell.artifacts} />
    </section>
  );
}

function Phase({ phase }: { phase: CellPhase }): JSX.Element {
  const icon = ICONS[phase];
  const quiet = phase === 'ok';
  return (
    <span class={`phase phase-${phase}`}>
      {<Icon name={icon} class={icon === 'loading' ? 'codicon-modifier-spin' : ''} />}
      <span class={quiet ? 'sr-only' : 'phase-word'}>{PHASE_WORDS[phase]}</span>
    </span>
  );
}

/** Counts while the cell runs; afterwards says what the sandbox measured. */
function Duration({ cell }: { cell: CellView }): JSX.Element {
  const running = cell.phase === 'running';
  const nowMs = useNow(running);
  if (cell.result !== null) return <span class="cell-time">{formatDuration(cell.result.durationMs)}</span>;
  if (!running || cell.startedAt === null) return <></>;
  const elapsedMs = Math.max(0, nowMs - cell.startedAt);
  return (
    <span class="cell-time" aria-hidden="true">
      {elapsedMs < 1000 ? '…' : formatDuration(elapsedMs)}
    </span>
  );
}

/** What the reader must know besides the outputs. */
function ResultNotes({ result }: { result: CellResult }): JSX.Element {
  const { limits = [], packages: { installed = [], removed = [] } = {} } = result;
  const notes = [
    ...(result.status === 'timeout' && !limits.some(({ kind }) => kind === 'time')
      ? ['Stopped at the time limit.']
      : []),
    ...(result.status === 'interrupted' ? ['Stopped before it finished.'] : []),
    ...(result.status === 'killed' ? ['The process ended before the code did.'] : []),
    ...limits.map((hit) => limitNote(hit)),
    ...(result.stateLost ? ['The variables of this language are gone.'] : []),
    ...(installed.length > 0 ? [`Installed in the sandbox: ${packageWords(installed)}.`] : []),
    ...(removed.length > 0 ? [`Removed from the sandbox: ${packageWords(removed)}.`] : []),
    ...result.truncated.map(
      ({ stream, droppedBytes }) => `${formatBytes(droppedBytes)} of ${stream} were left out in the middle.`,
    ),
    ...result.refused.map(({ name, reason }) => `${name} was not kept: ${reason}`),
  ];
  const warns = failed(result.status) || result.stateLost || result.truncated.length > 0 || limits.length > 0;
  return notes.length === 0 ? (
    <></>
  ) : (
    <ul class={warns ? 'cell-notes cell-notes-warning' : 'cell-notes'}>
      {notes.map((note) => (
        <li key={note}>
          <Icon name={warns ? 'warning' : 'info'} />
          <span>{note}</span>
        </li>
      ))}
    </ul>
  );
}
