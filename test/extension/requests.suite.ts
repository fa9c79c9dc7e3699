/** "Show What the Model Saw" in a real window. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('what the model saw', () => {
  after(async () => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('is a read-only JSON document, also when nothing was sent', async () => {
    await vscode.commands.executeCommand('codeInterpreter.showRequests');
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document);
    assert.equal(document.uri.scheme, 'code-interpreter-requests');
    assert.equal(document.languageId, 'json');
    const shown = JSON.parse(document.getText()) as { note: string; requests: unknown[] };
    assert.match(shown.note, /Nothing was sent/);
    assert.deepEqual(shown.requests, []);
    const before = document.getText();
    await vscode.commands.executeCommand('type', { text: 'typed' });
    assert.equal(document.getText(), before, 'who types into it changes nothing');
  });
});
