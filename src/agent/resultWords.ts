/** How a cell ended, in the words the model gets. Light: what reads images is not in here. */
import type { Artifact, CellResult, Language } from '../shared/outputs.ts';
import { formatBytes } from './text.ts';

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

export const UNCHANGED = 'written again, but NOT changed (byte for byte as before)';

/** `1.2 KB, version 3, +4 −1 lines`. Figures only. */
export function fileFacts({ bytes, version = 1, change }: Artifact): string {
  const facts = [formatBytes(bytes)];
  if (version > 1) facts.push(`version ${version}`);
  if (change !== undefined) facts.push(`+${change.added} −${change.removed} lines`);
  return facts.join(', ');
}
