/** What files are made of: above the answer, by keyboard, with thousands of columns. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PanelBrowser } from './harness.ts';
import { held } from './lazyScenes.ts';
import { profiled, sales, wide } from './profileScenes.ts';
import { claude, panelState } from './scenes.ts';

describe('the card of what files are made of', () => {
  let browser: PanelBrowser;
  before(async () => {
    browser = await PanelBrowser.start();
  });
  after(async () => browser.close());

  it('that comes late does not move an answer that is opened where it was left', async () => {
    const log = profiled();
    log.say(Array.from({ length: 80 }, (_, at) => `Paragraph ${at}.`).join('\n\n'));
    log.end();
    const key = log.events.find(({ type }) => type === 'turn_started')?.seq ?? 0;
    const panel = await browser.open({ state: panelState({ model: claude }), height: 600 });
    const { page } = panel;
    const comes = await held(page, 'profileCard');
    await panel.push({
      type: 'reset',
      state: panelState({ model: claude, sessionId: 's2' }),
      events: log.events,
      view: { draft: { text: '', files: [], images: [] }, place: { key, offsetPx: 700 } },
    });
    await page.locator('.missing').waitFor();
    await page.waitForTimeout(500);
    comes();
    await page.locator('section.profile').waitFor();
    await page.waitForTimeout(500);
    const top = await page.locator(`[data-key="${String(key)}"]`).evaluate((element) => {
      const scroller = element.closest('.scroller') ?? element;
      return element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    });
    assert.ok(Math.abs(top + 700) < 4, `${String(top)} px`);
    await panel.close();
  });

  it('stands between question and answer, and opens by keyboard', async () => {
    const log = profiled();
    log.say('South.');
    log.end();
    const { page } = await browser.open({ state: panelState({ model: claude }), events: log.events });
    const card = page.getByRole('region', { name: 'Data files' });
    await card.waitFor();
    assert.match(
      await page.locator('[role=feed]').innerText(),
      /Which region[^]*15,000,000 rows × 6 columns[^]*South\./,
    );
    assert.match(await card.innerText(), /delimiter semicolon[^]*3 lines have fewer values/);
    assert.match(await card.innerText(), /damaged or incomplete/);
    await card.locator('summary').first().focus();
    await page.keyboard.press('Enter');
    const table = card.getByRole('table').first();
    await table.waitFor();
    const header = await table.getByRole('columnheader').allInnerTexts();
    assert.deepEqual(header, ['Column', 'Type', 'Missing', 'Distinct', 'Range', 'Most frequent']);
    const revenue = table.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'revenue' }) });
    assert.deepEqual(await revenue.getByRole('cell').allInnerTexts(), [
      'number',
      '5%',
      '≈ 99,871',
      '-12.5 – 999.99 €',
      '–',
    ]);
    assert.equal(await table.getByRole('rowheader', { name: /^id\s*likely key$/ }).count(), 1);
    const rare = table.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'region' }) });
    assert.equal(await rare.getByRole('cell').nth(1).innerText(), '< 0.1%');
  });

  it('takes the figures of all rows in place of those of a sample: open as it was, where it was, without a word', async () => {
    const log = profiled([{ ...sales, rows: 20_000, ofRows: 14_800_000, ofRowsExact: false, pending: true }]);
    log.say('South.');
    log.end();
    const panel = await browser.open({ state: panelState({ model: claude }), events: log.events });
    const { page } = panel;
    const card = page.getByRole('region', { name: 'Data files' });
    await card.getByText('20,000 of about 14,800,000 rows × 6 columns').waitFor();
    await card.locator('summary').focus();
    await page.keyboard.press('Enter');
    await card.getByRole('table').waitFor();
    const said = await page.getByTestId('live').innerText();
    const before = log.events.length;
    log.add({ type: 'files_profiled', turnId: 't1', files: [sales], replaces: true });
    await panel.push({ type: 'events', events: log.events.slice(before) });
    await card.getByText('15,000,000 rows × 6 columns', { exact: true }).waitFor();
    assert.equal(await page.locator('.profile-file').count(), 1);
    assert.ok(await card.getByRole('table').isVisible(), 'still open');
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'SUMMARY');
    assert.equal(await page.getByTestId('live').innerText(), said);
    await panel.close();
    // What is stored is shown as it was last.
    const again = await browser.open({ state: panelState({ model: claude }), events: log.events });
    await again.page.getByText('15,000,000 rows × 6 columns', { exact: true }).waitFor();
    assert.equal(await again.page.locator('.profile').count(), 1);
    await again.close();
  });

  it('shows a part of thousands of columns, finds one, and says what is not listed', async () => {
    const { page } = await browser.open({
      state: panelState({ model: claude }),
      events: profiled([wide(5000)]).events,
    });
    await page.locator('.profile summary').click();
    const names = page.getByRole('table').getByRole('rowheader');
    await names.first().waitFor();
    assert.equal(await names.count(), 40);
    await page.getByLabel('Find a column').fill('sensor_4321');
    await page.getByText('1 of 5,000').waitFor();
    assert.deepEqual(await names.allInnerTexts(), ['sensor_4321']);
    await page.getByLabel('Find a column').fill('');
    await page.getByText('Show all 5,000 columns').click();
    await page.waitForFunction(() => document.querySelectorAll('.profile tbody tr').length === 5000);
    await page.getByText('7 more columns are not listed.').waitFor();
  });
});
