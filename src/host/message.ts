/** Messages: questions, and failures as a sentence with the button of its remedy. The panel's own failures are shown in the panel. */
import * as vscode from 'vscode';
import type { Failure } from '../failures.ts';
import { openLink } from './openLink.ts';

/** What the button says, by the remedy's command. */
const LABELS: Record<string, string> = {
  'codeInterpreter.checkSetup': 'Check Setup',
  'codeInterpreter.showLog': 'Show Log',
  'codeInterpreter.setApiKey': 'Set API Key',
  'codeInterpreter.openSettings': 'Open Settings',
  'codeInterpreter.trySample': 'Try with Sample Data',
  'codeInterpreter.stop': 'Stop',
  'codeInterpreter.newSession': 'New Session',
  'codeInterpreter.restartSandbox': 'Restart Sandbox',
  'workbench.trust.manage': 'Manage Trust',
};

export async function showFailure(failure: Failure): Promise<void> {
  const { sentence, remedy } = failure;
  const text = remedy === null ? sentence : `${sentence} ${remedy.text}`;
  const command = remedy?.command;
  const url = remedy?.url;
  const commandLabel = command === undefined ? null : (LABELS[command] ?? 'Do It');
  const buttons = [
    ...(commandLabel === null ? [] : [commandLabel]),
    ...(url === undefined ? [] : ['Open Page']),
  ];
  const answer = await vscode.window.showErrorMessage(text, ...buttons);
  if (answer === undefined) return;
  if (answer === commandLabel && command !== undefined) await vscode.commands.executeCommand(command);
  else if (url !== undefined) await openLink(url);
}

/** Asked before a conversation is put aside. @param reason one or two sentences. */
export async function confirmNewSession(reason: string): Promise<boolean> {
  const answer = await vscode.window.showInformationMessage(
    'Start a new session?',
    { modal: true, detail: `${reason} The present conversation stays on disk; its variables are gone.` },
    'New Session',
  );
  return answer === 'New Session';
}

/** Asked before files outside the open folders are given to a sandbox, read-only. @param paths on this machine */
export async function confirmOutside(paths: readonly string[]): Promise<boolean> {
  const answer = await vscode.window.showInformationMessage(
    paths.length === 1 ? 'Let the sandbox read this file?' : 'Let the sandbox read these files?',
    {
      modal: true,
      detail: `Outside the open folders: ${paths.slice(0, 10).join(', ')}${paths.length > 10 ? ' …' : ''}`,
    },
    'Attach',
  );
  return answer === 'Attach';
}

/** Asked before an API key that was entered for one host goes to another. */
export async function confirmKeyMove(fromHost: string, toHost: string): Promise<boolean> {
  const send = `Send It to ${toHost}`;
  const answer = await vscode.window.showWarningMessage(
    `Send your API key to ${toHost}?`,
    {
      modal: true,
      detail:
        `The key was entered for ${fromHost}. The setting codeInterpreter.apiBaseUrl now names ${toHost}, which would ` +
        'get the key, your questions, your code and its results. Without the key the built-in analyst answers.',
    },
    send,
  );
  return answer === send;
}
