/** Two windows on one folder: each has a session and a sandbox of its own, and says where the other conversation is. */
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import type { FrameLocator, Locator } from 'playwright-core';
import { SESSION_LABEL } from '../../../src/container/labels.ts';
import { cells, charts, finishedTurns, idle, panelReady, turns } from '../../support/panel.ts';
import { promises, VsCodeFixture } from '../../support/vscodeFixture.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

describe('two windows on one folder', () => {
  let vscode: VsCodeFixture;
  let first: VsCodeWindow;
  let second: VsCodeWindow;
  /** For the picture of a failure. */
  let seen: VsCodeWindow;
  const promise = promises(() => seen);
  const holds = async (check: () => Promise<void>): Promise<void> => attempt(30_000, check);
  const sandboxes = async (): Promise<string[]> =>
    (await vscode.engineObjects()).map(({ labels }) => labels[SESSION_LABEL] ?? '').sort();
  /** Of the first window. */
  let own: string[] = [];
  const firstStands = async (): Promise<void> => {
    const now = await sandboxes();
    assert.deepEqual(
      own.filter((id) => !now.includes(id)),
      [],
    );
  };
  const rows = (window: VsCodeWindow, words: string | RegExp): Locator =>
    window.quickInput.locator('.monaco-list-row', { hasText: words });
  const listed = async (window: VsCodeWindow): Promise<void> =>
    attempt(60_000, async () => {
      await window.command('Code Interpreter: Show History…');
      await rows(window, 'Search in answers, code and outputs').waitFor({ timeout: 5000 });
    });

  /** A cell of the user's own at the end, and what it prints. */
  async function prints(panel: FrameLocator, code: string, words: RegExp): Promise<void> {
    const index = await cells(panel).count();
    await panel.getByRole('group', { name: 'Add a cell' }).getByText('Python').click();
    const cell = cells(panel).nth(index);
    const editor = cell.locator('.cm-content');
    await editor.waitFor({ timeout: 20_000 });
    await editor.fill(code);
    await editor.press('Control+Enter');
    await holds(async () => assert.match(await cell.locator('.outputs').innerText(), words));
    await idle(panel);
  }

  before(async () => {
    vscode = await VsCodeFixture.start();
    first = await vscode.open();
    seen = first;
    await first.chooseInContextMenu('sales.csv', 'Chart with Code Interpreter');
    await panelReady(first.panel());
    await finishedTurns(first.panel(), 1);
  });
  after(async () => vscode.stop());

  promise('the second one begins with a session of its own, and offers a copy of the other', async () => {
    await prints(first.panel(), 'kept = 1\nprint("kept is", kept)', /kept is 1/);
    own = await sandboxes();
    assert.ok(own.length > 0);
    second = await vscode.open();
    seen = second;
    await second.command('Code Interpreter: Focus');
    await panelReady(second.panel());
    await second.panel().getByRole('region', { name: 'Welcome' }).waitFor();
    await second.told(
      /sales.* is open in another window\. This window has a session of its own/,
      'Open a Copy',
    );
    await second.screenshot('two-windows-second');
  });

  promise('each works on its own', async () => {
    await second.chooseInContextMenu('support_tickets.jsonl', 'Analyze with Code Interpreter');
    await finishedTurns(second.panel(), 1);
    await firstStands();
    assert.ok((await sandboxes()).length > own.length);
    await second.command('Code Interpreter: Restart Sandbox');
    await second
      .panel()
      .locator('.scroller')
      .getByText(/variables.* gone/)
      .first()
      .waitFor({ timeout: 60_000 });
    await firstStands();
    await prints(first.panel(), 'print("still", kept)', /still 1/);
  });

  promise('the history says what is open elsewhere, and opens a copy, not the session', async () => {
    await listed(second);
    const other = rows(second, /open in another window/);
    assert.equal(await other.count(), 1);
    await other.hover();
    assert.deepEqual(await other.getByRole('button', { name: /^(Rename|Delete)/ }).count(), 0);
    await second.screenshot('two-windows-history');
    await other.click();
    await second.dialog.getByText(/A session is in one window at a time/).waitFor();
    await second.screenshot('two-windows-copy');
    await second.dialog.getByRole('button', { name: 'Open a Copy' }).click();
    await holds(async () => assert.equal(await charts(second.panel()).count(), 1));
    await second.panel().getByText('This session goes on from an earlier answer of another one').waitFor();
    await firstStands();
    await prints(second.panel(), 'print("kept" in globals())', /False/);
    await prints(first.panel(), 'print("ever", kept)', /ever 1/);
    assert.equal(await turns(first.panel()).count(), 1);
  });

  promise('closing one removes its sandbox and leaves the other’s', async () => {
    seen = first;
    await second.close();
    await holds(async () => assert.deepEqual(await sandboxes(), own));
    await prints(first.panel(), 'print("alone", kept)', /alone 1/);
    await first.screenshot('two-windows-first-alone');
  });

  promise('a window that comes later has the conversations of both', async () => {
    await first.close();
    await holds(async () => assert.deepEqual(await sandboxes(), []));
    seen = await vscode.open();
    await listed(seen);
    await holds(async () => assert.equal(await rows(seen, 'support_tickets').count(), 1));
    assert.equal(await rows(seen, /sales/).count(), 2);
    assert.equal(await rows(seen, 'open in another window').count(), 0);
    await rows(seen, 'support_tickets').click();
    await panelReady(seen.panel());
    await finishedTurns(seen.panel(), 1);
    await seen.screenshot('two-windows-later');
  });
});
