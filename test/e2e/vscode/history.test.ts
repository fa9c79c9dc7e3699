/** Sessions in VS Code: an answer is forked, and the fork is shown. */
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { finishedTurns, panelReady, turns } from '../../support/panel.ts';
import { promises, VsCodeFixture } from '../../support/vscodeFixture.ts';
import { type VsCodeWindow } from '../../support/vscodeWindow.ts';

describe('the history', () => {
  let vscode: VsCodeFixture;
  let window: VsCodeWindow;
  const promise = promises(() => window);
  before(async () => {
    vscode = await VsCodeFixture.start();
    window = await vscode.open();
    await window.chooseInContextMenu('sales.csv', 'Chart with Code Interpreter');
    await panelReady(window.panel());
    await finishedTurns(window.panel(), 1);
  });
  after(async () => vscode.stop());

  promise('an answer is forked, and the fork is shown in its place', async () => {
    const answer = turns(window.panel()).first();
    await answer.hover();
    await answer.getByRole('button', { name: 'Fork from here' }).click();
    await window.panel().getByText('This session goes on from an earlier answer of another one').waitFor();
    assert.equal(await turns(window.panel()).count(), 1);
    await window.screenshot('history-fork');
  });
});
