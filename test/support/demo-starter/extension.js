/** `npm run demo`: what a right-click on the sample would do, once. */
const vscode = require('vscode');

exports.activate = async ({ workspaceState }) => {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined || workspaceState.get('started')) return;
  await workspaceState.update('started', true);
  const file = vscode.Uri.joinPath(folder.uri, 'sales.csv');
  await vscode.commands.executeCommand('codeInterpreter.analyzeResource', file);
};
