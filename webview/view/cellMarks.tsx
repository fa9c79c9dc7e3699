/** What a cell shows is not what its code would give now: why, and one click to mend it. */
import { type ComponentChild, type JSX } from 'preact';
import { canRun, revertCell, runCell } from '../cellActions.ts';
import { isBusy } from '../editing.ts';
import { type CellView } from '../state.ts';
import { Icon } from './icon.tsx';
import { t } from '../../src/shared/l10n.ts';

/** Names of code stand between backticks. */
const withNames = (words: string): ComponentChild[] =>
  words.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));

/** Of code that is none, nothing has run. */
const NO_CODE = /^(SyntaxError|IndentationError|TabError)$/;
const mayHaveChanged = ({ unread, outputs }: CellView): boolean =>
  unread === true && !outputs.some((output) => output.kind === 'error' && NO_CODE.test(output.ename));

const Unread = (): JSX.Element => (
  <p class="cell-mark cell-unread">
    <Icon name="info" />
    <span>{t('What this cell changes could not be read; later cells are not marked.')}</span>
  </p>
);

interface CellMarksProps {
  cell: CellView;
  /** Null: it is up to date. */
  stale: string | null;
}

export function CellMarks({ cell, stale }: CellMarksProps): JSX.Element {
  const edited = cell.draft !== null;
  if (isBusy(cell)) return <></>;
  if (!edited && stale === null) return mayHaveChanged(cell) ? <Unread /> : <></>;
  return (
    <p class="cell-mark">
      <Icon name={edited ? 'edit' : 'history'} />
      <span>{edited ? t('Edited, not run') : withNames(stale ?? '')}</span>
      <button
        type="button"
        class="link"
        aria-disabled={!canRun.value}
        title={edited ? t('Run it as it is now') : t('Run this cell again')}
        onClick={() => void runCell(cell.cellId)}
      >
        {edited ? t('Run') : t('Refresh')}
      </button>
      {edited && (
        <button
          type="button"
          class="link"
          title={cell.result === null ? t('Back to the code as written') : t('Back to the code that ran')}
          onClick={() => void revertCell(cell)}
        >
          {t('Revert')}
        </button>
      )}
    </p>
  );
}
