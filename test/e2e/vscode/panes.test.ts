/** What stands beside the conversation, in VS Code and on a real kernel: variables, the grid, the gallery, the search; title, status and keys. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import type { Locator } from 'playwright-core';
import { ask, charts, finishedTurns, turns } from '../../support/panel.ts';
import { echo, panelWithKey } from '../../support/panelWithKey.ts';
import type { ScriptedApi } from '../../support/scriptedApi.ts';
import type { VsCodeFixture } from '../../support/vscodeFixture.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

const LOAD = `import pandas as pd
orders = pd.read_csv("/workspace/sales.csv")
settings = {"depth": 3, "names": ["a", "b"]}
print("loaded", len(orders))`;
const chart = (by: string): string => `import matplotlib.pyplot as plt
orders.groupby("${by}")["units"].sum().plot.bar(title="Units by ${by}")
plt.show()`;

describe('beside the conversation', () => {
  let api: ScriptedApi;
  let vscode: VsCodeFixture;
  let window: VsCodeWindow;
  const { panel, promise } = panelWithKey(echo, (opened) => ({ api, vscode, window } = opened));
  const holds = async (check: () => Promise<void>): Promise<void> => attempt(20_000, check);
  const status = (): Locator => window.page.locator('.statusbar').getByText(/Sandbox idle/);
  const input = (): Locator => panel().getByRole('textbox', { name: 'Ask about your data' });
  const pane = (name: string): Locator => panel().getByRole('complementary', { name });
  const grid = (): Locator => panel().getByRole('grid', { name: 'Table orders' });
  const cellAt = (row: number, column: number): Locator =>
    panel().locator(`#grid-${String(row)}-${String(column)}`);

  /** Lines of the file, each as its fields. */
  const file = async (): Promise<{ names: string[]; lines: string[][] }> => {
    const text = await readFile(join(vscode.workspace, 'sales.csv'), 'utf8');
    const [names = [], ...lines] = text
      .trimEnd()
      .split(/\r?\n/)
      .map((line) => line.split(','));
    return { names, lines };
  };

  promise('the status bar has an item only while there is a sandbox', async () => {
    assert.equal(await status().count(), 0);
    await ask(panel(), LOAD);
    await finishedTurns(panel(), 1);
    await status().waitFor({ timeout: 20_000 });
    await ask(panel(), chart('region'));
    await finishedTurns(panel(), 2);
    await ask(panel(), chart('product'));
    await finishedTurns(panel(), 3);
    assert.equal(await charts(panel()).count(), 2);
  });

  promise('the title of the view has our actions, and its menu the rest', async () => {
    const bar = window.page.locator('.part.auxiliarybar');
    for (const name of ['New Session', 'Show History…'])
      await bar.getByRole('button', { name: new RegExp(`^${name}`) }).waitFor({ timeout: 10_000 });
    const menu = window.page.locator('.monaco-menu-container').last();
    await holds(async () => {
      await bar
        .getByRole('button', { name: /More Actions/ })
        .last()
        .click({ timeout: 3000 });
      await menu.getByRole('menuitem', { name: 'Restart Sandbox' }).waitFor({ timeout: 3000 });
    });
    const shown = await menu.getByRole('menuitem').allInnerTexts();
    const ours = [
      'Run All Cells',
      'Restart and Run All Cells',
      'Open in Editor Tab',
      'Export Session…',
      'Check Setup',
    ];
    for (const title of ours)
      assert.ok(
        shown.some((text) => text.trim() === title),
        `${title}: ${shown.join()}`,
      );
    await window.screenshot('view-title-menu');
    await window.page.keyboard.press('Escape');
  });

  promise('variables of the kernel: a value opens as a tree, a table as a grid', async () => {
    await window.resizePanel(640);
    await window.command('Code Interpreter: Show Variables');
    const row = (name: string): Locator => panel().getByRole('row', { name: new RegExp(`^${name}\\b`) });
    await row('settings').click();
    await panel().getByRole('region', { name: 'Value of settings' }).getByText('depth').waitFor();
    await window.page.keyboard.press('Escape');
    await holds(async () => assert.match((await row('orders').textContent()) ?? '', /DataFrame454 × 9/));
    await row('orders').click();
    await panel().getByText('454 rows × 9 columns').waitFor({ timeout: 20_000 });
    const { lines } = await file();
    await holds(async () => assert.equal(await cellAt(0, 1).innerText(), lines[0]?.[1]));
    await window.screenshot('grid');
  });

  promise('the grid sorts, filters and pages in the kernel; the model gets nothing of it', async () => {
    const asked = api.conversations().length;
    const { names, lines } = await file();
    const units = lines.map((line) => Number(line[names.indexOf('units')])).sort((a, b) => a - b);
    const header = (name: string): Locator =>
      panel().getByRole('columnheader', { name: new RegExp(`^${name}`) });
    await grid().focus();
    await window.page.keyboard.press('Control+End');
    const [last, end] = [lines.length - 1, names.length - 1];
    await holds(async () =>
      assert.equal(Number(await cellAt(last, end).innerText()), Number(lines[last]?.[end])),
    );
    await window.page.keyboard.press('Control+Home');
    const at = names.indexOf('units');
    await header('units').scrollIntoViewIfNeeded();
    await header('units').click();
    await holds(async () => assert.equal(await cellAt(0, at).innerText(), String(units[0])));
    await header('units').click();
    await holds(async () => assert.equal(await cellAt(0, at).innerText(), String(units.at(-1))));
    await grid().focus();
    await window.page.keyboard.press('Home');
    await header('region').locator('.grid-menu').click();
    const column = panel().getByRole('region', { name: 'Column region' });
    await column.getByText('Distinct').waitFor();
    await column.getByRole('combobox', { name: 'Condition' }).selectOption('equals');
    await column.getByRole('textbox', { name: 'Value' }).fill('North');
    await column.getByRole('button', { name: 'Filter' }).click();
    const north = lines.filter((line) => line[names.indexOf('region')] === 'North');
    await panel()
      .getByText(`${String(north.length)} match`)
      .waitFor({ timeout: 20_000 });
    await panel().getByRole('list', { name: 'Filters' }).getByText('region is North').waitFor();
    await holds(async () => assert.equal(await cellAt(0, names.indexOf('region')).innerText(), 'North'));
    await window.screenshot('grid-filtered');
    await window.page.keyboard.press('Escape');
    assert.equal(api.conversations().length, asked);
  });

  promise('the gallery shows each chart, and a click leads to it', async () => {
    await window.command('Code Interpreter: Show Charts');
    const open = pane('Charts').locator('.gallery-open');
    await holds(async () => assert.equal(await open.count(), 2));
    await holds(async () => assert.equal(await pane('Charts').locator('.gallery-picture img').count(), 2));
    await window.screenshot('gallery');
    await open.first().click();
    await holds(async () => {
      const box = await charts(panel()).first().boundingBox();
      assert.ok(box !== null && box.y > 0 && box.y < 700, JSON.stringify(box));
    });
  });

  promise('Ctrl+F in the panel finds in the session; in an editor it is the editor’s own', async () => {
    await input().click();
    await window.page.keyboard.press('Control+f');
    const field = pane('Find in session').getByRole('textbox', { name: 'Find in session' });
    await field.fill('Units by region');
    const count = pane('Find in session').locator('#search-count');
    await holds(async () => assert.match(await count.innerText(), /^\d+ hits? in \d messages?$/));
    await field.press('Enter');
    await holds(async () => assert.match(await count.innerText(), /^1 of \d+$/));
    await window.screenshot('find');
    await field.press('Escape');
    await pane('Find in session').waitFor({ state: 'detached' });
    await window.openFile('sales.csv');
    await window.page.locator('.monaco-editor .view-lines').first().click();
    await window.page.keyboard.press('Control+f');
    await window.page.locator('.monaco-editor .find-widget.visible').waitFor();
    assert.equal(await pane('Find in session').count(), 0);
    await window.page.keyboard.press('Escape');
  });

  promise(
    'the key for a new session works in the panel alone, and then the status bar is empty',
    async () => {
      await window.page.locator('.monaco-editor .view-lines').first().click();
      await window.page.keyboard.press('Control+Alt+n');
      await window.page.waitForTimeout(1000);
      assert.equal(await turns(panel()).count(), 3);
      // VS Code hears a moment after the click that the panel has the keyboard.
      await attempt(30_000, async () => {
        await input().click();
        await window.page.waitForTimeout(300);
        await window.page.keyboard.press('Control+Alt+n');
        await panel().getByRole('region', { name: 'Welcome' }).waitFor({ timeout: 5000 });
      });
      await status().waitFor({ state: 'detached', timeout: 20_000 });
    },
  );
});
