/** A chart beside the picture it was made after. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { type Locator } from 'playwright-core';
import { attempt } from '../../support/vscodeWindow.ts';
import { seriousProblems } from './axe.ts';
import { withoutPictures, withPictures } from './compareScenes.ts';
import { panelFlow } from './flow.ts';
import { type OpenPanel } from './harness.ts';

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const boxOf = async (place: Locator): Promise<Box> => {
  const box = await place.boundingBox();
  assert.ok(box !== null);
  return box;
};

/** Opens the comparison of a chart by keyboard. */
async function compare({ page }: OpenPanel, nth: number): Promise<Locator> {
  const figure = page.locator('figure[data-chart]').nth(nth);
  await figure.scrollIntoViewIfNeeded();
  await figure.locator('img').waitFor();
  await figure.hover();
  await figure.getByRole('button', { name: 'Compare with picture' }).focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.locator('img:not(.zoom-hidden)').nth(1).waitFor();
  return dialog;
}

const sides = (dialog: Locator): [original: Locator, chart: Locator] => [
  dialog.getByRole('region', { name: /^Attached picture: / }),
  dialog.getByRole('region', { name: /^Chart: / }),
];
const scrollOf = async (side: Locator): Promise<number> =>
  side.evaluate((place) => place.scrollLeft / Math.max(1, place.scrollWidth - place.clientWidth));

const wide = () => ({ ...withPictures(), width: 900, height: 700 });

describe('a chart beside the attached picture', () => {
  const { shown } = panelFlow();

  shown('is offered where the session has a picture, and nowhere else', withoutPictures, async ({ page }) => {
    await page.getByRole('button', { name: 'Enlarge chart' }).first().waitFor();
    assert.equal(await page.getByRole('button', { name: 'Compare with picture' }).count(), 0);
  });

  shown('stands at one height beside it; Escape gives the focus back', wide, async (panel) => {
    const dialog = await compare(panel, 0);
    const [one, other] = await Promise.all([
      boxOf(dialog.locator('img').nth(0)),
      boxOf(dialog.locator('img').nth(1)),
    ]);
    assert.ok(Math.abs(one.height - other.height) < 1, `${one.height} and ${other.height}`);
    assert.ok(one.x + one.width <= other.x, 'side by side');
    assert.ok(Math.abs(one.width / one.height - 420 / 300) < 0.02, 'not distorted');
    assert.ok(one.x >= 0 && other.x + other.width <= 900, 'both fit');
    assert.deepEqual(await seriousProblems(panel.page), []);
    await panel.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    assert.equal(
      await panel.page.evaluate('document.activeElement.getAttribute("aria-label")'),
      'Compare with picture',
    );
    assert.deepEqual(await panel.posted('stop'), [], 'Escape stops nothing');
  });

  shown(
    'stands below it in a narrow panel',
    () => ({ ...withPictures(), width: 400, height: 700 }),
    async (panel) => {
      const dialog = await compare(panel, 0);
      const [one, other] = [
        await boxOf(dialog.locator('img').nth(0)),
        await boxOf(dialog.locator('img').nth(1)),
      ];
      assert.ok(one.y + one.height <= other.y, 'one above the other');
      assert.ok(Math.abs(one.height - other.height) < 1);
    },
  );

  shown('is enlarged and moved together with it, from either side', wide, async (panel) => {
    const { page } = panel;
    const dialog = await compare(panel, 0);
    const [original, chart] = sides(dialog);
    const fitted = (await boxOf(dialog.locator('img').nth(1))).height;
    for (let n = 0; n < 3; n++) await page.keyboard.press('+');
    await page.waitForTimeout(100);
    const [one, other] = [
      await boxOf(dialog.locator('img').nth(0)),
      await boxOf(dialog.locator('img').nth(1)),
    ];
    assert.ok(Math.abs(other.height / fitted - 1.5 ** 3) < 0.02);
    assert.ok(Math.abs(one.height - other.height) < 1);
    // By keys on one side, by the pointer on the other.
    const before = await scrollOf(chart);
    for (let n = 0; n < 4; n++) await page.keyboard.press('ArrowRight');
    await page.waitForTimeout(500);
    assert.ok((await scrollOf(chart)) > before + 0.02, 'the chart follows');
    assert.ok(Math.abs((await scrollOf(original)) - (await scrollOf(chart))) < 0.02);
    const place = await boxOf(chart);
    await page.mouse.move(place.x + 100, place.y + 100);
    await page.mouse.down();
    await page.mouse.move(place.x + 300, place.y + 100, { steps: 4 });
    await page.mouse.up();
    await page.waitForTimeout(200);
    assert.ok(Math.abs((await scrollOf(original)) - (await scrollOf(chart))) < 0.02);
    assert.ok((await scrollOf(original)) < before, 'dragged back to the left');
    await page.mouse.wheel(0, 400);
    await attempt(20_000, async () => {
      const smaller = (await boxOf(dialog.locator('img').nth(0))).height;
      assert.ok(smaller < one.height, 'the wheel over the chart counts for both');
    });
    await page.keyboard.press('0');
    assert.ok(Math.abs((await boxOf(dialog.locator('img').nth(1))).height - fitted) < 1);
  });

  shown('begins with the picture of its own question; another can be chosen', wide, async (panel) => {
    const first = await compare(panel, 0);
    const choice = first.getByRole('combobox', { name: 'Picture to compare with' });
    assert.equal(await choice.locator('option:checked').innerText(), '1. polls.png');
    await panel.page.keyboard.press('Escape');
    await first.waitFor({ state: 'detached' });
    const second = await compare(panel, 1);
    assert.equal(await choice.locator('option:checked').innerText(), '2. pasted-1.png');
    await choice.selectOption({ label: '1. polls.png' });
    await second.getByRole('region', { name: 'Attached picture: polls.png' }).waitFor();
    await second.locator('img:not(.zoom-hidden)').nth(1).waitFor();
  });

  shown(
    'says so when the picture is not kept any more',
    () => ({ ...wide(), answers: {} }),
    async ({ page }) => {
      const figure = page.locator('figure[data-chart]').first();
      await figure.locator('img').waitFor();
      await figure.hover();
      await figure.getByRole('button', { name: 'Compare with picture' }).click();
      await page.getByText('This picture is not kept any more.').waitFor();
      await page.getByRole('dialog').locator('img:not(.zoom-hidden)').waitFor();
    },
  );
});
