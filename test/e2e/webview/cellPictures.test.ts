/** Cells at work in four themes and three widths, as pictures to look at (`test-results/panel/`), and under axe. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { THEMES } from '../../support/themes.ts';
import { seriousProblems } from './axe.ts';
import { cellAnswers, worked } from './cellScenes.ts';
import { PanelBrowser, type OpenOptions, type OpenPanel } from './harness.ts';
import { failing, panelState } from './scenes.ts';

const OUT = join(import.meta.dirname, '../../../test-results/panel');

interface Scene {
  height: number;
  open: () => OpenOptions;
  /** What the user does before the picture is taken. */
  act: (panel: OpenPanel) => Promise<void>;
}

const edit = async ({ page }: OpenPanel): Promise<void> => {
  await page.locator('[data-cell=c1]').focus();
  await page.keyboard.press('Enter');
  await page.locator('.cm-focused').waitFor();
};

const SCENES: Readonly<Record<string, Scene>> = {
  'cells-edited': {
    height: 1600,
    open: () => ({ state: panelState(), events: worked().events, answers: cellAnswers }),
    act: async (panel) => {
      await edit(panel);
      await panel.page.keyboard.press('Control+Home');
      for (let n = 0; n < 2; n++) await panel.page.keyboard.press('Shift+Control+ArrowRight');
    },
  },
  'cells-menu': {
    height: 900,
    open: () => ({ state: panelState(), events: worked().events, answers: cellAnswers }),
    act: async ({ page }) => {
      await page.locator('[data-cell=c2]').hover();
      await page.locator('[data-cell=c2]').getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menu').waitFor();
    },
  },
  'cells-search': {
    height: 700,
    open: () => ({ state: panelState(), events: worked().events, answers: cellAnswers }),
    act: async (panel) => {
      await edit(panel);
      await panel.page.keyboard.press('Control+f');
      await panel.page.keyboard.type('df');
    },
  },
  'cells-traceback': {
    height: 1000,
    open: () => ({ state: panelState(), events: failing().events, answers: cellAnswers }),
    act: async ({ page }) => {
      await page.locator('.frame-link').first().click();
      await page.locator('.marked-line').waitFor();
      await page.locator('[data-cell=c3]').hover();
    },
  },
};

describe('pictures of cells at work', () => {
  let panels: PanelBrowser;
  before(async () => {
    await mkdir(OUT, { recursive: true });
    panels = await PanelBrowser.start();
  });
  after(async () => panels.close());

  for (const theme of THEMES) {
    for (const width of [290, 480, 1100]) {
      for (const [name, { height, open, act }] of Object.entries(SCENES)) {
        it(`${name}, ${theme.name}, ${String(width)} px: fits, and axe finds nothing serious`, async () => {
          const panel = await panels.open({ ...open(), theme, width, height });
          try {
            await act(panel);
            await panel.page.screenshot({ path: join(OUT, `${name}-${theme.name}-${String(width)}.png`) });
            const overflow = await panel.page.evaluate<number>(
              'document.querySelector(".scroller").scrollWidth - document.querySelector(".scroller").clientWidth',
            );
            assert.equal(overflow, 0);
            assert.deepEqual(await seriousProblems(panel.page), []);
            assert.deepEqual(await panel.violations(), []);
            assert.deepEqual(panel.errors, []);
          } finally {
            await panel.close();
          }
        });
      }
    }
  }
});
