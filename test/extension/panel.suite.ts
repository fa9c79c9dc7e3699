/** The two places that show the session. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { testApi, until } from './support.ts';

const tabs = (): vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(
      ({ input }) => input instanceof vscode.TabInputCustom && input.viewType === 'codeInterpreter.tab',
    );

describe('the panel', () => {
  it('draws itself in the side bar and asks for the session', async () => {
    const api = await testApi();
    await vscode.commands.executeCommand('codeInterpreter.focus');
    await until('the page is live', () => api.panelIsLive());
    assert.equal(tabs().length, 0);
  });

  it('moves to an editor tab with the same session, and back', async () => {
    const api = await testApi();
    const before = (await api.snapshot()).state.sessionId;
    await vscode.commands.executeCommand('codeInterpreter.openInTab');
    await until('the tab is there', () => tabs().length === 1);
    assert.deepEqual(
      tabs().map(({ label, isDirty, isPreview }) => ({ label, isDirty, isPreview })),
      [{ label: 'Code Interpreter', isDirty: false, isPreview: false }],
    );
    await until('its page is live', () => api.panelIsLive());
    await vscode.commands.executeCommand('codeInterpreter.openInTab');
    assert.equal(tabs().length, 1, 'there is one, not two');
    assert.equal((await api.snapshot()).state.sessionId, before);
    await vscode.window.tabGroups.close(tabs());
    await until('the tab is gone', () => tabs().length === 0);
    await vscode.commands.executeCommand('codeInterpreter.focus');
    await until('the side bar is live again', () => api.panelIsLive());
  });

  it('shows another session after New Session', async () => {
    const api = await testApi();
    const before = (await api.snapshot()).state.sessionId;
    await vscode.commands.executeCommand('codeInterpreter.newSession');
    const { state, events } = await api.snapshot();
    assert.notEqual(state.sessionId, before);
    assert.ok(!events.some(({ type }) => type === 'user_message'));
  });

  it('suggests the data files of the folder', async () => {
    const { state } = await (await testApi()).snapshot();
    assert.ok(state.suggestions.some(({ title }) => /^Chart .+\.(csv|tsv)$/i.test(title)));
  });
});
