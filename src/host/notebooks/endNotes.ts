/** What the reader of a notebook must know of a cell's end besides its outputs. No VS Code in here. */
import { limitNote } from '../../shared/limitWords.ts';
import type { CellResult, RefusedFile } from '../../shared/outputs.ts';
import { t } from '../../shared/l10n.ts';

/** @param hasError the code's own error is among the outputs */
export function endNotes(result: CellResult, refused: readonly RefusedFile[], hasError: boolean): string[] {
  const { status, limits = [], truncated, stateLost } = result;
  return [
    ...(status === 'interrupted' && !hasError ? [t('The cell was stopped.')] : []),
    ...(status === 'timeout' && limits.length === 0
      ? [t('The cell reached its time limit and was stopped.')]
      : []),
    ...(status === 'killed' ? [t('The kernel ended before the cell did.')] : []),
    ...limits.map((hit) => limitNote(hit)),
    ...(stateLost ? [t('The variables of this language are gone.')] : []),
    ...truncated.map(({ stream, droppedBytes }) => t`${droppedBytes} bytes of ${stream} were left out.`),
    ...refused.map(({ name, reason }) => t`${name} was not kept: ${reason}.`),
  ];
}
