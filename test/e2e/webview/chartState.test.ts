/**
 * What the reader did to an interactive chart stays while events stream, the theme changes, a pane opens, it goes out of
 * sight and comes back. Charts are sharp on every screen. The gallery has all of them.
 */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { themeNamed } from '../../support/themes.ts';
import { screenStatistics, showsSomething } from '../../support/pixels.ts';
import { attempt } from '../../support/vscodeWindow.ts';
import { fourCharts, ZOOMABLE } from './chartScenes.ts';
import { panelFlow } from './flow.ts';
import { type OpenPanel } from './harness.ts';
import { display, Log, panelState, recorded, stdout } from './scenes.ts';

function two(): Log {
  const log = new Log();
  log.ask('Draw');
  log.cell('c1', 'Lines', 'x', [display(recorded.plotlyLine)]);
  log.cell('c2', 'Zoomable', 'x', [display(ZOOMABLE)]);
  return log;
}

/** What the reader sees of the Plotly chart: texts of the x axis, and the opacity of each line of the legend. */
const plotlyLooks = async ({ page }: OpenPanel): Promise<{ ticks: string[]; faded: number }> => {
  await page.locator('.main-svg').first().waitFor();
  const ticks = await page.locator('.xaxislayer-above .xtick').allTextContents();
  const opacities = await page
    .locator('.legend .traces')
    .evaluateAll((traces) => traces.map((trace) => Number(getComputedStyle(trace).opacity)));
  return { ticks, faded: opacities.filter((opacity) => opacity < 1).length };
};

async function zoomPlotly({ page }: OpenPanel): Promise<void> {
  const plot = page.locator('.nsewdrag').first();
  await plot.scrollIntoViewIfNeeded();
  const box = await plot.boundingBox();
  assert.ok(box !== null);
  await page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await page.waitForTimeout(500);
}

const canvas = async ({ page }: OpenPanel): Promise<string> =>
  page
    .locator('canvas')
    .first()
    .evaluate((drawn) => (drawn as unknown as { toDataURL: () => string }).toDataURL());

describe('what the reader did to a chart', () => {
  const { shown } = panelFlow();

  shown(
    'Plotly: a zoom and a hidden trace stay',
    () => ({ state: panelState({ turn: 'running' }), events: two().events, width: 1000, height: 1300 }),
    async (panel) => {
      const { page } = panel;
      await page.locator('.legendtoggle').first().waitFor();
      const untouched = await plotlyLooks(panel);
      await zoomPlotly(panel);
      await page.locator('.legendtoggle').nth(1).click();
      await page.waitForTimeout(800);
      const touched = await plotlyLooks(panel);
      assert.notDeepEqual(touched.ticks, untouched.ticks);
      assert.deepEqual([untouched.faded, touched.faded], [0, 1]);

      const log = two();
      log.write('c3', 'Goes on', 'for …');
      for (let i = 0; i < 20; i++)
        log.add({ type: 'cell_output', cellId: 'c3', output: stdout(`line ${String(i)}\n`) });
      for (const event of log.events.slice(two().events.length))
        await panel.push({ type: 'events', events: [event] });
      assert.deepEqual(await plotlyLooks(panel), touched, 'while events stream');
      await panel.setTheme(themeNamed('light'));
      await page.waitForTimeout(1200);
      assert.deepEqual(await plotlyLooks(panel), touched, 'in another theme');
      await page.getByRole('button', { name: 'Charts', exact: true }).click();
      await page.getByRole('list', { name: 'Charts' }).waitFor();
      await page.waitForTimeout(800);
      assert.equal((await plotlyLooks(panel)).faded, 1, 'beside a pane');
      await page.keyboard.press('Escape');
      await page.waitForTimeout(800);
      assert.deepEqual(await plotlyLooks(panel), touched, 'with the pane closed');
      // Away and back: the page takes the chart down and draws it again.
      await panel.push({ type: 'reset', state: panelState(), events: [] });
      assert.equal(await page.locator('.main-svg').count(), 0);
      await panel.push({ type: 'reset', state: panelState(), events: two().events });
      await page.locator('.legendtoggle').first().waitFor();
      await page.waitForTimeout(1200);
      assert.deepEqual(await plotlyLooks(panel), touched, 'drawn again');
      await page.locator('.nsewdrag').first().dblclick();
      await page.waitForTimeout(800);
      assert.deepEqual((await plotlyLooks(panel)).ticks, untouched.ticks, 'until it is taken back');
    },
  );

  shown(
    'Vega-Lite: a zoom stays',
    () => ({ state: panelState(), events: two().events, width: 700, height: 1300 }),
    async (panel) => {
      const { page } = panel;
      await page.locator('canvas').waitFor();
      await page.locator('canvas').scrollIntoViewIfNeeded();
      await page.waitForTimeout(300);
      const untouched = await canvas(panel);
      const box = await page.locator('canvas').boundingBox();
      assert.ok(box !== null);
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      for (let i = 0; i < 3; i++) await page.mouse.wheel(0, -300);
      await attempt(20_000, async () => assert.ok((await canvas(panel)) !== untouched, 'the wheel zooms'));
      await page.waitForTimeout(500);
      const touched = await canvas(panel);
      await page.mouse.move(5, 5);
      await panel.setTheme(themeNamed('light'));
      await page.waitForTimeout(1000);
      assert.ok((await canvas(panel)) !== touched, 'other colours');
      await panel.setTheme(themeNamed('dark'));
      await page.waitForTimeout(1000);
      assert.ok((await canvas(panel)) === touched, 'the same part of it');
    },
  );
});

describe('charts on a screen with more pixels', () => {
  const { shown } = panelFlow();
  const log = new Log();
  log.ask('Draw');
  log.cell('c1', 'Drawn as a picture', 'x', [
    { output_type: 'display_data', data: recorded.png, metadata: { 'image/png': { width: 350 } } },
  ]);
  log.cell('c2', 'Bars', 'x', [display(recorded.vegaBar)]);
  shown(
    'are sharp',
    () => ({ state: panelState(), events: log.events, width: 700, height: 1300, deviceScaleFactor: 2 }),
    async ({ page }) => {
      await page.locator('canvas').waitFor();
      const ratio = await page.evaluate<number>(
        "(() => { const c = document.querySelector('canvas'); return c.width / c.getBoundingClientRect().width; })()",
      );
      assert.ok(Math.abs(ratio - 2) < 0.02, `${String(ratio)} pixels for one`);
      const picture = await page.evaluate<number>(
        "(() => { const i = document.querySelector('figure img'); return i.naturalWidth / i.getBoundingClientRect().width; })()",
      );
      assert.ok(picture >= 2, `${String(picture)} pixels for one`);
    },
  );
});

describe('the gallery', () => {
  const { shown } = panelFlow();
  const all = fourCharts();

  shown(
    'has every chart, and each looks like itself',
    () => ({ state: panelState(), events: all.events, width: 1000, height: 900 }),
    async (panel) => {
      await panel.push({ type: 'showPane', pane: 'charts' });
      const list = panel.page.getByRole('list', { name: 'Charts' });
      await list.locator('img').nth(3).waitFor();
      assert.deepEqual(await list.locator('.gallery-title').allTextContents(), [
        'Revenue by month',
        'Revenue by region',
        'Zoomable',
        'Orders',
      ]);
      for (const picture of await list.locator('img').all())
        assert.ok(showsSomething(await screenStatistics(picture)));
    },
  );

  shown(
    'by keyboard: arrows go along, Enter shows the chart in the conversation; new charts come by themselves',
    () => ({ state: panelState(), events: all.events, width: 480, height: 700 }),
    async (panel) => {
      const { page } = panel;
      await panel.push({ type: 'showPane', pane: 'charts' });
      const title = async (): Promise<string> =>
        page.evaluate("document.activeElement.querySelector('.gallery-title').textContent");
      // The pane is loaded when it is first opened.
      await page.locator('.gallery-open:focus').waitFor();
      assert.equal(await title(), 'Orders', 'the newest has the focus');
      await page.keyboard.press('ArrowLeft');
      assert.equal(await title(), 'Zoomable');
      await page.keyboard.press('Home');
      assert.equal(await title(), 'Revenue by month');
      await page.keyboard.press('End');
      await page.keyboard.press('ArrowUp');
      assert.notEqual(await title(), 'Orders');
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowRight');
      const log = new Log();
      log.events.push(...all.events);
      const seq = all.events.length + 1;
      const output = display({ ...recorded.png });
      await panel.push({
        type: 'events',
        events: [{ seq, at: Date.now(), type: 'cell_output', cellId: 'c4', output }],
      });
      await page.getByText('5 charts').waitFor();
      assert.equal(await title(), 'Revenue by region', 'the focus stays');
      await page.keyboard.press('Enter');
      await page.locator('.pane').waitFor({ state: 'detached' });
      assert.equal(
        await page.evaluate('document.activeElement.getAttribute("aria-label")'),
        'Chart: Revenue by region',
      );
      assert.ok(await page.locator('figure').nth(1).isVisible());
    },
  );

  const many = new Log();
  many.ask('Draw');
  for (let at = 1; at <= 500; at++)
    many.cell(`c${String(at)}`, `Chart ${String(at)}`, 'x', [
      display({ ...(at % 5 === 0 ? recorded.vegaBar : recorded.png) }),
    ]);
  many.end();
  shown(
    'of 500 charts draws those in sight alone, and keys stay quick',
    () => ({ state: panelState(), events: many.events, width: 1000, height: 900 }),
    async (panel) => {
      const { page } = panel;
      await panel.push({ type: 'showPane', pane: 'charts' });
      await page.getByText('500 charts').waitFor();
      const list = page.getByRole('list', { name: 'Charts' });
      await list.locator('li').last().locator('img').waitFor();
      await page.waitForTimeout(1500);
      const made = await list.locator('img').count();
      assert.ok(made > 4 && made < 60, `${String(made)} pictures`);
      const keyMs = async (key: string): Promise<number> => {
        const start = performance.now();
        for (let i = 0; i < 20; i++) await page.keyboard.press(key);
        return (performance.now() - start) / 20;
      };
      // A key that does nothing says how busy the machine is.
      const idleMs = await keyMs('Shift');
      const perKeyMs = await keyMs('ArrowLeft');
      console.log(
        `gallery of 500: ${String(made)} pictures, ${perKeyMs.toFixed(0)} ms a key, ${idleMs.toFixed(0)} for one that does nothing`,
      );
      assert.ok(perKeyMs < 150 + 2 * idleMs, `${perKeyMs.toFixed(0)} ms a key`);
      await page.keyboard.press('Home');
      await list.locator('li').first().locator('img').waitFor();
    },
  );
});
