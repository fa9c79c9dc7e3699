/** Pages of a PDF in the panel: the first without asking, others by button and key, in what was drawn also later. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { type Locator } from 'playwright-core';
import { panelFlow } from './flow.ts';
import { type OpenPanel } from './harness.ts';
import { pdfScene, pdfTroubles, report } from './pdfScenes.ts';

const output = ({ page }: OpenPanel): Locator =>
  page.getByRole('group', { name: 'Pages of Show the report' });
const picture = (place: Locator, name: string): Locator => place.getByRole('img', { name, exact: true });
const asked = async ({ page }: OpenPanel): Promise<number[]> =>
  page.evaluate<number[]>('window.__asked ?? []');
const set = async ({ page }: OpenPanel, code: string): Promise<void> =>
  page.evaluate(`(() => { ${code}; })()`);

describe('pages of a PDF', () => {
  const { shown } = panelFlow();

  shown('the first is there without asking, sharp and with its words', pdfScene, async (panel) => {
    const first = picture(output(panel), 'Page 1 of 3 of Show the report');
    await first.waitFor();
    assert.deepEqual(await asked(panel), []);
    const box = await first.evaluate((img: HTMLImageElement) => [img.naturalWidth, img.clientWidth]);
    assert.equal(box[0], 1568);
    assert.ok((box[1] ?? 0) <= report.pages[0].width + 1, 'no larger than its paper');
    await panel.page.getByText('3 pages, ').waitFor();
    await panel.page.getByRole('group', { name: 'PDF document' }).getByRole('button').click();
    await panel.page.waitForFunction('window.__posted.some(({ name }) => name === "saveImage")');
    const [saved] = await panel.posted('saveImage');
    assert.equal(saved?.params['base64'], report.pdf);
  });

  shown('by the keyboard alone: buttons, Page Down, End, and the focus stays', pdfScene, async (panel) => {
    const place = output(panel);
    const { page } = panel;
    await place.getByRole('button', { name: 'Next page' }).focus();
    await page.keyboard.press('Enter');
    await picture(place, 'Page 2 of 3 of Show the report').waitFor();
    await place.getByRole('status').getByText('Page 2 of 3', { exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await picture(place, 'Page 3 of 3 of Show the report').waitFor();
    // The button cannot be pressed any more.
    await page.waitForFunction('document.activeElement?.className === "pdf-pages"');
    await set(panel, 'document.addEventListener("focusin", () => { window.__moved = true; })');
    await page.keyboard.press('PageUp');
    await picture(place, 'Page 2 of 3 of Show the report').waitFor();
    await page.keyboard.press('Home');
    await picture(place, 'Page 1 of 3 of Show the report').waitFor();
    await page.keyboard.press('End');
    await picture(place, 'Page 3 of 3 of Show the report').waitFor();
    assert.deepEqual(await asked(panel), [2, 3], 'what was drawn is not asked for again');
    assert.equal(
      await page.evaluate('window.__moved'),
      undefined,
      'the keys are not those of the conversation, too',
    );
  });

  shown('the newest wish counts, whatever comes first', pdfScene, async (panel) => {
    const place = output(panel);
    await set(panel, 'window.__hold = new Promise((done) => { window.__free = done; })');
    await place.getByRole('button', { name: 'Next page' }).click();
    await place.getByRole('status').getByText('Drawing page 2…').waitFor();
    await place.focus();
    await panel.page.keyboard.press('Home');
    await place.getByRole('status').getByText('Page 1 of 3').waitFor();
    await set(panel, 'window.__free()');
    await panel.page.waitForFunction('window.__posted.some(({ name }) => name === "pdfPage")');
    await panel.page.evaluate('new Promise((done) => setTimeout(() => requestAnimationFrame(done)))');
    assert.equal(await picture(place, 'Page 1 of 3 of Show the report').count(), 1);
  });

  shown('while a cell runs the page stays, with a way to try again', pdfScene, async (panel) => {
    const place = output(panel);
    await set(panel, 'window.__refuse = { ok: false, reason: "busy", problem: "" }');
    await place.getByRole('button', { name: 'Next page' }).click();
    await place.getByText('Page 2 can be drawn when the cell that runs has ended.').waitFor();
    assert.equal(await picture(place, 'Page 1 of 3 of Show the report').count(), 1);
    await set(panel, 'window.__refuse = undefined');
    await place.getByRole('button', { name: 'Try again' }).click();
    await picture(place, 'Page 2 of 3 of Show the report').waitFor();
    assert.equal(await place.getByText('can be drawn').count(), 0);
  });

  shown('a click enlarges, Escape gives the focus back', pdfScene, async (panel) => {
    const place = output(panel);
    await place.getByRole('button', { name: 'Enlarge page' }).focus();
    await panel.page.keyboard.press('Enter');
    const dialog = panel.page.getByRole('dialog', { name: 'Page 1 of 3 of Show the report' });
    await dialog.getByRole('img').waitFor();
    await panel.page.keyboard.press('1');
    await dialog.getByText('100 %').waitFor();
    await panel.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await panel.page.waitForFunction('document.activeElement?.getAttribute("aria-label") === "Enlarge page"');
  });

  shown('a file that a cell made shows its pages, and hides them', pdfScene, async (panel) => {
    const { page } = panel;
    const button = page.getByRole('button', { name: 'Show pages of report.pdf' });
    await button.click();
    const place = page.getByRole('group', { name: 'Pages of report.pdf' });
    await picture(place, 'Page 1 of 3 of report.pdf').waitFor();
    assert.equal(await button.getAttribute('aria-expanded'), 'true');
    const [first] = await panel.posted('pdfPage');
    assert.match(JSON.stringify(first?.params['pdf']), /^{"sha256":"[0-9a-f]{64}"}$/);
    await place.getByRole('button', { name: 'Next page' }).click();
    await picture(place, 'Page 2 of 3 of report.pdf').waitFor();
    await button.click();
    await place.waitFor({ state: 'detached' });
    await button.click();
    await picture(place, 'Page 2 of 3 of report.pdf').waitFor();
    assert.deepEqual(await asked(panel), [1, 2], 'where it was left, without asking');
  });

  shown('what cannot be drawn says why, and offers what may help', pdfTroubles, async ({ page }) => {
    await page.getByText('The PDF asks for a password, so its pages cannot be shown.').waitFor();
    await page.getByText('Drawing page 1 took too long and was ended.').waitFor();
    await page.getByText('The sandbox, which draws page 1, is not running.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Try again' }).count(), 2);
    assert.equal(await page.getByRole('group', { name: 'PDF document' }).getByRole('button').count(), 3);
  });
});
