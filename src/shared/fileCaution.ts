/** What a file made by code may do to the program that opens it. Said beside its name; nothing is changed in it. */
import { t } from './l10n.ts';

export type FileCaution = 'formulas' | 'macros' | 'program';

const MACROS = /\.(xlsm|xlsb|xltm|xlam|xls|docm|dotm|doc|pptm|potm|ppam|ppt)$/i;
/** What runs at a double click. */
const PROGRAMS =
  /\.(exe|com|scr|bat|cmd|ps1|vbs|vbe|jse|wsf|hta|lnk|url|desktop|command|app|jar|msi|msix|reg|dll|vsix|code-workspace)$/i;

/** From the name alone. */
export const cautionOfName = (name: string): FileCaution | null =>
  MACROS.test(name) ? 'macros' : PROGRAMS.test(name) ? 'program' : null;

/** Tables as text, which a spreadsheet opens by itself. */
export const isDelimitedText = (name: string): boolean => /\.(csv|tsv|tab|psv)$/i.test(name);

/**
 * A cell that a spreadsheet takes for a formula: `=…`, `@NAME(…)`, and `+…` or `-…` that are no numbers but hold a
 * call, a reference to another sheet or a command (`-2+3+cmd|' /C calc'!A0`).
 */
const FORMULA =
  /(?:^|[\n\r,;\t|])[ ]{0,8}"?[ \t]{0,8}(?:=[^\s,;"|]|@[a-z_]+\(|[+-][^\n\r,;\t"]*(?:[a-z_]\(|!|[a-z]\|))/i;

export const hasFormulas = (text: string): boolean => FORMULA.test(text.replace(/^\ufeff/, ''));

export function cautionWords(caution: FileCaution): { label: string; sentence: string } {
  switch (caution) {
    case 'formulas':
      return {
        label: t('contains formulas'),
        sentence: t('Some of its cells begin like formulas: a spreadsheet program may run them.'),
      };
    case 'macros':
      return { label: t('may hold macros'), sentence: t('Files of this kind can hold macros.') };
    case 'program':
      return {
        label: t('can run code'),
        sentence: t('Files of this kind can run code when they are opened.'),
      };
  }
}
