/** One hunk of a proposed change: its lines, what protects it, and the decision. */
import { type JSX } from 'preact';
import { type Hunk, type ProposedChange } from '../../../src/shared/changes.ts';
import { t } from '../../../src/shared/l10n.ts';
import { Button } from '../../kit.ts';
import { DiffLines } from '../diffLines.tsx';
import { Icon } from '../icon.tsx';
import { memo } from '../memo.ts';
import { Row } from '../row.tsx';
import { decisionWords, rangeWords } from './changeWords.ts';

export interface HunkProps {
  change: ProposedChange;
  hunk: Hunk;
  busy: boolean;
  /** What went wrong here. */
  problem: string | null;
  onDecide: (hunk: Hunk, accept: boolean) => void;
}

const ICONS = { open: 'circle-outline', accepted: 'check', rejected: 'close' } as const;

export const HunkView = memo(({ change, hunk, busy, problem, onDecide }: HunkProps): JSX.Element => {
  const { decision, zone, lines, index } = hunk;
  const number = index + 1;
  const name = t`Change ${number} of ${change.hunks.length} to ${change.label}`;
  const state = decisionWords(decision);
  const range = rangeWords(change, hunk);
  const isRefused = change.state.kind === 'refused';
  return (
    <li>
      <div
        class="hunk"
        role="group"
        aria-label={`${name}, ${range}, ${state}`}
        tabIndex={-1}
        data-hunk={index}
        {...(decision === 'open' ? { 'data-open': true } : {})}
      >
        <div class="hunk-head">
          <span class="hunk-range">{range}</span>
          <span class={`hunk-state hunk-${decision}`}>
            <Icon name={ICONS[decision]} />
            {state}
          </span>
          {decision !== 'accepted' && (
            <Row class="hunk-actions" label={t`Decide on: ${name}`}>
              <Button
                icon="check"
                disabled={busy || isRefused}
                {...(zone === null
                  ? {}
                  : { title: t('It is protected: you are asked before it is written') })}
                onClick={() => onDecide(hunk, true)}
              >
                {zone === null ? t('Accept') : t('Accept…')}
              </Button>
              {decision === 'open' && (
                <Button icon="close" disabled={busy} onClick={() => onDecide(hunk, false)}>
                  {t('Reject')}
                </Button>
              )}
            </Row>
          )}
        </div>
        {zone !== null && (
          <p class="hunk-zone">
            <Icon name="shield" />
            <span>{t`Protected: ${zone}`}</span>
          </p>
        )}
        {problem !== null && (
          <p class="hunk-problem" role="alert">
            <Icon name="error" />
            <span>{problem}</span>
          </p>
        )}
        {lines.length > 0 ? (
          <DiffLines
            lines={lines}
            label={t`Lines of change ${number} to ${change.label}`}
            from={{ before: hunk.oldStart, after: hunk.newStart }}
          />
        ) : (
          <p class="file-note">
            {t('It is no text, or too large to be shown in parts. Open it in the diff editor to see it.')}
          </p>
        )}
      </div>
    </li>
  );
});
