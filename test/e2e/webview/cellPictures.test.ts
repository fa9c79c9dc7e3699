/** Cells at work, as golden pictures: edited, out of date, inserted, deleted, failing, waiting for a decision. */
import { cellAnswers, ranAgain, worked } from './cellScenes.ts';
import { type OpenOptions, type OpenPanel } from './harness.ts';
import { looks } from './looks.ts';
import { claude, failing, panelState } from './scenes.ts';
import { proofread, queue, waiting } from './turnScenes.ts';

const edit = async ({ page }: OpenPanel): Promise<void> => {
  await page.locator('[data-cell=c1]').focus();
  await page.keyboard.press('Enter');
  await page.locator('.cm-focused').waitFor();
};
const notebook = (): OpenOptions => ({ state: panelState(), events: worked().events, answers: cellAnswers });
const model = { ...claude, effort: 'auto' };

looks('pictures of cells', {
  'cells-edited': {
    heights: [1500, 1400, 1300],
    anew: true,
    open: notebook,
    act: async (panel) => {
      await edit(panel);
      await panel.page.keyboard.press('Control+Home');
      for (let n = 0; n < 2; n++) await panel.page.keyboard.press('Shift+Control+ArrowRight');
    },
  },
  'cells-unread': {
    heights: [640, 600, 560],
    open: () => {
      const log = worked();
      for (const event of ranAgain('u1', '', 'df.dtypes', 4)) log.add(event);
      log.add({ type: 'cell_names', cellId: 'u1', uses: [], sets: [], unread: true });
      return { state: panelState(), events: log.events, answers: cellAnswers };
    },
    act: async ({ page }) => page.locator('[data-cell=u1]').focus(),
  },
  'cells-menu': {
    heights: [640, 600, 600],
    anew: true,
    open: notebook,
    act: async ({ page, picture }) => {
      // What comes late above a cell moves it away from the pointer, and its buttons go.
      await picture();
      await page.locator('[data-cell=c2]').hover();
      await page.locator('[data-cell=c2]').getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menu').waitFor();
    },
  },
  'cells-search': {
    heights: [560, 500, 460],
    anew: true,
    open: notebook,
    act: async (panel) => {
      await edit(panel);
      await panel.page.keyboard.press('Control+f');
      await panel.page.keyboard.type('df');
    },
  },
  'cells-traceback': {
    heights: [900, 800, 760],
    open: () => ({ state: panelState(), events: failing().events, answers: cellAnswers }),
    act: async ({ page }) => {
      await page.locator('.frame-link').first().click();
      await page.locator('.marked-line').waitFor();
      await page.locator('[data-cell=c3]').hover();
    },
  },
  approval: {
    heights: [640, 600, 560],
    open: () => ({
      state: panelState({ model, turn: 'deciding', mode: 'ask', queue }),
      events: waiting().events,
    }),
  },
  'approval-edited': {
    heights: [560, 500, 460],
    open: () => ({ state: panelState({ model, turn: 'deciding', mode: 'ask' }), events: waiting().events }),
    act: async ({ page }) => {
      await page.getByText('Edit', { exact: true }).click();
      await page.locator('.cm-focused').waitFor();
      await page.keyboard.press('Control+End');
      await page.keyboard.type('.head()');
    },
  },
  findings: {
    heights: [500, 560, 700],
    open: () => ({ state: panelState(), events: proofread().events }),
    act: async ({ page }) => page.locator('figure').first().hover(),
  },
});
