/** `npm run demo` opens VS Code with an analysis already under way. */
import * as vscode from 'vscode';

const DONE = 'codeInterpreter.demoStarted';

/**
 * Analyzes the file that `CODE_INTERPRETER_DEMO` names, once a workspace. Only the environment of the process
 * can ask for it: no setting and no file of a workspace does.
 */
export async function startDemo(memento: vscode.Memento): Promise<void> {
  const file = process.env.CODE_INTERPRETER_DEMO;
  if (!file || memento.get<boolean>(DONE) === true) return;
  await memento.update(DONE, true);
  await vscode.commands.executeCommand('codeInterpreter.analyzeResource', vscode.Uri.file(file));
}
