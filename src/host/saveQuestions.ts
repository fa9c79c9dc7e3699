/** What is asked before a file is written. */
import * as vscode from 'vscode';
import { formatBytes } from '../agent/text.ts';
import type { Existing } from './targetFolder.ts';
import { languageTag, t } from '../shared/l10n.ts';

const day = (ms: number): string => new Date(ms).toLocaleString(languageTag());

/** Both files in two lines: what is there, and what would replace it. */
export function factsOf(
  name: string,
  fresh: { bytes: number; changedAt: number },
  there: Existing | null,
): { name: string; facts: string } {
  const made = t`New: ${formatBytes(fresh.bytes)}, made ${day(fresh.changedAt)}`;
  if (there === null) return { name, facts: made };
  const now =
    there.kind === 'link'
      ? t`There: a link, changed ${day(there.changedAt)}`
      : t`There: ${formatBytes(there.bytes)}, changed ${day(there.changedAt)}`;
  return { name, facts: `${now}\n${made}` };
}

/** @param files `one`: the user chose the name himself, and can choose another. */
export async function askConflicts(
  conflicts: readonly { name: string; facts: string }[],
  files: 'one' | 'many' = 'many',
): Promise<'replace' | 'keep' | 'skip' | null> {
  const [first] = conflicts;
  const message =
    conflicts.length === 1
      ? t`"${first?.name ?? ''}" is there already.`
      : t`${conflicts.length} of the files are there already.`;
  const detail =
    conflicts.length === 1
      ? (first?.facts ?? '')
      : listed(conflicts.map(({ name, facts }) => `${name}\n${facts}`));
  const replace = t('Replace');
  const both = t('Keep Both');
  const buttons = files === 'one' ? [replace] : [both, replace, t('Skip')];
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, ...buttons);
  if (answer === undefined) return null;
  return answer === replace ? 'replace' : answer === both ? 'keep' : 'skip';
}

export async function confirmPlace(message: string, detail: string): Promise<boolean> {
  const save = t('Save Anyway');
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, save);
  return answer === save;
}

const SHOWN = 6;

function listed(entries: string[]): string {
  const more = entries.length - SHOWN;
  return entries.slice(0, SHOWN).join('\n\n') + (more > 0 ? `\n\n${t`and ${more} more`}` : '');
}
