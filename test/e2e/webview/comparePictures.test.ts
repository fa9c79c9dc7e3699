/** A chart beside the attached picture, as golden pictures. */
import { withPictures } from './compareScenes.ts';
import { looks } from './looks.ts';

looks('pictures of comparisons', {
  compare: {
    heights: [620, 620, 560],
    anew: true,
    open: withPictures,
    act: async ({ page }) => {
      const figure = page.locator('figure[data-chart]').nth(1);
      await figure.scrollIntoViewIfNeeded();
      await figure.locator('img').waitFor();
      await figure.hover();
      await figure.getByRole('button', { name: 'Compare with picture' }).click();
      await page.getByRole('dialog').locator('img:not(.zoom-hidden)').nth(1).waitFor();
    },
  },
});
