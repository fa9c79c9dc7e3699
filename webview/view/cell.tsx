/** A cell: what it is for, how it went, its code, its outputs, its files. */
import { type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { limitNote } from '../../src/shared/limitWords.ts';
import { type CellResult } from '../../src/shared/outputs.ts';
import { packageWords } from '../../src/shared/packages.ts';
import { phaseWords } from '../announce.ts';
import { focusCell, runAndGoOn, runCell } from '../cellActions.ts';
import { closeEditor, codeOf, editedCells, editorFocus, isBusy, sendTyped, typeCode } from '../editing.ts';
import { formatBytes, formatDuration } from '../format.ts';
import { readTraceback } from '../render/traceback.ts';
import { OutputCell } from '../render/tracebackText.tsx';
import { useReveal, type WantedLine } from '../reveal.ts';
import { type CellPhase, type CellView } from '../state.ts';
import { Artifacts } from './artifact.tsx';
import { edit, onCellKey } from './cellKeys.ts';
import { CellMarks } from './cellMarks.tsx';
import { CellToolbar, LANGUAGES } from './cellToolbar.tsx';
import { CellOutput } from './output.tsx';
import { Code } from './code.tsx';
import { Decision } from './decision.tsx';
import { Editor } from './editor.tsx';
import { type IconName } from '../icons.ts';
import { Icon } from './icon.tsx';
import { CellNetwork } from './network.tsx';
import { useNow } from './now.ts';
import { ReleaseOutput } from './privacy.tsx';
import { t } from '../../src/shared/l10n.ts';

const ICONS: Readonly<Record<CellPhase, IconName>> = {
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
  new: 'circle-large-outline',
};
const COLLAPSED_LINES = 12;

const failed = (phase: CellPhase): boolean => ['error', 'timeout', 'killed'].includes(phase);
const lineCount = (code: string): number => code.trimEnd().split('\n').length;

/** Short code that went well stays open; long code that went well gives way to its outputs. */
const openByItself = (cell: CellView): boolean =>
  cell.phase !== 'ok' || cell.draft !== null || lineCount(cell.code) <= COLLAPSED_LINES;

/** Null also where what is shown is not what failed. */
function failingLine(cell: CellView): number | null {
  if (cell.again || codeOf(cell) !== cell.code) return null;
  const error = cell.outputs.findLast((output) => output.kind === 'error');
  return error === undefined ? null : readTraceback(error.traceback, error.ename).failingLine;
}

export const titleOf = (cell: CellView): string =>
  cell.purpose.trim() ||
  (cell.own ? t`Your ${LANGUAGES[cell.language]} cell` : t`${LANGUAGES[cell.language]} code`);

/** What the keys of a cell are, for who does not see its buttons. */
const keyHelp = () => t('Enter edits, Shift+Enter runs, A and B add a cell above and below.');

interface CellProps {
  cell: CellView;
  /** Why its outputs are out of date, in words; null: they are not. */
  stale: string | null;
}

export function Cell({ cell, stale }: CellProps): JSX.Element {
  /** Null: follows the cell's state; otherwise what the reader chose. */
  const [chosen, setChosen] = useState<boolean | null>(null);
  const [goTo, setGoTo] = useState<WantedLine | null>(null);
  const busy = isBusy(cell);
  const editing = editedCells.value.has(cell.cellId) && cell.phase !== 'waiting' && cell.phase !== 'writing';
  const open = editing || (chosen ?? openByItself(cell));
  const phase = cell.inRun ? 'queued' : cell.phase;
  const title = titleOf(cell);
  const code = codeOf(cell);
  const place = useRef<HTMLElement>(null);
  useReveal(cell.cellId, (line) => {
    setChosen(true);
    setGoTo(line);
    if (line !== null) return;
    place.current?.scrollIntoView({ block: 'start' });
    place.current?.focus({ preventScroll: true });
  });
  // What was typed while it ran.
  useEffect(() => {
    if (!busy) void sendTyped(cell.cellId);
  }, [busy, cell.cellId]);
  return (
    <section
      class={`cell cell-${phase}`}
      ref={place}
      data-cell={cell.cellId}
      // Focus comes here from a figure of the answer, too.
      tabIndex={0}
      aria-label={t`Code cell: ${title}`}
      aria-description={keyHelp()}
      onKeyDown={(event) => onCellKey(event, cell)}
      onDblClick={(event) => {
        if (editing || !(event.target instanceof Element) || event.target.closest('.code pre') === null)
          return;
        getSelection()?.removeAllRanges();
        edit(cell);
      }}
    >
      <header class="cell-header">
        <button type="button" class="cell-toggle" aria-expanded={open} onClick={() => setChosen(!open)}>
          <Icon name={open ? 'chevron-down' : 'chevron-right'} class="cell-chevron" />
          <Phase phase={phase} />
          <h3 class="cell-title">{title}</h3>
        </button>
        <div class="cell-meta">
          <span class="badge">{LANGUAGES[cell.language]}</span>
          {cell.edited && (
            <span class="badge" title={t('What ran is what you changed it to; the model was told')}>
              {t('edited by you')}
            </span>
          )}
          {cell.executionCount !== null && (
            <span title={t('Execution count')} class="cell-count">
              [{cell.executionCount}]
            </span>
          )}
          <Duration cell={cell} />
        </div>
        {cell.phase !== 'writing' && cell.phase !== 'waiting' && (
          <CellToolbar cell={cell} title={title} editing={editing} />
        )}
      </header>
      {cell.phase === 'waiting' && <Decision cell={cell} title={title} />}
      <CellMarks cell={cell} stale={stale} />
      {editing && (
        <Editor
          code={code}
          language={cell.language}
          label={t`Code of: ${title}`}
          focus={editorFocus.value === cell.cellId}
          onFocused={() => (editorFocus.value = null)}
          goTo={goTo}
          onChange={(next) => typeCode(cell.cellId, next)}
          onBlur={() => void sendTyped(cell.cellId)}
          onRun={(goOn) => (goOn ? runAndGoOn(cell.cellId) : void runCell(cell.cellId))}
          onLeave={() => {
            closeEditor(cell.cellId);
            focusCell(cell.cellId);
          }}
        />
      )}
      {open && !editing && cell.phase !== 'waiting' && code !== '' && (
        <Code code={code} language={cell.language} failingLine={failingLine(cell)} goTo={goTo} />
      )}
      {cell.phase === 'dropped' && <p class="cell-note">{t`Not run: ${cell.droppedReason ?? ''}`}</p>}
      {cell.outputs.length > 0 && (
        <OutputCell.Provider value={cell.cellId}>
          <div class="outputs">
            {cell.outputs.map((output) => (
              <CellOutput key={output.key} output={output} title={title} />
            ))}
          </div>
        </OutputCell.Provider>
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
      <span class={quiet ? 'sr-only' : 'phase-word'}>{phaseWords()[phase]}</span>
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
      ? [t('Stopped at the time limit.')]
      : []),
    ...(result.status === 'interrupted' ? [t('Stopped before it finished.')] : []),
    ...(result.status === 'killed' ? [t('The process ended before the code did.')] : []),
    ...limits.map((hit) => limitNote(hit)),
    ...(result.stateLost ? [t('The variables of this language are gone.')] : []),
    ...(installed.length > 0 ? [t`Installed in the sandbox: ${packageWords(installed).local}.`] : []),
    ...(removed.length > 0 ? [t`Removed from the sandbox: ${packageWords(removed).local}.`] : []),
    ...result.truncated.map(
      ({ stream, droppedBytes }) => t`${formatBytes(droppedBytes)} of ${stream} were left out in the middle.`,
    ),
    ...result.refused.map(({ name, reason }) => t`${name} was not kept: ${reason}`),
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
