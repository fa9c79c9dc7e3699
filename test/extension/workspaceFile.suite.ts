/** What a workspace file with several folders may not decide. Runs in a window of its own. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { readSettings } from '../../src/host/settings.ts';
import { HOSTILE } from './hostileSettings.ts';
import { until } from './support.ts';

describe('S2 settings of a workspace file and of its folders', () => {
  const settings = (folder?: vscode.Uri) =>
    readSettings(vscode.workspace.getConfiguration('codeInterpreter', folder));

  before(async () => {
    // The settings of the folders lie there from the start (runTests.ts).
    await until('the workspace is open', () => vscode.workspace.workspaceFolders?.length === 2);
  });

  for (const form of ['dotted', 'nested'] as const) {
    it(`change the model, but neither key, image, engine nor limits: ${form}`, async () => {
      const file = vscode.workspace.workspaceFile;
      assert.ok(file);
      const model = `claude-${form}`;
      const planted = { ...HOSTILE[form], 'codeInterpreter.model': model };
      const folders = [{ path: 'one' }, { path: 'two' }];
      await writeFile(file.fsPath, JSON.stringify({ folders, settings: planted }));
      await until('the file is read', () => settings().model === model);
      const own = readSettings({ inspect: () => undefined });
      assert.deepEqual(settings(), { ...own, model });
    });
  }

  it('nor do those of a folder, dotted in one and nested in the other', () => {
    const own = readSettings({ inspect: () => undefined });
    const folders = vscode.workspace.workspaceFolders ?? [];
    assert.deepEqual(
      folders.map(({ uri }) => ({ ...settings(uri), model: own.model })),
      [own, own],
    );
  });
});
