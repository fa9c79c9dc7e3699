/** What is asked before a file is written. */
import * as vscode from 'vscode';
import { formatBytes } from '../agent/text.ts';
import type { Existing } from './targetFolder.ts';

const day = (ms: number): string => new Date(ms).toLocaleString();

/** Both files in two lines: what is there, and what would replace it. */
export function factsOf(
  name: string,
  fresh: { bytes: number; changedAt: number },
  there: Existing | null,
): { name: string; facts: string } {
  const made = `New: ${formatBytes(fresh.bytes)}, made ${day(fresh.changedAt)}`;
  if (there === null) return { name, facts: made };
  const now =
    there.kind === 'link'
      ? `There: a link, changed ${day(there.changedAt)}`
      : `There: ${formatBytes(there.bytes)}, changed ${day(there.changedAt)}`;
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
      ? `"${first?.name ?? ''}" is there already.`
      : `${conflicts.length} of the files are there already.`;
  const detail =
    conflicts.length === 1
      ? (first?.facts ?? '')
      : listed(conflicts.map(({ name, facts }) => `${name}\n${facts}`));
  const buttons = files === 'one' ? ['Replace'] : ['Keep Both', 'Replace', 'Skip'];
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, ...buttons);
  if (answer === undefined) return null;
  return answer === 'Replace' ? 'replace' : answer === 'Keep Both' ? 'keep' : 'skip';
}

export async function confirmPlace(message: string, detail: string): Promise<boolean> {
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, 'Save Anyway');
  return answer === 'Save Anyway';
}

const SHOWN = 6;

function listed(entries: string[]): string {
  const more = entries.length - SHOWN;
  return entries.slice(0, SHOWN).join('\n\n') + (more > 0 ? `\n\nand ${more} more` : '');
}
