/** Attachments in every theme at the width of a side bar, as pictures to look at: `test-results/panel/`. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { THEMES } from '../../support/themes.ts';
import { showsSomething, statisticsOf } from '../../support/pixels.ts';
import { PanelBrowser, type OpenOptions } from './harness.ts';
import { inputOf } from './flow.ts';
import { Log, panelState, recorded } from './scenes.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const OUT = join(import.meta.dirname, '../../../test-results/panel');
const IMAGE = { name: 'dashboard.png', mediaType: 'image/png' as const, bytes: 1000, sha256: 'a'.repeat(64) };
const SECOND = { ...IMAGE, name: 'pasted-1.png', sha256: 'b'.repeat(64) };

function options(): OpenOptions {
  const log = new Log();
  log.add({
    type: 'user_message',
    turnId: 't1',
    intent: 'ask',
    text: 'Why do these lines of @sales.csv not fit the dashboard?',
    files: [
      { label: 'data/sales.csv', containerPath: '/workspace/data/sales.csv' },
      { label: 'a/b/the-annual-report-of-the-whole-company.pdf', containerPath: '/workspace/a/b/r.pdf' },
    ],
    images: [IMAGE, SECOND],
    selections: [
      {
        label: 'data/sales.csv',
        containerPath: '/workspace/data/sales.csv',
        startLine: 120,
        endLine: 140,
        text: 'North,3',
        totalChars: 7,
        unsaved: false,
      },
    ],
  });
  log.add({
    type: 'notice',
    level: 'info',
    text: 'Not sent, because this model does not look at pictures: 2 pictures.',
  });
  return {
    state: panelState(),
    events: log.events,
    saved: {
      draft: {
        text: '',
        files: [
          { id: 'f', label: 'data/sales.csv' },
          { id: 's', label: 'data/sales.csv:3-10' },
        ],
        images: [{ id: SECOND.sha256, name: 'pasted-1.png' }],
      },
    },
    answers: {
      imageData: { mediaType: 'image/png', base64: recorded.png['image/png'] },
      findFiles: {
        files: [
          { id: '1', label: 'data/sales.csv' },
          { id: '2', label: 'data/archive/of/many/years/sales-2019-with-a-long-name.parquet' },
          { id: '3', label: 'notes.md' },
        ],
      },
    },
  };
}

describe('pictures of attachments', () => {
  let panels: PanelBrowser;
  before(async () => {
    await mkdir(OUT, { recursive: true });
    panels = await PanelBrowser.start();
  });
  after(async () => panels.close());

  for (const theme of THEMES) {
    it(`${theme.name}, 290 px: chips, thumbnails, the list of a mention, the place to drop`, async () => {
      const panel = await panels.open({ ...options(), theme, width: 290, height: 640 });
      const { page } = panel;
      await page.getByRole('img', { name: 'Attached picture: pasted-1.png' }).last().waitFor();
      await inputOf(panel).pressSequentially('Compare with @sal');
      await page.getByRole('listbox').waitFor();
      const open = await page.screenshot({ path: join(OUT, `attach-${theme.name}-290.png`) });
      assert.ok(showsSomething(await statisticsOf(panels.browser, open)));
      assert.equal(
        await page.evaluate<number>('document.body.scrollWidth - document.body.clientWidth'),
        0,
        'nothing is wider than the panel',
      );
      await page.evaluate(AXE);
      const serious = await page.evaluate<string[]>(
        `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')))`,
      );
      assert.deepEqual(serious, [], 'what axe finds');
      await page.keyboard.press('Escape');
      await page.evaluate(`document.body.dispatchEvent(new DragEvent('dragover', {
        bubbles: true, cancelable: true,
        dataTransfer: (() => { const data = new DataTransfer(); data.setData('text/uri-list', 'file:///a.csv'); return data; })(),
      }))`);
      await page.getByTestId('drop-zone').waitFor();
      await page.screenshot({ path: join(OUT, `attach-drop-${theme.name}-290.png`) });
      assert.deepEqual(await panel.violations(), []);
      assert.deepEqual(panel.errors, []);
      await panel.close();
    });
  }
});
