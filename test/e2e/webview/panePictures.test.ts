/** What lies beside the conversation, as golden pictures: variables, values, tables, charts, hits. */
import { fourCharts } from './chartScenes.ts';
import { cellAt, dataScene, opened, withOtherLanguages } from './dataScenes.ts';
import { type OpenPanel } from './harness.ts';
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
    sizes: { 290: 420, 480: 400, 1100: 400 },
    open: () => dataScene({ events: conversation().events }),
    act: async (panel) => opened(panel, null),
  },
  'variables-languages': {
    sizes: { 290: 560, 1100: 520 },
    open: () => dataScene({ events: conversation().events }),
    act: async (panel) => {
      await withOtherLanguages(panel);
      await opened(panel, null);
      await panel.page.getByRole('rowheader', { name: 'Bash', exact: true }).waitFor();
    },
  },
  value: {
    sizes: { 290: 420, 1100: 400 },
    open: () => dataScene({ events: conversation().events }),
    act: async (panel) => {
      await opened(panel, 'config');
      await panel.page.getByText('depth: ').waitFor();
    },
  },
  grid: {
    sizes: { 290: 560, 480: 500, 1100: 500 },
    open: () => dataScene({ events: conversation().events }),
    act: grid,
  },
  'grid-column': {
    sizes: { 290: 720, 480: 700, 1100: 640 },
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
    sizes: { 290: 900, 480: 760, 1100: 640 },
    open: () => ({ state: panelState(), events: fourCharts().events }),
    act: gallery,
  },
  'chart-data': {
    sizes: { 290: 900, 1100: 900 },
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
    sizes: { 290: 760, 480: 700, 1100: 640 },
    open: () => ({ state: panelState(), events: conversation().events }),
    act: async (panel) => {
      await panel.push({ type: 'showPane', pane: 'search' });
      await panel.page.getByRole('textbox', { name: 'Find in session' }).waitFor();
      await panel.page.keyboard.type('month');
      await panel.page.locator('#search-count').filter({ hasText: '16 hits in' }).waitFor();
      for (let n = 1; n <= 4; n++) {
        await panel.page.keyboard.press('Enter');
        await panel.page
          .locator('#search-count')
          .filter({ hasText: `${n} of ` })
          .waitFor();
      }
      await panel.page.waitForTimeout(700);
    },
  },
});
