/** In a workspace that is not trusted the panel opens and nothing runs; after trust is granted it goes on. */
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { charts, finishedTurns, panelReady } from '../../support/panel.ts';
import { promises, VsCodeFixture } from '../../support/vscodeFixture.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

describe('an untrusted workspace', () => {
  let vscode: VsCodeFixture;
  let window: VsCodeWindow;
  const promise = promises(() => window);
  before(async () => {
    vscode = await VsCodeFixture.start({
      trust: 'asks',
      settings: { 'security.workspace.trust.startupPrompt': 'never' },
    });
    window = await vscode.open();
  });
  after(async () => vscode.stop());

  promise('gets a panel that says why nothing runs, and no container', async () => {
    await window.chooseInContextMenu('sales.csv', 'Chart with Code Interpreter');
    const panel = window.panel();
    await panelReady(panel);
    await panel.getByText(/trust/i).first().waitFor();
    // Long enough for a sandbox that should not start.
    await window.page.waitForTimeout(4000);
    assert.equal(await charts(panel).count(), 0);
    assert.equal(await panel.locator('.cell').count(), 0);
    assert.deepEqual(await vscode.engineObjects(), []);
    await window.screenshot('untrusted');
  });

  promise('can be trusted from the panel, and then the same click shows a chart', async () => {
    await window.panel().getByRole('button', { name: /trust/i }).first().click();
    await window.page
      .getByRole('button', { name: /^Trust$/ })
      .first()
      .click({ timeout: 20_000 });
    await window.page.keyboard.press('Control+W');
    // Granting trust may start the extension host anew.
    await attempt(90_000, async () => {
      const count = await charts(window.panel()).count();
      if (count > 0) return;
      await window.chooseInContextMenu('sales.csv', 'Chart with Code Interpreter');
      await charts(window.panel()).first().waitFor({ timeout: 20_000 });
    });
    await finishedTurns(window.panel(), 1);
    assert.ok((await charts(window.panel()).count()) > 0);
  });
});
