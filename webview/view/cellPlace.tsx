/** Where a cell stands: the cell with room for another one below it, or the quiet line of one that was deleted. */
import { type JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { insertBelow, isTrusted, justDeleted, restoreCell } from '../cellActions.ts';
import { type CellView, type ViewState } from '../state.ts';
import { Cell, titleOf } from './cell.tsx';
import { LANGUAGE_NAMES, LANGUAGES } from './cellToolbar.tsx';
import { Icon } from './icon.tsx';
import { memo } from './memo.ts';
import { t } from '../../src/shared/l10n.ts';

const MemoCell = memo(Cell);

interface CellPlaceProps {
  cellId: string;
  state: Pick<ViewState, 'cells' | 'stale'>;
}

export function CellPlace({ cellId, state }: CellPlaceProps): JSX.Element {
  const cell = state.cells.get(cellId);
  if (cell === undefined) return <></>;
  if (cell.deleted) return <DeletedCell cell={cell} />;
  return (
    <div class="cell-place">
      <MemoCell cell={cell} stale={state.stale.get(cellId) ?? null} />
      {isTrusted.value && (
        <div class="cell-gap">
          <button
            type="button"
            class="insert"
            title={t`Add a ${LANGUAGES[cell.language]} cell here`}
            aria-label={t`Add a ${LANGUAGES[cell.language]} code cell here`}
            onClick={() => void insertBelow(cellId, cell.language)}
          >
            <Icon name="add" />
            {t('Code')}
          </button>
        </div>
      )}
    </div>
  );
}

function DeletedCell({ cell }: { cell: CellView }): JSX.Element {
  const undo = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (justDeleted.value !== cell.cellId) return;
    justDeleted.value = null;
    undo.current?.focus();
  }, [cell.cellId]);
  return (
    <p class="cell-deleted">
      <Icon name="trash" />
      <span>{t`Cell deleted: ${titleOf(cell)}`}</span>
      <button type="button" class="link" ref={undo} onClick={() => void restoreCell(cell.cellId)}>
        {t('Undo')}
      </button>
    </p>
  );
}

/** Where the session ends: a cell of the user's own. */
export function InsertAtEnd(): JSX.Element {
  if (!isTrusted.value) return <></>;
  return (
    <div class="insert-end" role="group" aria-label={t('Add a cell')}>
      {LANGUAGE_NAMES.map((language) => (
        <button
          key={language}
          type="button"
          class="insert"
          title={t`Add a ${LANGUAGES[language]} cell of your own`}
          onClick={() => void insertBelow(null, language)}
        >
          <Icon name="add" />
          {LANGUAGES[language]}
        </button>
      ))}
    </div>
  );
}
