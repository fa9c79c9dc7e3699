/** Runs of the whole notebook: all cells, all with new kernels, those that are out of date. */
import { type JSX } from 'preact';
import { view } from '../app.ts';
import { canRun, refreshStale, runAll } from '../cellActions.ts';
import { type ViewState } from '../state.ts';
import { plural } from '../format.ts';
import { IconButton } from '../kit.ts';
import { t } from '../../src/shared/l10n.ts';

/** Asked with each batch of events: the first one answers. */
function hasCells({ cells }: ViewState): boolean {
  for (const cell of cells.values()) if (!cell.deleted) return true;
  return false;
}

export function RunButtons(): JSX.Element {
  const stale = view.value.stale.size;
  const blocked = !canRun.value || !hasCells(view.value);
  return (
    <>
      <IconButton
        icon="run-all"
        label={t('Run all cells')}
        disabled={blocked}
        onClick={() => void runAll(false)}
      />
      <IconButton
        icon="debug-restart"
        label={t('Restart and run all')}
        hint={t('With new kernels: what is not made by these cells is gone.')}
        disabled={blocked}
        onClick={() => void runAll(true)}
      />
      {stale > 0 && (
        <span class="toolbar-stale">
          <IconButton
            icon="refresh"
            label={plural(stale, t('Refresh 1 cell out of date'), (n) => t`Refresh ${n} cells out of date`)}
            hint={t('Runs those whose code or names have changed since they ran.')}
            disabled={blocked}
            onClick={() => void refreshStale()}
          />
          <span class="toolbar-count" aria-hidden="true">
            {String(stale)}
          </span>
        </span>
      )}
    </>
  );
}
