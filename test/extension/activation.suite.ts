/** Activation: when the user opens something, and not before. What it loads is asserted in the unit tests. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension, testApi } from './support.ts';

describe('activation', () => {
  it('has not happened before the user does something', () => {
    assert.equal(extension().isActive, false);
  });

  it('happens with the first command', async () => {
    await vscode.commands.executeCommand('codeInterpreter.stop');
    assert.equal(extension().isActive, true);
    await testApi();
  });

  it('registers every command of the manifest', async () => {
    const { contributes } = extension().packageJSON as {
      contributes: { commands: { command: string }[] };
    };
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = contributes.commands.filter(({ command }) => !registered.has(command));
    assert.deepEqual(missing, []);
  });
});
