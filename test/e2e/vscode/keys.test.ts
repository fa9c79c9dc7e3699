/** What keys do in VS Code, where focus goes through two documents around the page: back from panes, and Stop. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Locator } from 'playwright-core';
import { ask, cells, charts, finishedTurns, idle, lastAnswer, turns } from '../../support/panel.ts';
import { SECOND_PRESS_MS } from '../../../src/shared/stopPresses.ts';
import { echo, panelWithKey } from '../../support/panelWithKey.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

const CHART = `import pandas as pd, matplotlib.pyplot as plt
orders = pd.read_csv("/workspace/sales.csv")
settings = {"depth": 3, "names": ["a", "b"]}
orders.groupby("region")["units"].sum().plot.bar(title="Units by region")
plt.show()
orders`;

const LOOP = `import time
kept = 1
print("looping", flush=True)
while True: time.sleep(0.05)`;
/** A cell that hears no interrupt: three seconds after a Stop its process is killed. */
const DEAF = `import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
${LOOP}`;

describe('keys in VS Code', () => {
  let window: VsCodeWindow;
  const { panel, promise } = panelWithKey(echo, (opened) => ({ window } = opened));
  const holds = async (check: () => Promise<void>): Promise<void> => attempt(20_000, check);
  const press = async (keys: string): Promise<void> => window.page.keyboard.press(keys);
  const input = (): Locator => panel().getByRole('textbox', { name: 'Ask about your data' });
  const pane = (name: string): Locator => panel().getByRole('complementary', { name });
  const focused = async (element: Locator): Promise<void> =>
    holds(async () => assert.equal(await element.and(panel().locator(':focus')).count(), 1));
  const row = (name: string): Locator => panel().getByRole('row', { name: new RegExp(`^${name}\\b`) });

  /** Ctrl+F until the pane is there: VS Code hears a moment after a click that the panel has the keyboard. */
  async function find(): Promise<void> {
    await holds(async () => {
      await press('Control+f');
      await pane('Find in session').waitFor({ timeout: 3000 });
    });
    await focused(pane('Find in session').getByRole('textbox', { name: 'Find in session' }));
  }
  /** Escape, and the pane is gone. */
  async function leave(name: string): Promise<void> {
    await press('Escape');
    await pane(name).waitFor({ state: 'detached' });
  }

  promise('Find goes back to the message that is being written, at its caret', async () => {
    await ask(panel(), CHART);
    await finishedTurns(panel(), 1);
    assert.equal(await charts(panel()).count(), 1);
    await input().click();
    await window.page.keyboard.insertText('How many?');
    for (let step = 0; step < 'many?'.length; step += 1) await press('ArrowLeft');
    await find();
    await window.page.keyboard.insertText('units');
    await leave('Find in session');
    await focused(input());
    await window.page.keyboard.insertText('very ');
    assert.equal(await input().inputValue(), 'How very many?');
  });

  promise('Find goes back to the cell, and to the line in its editor', async () => {
    const cell = cells(panel()).first();
    await cell.focus();
    await find();
    await leave('Find in session');
    await focused(cell);
    await press('Enter');
    await focused(cell.locator('.cm-content'));
    await press('Control+Home');
    await press('End');
    // In the editor the key is the editor's own.
    await press('Control+f');
    await cell.locator('.cm-search').waitFor();
    await press('Escape');
    await cell.locator('.cm-search').waitFor({ state: 'detached' });
    assert.equal(await pane('Find in session').count(), 0);
    // Without the Escape before it, which would leave the editor.
    await press('F1');
    await window.quickInput.locator('input').first().fill('>Code Interpreter: Find in Session');
    await window.pick('Code Interpreter: Find in Session');
    await holds(async () => assert.equal(await pane('Find in session').locator(':focus').count(), 1));
    await leave('Find in session');
    await focused(cell.locator('.cm-content'));
    await window.page.keyboard.insertText(' as mpl');
    await holds(async () =>
      assert.match(await cell.innerText(), /import pandas as pd, matplotlib\.pyplot as plt as mpl/),
    );
    await press('Escape');
    await focused(cell);
    await cell.getByRole('button', { name: 'Revert' }).click();
    await holds(async () => assert.doesNotMatch(await cell.innerText(), /as mpl/));
  });

  promise('panes that the palette opens go back to where the panel was left', async () => {
    const cell = cells(panel()).first();
    for (const [command, name] of [
      ['Show Variables', 'Variables'],
      ['Show Charts', 'Charts'],
      ['Find in Session', 'Find in session'],
    ] as const) {
      await cell.focus();
      await window.command(`Code Interpreter: ${command}`);
      await holds(async () => assert.equal(await pane(name).locator(':focus').count(), 1));
      await leave(name);
      await focused(cell);
    }
  });

  promise('a value and a table go back to their row, and then to the cell', async () => {
    const cell = cells(panel()).first();
    await cell.focus();
    await window.command('Code Interpreter: Show Variables');
    for (const name of ['settings', 'orders']) {
      await row(name).focus();
      await press('Enter');
      await panel().getByRole('button', { name: 'All variables' }).waitFor();
      await press('Escape');
      await focused(row(name));
    }
    await leave('Variables');
    await focused(cell);
  });

  promise('the grid of an output goes back to its button, by way of the list', async () => {
    const button = panel().getByRole('button', { name: 'Open as grid' });
    await button.focus();
    await press('Enter');
    await pane('Variables').getByText('454 rows × 9 columns').waitFor({ timeout: 20_000 });
    await press('Escape');
    await holds(async () => assert.equal(await pane('Variables').locator('tr:focus').count(), 1));
    await leave('Variables');
    await focused(panel().locator('vscode-button', { hasText: 'Open as grid' }));
  });

  promise('the data of a chart stay at the chart, and the focus at the button', async () => {
    const figure = panel().locator('.figure').first();
    await figure.getByRole('button', { name: 'Show data of chart' }).focus();
    await press('Enter');
    await focused(figure.locator('vscode-button[aria-label="Hide data of chart"]'));
    // Elsewhere in VS Code, and back to the panel as a whole; again where VS Code took the keyboard back.
    const button = figure.locator('vscode-button[aria-label="Hide data of chart"]');
    await holds(async () => {
      await window.page.locator('.explorer-folders-view .monaco-list').focus();
      await window.command('Code Interpreter: Focus');
      await button.and(panel().locator(':focus')).waitFor({ timeout: 3000 });
    });
  });

  promise('where nothing had the focus, the message gets it', async () => {
    await window.command('Code Interpreter: New Session');
    await panel().getByRole('region', { name: 'Welcome' }).waitFor();
    await window.openFile('sales.csv');
    await window.command('Code Interpreter: Show Charts');
    await holds(async () => assert.equal(await panel().locator('.pane:focus, .pane :focus').count(), 1));
    await leave('Charts');
    await focused(input());
  });

  const running = (): Locator => panel().locator('.cell-running');
  const secondStop = (): Locator => panel().getByRole('button', { name: 'Stop now' });
  const replaced = (): Locator =>
    panel().locator('.scroller').getByText('The running code was killed and the sandbox replaced');
  const answers = async (): Promise<number> => turns(panel()).count();

  /** Asks for code, and comes back when it loops. */
  async function loops(code: string): Promise<void> {
    const before = await answers();
    await ask(panel(), code);
    const looping = turns(panel()).nth(before).locator('.cell-running .outputs').getByText('looping');
    await looping.waitFor({ timeout: 60_000 });
    await focused(input());
  }
  const isHeard = async (): Promise<boolean> =>
    (await secondStop().count()) > 0 || (await running().count()) === 0;
  /** The key, until it is heard: once more would be by force. */
  async function stop(): Promise<void> {
    await holds(async () => {
      if (await isHeard()) return;
      await press('Control+Alt+.');
      await attempt(3000, async () => assert.ok(await isHeard()));
    });
  }
  async function prints(code: string, words: RegExp): Promise<void> {
    const before = await answers();
    await ask(panel(), code);
    await finishedTurns(panel(), before + 1);
    assert.match(await lastAnswer(panel()), words);
  }

  promise('the key for Stop interrupts the cell, which says so and keeps its variables', async () => {
    await loops(LOOP);
    await stop();
    await idle(panel());
    const cell = cells(panel()).last();
    await holds(async () =>
      assert.match(await cell.innerText(), /^Stopped\n[^]*Stopped before it finished\./),
    );
    await window.screenshot('keys-interrupted');
    await prints('print("kept is", kept)', /kept is 1/);
  });

  promise('a key that is held down is one press: what does not listen is not killed at once', async () => {
    await loops(DEAF);
    await window.page.keyboard.down('Control');
    await window.page.keyboard.down('Alt');
    for (let times = 0; times < 12; times += 1) {
      await window.page.keyboard.down('.');
      await window.page.waitForTimeout(100);
    }
    for (const key of ['.', 'Alt', 'Control']) await window.page.keyboard.up(key);
    await holds(async () => assert.ok(await isHeard()));
    await idle(panel());
    assert.equal(await replaced().count(), 0);
    assert.match(await cells(panel()).last().innerText(), /The variables of this language are gone\./);
  });

  promise('the second press kills what does not listen, and says what is lost', async () => {
    // Where the machine is so busy that patience ends it first, once more.
    await attempt(120_000, async () => {
      await loops(DEAF);
      await stop();
      await secondStop().waitFor({ timeout: 2000 });
      await window.page.waitForTimeout(SECOND_PRESS_MS + 100);
      await press('Control+Alt+.');
      await idle(panel());
      assert.equal(await replaced().count(), 1);
    });
    assert.equal(await running().count(), 0);
    await prints('print("kept" in globals())', /False/);
  });
});
