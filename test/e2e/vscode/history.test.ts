/** Sessions in VS Code: forked, listed, renamed, searched, opened where they were left, deleted. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Locator } from 'playwright-core';
import { charts, finishedTurns, turns } from '../../support/panel.ts';
import { panelWithChart } from '../../support/panelWithChart.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

describe('the history', () => {
  let window: VsCodeWindow;
  const { promise } = panelWithChart((opened) => ({ window } = opened));
  const panel = () => window.panel();
  const feed = () => panel().locator('[role="feed"]');
  const holds = async (check: () => Promise<void>): Promise<void> => attempt(30_000, check);
  const rows = (words: string | RegExp): Locator =>
    window.quickInput.locator('.monaco-list-row', { hasText: words });

  /** Opens the list, and waits until it is there; a panel that opens just then takes the focus, and it closes. */
  const listed = async (): Promise<void> =>
    attempt(60_000, async () => {
      await window.command('Code Interpreter: Show History…');
      await rows('Search in answers, code and outputs').waitFor({ timeout: 5000 });
    });
  /** One of the buttons that a row has while it is pointed at. */
  async function press(row: Locator, button: RegExp): Promise<void> {
    await holds(async () => {
      await row.hover({ timeout: 2000 });
      await row.getByRole('button', { name: button }).click({ timeout: 2000 });
    });
  }

  promise('an answer is forked, and the fork is shown in its place', async () => {
    const answer = turns(panel()).first();
    await answer.hover();
    await answer.getByRole('button', { name: 'Fork from here' }).click();
    await panel().getByText('This session goes on from an earlier answer of another one').waitFor();
    assert.equal(await turns(panel()).count(), 1);
    await window.screenshot('history-fork');
  });

  promise('a new one is empty, gets an answer of its own, and all three are listed', async () => {
    await window.command('Code Interpreter: New Session');
    await panel().getByRole('region', { name: 'Welcome' }).waitFor();
    await window.chooseInContextMenu('support_tickets.jsonl', 'Analyze with Code Interpreter');
    await finishedTurns(panel(), 1);
    await listed();
    await rows(/support_tickets.*shown now/s).waitFor();
    assert.equal(await rows('sales.csv').count(), 2);
    assert.equal(await rows(/1 question · \d charts? /).count(), 3);
    await window.screenshot('history-list');
  });

  promise('one is renamed, and opened by words of its new name', async () => {
    await press(rows('sales.csv').last(), /^Rename/);
    await window.quickInput.getByText('Leave it empty for a title').waitFor({ timeout: 10_000 });
    await window.answer('Kettles of the north');
    // The list comes back by itself.
    await rows('Kettles of the north').waitFor({ timeout: 20_000 });
    await window.quickInput.locator('input').first().fill('kettles');
    await holds(async () => assert.equal(await rows('sales.csv').count(), await rows('Kettles').count()));
    await rows('Kettles').click();
    await holds(async () => assert.match(await turns(panel()).first().innerText(), /sales/i));
    assert.equal(await charts(panel()).count(), 1);
    assert.equal(await panel().getByText('This session goes on from').count(), 0, 'it is not the fork');
  });

  promise('words of an output find the session that has them', async () => {
    await listed();
    await window.quickInput.locator('input').first().fill('hours_to_close');
    await rows('Search in answers').click();
    await rows(/support_tickets/).waitFor({ timeout: 20_000 });
    await holds(async () => assert.equal(await rows(/./).count(), 1));
    assert.match(await rows(/support_tickets/).innerText(), /hours_to_close/);
    await rows(/support_tickets/).click();
    await holds(async () => assert.ok((await charts(panel()).count()) > 1));
  });

  promise('each opens where it was left: after a reload, and after another one was shown', async () => {
    const place = async (): Promise<{ top: number; height: number; all: number }> =>
      feed().evaluate((element) => {
        const scroller = element.closest('.scroller') ?? element;
        return { top: scroller.scrollTop, height: scroller.clientHeight, all: scroller.scrollHeight };
      });
    await feed().hover();
    await window.page.mouse.wheel(0, -100_000);
    await window.page.waitForTimeout(300);
    await window.page.mouse.wheel(0, 400);
    await holds(async () =>
      assert.ok(Math.abs((await place()).top - 400) < 40, JSON.stringify(await place())),
    );
    const { top, height, all } = await place();
    assert.ok(all - height - top > 300, 'the end is far');
    // The place is noted a moment after the last turn of the wheel.
    await window.page.waitForTimeout(1500);
    await window.page.reload();
    await window.conversation();
    await holds(async () =>
      assert.ok(Math.abs((await place()).top - top) < 60, JSON.stringify(await place())),
    );
    await listed();
    await rows('Kettles').click();
    await holds(async () => assert.equal(await charts(panel()).count(), 1));
    await listed();
    await rows('support_tickets').click();
    await holds(async () => assert.ok((await charts(panel()).count()) > 1));
    await holds(async () =>
      assert.ok(Math.abs((await place()).top - top) < 60, JSON.stringify(await place())),
    );
    await window.screenshot('history-where-left');
  });

  promise('what is deleted is gone from the list, and Undo brings it back', async () => {
    await listed();
    await press(rows('Kettles'), /^Delete/);
    await rows('Kettles').waitFor({ state: 'detached' });
    const told = window.toast('Deleted the session “Kettles of the north”');
    await told.getByRole('button', { name: 'Undo' }).click({ timeout: 20_000 });
    await holds(async () => {
      await listed();
      assert.equal(await rows('Kettles').count(), 1);
    });
    await window.page.keyboard.press('Escape');
  });
});
