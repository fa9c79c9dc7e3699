/** What lies beside the conversation, as golden pictures: variables, values, tables, charts, hits; parts that are not there. */
import { framesLater, HIT_FRAMES } from '../../support/stillPicture.ts';
import { fourCharts } from './chartScenes.ts';
import { cellAt, dataScene, opened, withOtherLanguages } from './dataScenes.ts';
import { type OpenPanel } from './harness.ts';
import { bare, held, missing, needyWithout } from './lazyScenes.ts';
import { looks } from './looks.ts';
import { conversation, panelState } from './scenes.ts';

const grid = async (panel: OpenPanel): Promise<void> => {
  await opened(panel);
  await cellAt(panel, 2, 1).click();
  await panel.page.keyboard.press('Shift+ArrowDown');
};

const gallery = async (panel: OpenPanel): Promise<void> => {
  await panel.push({ type: 'showPane', pane: 'charts' });
  await panel.page.getByRole('list', { name: 'Charts' }).locator('img').nth(3).waitFor();
};

looks('pictures of panes', {
  variables: {
    heights: [420, 400, 400],
    open: () => dataScene({ events: conversation().events }),
    act: async (panel) => opened(panel, null),
  },
  'variables-languages': {
    heights: [560, 520, 520],
    open: () => dataScene({ events: conversation().events }),
    act: async (panel) => {
      await withOtherLanguages(panel);
      await opened(panel, null);
      await panel.page.getByRole('rowheader', { name: 'Bash', exact: true }).waitFor();
    },
  },
  value: {
    heights: [420, 400, 400],
    open: () => dataScene({ events: conversation().events }),
    act: async (panel) => {
      await opened(panel, 'config');
      await panel.page.getByText('depth: ').waitFor();
    },
  },
  grid: {
    heights: [560, 500, 500],
    anew: true,
    open: () => dataScene({ events: conversation().events }),
    act: grid,
  },
  'grid-column': {
    heights: [720, 700, 640],
    anew: true,
    open: () => dataScene({ events: conversation().events }),
    act: async (panel) => {
      await grid(panel);
      await panel.page.keyboard.press('Alt+ArrowDown');
      const column = panel.page.getByRole('region', { name: 'Column value' });
      await column.getByRole('combobox').selectOption('between');
      await column.getByRole('textbox', { name: 'From' }).fill('10');
      await column.getByRole('textbox', { name: 'To' }).fill('20');
      await panel.page.keyboard.press('Enter');
      await panel.page.getByText('1,000 match').waitFor();
    },
  },
  gallery: {
    heights: [900, 760, 640],
    open: () => ({ state: panelState(), events: fourCharts().events }),
    act: gallery,
  },
  'chart-data': {
    heights: [900, 900, 900],
    open: () => ({ state: panelState(), events: fourCharts().events }),
    act: async (panel) => {
      const figure = panel.page.locator('figure').nth(1);
      await panel.page.locator('.main-svg').first().waitFor();
      await panel.push({
        type: 'chartAction',
        action: 'showData',
        chart: Number(await figure.getAttribute('data-chart')),
      });
      await panel.page.locator('.chart-data tbody tr').first().waitFor();
      await figure.evaluate((element) => element.scrollIntoView({ block: 'start' }));
      await figure.hover({ position: { x: 20, y: 20 } });
    },
  },
  search: {
    heights: [760, 700, 640],
    anew: true,
    open: () => ({ state: panelState(), events: conversation().events }),
    act: async (panel) => {
      await panel.push({ type: 'showPane', pane: 'search' });
      await panel.page.locator('.search-pane input:focus').waitFor();
      await panel.page.keyboard.type('month');
      await panel.page.locator('#search-count').filter({ hasText: '16 hits in' }).waitFor();
      for (let n = 1; n <= 4; n++) {
        await panel.page.keyboard.press('Enter');
        await panel.page
          .locator('#search-count')
          .filter({ hasText: `${n} of ` })
          .waitFor();
      }
      await framesLater(panel.page, HIT_FRAMES);
    },
  },
  'pane-missing': {
    heights: [340, 320, 320],
    open: () => dataScene({ events: conversation().events }),
    act: async (panel) => {
      await missing(panel.page, 'variables');
      await panel.push({ type: 'showPane', pane: 'variables' });
      await panel.page.getByText('Try again', { exact: true }).waitFor();
    },
  },
  'parts-missing': {
    heights: [900, 840, 820],
    open: bare,
    act: async (panel) => {
      await needyWithout(panel, missing);
      await panel.page.getByText('Try again', { exact: true }).nth(2).waitFor();
      await panel.page.getByText('Formulas are shown as they were written').waitFor();
    },
  },
  'parts-coming': {
    heights: [700, 660, 640],
    open: bare,
    act: async (panel) => needyWithout(panel, held),
  },
});
