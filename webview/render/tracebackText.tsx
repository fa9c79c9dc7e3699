/** A traceback whose lines lead to where they point: a cell's line, or a file of the workspace in an editor. */
import { createContext, type JSX } from 'preact';
import { useContext, useMemo } from 'preact/hooks';
import { perform, view } from '../app.ts';
import { revealCell } from '../reveal.ts';
import { type CellView, type ViewState } from '../state.ts';
import { parseAnsi, type AnsiRun } from './ansi.ts';
import { frameOf, runsByLine, splitRuns, type Frame } from './frameLines.ts';
import { Runs } from './text.tsx';
import { t } from '../../src/shared/l10n.ts';

/** The cell whose output is drawn; null outside of cells. */
export const OutputCell = createContext<string | null>(null);

/** The newest run with this count, not after that of the cell that failed: a restart begins to count anew. */
export function cellOfCount(cells: ViewState['cells'], count: number, failedId: string): CellView | null {
  const failed = cells.get(failedId);
  if (failed === undefined) return null;
  const [newest = null] = [...cells.values()]
    .filter(
      (cell) =>
        cell.executionCount === count &&
        cell.language === failed.language &&
        !cell.deleted &&
        (cell.startedAt ?? 0) <= (failed.startedAt ?? 0),
    )
    .sort((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0));
  return newest;
}

export function TracebackText({ text }: { text: string }): JSX.Element {
  const lines = useMemo(() => runsByLine(parseAnsi(text)), [text]);
  return (
    <>
      {lines.map((runs, index) => (
        <Line key={index} runs={runs} last={index === lines.length - 1} />
      ))}
    </>
  );
}

function Line({ runs, last }: { runs: readonly AnsiRun[]; last: boolean }): JSX.Element {
  const found = frameOf(runs.map((run) => run.text).join(''));
  const end = last ? '' : '\n';
  if (found === null) {
    return (
      <>
        <Runs runs={runs} />
        {end}
      </>
    );
  }
  const [head, tail] = splitRuns(runs, found.end);
  return (
    <>
      <FrameLink frame={found.frame} runs={head} />
      <Runs runs={tail} />
      {end}
    </>
  );
}

function FrameLink({ frame, runs }: { frame: Frame; runs: readonly AnsiRun[] }): JSX.Element {
  const failedId = useContext(OutputCell);
  const text = <Runs runs={runs} />;
  if (frame.kind === 'file') {
    const { containerPath, line } = frame;
    return (
      <button
        type="button"
        class="frame-link"
        title={t`Open ${containerPath} at line ${String(line)}`}
        onClick={() => void perform('openWorkspaceFile', { containerPath, line })}
      >
        {text}
      </button>
    );
  }
  const cell = failedId === null ? null : cellOfCount(view.peek().cells, frame.count, failedId);
  if (cell === null) return text;
  return (
    <button
      type="button"
      class="frame-link"
      title={t`Go to line ${String(frame.line)} of this cell`}
      onClick={() => revealCell(cell.cellId, frame.line)}
    >
      {text}
    </button>
  );
}
