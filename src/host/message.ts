/** Messages: questions, and failures as a sentence with the button of its remedy. The panel's own failures are shown in the panel. */
import * as vscode from 'vscode';
import type { Failure } from '../failures.ts';
import { openLink } from './openLink.ts';
import { t } from '../shared/l10n.ts';

/** What the button says, by the remedy's command. */
const labels = (): Record<string, string> => ({
  'codeInterpreter.checkSetup': t('Check Setup'),
  'codeInterpreter.showLog': t('Show Log'),
  'codeInterpreter.setApiKey': t('Set API Key'),
  'codeInterpreter.openSettings': t('Open Settings'),
  'codeInterpreter.trySample': t('Try with Sample Data'),
  'codeInterpreter.stop': t('Stop'),
  'codeInterpreter.newSession': t('New Session'),
  'codeInterpreter.restartSandbox': t('Restart Sandbox'),
  'workbench.trust.manage': t('Manage Trust'),
});

export async function showFailure(failure: Failure): Promise<void> {
  const { sentence, remedy } = failure.shown;
  const text = remedy === null ? sentence : `${sentence} ${remedy.text}`;
  const command = remedy?.command;
  const url = remedy?.url;
  const commandLabel = command === undefined ? null : (labels()[command] ?? t('Do It'));
  const buttons = [
    ...(commandLabel === null ? [] : [commandLabel]),
    ...(url === undefined ? [] : [t('Open Page')]),
  ];
  const answer = await vscode.window.showErrorMessage(text, ...buttons);
  if (answer === undefined) return;
  if (answer === commandLabel && command !== undefined) await vscode.commands.executeCommand(command);
  else if (url !== undefined) await openLink(url);
}

/** Asked before a conversation is put aside. @param reason one or two sentences. */
export async function confirmNewSession(reason: string): Promise<boolean> {
  const start = t('New Session');
  const answer = await vscode.window.showInformationMessage(
    t('Start a new session?'),
    { modal: true, detail: t`${reason} The present conversation stays on disk; its variables are gone.` },
    start,
  );
  return answer === start;
}

/** Asked before files outside the open folders are given to a sandbox, read-only. @param paths on this machine */
export async function confirmOutside(paths: readonly string[]): Promise<boolean> {
  const attach = t('Attach');
  const answer = await vscode.window.showInformationMessage(
    paths.length === 1 ? t('Let the sandbox read this file?') : t('Let the sandbox read these files?'),
    {
      modal: true,
      detail: t`Outside the open folders: ${paths.slice(0, 10).join(', ')}${paths.length > 10 ? ' …' : ''}`,
    },
    attach,
  );
  return answer === attach;
}

/** Asked before an API key that was entered for one host goes to another. */
export async function confirmKeyMove(fromHost: string, toHost: string): Promise<boolean> {
  const send = t`Send It to ${toHost}`;
  const answer = await vscode.window.showWarningMessage(
    t`Send your API key to ${toHost}?`,
    {
      modal: true,
      detail: t`The key was entered for ${fromHost}. The setting codeInterpreter.apiBaseUrl now names ${toHost}, which would get the key, your questions, your code and its results. Without the key the built-in analyst answers.`,
    },
    send,
  );
  return answer === send;
}
