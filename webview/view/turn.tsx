/** One answer: text, thinking and cells in the order they came; how it ended; the files it made. */
import { type JSX } from 'preact';
import { memo } from './memo.ts';
import { type Artifact } from '../../src/shared/outputs.ts';
import { type PanelState } from '../../src/shared/protocol.ts';
import { perform } from '../app.ts';
import { plural } from '../format.ts';
import { Button } from '../kit.ts';
import { Markdown } from '../render/markdown.tsx';
import { type CellView, type TurnPart, type TurnView, type ViewState } from '../state.ts';
import { Cell } from './cell.tsx';
import { FileEdit, OutputShown } from './fileEdit.tsx';
import { Spinner } from './icon.tsx';
import { FailureNotice, Notice } from './notice.tsx';
import { TurnReceipt } from './receipt.tsx';

const MemoCell = memo(Cell);
const MemoFileEdit = memo(FileEdit);
const MemoMarkdown = memo(Markdown);

interface TurnProps {
  turn: TurnView;
  cells: ViewState['cells'];
  panel: PanelState;
}

export function Turn({ turn, cells, panel }: TurnProps): JSX.Element {
  const own = turn.parts.flatMap((part) => (part.kind === 'cell' ? (cells.get(part.cellId) ?? []) : []));
  return (
    <div class="turn">
      <h2 class="turn-heading">{turn.modelLabel || 'Answer'}</h2>
      {turn.parts.map((part) => (
        <Part key={keyOf(part)} part={part} cells={cells} />
      ))}
      {turn.end === null && panel.turn !== 'idle' && (
        <Working cells={own} panel={panel} last={turn.parts.at(-1)} />
      )}
      {turn.end?.kind === 'stopped' && <p class="turn-end">Stopped.</p>}
      {turn.end?.kind === 'limit' && <Notice level="warning" text={turn.end.sentence} />}
      {turn.end?.kind === 'failed' && <FailureNotice failure={turn.end.failure} />}
      {turn.end !== null && <SaveAll artifacts={turn.parts.flatMap((part) => artifactsOf(part, cells))} />}
      <TurnReceipt turn={turn} />
    </div>
  );
}

function keyOf(part: TurnPart): string {
  if (part.kind === 'cell') return part.cellId;
  return `${part.kind}-${'blockId' in part ? part.blockId : part.callId}`;
}

function artifactsOf(part: TurnPart, cells: ViewState['cells']): readonly Artifact[] {
  if (part.kind === 'cell') return cells.get(part.cellId)?.artifacts ?? [];
  return part.kind === 'edit' && part.artifact !== null ? [part.artifact] : [];
}

function Part({ part, cells }: { part: TurnPart; cells: ViewState['cells'] }): JSX.Element {
  switch (part.kind) {
    case 'text':
      return <MemoMarkdown text={part.text} />;
    case 'thinking':
      return (
        <details class="thinking">
          <summary>Thinking</summary>
          <p>{part.text}</p>
        </details>
      );
    case 'cell': {
      const cell = cells.get(part.cellId);
      return cell === undefined ? <></> : <MemoCell cell={cell} />;
    }
    case 'edit':
      return <MemoFileEdit edit={part} />;
    case 'shown':
      return <OutputShown ok={part.ok} sentence={part.sentence} />;
    default:
      part satisfies never;
      return <></>;
  }
}

/** What is going on while nothing else on the page says so. */
function Working({
  cells,
  panel,
  last,
}: {
  cells: readonly CellView[];
  panel: PanelState;
  last: TurnPart | undefined;
}): JSX.Element {
  const busy = cells.some((cell) => cell.phase === 'writing' || cell.phase === 'running');
  if (panel.turn === 'stopping') return <WorkingLine text="Stopping" />;
  // The model is asked only when the sandbox stands, so until then nobody is thinking.
  if (panel.sandbox.kind === 'starting' || panel.sandbox.kind === 'waiting')
    return <WorkingLine text="Waiting for the sandbox" />;
  if (busy || last?.kind === 'text') return <></>;
  const reads = last?.kind === 'cell' || last?.kind === 'edit' || last?.kind === 'shown';
  return <WorkingLine text={reads ? 'Reading the results' : 'Thinking'} />;
}

const WorkingLine = ({ text }: { text: string }): JSX.Element => (
  <p class="working">
    <Spinner />
    <span>{text}…</span>
  </p>
);

/** The newest version of each file that the answer made. */
function SaveAll({ artifacts: made }: { artifacts: readonly Artifact[] }): JSX.Element {
  const newest = new Map(made.map((artifact) => [artifact.name, artifact]));
  const artifacts = [...newest.values()].map(({ name, sha256 }) => ({ name, sha256 }));
  if (artifacts.length < 2) return <></>;
  return (
    <div class="turn-actions">
      <Button
        icon="save-all"
        onClick={() => void perform('saveArtifacts', { artifacts })}
        title="Save every file of this answer"
      >
        Save all files
      </Button>
      <span class="muted">{plural(artifacts.length, 'file')} from this answer</span>
    </div>
  );
}
