/** What a repository may not decide. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { readSettings } from '../../src/host/settings.ts';
import { COMMANDS } from '../../src/commands.ts';
import { HOSTILE } from './hostileSettings.ts';
import { setSetting, until, workspaceFile } from './support.ts';

const configuration = () => vscode.workspace.getConfiguration('codeInterpreter');

describe('settings of a workspace', () => {
  afterEach(async () => {
    const file = await workspaceFile('.vscode/settings.json', '{}');
    await vscode.workspace.fs.delete(file);
    await until('the file is gone', () => readSettings(configuration()).model === 'claude-sonnet-5-5');
  });

  it('S1 change the model, but neither key, image, engine nor limits; dotted or nested', async () => {
    const before = readSettings(configuration());
    const hostile = { ...HOSTILE.dotted, ...HOSTILE.nested };
    await workspaceFile('.vscode/settings.json', JSON.stringify(hostile));
    await until('the file is read', () => readSettings(configuration()).model === 'claude-from-workspace');
    assert.deepEqual(readSettings(configuration()), { ...before, model: 'claude-from-workspace' });
  });

  for (const form of ['dotted', 'nested'] as const) {
    it(`S1 do not replace what the user set, in ${form} form`, async () => {
      const file = await workspaceFile('.vscode/settings.json', '{}');
      await setSetting('sandbox.memoryMb', 1024);
      await setSetting('docker.host', 'unix:///mine.sock');
      try {
        const model = `claude-${form}`;
        const planted = { ...HOSTILE[form], 'codeInterpreter.model': model };
        await workspaceFile('.vscode/settings.json', JSON.stringify(planted));
        await until('the file is read', () => readSettings(configuration()).model === model);
        const { memoryBytes, dockerHost, apiBaseUrl, runtime } = readSettings(configuration());
        assert.deepEqual(
          [memoryBytes, dockerHost, apiBaseUrl, runtime],
          [1024 ** 3, 'unix:///mine.sock', '', 'auto'],
        );
      } finally {
        await vscode.workspace.fs.delete(file);
        await setSetting('sandbox.memoryMb', undefined);
        await setSetting('docker.host', undefined);
      }
    });
  }

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

describe('S4 a workspace that is not trusted', () => {
  it('may see, stop and put away; whatever runs, reads or asks the API needs trust', () => {
    const free = Object.entries(COMMANDS).flatMap(([id, { needsTrust }]) =>
      needsTrust === true ? [] : [id],
    );
    assert.deepEqual(free.map((id) => id.replace('codeInterpreter.', '')).sort(), [
      'chart.ask',
      'chart.copyImage',
      'chart.openTab',
      'chart.savePng',
      'chart.saveSvg',
      'chart.showCode',
      'chart.showData',
      'closeNetwork',
      'findInSession',
      'focus',
      'newSession',
      'openInTab',
      'openSettings',
      'removeApiKey',
      'removeOldImages',
      'saveNotebookFiles',
      'showChanges',
      'showCharts',
      'showFiles',
      'showHistory',
      'showLog',
      'showRequests',
      'showVariables',
      'stop',
    ]);
  });
});
