/** What goes with a question, in real VS Code: a mention, a selection, a file dragged from the explorer. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { encode } from 'fast-png';
import type { Locator } from 'playwright-core';
import { dragFromOutside, type OsDrag } from '../../support/osDrag.ts';
import { panelReady } from '../../support/panel.ts';
import { promises, VsCodeFixture } from '../../support/vscodeFixture.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

describe('attaching', () => {
  let vscode: VsCodeFixture;
  let window: VsCodeWindow;
  const promise = promises(() => window);
  const input = (): Locator => window.panel().locator('textarea[aria-label="Ask about your data"]');
  const chips = (): Locator => window.panel().getByRole('list', { name: 'Attached files' });
  before(async () => {
    vscode = await VsCodeFixture.start();
    window = await vscode.open();
    await window.command('Code Interpreter: Focus');
    await panelReady(window.panel());
  });
  after(async () => vscode.stop());

  promise('a mention lists files of the workspace, and the chosen one becomes a chip', async () => {
    await input().pressSequentially('@sales');
    const option = window
      .panel()
      .getByRole('option', { name: /sales\.csv/ })
      .first();
    await option.waitFor();
    await input().press('Enter');
    await chips().getByText('sales.csv').waitFor();
    assert.equal(await input().inputValue(), '@sales.csv ');
    await chips().getByRole('button', { name: 'Remove sales.csv' }).click();
  });

  promise('selected lines of a data file become a chip that names them', async () => {
    await window.openFile('sales.csv');
    const editor = window.page.locator('.monaco-editor .view-lines').first();
    await editor.click({ position: { x: 40, y: 30 } });
    await window.page.keyboard.press('Control+Home');
    for (let n = 0; n < 3; n++) await window.page.keyboard.press('Shift+ArrowDown');
    await editor.click({ position: { x: 40, y: 30 }, button: 'right' });
    await window.page.getByRole('menuitem', { name: 'Ask About Selection' }).click({ delay: 50 });
    await chips().getByText('sales.csv:1-3').waitFor();
    await chips()
      .getByRole('button', { name: /^Remove sales\.csv/ })
      .click();
  });

  promise('a file dragged from the explorer with Shift becomes a chip', async () => {
    await attempt(60_000, async () => {
      const from = await window.fileInExplorer('sales.csv').boundingBox();
      const to = await window.page.locator('iframe.webview.ready').first().boundingBox();
      assert.ok(from !== null && to !== null);
      const { mouse, keyboard } = window.page;
      await mouse.move(from.x + 40, from.y + from.height / 2);
      await mouse.down();
      await mouse.move(from.x + 60, from.y + from.height / 2 + 5, { steps: 3 });
      await keyboard.down('Shift');
      await mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 12 });
      await mouse.move(to.x + to.width / 2 + 5, to.y + to.height / 2 + 5, { steps: 3 });
      const zone = window.panel().getByTestId('drop-zone');
      const seen = await zone.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
      if (seen) await window.screenshot('drop-zone');
      await mouse.up();
      await keyboard.up('Shift');
      assert.ok(seen, 'the place to drop is shown');
      await chips().getByText('sales.csv').waitFor({ timeout: 5000 });
    });
  });

  /** A picture in a folder that is none of the workspace's, brought over the panel. */
  const draggedIn = async (
    name: string,
    shift: boolean,
    then: (drag: OsDrag) => Promise<void>,
  ): Promise<void> => {
    const folder = await mkdtemp(join(tmpdir(), 'dragged-'));
    try {
      const picture = join(folder, name);
      await writeFile(picture, encode({ width: 8, height: 8, channels: 3, data: new Uint8Array(192) }));
      const to = await window.page.locator('iframe.webview.ready').first().boundingBox();
      assert.ok(to !== null);
      const at = { x: to.x + to.width / 2, y: to.y + to.height / 2 };
      await then(await dragFromOutside(window.page, [picture], at, { shift }));
    } finally {
      await rm(folder, { recursive: true });
    }
  };
  const attached = (name: string): Locator =>
    window.panel().getByRole('img', { name: `Attached picture: ${name}` });
  const zone = (): Locator => window.panel().getByTestId('drop-zone');

  promise('a picture from outside the browser, with Shift, is attached', async () => {
    await draggedIn('photo.png', true, async (drag) => {
      await zone().waitFor();
      await drag.drop();
      await attached('photo.png').waitFor();
    });
    assert.equal(await zone().count(), 0);
  });

  promise('without Shift VS Code keeps it, and the panel does not go on waiting for it', async () => {
    await draggedIn('kept.png', false, async (drag) => {
      await drag.drop();
      await zone().waitFor({ state: 'detached', timeout: 5000 });
    });
    assert.equal(await attached('kept.png').count(), 0);
    await chips().getByRole('button', { name: 'Remove sales.csv' }).click();
  });
});
