/** Values of settings that are not used: each is told once, with the way to the settings. */
import * as vscode from 'vscode';

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
  const answer = await vscode.window.showWarningMessage(sentence, 'Open Settings');
  if (answer === 'Open Settings') await vscode.commands.executeCommand('codeInterpreter.openSettings');
}
