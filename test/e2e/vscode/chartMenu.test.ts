/** VS Code's own menu over a chart, and what its entries do: the panel, the clipboard, a tab, the save dialog. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import { charts } from '../../support/panel.ts';
import { panelWithChart } from '../../support/panelWithChart.ts';
import type { VsCodeFixture } from '../../support/vscodeFixture.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

describe('the menu over a chart', () => {
  let vscode: VsCodeFixture;
  let window: VsCodeWindow;
  const { promise } = panelWithChart((opened) => ({ vscode, window } = opened));
  const menu = () => window.page.locator('.monaco-menu-container').last();

  const entries = async (): Promise<string[]> => {
    await menu().getByRole('menuitem').first().waitFor({ timeout: 5000 });
    return (await menu().getByRole('menuitem').allInnerTexts()).map((text) => text.trim());
  };

  async function openMenu(): Promise<void> {
    await attempt(30_000, async () => {
      await window.page.keyboard.press('Escape');
      const chart = charts(await window.conversation()).first();
      await chart.scrollIntoViewIfNeeded();
      await chart.click({ button: 'right', timeout: 3000 });
      await entries();
    });
  }

  async function choose(entry: string): Promise<void> {
    await attempt(60_000, async () => {
      await openMenu();
      await menu().getByRole('menuitem', { name: entry, exact: true }).click({ timeout: 2000, delay: 50 });
      await menu().waitFor({ state: 'hidden', timeout: 1500 });
    });
  }

  promise('has our entries and no others, and none of them is in the palette', async () => {
    await openMenu();
    const shown = (await entries()).filter((text) => text !== '');
    const ours = [
      'Copy Image',
      'Save as PNG…',
      'Open in Tab',
      'Show Data',
      'Show Code',
      'Ask About This Chart',
    ];
    // A picture of the sandbox has no shapes; its data is there when the sandbox took it from the figure.
    assert.deepEqual(
      shown,
      ours.filter((entry) => entry !== 'Show Data' || shown.includes(entry)),
    );
    await window.screenshot('chart-menu');
    await window.page.keyboard.press('Escape');
    await attempt(30_000, async () => {
      await window.page.keyboard.press('Escape');
      await window.page.keyboard.press('F1');
      await window.quickInput
        .locator('input')
        .first()
        .fill('>Code Interpreter: Ask About', { timeout: 3000 });
      // The list is there: it has the one for a selection of text, and that alone.
      const found = window.quickInput.locator('.monaco-list-row', { hasText: 'Ask About' });
      await found.first().waitFor({ timeout: 5000 });
      const titles = await found.allInnerTexts();
      assert.ok(titles.some((title) => title.includes('Ask About Selection')));
      assert.ok(!titles.some((title) => title.includes('Ask About This Chart')));
    });
    await window.page.keyboard.press('Escape');
  });

  promise('opens by the button over the chart, too', async () => {
    await attempt(30_000, async () => {
      const panel = await window.conversation();
      await charts(panel).first().hover();
      await panel.locator('.figure').first().getByRole('button', { name: 'More' }).click({ timeout: 3000 });
      assert.ok((await entries()).includes('Show Code'));
    });
    await window.page.keyboard.press('Escape');
  });

  promise('shows the code, and asks', async () => {
    await choose('Show Code');
    const panel = await window.conversation();
    await attempt(10_000, async () =>
      assert.ok(await panel.locator('.cell:focus .code').first().isVisible()),
    );
    await choose('Ask About This Chart');
    const input = panel.locator('textarea[aria-label="Ask about your data"]');
    await attempt(20_000, async () => assert.match(await input.inputValue(), /^About the chart “.+”: $/));
    await panel.locator('.composer img').first().waitFor();
    await input.fill('');
  });

  promise('copies the picture', async () => {
    await window.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const panel = await window.conversation();
    const copied = panel.locator('.figure-actions .codicon-check').first();
    await choose('Copy Image');
    await copied.waitFor({ timeout: 15_000, state: 'attached' });
    await window.screenshot('chart-copied');
    const width = await window.page.evaluate<number>(
      `navigator.clipboard.read().then(async ([item]) => (await createImageBitmap(await item.getType('image/png'))).width)`,
    );
    assert.ok(width > 400, `${String(width)} px`);
  });

  promise('saves the picture where the dialog says', async () => {
    await choose('Save as PNG…');
    // The name that is suggested, which the dialog has to have read first.
    const file = join(vscode.workspace, 'weekly-mean-1-jan-2025-31-dec-2025.png');
    await window.answerPath(file);
    await attempt(20_000, async () => {
      const bytes = await readFile(file);
      assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
    });
  });

  promise('opens the picture in a tab of VS Code, in its own viewer', async () => {
    await choose('Open in Tab');
    const tab = window.page.locator('.editor-group-container .tab.active');
    await attempt(30_000, async () => assert.match(await tab.innerText(), /\.png$/m));
    await attempt(30_000, async () => {
      // The viewer says in the status bar how large the picture is.
      assert.match(await window.page.locator('.statusbar').innerText(), /\d{3,4}x\d{3,4}/);
    });
    await window.screenshot('chart-tab');
    assert.equal(await window.dialog.count(), 0);
  });
});
