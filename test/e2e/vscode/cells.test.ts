/** Cells that live, in VS Code and on a real kernel: edited, run, refreshed, added, deleted; and the model is told. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import type { Locator } from 'playwright-core';
import { ask, cells, finishedTurns, idle } from '../../support/panel.ts';
import { panelWithKey } from '../../support/panelWithKey.ts';
import { cell, text } from '../../support/scriptedApiReplies.ts';
import type { Script } from '../../support/scriptedApiScenarios.ts';
import type { ScriptedApi } from '../../support/scriptedApi.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

const CODES = [
  'base = 10\nprint("base is", base)',
  'doubled = base * 2\nprint("doubled is", doubled)',
  'import sys\nsys.path.insert(0, "/workspace")\nfrom helper import split\nprint("the helper is loaded")',
];
const HELPER = 'def split(parts):\n    whole = 1\n    return whole / parts\n';

/** The first question gets three cells, each other one an answer. */
const script: Script = (_, n) => {
  const code = CODES[n - 1];
  return code === undefined ? text('Noted.') : cell('Next.', code, `Step ${String(n)}`);
};

describe('cells that live', () => {
  let api: ScriptedApi;
  let window: VsCodeWindow;
  const { panel, promise } = panelWithKey(
    script,
    (opened) => ({ api, window } = opened),
    async (workspace) => writeFile(join(workspace, 'helper.py'), HELPER, { mode: 0o644 }),
  );
  const at = (index: number): Locator => cells(panel()).nth(index);
  const counts = async (): Promise<string[]> => panel().locator('.cell-count').allInnerTexts();
  const holds = async (check: () => Promise<void>): Promise<void> => attempt(30_000, check);
  const shows = async (index: number, words: RegExp): Promise<void> =>
    holds(async () => assert.match(await at(index).locator('.outputs').innerText(), words));
  const tool = (index: number, name: string): Locator => at(index).getByRole('button', { name });

  /** Opens the editor of a cell by its pencil, and replaces all that is in it. */
  async function typed(index: number, code: string): Promise<void> {
    await at(index).hover();
    await tool(index, 'Edit code').click();
    await at(index).locator('.cm-focused').waitFor({ timeout: 20_000 });
    await window.page.keyboard.press('Control+a');
    await window.page.keyboard.insertText(code);
    await holds(async () => assert.match(await at(index).innerText(), /Edited, not run/));
  }
  async function fromMenu(index: number, entry: string): Promise<void> {
    await at(index).hover();
    await tool(index, 'More actions').click();
    await panel().getByRole('menuitem', { name: entry }).click();
  }

  promise(
    'a cell of the model is edited and run in place; what used its name is marked, with the reason',
    async () => {
      await ask(panel(), 'Three steps, please.');
      await finishedTurns(panel(), 1);
      assert.equal(await cells(panel()).count(), 3);
      await shows(1, /doubled is 20/);
      await shows(2, /the helper is loaded/);
      await typed(0, 'base = 50\nprint("base is", base)');
      await window.page.keyboard.press('Control+Enter');
      await shows(0, /base is 50/);
      await idle(panel());
      await holds(async () =>
        assert.match(await at(1).locator('.cell-mark').innerText(), /Out of date: base changed in \[4\]/),
      );
      assert.match(await at(1).locator('.outputs').innerText(), /doubled is 20/, 'it has not run by itself');
      assert.equal(await at(2).locator('.cell-mark').count(), 0, 'what does not use the name is not marked');
      await window.screenshot('cells-stale');
    },
  );

  promise('one click refreshes what is marked, and that alone', async () => {
    await at(1).getByRole('button', { name: 'Refresh' }).click();
    await shows(1, /doubled is 100/);
    await idle(panel());
    await holds(async () => assert.equal(await panel().locator('.cell-mark').count(), 0));
    assert.deepEqual(await counts(), ['[4]', '[5]', '[3]']);
  });

  promise('a cell of the user’s own, a mistake in it, and a click in the traceback', async () => {
    await panel().getByRole('group', { name: 'Add a cell' }).getByText('Python').click();
    await holds(async () => assert.equal(await cells(panel()).count(), 4));
    await at(3).locator('.cm-focused').waitFor({ timeout: 20_000 });
    await window.page.keyboard.insertText('parts = 0\nsplit(parts)');
    await window.page.keyboard.press('Shift+Enter');
    await shows(3, /ZeroDivisionError/);
    const links = at(3).locator('.frame-link');
    // The frame of the cell leads to its line, that of the file into an editor of VS Code.
    await links
      .filter({ hasText: /Cell|In\s?\[/ })
      .first()
      .click();
    await at(3).locator('[aria-label="Code, line 2"]:focus').waitFor();
    await links.filter({ hasText: 'helper.py' }).first().click();
    const tab = window.page.locator('.editor-group-container .tab.active');
    await holds(async () => assert.match(await tab.innerText(), /helper\s*\.py/));
    await holds(async () => assert.match(await window.page.locator('.statusbar').innerText(), /Ln 3, Col 1/));
    await window.screenshot('cells-traceback');
  });

  promise('run from here runs this one and those below it', async () => {
    await typed(3, 'parts = 4\nprint("a quarter is", split(parts))');
    await window.page.keyboard.press('Escape');
    const [first] = await counts();
    await at(1).hover();
    await tool(1, 'Run from here').click();
    await shows(3, /a quarter is 0\.25/);
    await idle(panel());
    const after = await counts();
    assert.equal(after[0], first, 'the one above has not run');
    assert.deepEqual(after.slice(1), ['[7]', '[8]', '[9]']);
  });

  promise('run all goes on with the kernel, restart and run all begins anew', async () => {
    await panel().getByRole('button', { name: 'Run all cells' }).click();
    await holds(async () => assert.deepEqual(await counts(), ['[10]', '[11]', '[12]', '[13]']));
    await idle(panel());
    await panel().getByRole('button', { name: 'Restart and run all' }).click();
    await holds(async () => assert.deepEqual(await counts(), ['[1]', '[2]', '[3]', '[4]']));
    await idle(panel());
    assert.equal(await panel().locator('.cell-error').count(), 0);
  });

  promise('a bash cell is inserted below; a cell is deleted, and Undo brings it back', async () => {
    await fromMenu(0, 'Insert Bash below');
    await at(1).locator('.cm-focused').waitFor({ timeout: 20_000 });
    await window.page.keyboard.insertText('echo "six times seven is $((6 * 7))"');
    await window.page.keyboard.press('Shift+Enter');
    await shows(1, /six times seven is 42/);
    await idle(panel());
    await fromMenu(2, 'Delete cell');
    const deleted = panel().locator('.cell-deleted');
    await deleted.getByText('Cell deleted: Step 2').waitFor();
    assert.equal(await cells(panel()).count(), 4);
    await deleted.getByRole('button', { name: 'Undo' }).click();
    await holds(async () => assert.equal(await cells(panel()).count(), 5));
    await shows(2, /doubled is 100/);
    await fromMenu(3, 'Delete cell');
    await deleted.getByText('Cell deleted: Step 3').waitFor();
  });

  promise(
    'the model is told with the next question: edits by diff, runs, what was added and deleted',
    async () => {
      const before = api.conversations().length;
      await ask(panel(), 'What do you see?');
      await finishedTurns(panel(), 2);
      const request = api.conversations()[before];
      assert.equal(request?.problem, null);
      const last = JSON.stringify(request.body?.messages.at(-1));
      for (const told of [/-base = 10/, /\+base = 50/, /base is 50/, /doubled is 100/])
        assert.match(last, told);
      for (const told of [/insertedByUser/, /six times seven is/, /a quarter is 0\.25/])
        assert.match(last, told);
      assert.match(last, /deleted/);
      assert.ok(!last.includes('ZeroDivisionError'), 'what was mended is not told');
    },
  );

  promise('a reload has all of it again', async () => {
    const texts = async (): Promise<string[]> => panel().locator('.cell .outputs').allInnerTexts();
    const shown = await texts();
    await window.page.reload();
    await window.conversation();
    await holds(async () => assert.deepEqual(await texts(), shown));
    assert.equal(await panel().locator('.cell-deleted').count(), 1);
  });
});
