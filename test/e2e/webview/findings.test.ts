/** What the sandbox noticed about a chart stands below it, as text. Pictures: `test-results/findings/`. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import { FIGURE_MIME, type Figure } from '../../../src/shared/outputs.ts';
import { THEMES } from '../../support/themes.ts';
import { panelFlow } from './flow.ts';
import { display, Log, panelState, recorded } from './scenes.ts';

const OUT = join(import.meta.dirname, '../../../test-results/findings');

function charts(): Log {
  const findings: Figure['findings'] = [
    {
      kind: 'ticks',
      sentence: '12 of 24 tick labels of the x axis of subplot 1 ("<b>Sold</b>") overlap: rotate them.',
      axes: 0,
    },
    { kind: 'empty', sentence: 'Nothing is drawn in subplot 2: draw in it, or remove it.', axes: 1 },
  ];
  const figure: Figure = { title: '', axes: [], findings, size: { widthInches: 8, heightInches: 5 } };
  const log = new Log();
  log.ask('How did revenue develop?', ['data/sales.csv']);
  log.cell('c1', 'Revenue by month', 'draw()', [
    display({ ...recorded.png, [FIGURE_MIME]: figure }),
    display({ ...recorded.png, [FIGURE_MIME]: { ...figure, findings: [] } }),
  ]);
  log.end();
  return log;
}

describe('what was noticed in a chart', () => {
  const { shown } = panelFlow();
  for (const theme of THEMES) {
    for (const width of [290, 800]) {
      shown(
        `one quiet line below it, and none where nothing was found: ${theme.name}, ${String(width)} px`,
        () => ({ state: panelState(), events: charts().events, theme, width, height: 900 }),
        async ({ page }) => {
          const lines = page.locator('.findings');
          assert.deepEqual(await lines.allTextContents(), [
            'Noticed in this chart: 12 of 24 tick labels of the x axis of subplot 1 ("<b>Sold</b>") overlap; nothing is drawn in subplot 2.',
          ]);
          assert.equal(await page.getByRole('img').count(), 2);
          const box = await lines.boundingBox();
          assert.ok(box !== null && box.x >= 0 && box.x + box.width <= width, JSON.stringify(box));
          await mkdir(OUT, { recursive: true });
          await page.screenshot({ path: join(OUT, `${theme.name}-${String(width)}.png`) });
        },
      );
    }
  }
});
