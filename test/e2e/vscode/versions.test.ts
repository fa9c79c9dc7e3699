/** Versions of files in VS Code and a real sandbox: the diff editor on two of them, and one that comes back. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { ask, finishedTurns, panelReady } from '../../support/panel.ts';
import { echo, panelWithKey } from '../../support/panelWithKey.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

/** With the mouse, from the middle of one to the middle of the other. */
async function drag(from: Locator, to: Locator): Promise<void> {
  // What is hovered makes itself ready.
  await from.hover();
  await from.page().waitForTimeout(500);
  const [start, end] = [await middle(from), await middle(to)];
  const { mouse } = from.page();
  await mouse.move(start.x, start.y);
  await mouse.down();
  // As long as a hand takes; the panel asks its host meanwhile.
  await from.page().waitForTimeout(500);
  await mouse.move(start.x - 20, start.y + 5, { steps: 4 });
  await mouse.move(end.x, end.y, { steps: 15 });
  await from.page().waitForTimeout(300);
  await mouse.move(end.x + 2, end.y, { steps: 2 });
  await mouse.up();
  // VS Code lets webviews have the pointer again when it sees it move without a button.
  await mouse.move(end.x - 5, end.y + 5, { steps: 2 });
}

/**
 * VS Code's page with the condition turned round by which the Explorer asks whether it is in a browser: the code that
 * takes what is dropped on a desktop is in there, too.
 */
async function asOnDesktop(page: Page): Promise<void> {
  let turned = 0;
  await page.route('**/workbench.js', async (route) => {
    const response = await route.fetch();
    const text = await response.text();
    const body = text.replace(/(\.isEnabledFileUploads&&\()!\w+\|\|/, (_, before: string) => {
      turned += 1;
      return `${before}true||`;
    });
    await route.fulfill({ response, body });
  });
  await page.reload();
  await page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
  assert.equal(turned, 1);
}

async function middle(place: Locator): Promise<{ x: number; y: number }> {
  const box = await place.boundingBox();
  assert.ok(box !== null, 'it can be seen');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

const write = (text: string): string => `open("/outputs/notes.md", "w").write(${JSON.stringify(text)})`;

describe('versions of files', () => {
  let window: VsCodeWindow;
  let workspace = '';
  const { panel, promise } = panelWithKey(echo, (opened) => {
    ({ window } = opened);
    ({ workspace } = opened.vscode);
  });
  const pane = () => panel().getByRole('complementary', { name: 'Files' });

  promise('two versions of a text open in the diff editor, read-only', async () => {
    await ask(panel(), write('# Notes\nfirst line\n'));
    await finishedTurns(panel(), 1);
    await ask(panel(), write('# Notes\nsecond line\n'));
    await finishedTurns(panel(), 2);
    await panel().getByRole('button', { name: 'notes.md: +1 −1 lines' }).waitFor();
    await panel().getByRole('button', { name: 'version 2' }).click();
    await pane().getByRole('button', { name: 'Compare version 2 of notes.md' }).click();
    await window.page
      .getByRole('tab', { name: /notes\.md \(version 1 ↔ version 2\)/ })
      .waitFor({ timeout: 30_000 });
    const editor = window.page.locator('.monaco-diff-editor');
    // Side by side, or in one column where there is little room.
    const later = editor.locator('.editor.modified .view-lines:not(.line-delete)');
    await attempt(30_000, async () => {
      const text = await editor.innerText();
      assert.match(text, /first\sline/);
      assert.match(text, /second\sline/);
      assert.match(await later.innerText(), /second\sline/);
    });
    await later.click();
    await window.page.keyboard.type('typed');
    // VS Code says why not; only then it has taken notice of the keys.
    await window.page
      .getByText(/Cannot edit in read-only editor/)
      .first()
      .waitFor({ timeout: 20_000 });
    assert.doesNotMatch(await later.innerText(), /typed/);
    await window.screenshot('versions-diff');
  });

  promise('a version is put back into the sandbox, where the next cell finds it', async () => {
    await window.command('Code Interpreter: Show Files');
    await pane().getByRole('button', { name: 'Restore version 1 of notes.md' }).click();
    await pane().getByText('Version 1 is in the sandbox again.').waitFor({ timeout: 30_000 });
    await pane().getByText('Version 3', { exact: true }).waitFor();
    await ask(panel(), 'print(open("/outputs/notes.md").read())');
    await finishedTurns(panel(), 3);
    await panel().locator('.article-turn').last().getByText('first line').first().waitFor();
    await window.screenshot('versions-restored');
  });

  promise('a file is dragged out of the panel into the editor area, where it opens', async () => {
    await window.command('View: Close All Editors');
    await ask(panel(), 'open("/outputs/made.csv", "w").write("a,b\\n1,2\\n")');
    await finishedTurns(panel(), 4);
    const line = pane().getByRole('button', { name: /^made\.csv/ });
    await drag(line, window.page.locator('.part.editor .content'));
    const tab = window.page.getByRole('tab', { name: /^made\.csv/ });
    await tab.waitFor({ timeout: 20_000 });
    await window.page.locator('.monaco-editor .view-line', { hasText: '1,2' }).waitFor({ timeout: 20_000 });
    await window.screenshot('dragged-into-editor');
  });

  promise(
    '… and into the Explorer of VS Code on a desktop, which copies it and asks before it replaces',
    async () => {
      const copy = join(workspace, 'made.csv');
      const line = pane().getByRole('button', { name: /^made\.csv/ });
      // In a browser the Explorer takes files of the browser's machine and nothing else: there is nothing to see.
      await drag(line, window.fileInExplorer('sales.csv'));
      await window.page.waitForTimeout(1000);
      assert.equal(existsSync(copy), false);
      await asOnDesktop(window.page);
      await window.command('Code Interpreter: Focus');
      await panelReady(panel());
      await window.command('Code Interpreter: Show Files');
      await drag(line, window.fileInExplorer('sales.csv'));
      await attempt(20_000, async () => assert.equal(await readFile(copy, 'utf8'), 'a,b\n1,2\n'));
      await attempt(20_000, async () =>
        assert.equal((await stat(copy)).mode & 0o200, 0o200, 'it is writable'),
      );
      await writeFile(copy, 'mine');
      await drag(line, window.fileInExplorer('sales.csv'));
      await window.dialog.getByText(/made\.csv.*already exists/).waitFor({ timeout: 20_000 });
      await window.screenshot('dragged-into-explorer');
      await window.dialog.getByRole('button', { name: 'Cancel' }).click();
      await window.dialog.waitFor({ state: 'hidden' });
      assert.equal(await readFile(copy, 'utf8'), 'mine');
    },
  );
});
