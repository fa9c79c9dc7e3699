/** Values of settings that are not used: each is told once, with the way to the settings. */
import * as vscode from 'vscode';
import { t } from '../shared/l10n.ts';

export class SettingsProblems {
  private readonly told = new Set<string>();

  constructor(private readonly log: (line: string) => void) {}

  readonly note = (sentence: string): void => {
    if (this.told.has(sentence)) return;
    this.told.add(sentence);
    this.log(sentence);
    void show(sentence);
  };
}

async function show(sentence: string): Promise<void> {
  const settings = t('Open Settings');
  const answer = await vscode.window.showWarningMessage(sentence, settings);
  if (answer === settings) await vscode.commands.executeCommand('codeInterpreter.openSettings');
}
