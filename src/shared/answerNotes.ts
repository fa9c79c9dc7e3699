/** What the reader must know about an answer, in words: the same in the panel and on the command line. */
import { type CellStatus } from './outputs.ts';
import { languageTag, t } from './l10n.ts';

/** `The last step failed`, without the step's title; null: it went well, or has not ended. */
export function failedStepWords(ended: CellStatus | 'dropped'): string | null {
  switch (ended) {
    case 'error':
    case 'killed':
      return t('The last step failed');
    case 'timeout':
      return t('The last step ran into its time limit');
    case 'interrupted':
      return t('The last step was stopped');
    case 'dropped':
      return t('The last step was not run');
    case 'ok':
      return null;
  }
}

/** @param files at least one */
export const falseClaimsText = (files: readonly string[]): string =>
  t`This answer says that it changed ${files.join(', ')}, but no version of that was made in it.`;

/** @param count at least 1 */
export const missingFiguresText = (count: number): string =>
  count === 1
    ? t('1 figure in this answer was not found in the outputs.')
    : t`${count.toLocaleString(languageTag())} figures in this answer were not found in the outputs.`;
