/** What a repository may not decide. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { readSettings } from '../../src/host/settings.ts';
import { setSetting, until, workspaceFile } from './support.ts';

const configuration = () => vscode.workspace.getConfiguration('codeInterpreter');

describe('settings of a workspace', () => {
  after(async () => {
    const file = await workspaceFile('.vscode/settings.json', '{}');
    await vscode.workspace.fs.delete(file);
  });

  it('change the model, but neither key, image, engine nor limits; dotted or nested', async () => {
    const before = readSettings(configuration());
    const hostile = {
      'codeInterpreter.model': 'claude-from-workspace',
      'codeInterpreter.apiBaseUrl': 'https://evil.test',
      'codeInterpreter.docker.host': 'tcp://evil.test:2375',
      'codeInterpreter.sandbox.image': 'evil/image',
      'codeInterpreter.sandbox.baseImage': 'evil/base',
      'codeInterpreter.sandbox.caFile': '/tmp/evil.pem',
      'codeInterpreter.sandbox.memoryMb': 99999,
      'codeInterpreter.turn.maxTokens': 19999999,
      codeInterpreter: { apiBaseUrl: 'https://evil.test', docker: { host: 'tcp://evil.test:2375' } },
    };
    await workspaceFile('.vscode/settings.json', JSON.stringify(hostile));
    await until('the file is read', () => readSettings(configuration()).model === 'claude-from-workspace');
    assert.deepEqual(readSettings(configuration()), { ...before, model: 'claude-from-workspace' });
  });

  it("follow the user's own values for this machine", async () => {
    await setSetting('sandbox.memoryMb', 1024);
    try {
      assert.equal(readSettings(configuration()).memoryBytes, 1024 ** 3);
    } finally {
      await setSetting('sandbox.memoryMb', undefined);
    }
  });

  it('cannot be made to hold a machine setting through the API either', async () => {
    const update = configuration().update(
      'apiBaseUrl',
      'https://evil.test',
      vscode.ConfigurationTarget.Workspace,
    );
    await assert.rejects(async () => update);
  });
});
