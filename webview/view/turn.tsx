/** One answer: text, thinking and cells in the order they came; how it ended; the files it made. */
import { Fragment, type JSX } from 'preact';
import { memo } from './memo.ts';
import { type Artifact } from '../../src/shared/outputs.ts';
import { type PanelState } from '../../src/shared/protocol.ts';
import { perform } from '../app.ts';
import { formatCount } from '../format.ts';
import { Button } from '../kit.ts';
import { failedLastStep } from '../lastStep.ts';
import { Markdown } from '../render/markdown.tsx';
import { type CellView, type TurnPart, type TurnView, type ViewState } from '../state.ts';
import { FailedStepNote, FalseClaims, MissingFigures } from './answerMarks.tsx';
import { CellPlace } from './cellPlace.tsx';
import { FileEdit, OutputShown } from './fileEdit.tsx';
import { Spinner } from './icon.tsx';
import { later } from './later.tsx';
import { FailureNotice, Notice } from './notice.tsx';
import { OpaquePart } from './opaque.tsx';
import { TurnReceipt } from './receipt.tsx';
import { Thinking, WaitLine } from './thinking.tsx';
import { t } from '../../src/shared/l10n.ts';

const ProfileCard = later(async () => (await import('./profileCard.tsx')).ProfileCard);
const MemoFileEdit = memo(FileEdit);
const MemoMarkdown = memo(Markdown);
const MemoThinking = memo(Thinking);

interface TurnProps {
  turn: TurnView;
  state: Pick<ViewState, 'cells' | 'stale'>;
  panel: PanelState;
  /** Nothing was asked after it. */
  newest: boolean;
}

export function Turn({ turn, state, panel, newest }: TurnProps): JSX.Element {
  const { cells } = state;
  const own = turn.parts.flatMap((part) => (part.kind === 'cell' ? (cells.get(part.cellId) ?? []) : []));
  const failedStep = failedLastStep(turn, cells);
  return (
    <div class="turn">
      <h2 class="turn-heading">{turn.modelLabel || t('Answer')}</h2>
      {turn.parts.map((part) => (
        <Fragment key={keyOf(part)}>
          {part === failedStep?.answer && <FailedStepNote step={failedStep} />}
          <Part part={part} state={state} />
        </Fragment>
      ))}
      {turn.end === null && panel.turn !== 'idle' && <Working cells={own} panel={panel} turn={turn} />}
      {newest && turn.plan && turn.end?.kind === 'finished' && panel.turn === 'idle' && <RunPlan />}
      {turn.end?.kind === 'stopped' && <p class="turn-end">{t('Stopped.')}</p>}
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
  if (part.kind === 'cell') {
    const cell = cells.get(part.cellId);
    return cell === undefined || cell.deleted ? [] : cell.artifacts;
  }
  return part.kind === 'edit' && part.artifact !== null ? [part.artifact] : [];
}

function Part({ part, state }: { part: TurnPart; state: TurnProps['state'] }): JSX.Element {
  switch (part.kind) {
    case 'text':
      return (
        <>
          <MemoMarkdown text={part.text} numbers={part.numbers} />
          {part.claims !== undefined && <FalseClaims files={part.claims} />}
          {part.numbers !== undefined && <MissingFigures numbers={part.numbers} />}
        </>
      );
    case 'profile':
      return <ProfileCard files={part.files} withheld={part.withheld} />;
    case 'thinking':
      return <MemoThinking part={part} />;
    case 'cell':
      return <CellPlace cellId={part.cellId} state={state} />;
    case 'opaque':
      return <OpaquePart part={part} />;
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
  turn,
}: {
  cells: readonly CellView[];
  panel: PanelState;
  turn: TurnView;
}): JSX.Element {
  const last = turn.parts.at(-1);
  const busy = cells.some((cell) => ['writing', 'waiting', 'running'].includes(cell.phase));
  if (panel.turn === 'stopping') return <WorkingLine text={t('Stopping')} />;
  if (turn.wait !== null) return <WaitLine wait={turn.wait} />;
  // The model is asked only when the sandbox stands, so until then nobody is thinking.
  if (panel.sandbox.kind === 'starting' || panel.sandbox.kind === 'waiting')
    return <WorkingLine text={t('Waiting for the sandbox')} />;
  if (busy || last?.kind === 'text' || last?.kind === 'thinking') return <></>;
  // Before its first word: the files of the question are being read.
  if (panel.sandbox.kind === 'busy') return <WorkingLine text={panel.sandbox.detail} />;
  const reads = last?.kind === 'cell' || last?.kind === 'edit' || last?.kind === 'shown';
  return <WorkingLine text={reads ? t('Reading the results') : t('Thinking')} />;
}

/** Back to the mode before, and on with it. */
const RunPlan = (): JSX.Element => (
  <div class="turn-actions">
    <Button
      appearance="primary"
      icon="play"
      title={t('Leaves the mode Plan first and lets the model go ahead')}
      onClick={() => void perform('runPlan', {})}
    >
      {t('Run this plan')}
    </Button>
  </div>
);

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
        title={t('Save every file of this answer')}
      >
        {t('Save all files')}
      </Button>
      <span class="muted">{t`${formatCount(artifacts.length)} files from this answer`}</span>
    </div>
  );
}
