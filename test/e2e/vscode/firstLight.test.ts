/** From a click on a real file to a chart on the screen, without a key; and the conversation survives. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { engineAddress, ourObjects } from '../../setup/engineApi.mjs';
import { cells, charts, finishedTurns, lastAnswer, panelReady, turns } from '../../support/panel.ts';
import { screenStatistics, showsSomething } from '../../support/pixels.ts';
import { promises, VsCodeFixture } from '../../support/vscodeFixture.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

describe('in VS Code, without a key', () => {
  let vscode: VsCodeFixture;
  let window: VsCodeWindow;
  const promise = promises(() => window);
  before(async () => {
    vscode = await VsCodeFixture.start();
    await writeFile(join(vscode.workspace, 'notes.txt'), 'No data.\n');
    window = await vscode.open();
  });
  after(async () => vscode.stop());

  promise('a right-click on a CSV, then "Chart with Code Interpreter", shows a chart', async () => {
    await window.chooseInContextMenu('sales.csv', 'Chart with Code Interpreter');
    await panelReady(window.panel());
    await finishedTurns(window.panel(), 1);
    const chart = charts(window.panel()).first();
    await chart.waitFor({ timeout: 20_000 });
    const picture = await screenStatistics(chart);
    await window.screenshot('chart-narrow');
    assert.ok(showsSomething(picture), `the chart is blank: ${JSON.stringify(picture)}`);
    assert.match(await turns(window.panel()).first().innerText(), /Built-in analyst/);
    assert.equal(await window.panel().locator('.cell-error').count(), 0, 'no cell failed');
  });

  promise('the entries are offered for data files only', async () => {
    const menu = await window.contextMenu('notes.txt');
    await menu.getByRole('menuitem', { name: 'Cut' }).waitFor();
    assert.equal(await menu.getByRole('menuitem', { name: /Code Interpreter/ }).count(), 0);
    await window.page.keyboard.press('Escape');
  });

  promise('"Analyze File…" in the palette analyzes the active file and ends with a summary', async () => {
    await window.openFile('support_tickets.jsonl');
    await window.command('Code Interpreter: Analyze File…');
    await finishedTurns(window.panel(), 2);
    const found = await charts(window.panel()).count();
    assert.ok(found >= 3, `${found} charts`);
    assert.ok((await cells(window.panel()).count()) >= 4, 'several cells have run');
    assert.ok((await lastAnswer(window.panel())).length > 200, 'there is text beside the code');
    assert.equal(await window.panel().locator('.cell-error').count(), 0, 'no cell failed');
  });

  it('nothing the panel shows breaks its policy or asks another machine', () => {
    assert.deepEqual(window.violations, []);
    assert.deepEqual(window.foreignRequests, []);
  });

  promise('moves to an editor tab and back, with the conversation', async () => {
    const shown = await cells(window.panel()).count();
    await window.command('Code Interpreter: Open in Editor Tab');
    const tab = window.page.getByRole('tab', { name: /^Code Interpreter/ }).first();
    await tab.waitFor({ timeout: 20_000 });
    await attempt(20_000, async () => {
      const inTab = await window.conversation();
      assert.equal(await turns(inTab).count(), 2);
      assert.equal(await cells(inTab).count(), shown);
    });
    await window.screenshot('editor-tab');
    await window.page.locator('.tab.active .tab-actions a').first().click();
    await window.command('Code Interpreter: Focus');
    await attempt(20_000, async () => assert.equal(await cells(await window.conversation()).count(), shown));
  });

  promise('a reload shows the conversation again, with its charts', async () => {
    const shown = await cells(await window.conversation()).count();
    // VS Code in a browser writes down what is open every five seconds, not when its page goes.
    await window.page.waitForTimeout(7000);
    await window.page.reload();
    const panel = await window.conversation();
    assert.equal(await turns(panel).count(), 2);
    assert.equal(await cells(panel).count(), shown);
    assert.ok(showsSomething(await screenStatistics(charts(panel).first())), 'the chart is drawn again');
    await window.screenshot('after-reload');
  });

  promise('no container or volume of a window is left when it is closed', async () => {
    const ids = (await vscode.engineObjects()).map(({ id }) => id);
    await window.close();
    await attempt(20_000, async () => {
      const left = (await ourObjects(engineAddress())).filter(({ id }) => ids.includes(id));
      assert.deepEqual(left, []);
    });
  });
});
