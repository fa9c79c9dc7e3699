/** What the sandbox noticed about a chart stands below it, as text. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { panelFlow } from './flow.ts';
import { panelState } from './scenes.ts';
import { proofread } from './turnScenes.ts';

describe('what was noticed in a chart', () => {
  const { shown } = panelFlow();
  shown(
    'one quiet line below it, and none where nothing was found',
    () => ({ state: panelState(), events: proofread().events, width: 290, height: 900 }),
    async ({ page }) => {
      assert.deepEqual(await page.locator('.findings').allTextContents(), [
        'Noticed in this chart: 12 of 24 tick labels of the x axis of subplot 1 ("<b>Sold</b>") overlap; nothing is drawn in subplot 2.',
      ]);
      assert.equal(await page.getByRole('img').count(), 2);
    },
  );
});
