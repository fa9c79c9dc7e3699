/** Opening the network by name: what is asked, what goes into the user's settings, and how it is closed again. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { NetworkState } from '../../src/shared/network.ts';
import { answering, setSetting, testApi, until } from './support.ts';

const configuration = () => vscode.workspace.getConfiguration('codeInterpreter');

describe('the network by name', () => {
  const open = async (): Promise<NetworkState['open']> =>
    (await (await testApi()).snapshot()).state.network?.open ?? [];

  afterEach(async () => {
    for (const key of ['network.allow', 'network.allowInFolder']) await setSetting(key, undefined);
    await vscode.commands.executeCommand('codeInterpreter.newSession');
    await until('nothing is open', async () => (await open()).length === 0);
  });

  /** Runs the command; returns what was asked last. */
  async function command(host: string, choice: string, agrees = true): Promise<string> {
    let asked = '';
    const pick = (items: unknown): unknown =>
      (items as vscode.QuickPickItem[]).find(({ label }) => label === choice);
    await answering(
      'showInputBox',
      () => host,
      async () =>
        answering('showQuickPick', pick, async () =>
          answering(
            'showWarningMessage',
            (question, options, button) => {
              asked = `${String(question)} ${(options as vscode.MessageOptions).detail ?? ''}`;
              return agrees ? button : undefined;
            },
            async () => vscode.commands.executeCommand('codeInterpreter.openNetwork'),
          ),
        ),
    );
    return asked;
  }

  it('is opened for this session without a setting, and closed again', async () => {
    await command('Data.Example.org', 'For this session');
    assert.deepEqual(await open(), [{ rule: 'data.example.org', by: 'session' }]);
    assert.equal(configuration().inspect('network.allow')?.globalValue, undefined);
    await answering(
      'showInformationMessage',
      () => undefined,
      async () => vscode.commands.executeCommand('codeInterpreter.closeNetwork'),
    );
    assert.deepEqual(await open(), []);
  });

  it('is opened always after a question with the exact host and port, and by what is in the settings then', async () => {
    await setSetting('network.allow', ['first.example.org']);
    const asked = await command('*.example.org:8443', 'Always');
    assert.match(asked, /reach \*\.example\.org:8443 always\?/);
    assert.match(asked, /Everything that code sees in the sandbox, your files included, can be sent to/);
    assert.deepEqual(configuration().inspect('network.allow')?.globalValue, [
      'first.example.org',
      '*.example.org:8443',
    ]);
    assert.equal(configuration().inspect('network.allow')?.workspaceValue, undefined);
    await until('both are open', async () => (await open()).length === 2);
    let said = '';
    await answering(
      'showInformationMessage',
      (text) => void (said = String(text)),
      async () => vscode.commands.executeCommand('codeInterpreter.closeNetwork'),
    );
    assert.match(said, /closed for this session\. Your settings open hosts again/);
    assert.deepEqual(await open(), []);
  });

  it('is not opened when the user does not agree', async () => {
    await command('data.example.org', 'Always', false);
    assert.equal(configuration().inspect('network.allow')?.globalValue, undefined);
    assert.deepEqual(await open(), []);
  });

  it('is opened for this folder in the settings of the user, by its path', async () => {
    await command('data.example.org', 'In this folder');
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
    assert.deepEqual(configuration().inspect('network.allowInFolder')?.globalValue, {
      [folder]: ['data.example.org'],
    });
    await until('it is open', async () => (await open()).some(({ by }) => by === 'settings'));
  });

  it('takes no address while it is typed', async () => {
    let problem: unknown = null;
    await answering(
      'showInputBox',
      (options) => {
        problem = (options as vscode.InputBoxOptions).validateInput?.('http://127.0.0.1');
        return undefined;
      },
      async () => vscode.commands.executeCommand('codeInterpreter.openNetwork'),
    );
    assert.match(String(problem), /cannot be opened/);
  });

  it('a workspace opens nothing', async () => {
    const update = configuration().update(
      'network.allow',
      ['evil.test'],
      vscode.ConfigurationTarget.Workspace,
    );
    await assert.rejects(async () => update);
    assert.deepEqual(await open(), []);
  });
});
