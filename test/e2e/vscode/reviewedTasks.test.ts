/** In real VS Code: the joins of a database of 22 MB as a diagram, and a chart recreated from a screenshot beside it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe } from 'node:test';
import type { Locator } from 'playwright-core';
import { joinsScript, QUESTION, writeShop } from '../../support/joinsTask.ts';
import { dragFromOutside } from '../../support/osDrag.ts';
import { ask, charts, finishedTurns } from '../../support/panel.ts';
import { panelWithKey } from '../../support/panelWithKey.ts';
import { screenStatistics, showsSomething } from '../../support/pixels.ts';
import { PARTIES, pollScript, polls, QUESTIONS, rollingMeans, writePolls } from '../../support/pollTask.ts';
import type { ScriptedApi } from '../../support/scriptedApi.ts';
import { wordsOf, type Script } from '../../support/scriptedApiScenarios.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

/** The first question is about the database, the others are about the polls. */
const script: Script = (request, n) => {
  const asked = JSON.stringify(request).includes('Recreate') || wordsOf(request).includes('Recreate');
  return asked ? pollScript(request, n) : joinsScript(request, n);
};

describe('tasks of a reviewer', () => {
  let window: VsCodeWindow;
  let api: ScriptedApi;
  let picture = '';
  const elsewhere = mkdtemp(join(tmpdir(), 'picture-'));
  const { panel, promise } = panelWithKey(
    script,
    (opened) => ({ window, api } = opened),
    async (workspace) => {
      await writeShop(workspace);
      picture = await writePolls(workspace, await elsewhere);
    },
  );
  after(async () => rm(await elsewhere, { recursive: true, force: true }));

  const answered = (): Locator => panel().locator('.article-turn').last();

  promise('the joins of a database are drawn inline, and both files are offered', async () => {
    await ask(panel(), QUESTION);
    await finishedTurns(panel(), 1);
    const drawn = await screenStatistics(charts(panel()).last());
    assert.ok(showsSomething(drawn), JSON.stringify(drawn));
    for (const name of ['shop-joins.pdf', 'shop-joins.png'])
      await answered().getByText(name).first().waitFor();
    assert.deepEqual(
      api.conversations().map(({ images }) => images),
      [0, 1],
    );
    await window.screenshot('joins');
    const figure = panel().locator('figure[data-chart]').last();
    await figure.hover();
    await figure.getByRole('button', { name: 'Enlarge chart' }).click();
    await panel().locator('dialog img:not(.zoom-hidden)').waitFor();
    await window.screenshot('joins-enlarged');
    await window.page.keyboard.press('Escape');
    assert.equal(
      await panel().getByRole('button', { name: 'Compare with picture' }).count(),
      0,
      'there is no picture yet',
    );
  });

  promise('a picture is attached, and its chart is drawn again in the colours of the picture', async () => {
    await attempt(60_000, async () => {
      const to = await window.page.locator('iframe.webview.ready').first().boundingBox();
      assert.ok(to !== null);
      const at = { x: to.x + to.width / 2, y: to.y + to.height / 2 };
      const drag = await dragFromOutside(window.page, [picture], at, { shift: true });
      await drag.drop();
      await panel()
        .getByRole('img', { name: 'Attached picture: screenshot.png' })
        .first()
        .waitFor({ timeout: 5000 });
    });
    await ask(panel(), QUESTIONS[0]);
    await finishedTurns(panel(), 2);
    await answered().getByText('colours:').first().waitFor();
    const said = await answered().innerText();
    for (const colour of Object.values(PARTIES)) assert.ok(said.includes(colour), `${colour} in ${said}`);
    assert.ok(showsSomething(await screenStatistics(charts(panel()).last())));
    await window.screenshot('recreated');
  });

  promise('the average of six surveys has the figures that it should have', async () => {
    await ask(panel(), QUESTIONS[1]);
    await finishedTurns(panel(), 3);
    const figure = panel().locator('figure[data-chart]').last();
    await figure.hover();
    await figure.getByRole('button', { name: 'Show data of chart' }).click();
    const data = panel().getByRole('region', { name: /^Data of chart: Polls, average of six surveys/ });
    const first = rollingMeans(polls(), 6)[0]?.[0] ?? NaN;
    // Lines stand between their points: the first is that of the first party.
    const select = data.getByRole('combobox');
    if ((await select.count()) > 0) {
      const named = await select.locator('option').allInnerTexts();
      await select.selectOption({ index: named.findIndex((name) => name.includes('Red')) });
    }
    await data.locator('tbody tr').first().waitFor();
    const cells = (await data.locator('tbody td').allInnerTexts()).map(Number);
    assert.ok(
      cells.some((value) => Math.abs(value - first) < 1e-9),
      `${first} in ${cells.slice(0, 20).join()}`,
    );
    await window.screenshot('six-surveys');
  });

  promise('smooth curves stand beside the picture, in a wide and in a narrow panel', async () => {
    await ask(panel(), QUESTIONS[2]);
    await finishedTurns(panel(), 4);
    assert.deepEqual(
      api.conversations().map(({ images }) => images),
      [0, 1, 2, 3, 3, 4, 4, 5],
      'each request has the pictures before it',
    );
    const both = async (name: string): Promise<void> => {
      const figure = panel().locator('figure[data-chart]').last();
      await figure.scrollIntoViewIfNeeded();
      await figure.hover();
      await figure.getByRole('button', { name: 'Compare with picture' }).click();
      const dialog = panel().getByRole('dialog');
      await dialog.getByRole('img', { name: 'Attached picture: screenshot.png' }).waitFor();
      await dialog.locator('img:not(.zoom-hidden)').nth(1).waitFor();
      const drawn = await screenStatistics(dialog);
      assert.ok(showsSomething(drawn), JSON.stringify(drawn));
      await window.screenshot(name);
      await window.page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    };
    await window.resizePanel(290);
    await both('compared-290');
    await window.resizePanel(800);
    await both('compared-wide');
  });
});
