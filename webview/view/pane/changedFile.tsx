/** A file with a proposed change: its hunks, each decided by itself, and what can be done with all of them. */
import { type JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Hunk, type ProposedChange } from '../../../src/shared/changes.ts';
import { t } from '../../../src/shared/l10n.ts';
import { dispatch, perform } from '../../app.ts';
import { listChanges, openHunks, openOf } from '../../changes.ts';
import { plural } from '../../format.ts';
import { Button, IconButton } from '../../kit.ts';
import { wantedChange } from '../../panes.ts';
import { caller } from '../../rpcClient.ts';
import { fileIcon } from '../fileChip.tsx';
import { Icon, Spinner } from '../icon.tsx';
import { Row } from '../row.tsx';
import { goOn } from './changeFocus.ts';
import { doneWords, sizeWords, stateWords } from './changeWords.ts';
import { HunkView } from './hunk.tsx';
import { useMore } from './more.tsx';

/** Drawn at once; the others when the reader comes near. */
const HUNKS_DRAWN = 30;

interface Problem {
  /** Null: of the file. */
  hunk: number | null;
  sentence: string;
}

interface ChangedFileProps {
  change: ProposedChange;
  /** When it is seen first. */
  expanded: boolean;
}

export function ChangedFile({ change, expanded }: ChangedFileProps): JSX.Element {
  const { containerPath, label, state, sha256 } = change;
  const [open, setOpen] = useState(expanded);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const place = useRef<HTMLLIElement>(null);
  /** What had the keyboard when it was decided: from there it goes on. */
  const decidedAt = useRef<HTMLElement | null>(null);
  const toggle = (): HTMLElement | null => place.current?.querySelector('.file-toggle') ?? null;

  const wanted = wantedChange.value === containerPath;
  useEffect(() => {
    if (!wanted) return;
    wantedChange.value = null;
    setOpen(true);
    toggle()?.focus();
  }, [wanted]);

  useEffect(() => {
    if (busy || decidedAt.current === null) return;
    goOn(decidedAt.current, toggle());
    decidedAt.current = null;
  }, [busy]);

  /** `done`: what is said then; `ask` answers false when the user said no. */
  const act = useCallback(
    async (hunk: number | null, ask: () => Promise<boolean>, done: () => string): Promise<void> => {
      const at =
        hunk === null
          ? toggle()
          : (place.current?.querySelector<HTMLElement>(`[data-hunk="${String(hunk)}"]`) ?? null);
      // A button that is switched off loses the keyboard.
      at?.focus({ preventScroll: true });
      setBusy(true);
      setProblem(null);
      try {
        const isDone = await ask();
        await listChanges();
        decidedAt.current = isDone ? at : null;
        dispatch({ type: 'said', sentence: isDone ? done() : t('Nothing was changed') });
      } catch (error) {
        setOpen(true);
        setProblem({ hunk, sentence: error instanceof Error ? error.message : String(error) });
        // Something has changed that was not known here, as a rule.
        await listChanges();
      }
      setBusy(false);
    },
    [],
  );

  const decide = (hunk: Hunk | null, accept: boolean): void =>
    void act(
      hunk?.index ?? null,
      async () => {
        const hunks = hunk === null ? null : [hunk.index];
        return (await caller.call('decideChange', { containerPath, sha256, hunks, accept })).done;
      },
      () => doneWords(accept, hunk === null ? null : hunk.index + 1, label, openHunks.value),
    );
  const decideHunk = useCallback(
    (hunk: Hunk, accept: boolean) => decide(hunk, accept),
    [containerPath, sha256],
  );
  const undo = (): void =>
    void act(
      null,
      async () => (await caller.call('undoChange', { containerPath })).undone,
      () => t`${label} is as it was before you accepted`,
    );
  const openDiff = (): void => void perform('openChange', { containerPath, sha256 });

  return (
    <li class="file" ref={place} aria-busy={busy}>
      <div class="file-line">
        <button
          type="button"
          class="file-toggle"
          aria-expanded={open}
          title={label}
          onClick={() => setOpen(!open)}
          {...(wanted ? { 'data-autofocus': true } : {})}
          {...(openOf(change).length > 0 ? { 'data-open': true } : {})}
        >
          <Icon name={open ? 'chevron-down' : 'chevron-right'} />
          {busy ? <Spinner /> : <Icon name={fileIcon(label)} />}
          <span class="file-name">{label}</span>
          <span class="file-facts">
            {sizeWords(change)} · {stateWords(change)}
          </span>
        </button>
        <Row class="file-actions" label={t`Actions for ${label}`}>
          <IconButton
            icon="diff"
            label={t`Open ${label} in the diff editor`}
            disabled={busy}
            onClick={openDiff}
          />
          {change.canUndo && (
            <IconButton
              icon="discard"
              label={t`Undo what was accepted in ${label}`}
              hint={t('The file becomes what it was before you accepted last.')}
              disabled={busy}
              onClick={undo}
            />
          )}
        </Row>
      </div>
      {open && (
        <>
          <DecideAll change={change} busy={busy} onDecide={(accept) => decide(null, accept)} />
          {state.kind === 'refused' && (
            <p class="hunk-problem">
              <Icon name="warning" />
              <span>{state.sentence}</span>
            </p>
          )}
          {problem !== null && isOfFile(problem, change) && (
            <p class="hunk-problem" role="alert">
              <Icon name="error" />
              <span>{problem.sentence}</span>
            </p>
          )}
          {change.changedMeanwhile && (
            <p class="file-note">
              {t(
                'Your file has changed since. What you accept is put into it as it is now; your own changes stay.',
              )}
            </p>
          )}
          {change.kind === 'new' && <p class="file-note">{t('There is no such file yet.')}</p>}
          {state.kind === 'same' ? (
            <p class="file-note">{t('Your file has this content already.')}</p>
          ) : (
            <Hunks change={change} busy={busy} problem={problem} onDecide={decideHunk} />
          )}
        </>
      )}
    </li>
  );
}

/** Of the file, or of a hunk that is not there any more. */
const isOfFile = ({ hunk }: Problem, { hunks }: ProposedChange): boolean =>
  hunk === null || !hunks.some(({ index }) => index === hunk);

interface HunksProps {
  change: ProposedChange;
  busy: boolean;
  problem: Problem | null;
  onDecide: (hunk: Hunk, accept: boolean) => void;
}

function Hunks({ change, busy, problem, onDecide }: HunksProps): JSX.Element {
  const { hunks, label } = change;
  const { shown, more } = useMore(hunks, HUNKS_DRAWN, (n) =>
    plural(n, t('Show 1 more change'), (figure) => t`Show ${figure} more changes`),
  );
  return (
    <>
      <ol class="hunks" aria-label={t`Changes to ${label}`}>
        {shown.map((hunk) => (
          <HunkView
            key={hunk.index}
            change={change}
            hunk={hunk}
            busy={busy}
            problem={problem?.hunk === hunk.index ? problem.sentence : null}
            onDecide={onDecide}
          />
        ))}
      </ol>
      {more}
    </>
  );
}

interface DecideAllProps {
  change: ProposedChange;
  busy: boolean;
  onDecide: (accept: boolean) => void;
}

/** Where it is more than pressing the one button. */
function DecideAll({ change, busy, onDecide }: DecideAllProps): JSX.Element {
  const { label, state } = change;
  const open = openOf(change);
  if (open.length < 2) return <></>;
  const guarded = open.filter(({ zone }) => zone !== null).length;
  return (
    <Row class="change-actions" label={t`All changes to ${label}`}>
      {guarded < open.length && (
        <Button
          icon="check"
          appearance="primary"
          disabled={busy || state.kind === 'refused'}
          onClick={() => onDecide(true)}
        >
          {guarded === 0
            ? t('Accept all')
            : plural(
                guarded,
                t('Accept all without the 1 protected'),
                (n) => t`Accept all without the ${n} protected`,
              )}
        </Button>
      )}
      <Button icon="close" disabled={busy} onClick={() => onDecide(false)}>
        {t('Reject all')}
      </Button>
    </Row>
  );
}
