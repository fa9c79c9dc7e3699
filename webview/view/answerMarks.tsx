/** What the reader must know about an answer: it follows a failed step, or has figures that no output has. */
import { type JSX } from 'preact';
import { falseClaimsText, missingFiguresText } from '../../src/shared/answerNotes.ts';
import { type CheckedNumber } from '../../src/shared/events.ts';
import { type FailedStep } from '../lastStep.ts';
import { revealCell } from '../reveal.ts';
import { Icon } from './icon.tsx';
import { t } from '../../src/shared/l10n.ts';

export function FailedStepNote({ step: { cell, words } }: { step: FailedStep }): JSX.Element {
  return (
    <p class="answer-note answer-note-failed">
      <Icon name="warning" />
      <span>
        <span class="sr-only">{t('Warning:')} </span>
        {words}:{' '}
        <button type="button" class="link" onClick={() => revealCell(cell.cellId)}>
          {cell.purpose.trim() || t('show it')}
        </button>
      </span>
    </p>
  );
}

export function FalseClaims({ files }: { files: readonly string[] }): JSX.Element {
  return (
    <p class="answer-note answer-note-false">
      <Icon name="warning" />
      <span>
        <span class="sr-only">{t('Warning:')} </span>
        {falseClaimsText(files)}
      </span>
    </p>
  );
}

export function MissingFigures({ numbers }: { numbers: readonly CheckedNumber[] }): JSX.Element {
  const count = numbers.filter(({ cellId }) => cellId === null).length;
  if (count === 0) return <></>;
  return (
    <p class="answer-note">
      <Icon name="question" />
      <span>{missingFiguresText(count)}</span>
    </p>
  );
}
