/** Who decides what runs, and who answers: modes, an edited cell, the pickers; told to the model as it was. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Locator } from 'playwright-core';
import { ask, cells, decision, finishedTurns, lastAnswer, modePicker, turns } from '../../support/panel.ts';
import { echo, panelWithKey } from '../../support/panelWithKey.ts';
import type { ScriptedApi } from '../../support/scriptedApi.ts';
import { blocksOf } from '../../support/scriptedApiChecks.ts';
import { cell, text } from '../../support/scriptedApiReplies.ts';
import type { VsCodeWindow } from '../../support/vscodeWindow.ts';

/** As far as it is looked at inside the page. */
interface Page {
  ownerDocument: { activeElement: { textContent: string } | null };
}

describe('in VS Code, who decides', () => {
  let api: ScriptedApi;
  let window: VsCodeWindow;
  let answered = 0;
  const { panel, promise } = panelWithKey(echo, (opened) => {
    ({ api, window } = opened);
  });
  const button = (name: string): Locator => decision(panel()).getByRole('button', { name, exact: true });
  const done = async (): Promise<void> => finishedTurns(panel(), ++answered, 60_000);
  /** All that the last request says of results, as the model reads it. */
  const told = (): string => JSON.stringify(api.conversations().at(-1)?.body?.messages.at(-1)?.content ?? '');
  const lastRequest = (): NonNullable<ReturnType<ScriptedApi['conversations']>[number]['body']> => {
    const body = api.conversations().at(-1)?.body;
    assert.ok(body, 'the last request was accepted');
    return body;
  };

  promise('Ask first: the cell waits, and runs as it is', async () => {
    await modePicker(panel()).selectOption({ label: 'Ask first' });
    await ask(panel(), 'print(6 * 7)');
    await button('Run').waitFor({ timeout: 60_000 });
    await window.screenshot('decision-waits');
    assert.equal(await panel().locator('.outputs').count(), 0, 'nothing has run');
    const sent = api.conversations().length;
    await window.page.waitForTimeout(1000);
    assert.equal(api.conversations().length, sent, 'the model waits, too');
    await button('Run').click();
    await done();
    assert.match(await lastAnswer(panel()), /Result: .*42/s);
    assert.doesNotMatch(told(), /user changed the code/);
  });

  promise('with the keyboard alone: edited before it runs, and the model is told what ran', async () => {
    const { keyboard } = window.page;
    await ask(panel(), 'print("as written")');
    await button('Edit').waitFor({ timeout: 60_000 });
    // From the composer, where the question was written, back to the cell.
    let focused = '';
    for (let n = 0; n < 20 && focused !== 'Edit'; n++) {
      await keyboard.press('Shift+Tab');
      focused = await panel()
        .locator('body')
        .evaluate((body: Page) => body.ownerDocument.activeElement?.textContent.trim() ?? '');
    }
    assert.equal(focused, 'Edit');
    await keyboard.press('Enter');
    const editor = panel().locator('.code-editor .cm-content');
    await editor.waitFor();
    const edited = 'print("as edited")';
    // The editor takes the focus when it has been loaded. VS Code gets no key that the editor has used.
    await panel().locator('.cm-focused').waitFor();
    await keyboard.press('Control+a');
    await keyboard.type(edited);
    assert.equal((await editor.innerText()).trim(), edited);
    await window.screenshot('decision-edited');
    assert.equal(await panel().locator('.outputs').count(), 1, 'the one of the first cell');
    await keyboard.press('Control+Enter');
    await done();
    const words = told();
    assert.match(words, /user changed the code before it ran/);
    assert.match(words, /as edited/);
    assert.doesNotMatch(words, /as written/, 'what did not run is in no result');
    const shown = cells(panel()).last();
    assert.match(await shown.innerText(), /edited by you/);
    assert.match(await shown.locator('.outputs').innerText(), /as edited/);
    await window.screenshot('decision-ran-edited');
  });

  promise('Skip: nothing runs, and the model is told', async () => {
    await ask(panel(), 'open("never.txt", "w").write("x")');
    await button('Skip').waitFor({ timeout: 60_000 });
    await button('Skip').click();
    await done();
    assert.match(told(), /Not run: the user decided against this code/);
    assert.match(await cells(panel()).last().innerText(), /Not run: Skipped by you/);
    assert.equal(
      await panel()
        .getByRole('button', { name: /never\.txt/ })
        .count(),
      0,
    );
  });

  promise('Plan first: no tools for the plan, then it is done in the mode before', async () => {
    await modePicker(panel()).selectOption({ label: 'Plan first' });
    api.setScript((request) => {
      if (request.tool_choice?.type === 'none') return text('1. Load the file. 2. Count its rows.');
      const last = request.messages.at(-1);
      const ran = last !== undefined && blocksOf(last).some(({ type }) => type === 'tool_result');
      return ran ? text('Counted.') : cell('I do it.', 'print("planned")', 'Count rows');
    });
    await ask(panel(), 'How many rows are there?');
    await done();
    assert.match(await lastAnswer(panel()), /Count its rows/);
    const before = await cells(panel()).count();
    const plan = panel().getByRole('button', { name: 'Run this plan' });
    await plan.waitFor();
    await window.screenshot('plan');
    await plan.click();
    // The mode before was Ask first: the plan is no permission to run everything.
    await button('Run').waitFor({ timeout: 60_000 });
    assert.equal(await modePicker(panel()).inputValue(), 'ask');
    assert.equal(await cells(panel()).count(), before + 1);
    await button('Run').click();
    await done();
    assert.match(await lastAnswer(panel()), /Counted\./);
    await modePicker(panel()).selectOption({ label: 'Auto-run' });
    api.setScript(echo);
  });

  promise('the effort of the picker goes with the next request', async () => {
    assert.equal(lastRequest().output_config, undefined);
    await panel()
      .getByRole('button', { name: /: effort auto$/ })
      .click();
    const rows = window.quickInput.locator('.monaco-list-row');
    await rows.nth(3).waitFor();
    await window.screenshot('pick-effort');
    assert.deepEqual(await rows.locator('.label-name').allInnerTexts(), ['auto', 'low', 'medium', 'high']);
    await window.pick(/^low/);
    await panel()
      .getByRole('button', { name: /: effort low$/ })
      .waitFor();
    await ask(panel(), 'print("quick")');
    await done();
    assert.deepEqual(lastRequest().output_config, { effort: 'low' });
  });

  promise('the model of the picker answers the next question', async () => {
    assert.equal(lastRequest().model, 'claude-sonnet-5-5');
    await panel()
      .getByRole('button', { name: /^Choose model, now/ })
      .click();
    await window.quickInput.locator('.monaco-list-row', { hasText: 'Claude Haiku 4.5' }).waitFor();
    await window.screenshot('pick-model');
    await window.pick('Claude Haiku 4.5');
    await panel()
      .getByRole('button', { name: /^Choose model, now claude-haiku-4-5/ })
      .waitFor();
    await ask(panel(), 'print("other")');
    await done();
    assert.equal(lastRequest().model, 'claude-haiku-4-5');
    // It has no such setting, so none is sent and none is offered.
    assert.equal(lastRequest().output_config, undefined);
    assert.equal(
      await panel()
        .getByRole('button', { name: /: effort \w+$/ })
        .count(),
      0,
    );
    assert.match(await turns(panel()).last().innerText(), /claude-haiku-4-5/);
  });

  promise('the built-in analyst is in the list, and nothing is sent then', async () => {
    const sent = api.requests.length;
    await window.command('Code Interpreter: Choose Model');
    await window.pick('Built-in analyst');
    await panel()
      .getByRole('button', { name: /^Choose model, now Built-in analyst/ })
      .waitFor();
    const listed = api.requests.length;
    assert.ok(listed > sent, 'the list was asked for');
    await window.chooseInContextMenu('sales.csv', 'Chart with Code Interpreter');
    await done();
    assert.equal(api.requests.length, listed);
  });

  promise('every request was accepted, and nothing breaks the policy', async () => {
    assert.deepEqual(
      api.requests.filter(({ problem }) => problem !== null),
      [],
    );
    await Promise.resolve();
    assert.deepEqual(window.violations, []);
    assert.deepEqual(window.foreignRequests, []);
  });
});
