/** Parts of the panel that are loaded when they are needed: while they come, when they do not, and tried again. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { cellAnswers } from './cellScenes.ts';
import { fourCharts } from './chartScenes.ts';
import { dataScene, opened } from './dataScenes.ts';
import { inputOf } from './flow.ts';
import { PanelBrowser, type OpenOptions, type OpenPanel } from './harness.ts';
import { chunk, held, missing } from './lazyScenes.ts';
import { networkState, several } from './networkScenes.ts';
import { conversation, display, Log, panelState, recorded } from './scenes.ts';

const SENTENCE = 'This part of the panel could not be loaded. Try again, or reload the window.';

const cellWith = (data: Parameters<typeof display>[0]): Log => {
  const log = new Log();
  log.ask('Show it');
  log.cell('c1', 'Show it', 'show()', [display(data)]);
  log.end();
  return log;
};

interface Part {
  options: () => OpenOptions;
  /** What needs the part. */
  want: (panel: OpenPanel) => Promise<void>;
  /** What is seen when it is there. */
  there: (page: Page) => Locator;
}

const shows = (data: () => Parameters<typeof display>[0], there: Part['there']): Part => ({
  options: () => ({ state: panelState() }),
  want: async (panel) => panel.push({ type: 'events', events: cellWith(data()).events }),
  there,
});

const PARTS: Readonly<Record<string, Part>> = {
  variables: {
    options: () => dataScene(),
    want: async (panel) => panel.push({ type: 'showPane', pane: 'variables' }),
    there: (page) => page.getByRole('grid', { name: 'Variables' }),
  },
  charts: {
    options: () => ({ state: panelState(), events: conversation().events }),
    want: async (panel) => panel.push({ type: 'showPane', pane: 'charts' }),
    there: (page) => page.getByRole('list', { name: 'Charts' }),
  },
  search: {
    options: () => ({ state: panelState(), events: conversation().events }),
    want: async (panel) => panel.push({ type: 'showPane', pane: 'search' }),
    there: (page) => page.getByRole('textbox', { name: 'Find in session' }),
  },
  tableView: {
    options: () => dataScene(),
    want: async (panel) => opened(panel),
    there: (page) => page.locator('#grid-0-0'),
  },
  codeEditor: {
    options: () => ({ state: panelState(), events: conversation().events, answers: cellAnswers }),
    want: async ({ page }) => {
      await page.locator('[data-cell=c1]').focus();
      await page.keyboard.press('Enter');
    },
    there: (page) => page.locator('.cm-focused'),
  },
  plotly: shows(
    () => recorded.plotlyLine,
    (page) => page.locator('.main-svg').first(),
  ),
  vega: shows(
    () => recorded.vegaBar,
    (page) => page.locator('.chart-place canvas, .chart-place svg').first(),
  ),
  json: shows(
    () => ({ 'application/json': { name: 'fit', r2: 0.93 } }),
    (page) => page.getByText('r2'),
  ),
  chartData: {
    options: () => ({ state: panelState(), events: fourCharts().events }),
    want: async (panel) => {
      await panel.page.locator('.main-svg').first().waitFor();
      const chart = Number(await panel.page.locator('figure').nth(1).getAttribute('data-chart'));
      await panel.push({ type: 'chartAction', action: 'showData', chart });
    },
    there: (page) => page.locator('.chart-data tbody tr').first(),
  },
  networkList: {
    options: () => ({ state: networkState() }),
    want: async (panel) => panel.push({ type: 'events', events: several().events }),
    there: (page) => page.locator('.network-list, .network-places').first(),
  },
};

describe('parts that are loaded when they are needed', () => {
  let panels: PanelBrowser;
  before(async () => {
    panels = await PanelBrowser.start();
  });
  after(async () => panels.close());

  for (const [name, { options, want, there }] of Object.entries(PARTS)) {
    it(`${name}: says what to do when it does not come, says that it comes, and is there when tried again`, async () => {
      const panel = await panels.open(options());
      const { page } = panel;
      await missing(page, name);
      await want(panel);
      const alert = page.getByRole('alert').filter({ hasText: SENTENCE });
      await alert.first().waitFor();
      await inputOf(panel).fill('The rest goes on.');
      await page.unroute(chunk(name));

      const letGo = await held(page, name);
      await alert.first().getByText('Try again', { exact: true }).click();
      await alert.first().waitFor({ state: 'detached' });
      await page.locator('[role=status]:visible, [aria-busy=true]').first().waitFor();
      assert.equal(await there(page).count(), 0);
      letGo();
      await there(page).waitFor();
      assert.equal(await inputOf(panel).inputValue(), 'The rest goes on.');
      assert.deepEqual(panel.errors, []);
      await panel.close();
    });
  }

  it('a part that breaks while it is loaded is said to be missing, too', async () => {
    const panel = await panels.open(dataScene());
    await panel.page.route(chunk('variables'), async (route) =>
      route.fulfill({ contentType: 'text/javascript', body: 'throw new Error("broken")' }),
    );
    await panel.push({ type: 'showPane', pane: 'variables' });
    await panel.page.getByRole('alert').filter({ hasText: SENTENCE }).waitFor();
    await inputOf(panel).fill('The rest goes on.');
    assert.deepEqual(panel.errors, []);
    await panel.close();
  });

  it('code is plain without its colours, which come with the next code', async () => {
    const panel = await panels.open({ state: panelState() });
    await missing(panel.page, 'highlightHtml');
    const log = new Log();
    log.ask('Go');
    log.cell('c1', 'First', 'import pandas as pd  # one');
    await panel.push({ type: 'events', events: log.events });
    await panel.page
      .getByRole('alert')
      .filter({ hasText: 'The colours of code could not be loaded.' })
      .waitFor();
    await panel.page.getByText('import pandas as pd').waitFor();
    await panel.page.unroute(chunk('highlightHtml'));
    const count = log.events.length;
    log.cell('c2', 'Second', 'import numpy as np  # two');
    await panel.push({ type: 'events', events: log.events.slice(count) });
    await panel.page.locator('.hljs-comment', { hasText: '# two' }).waitFor();
    assert.deepEqual(panel.errors, []);
    await panel.close();
  });

  it('a formula is its source without the library, which comes with the next formula', async () => {
    const panel = await panels.open({ state: panelState() });
    await missing(panel.page, 'math');
    const log = new Log();
    log.ask('Go');
    log.say('The mean is $\\bar{x}$.', 'first');
    log.end();
    await panel.push({ type: 'events', events: log.events });
    await panel.page
      .getByRole('alert')
      .filter({ hasText: 'Formulas are shown as they were written' })
      .waitFor();
    await panel.page.getByText('\\bar{x}').waitFor();
    await panel.page.unroute(chunk('math'));
    const next = new Log();
    next.ask('Again', [], 't2');
    next.say('The sum is $\\sum x$.', 'second', 't2');
    next.end({ kind: 'finished' }, 't2');
    const from = log.events.length;
    await panel.push({
      type: 'events',
      events: next.events.map((event) => ({ ...event, seq: event.seq + from })),
    });
    await panel.page.locator('math').waitFor();
    assert.deepEqual(panel.errors, []);
    await panel.close();
  });
});
