/** How a cell ended, in the words the model gets. Light: what reads images is not in here. */
import type { CellResult, Language } from '../shared/outputs.ts';

export const STATUS: Record<CellResult['status'], string> = {
  ok: 'ok',
  error: 'error: the code failed',
  interrupted: 'interrupted: the user stopped it',
  timeout: 'timeout: stopped at the time limit of a cell',
  killed: 'killed: the process ended before the code did',
};

export const GONE: Record<Language, string> = {
  python: 'The Python process was replaced: its variables and imports are gone.',
  bash: 'The bash process was replaced: its variables and working directory are gone.',
  javascript: 'The Node process was replaced: its variables are gone.',
};
