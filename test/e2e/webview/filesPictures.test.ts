/** Files with their versions, as golden pictures. */
import { versionedScene } from './filesScenes.ts';
import { type OpenPanel } from './harness.ts';
import { looks } from './looks.ts';

const opened = async ({ page, push }: OpenPanel, name: RegExp): Promise<void> => {
  await push({ type: 'showPane', pane: 'files' });
  await page.getByRole('complementary', { name: 'Files' }).getByRole('button', { name }).click();
};

looks('pictures of files', {
  'files-table': {
    heights: [620, 620, 620],
    open: () => versionedScene(),
    act: async (panel) => {
      await opened(panel, /^report\.xlsx/);
      await panel.page.getByRole('button', { name: 'Compare version 2 of report.xlsx' }).click();
      await panel.page.getByText('2 cells changed, 1 row added.').waitFor();
    },
  },
  'files-pictures': {
    heights: [620, 620, 620],
    open: () => versionedScene(),
    act: async (panel) => {
      await opened(panel, /^chart\.png/);
      await panel.page.getByRole('button', { name: 'Compare version 2 of chart.png' }).click();
      await panel.page.getByRole('img', { name: 'chart.png, version 1' }).waitFor();
      await panel.page.getByRole('img', { name: 'chart.png, version 2' }).waitFor();
    },
  },
  'files-preview': {
    heights: [620, 620, 620],
    open: () => versionedScene(),
    act: async ({ page, push }) => {
      await push({ type: 'showPane', pane: 'files' });
      await page.getByRole('button', { name: 'Preview chart.png' }).press('Enter');
      await page.getByRole('img', { name: 'chart.png, version 2' }).waitFor();
    },
  },
  'files-grid': {
    heights: [620, 620, 620],
    open: () => versionedScene(),
    act: async ({ page, push }) => {
      await push({ type: 'showPane', pane: 'files' });
      await page.getByRole('button', { name: 'Preview report.xlsx' }).press('Enter');
      await page.getByRole('region', { name: 'Cells of report.xlsx, Sales' }).waitFor();
    },
  },
  'files-receipts': {
    heights: [1300, 1200, 1100],
    open: () => versionedScene(),
    act: async ({ page }) => {
      await page.getByRole('button', { name: 'notes.md: +2 −1 lines' }).press('Enter');
      await page.locator('.diff-added').first().waitFor();
    },
  },
});
