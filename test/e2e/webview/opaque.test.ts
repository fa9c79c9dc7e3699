/** Parts of a reply that this version does not know are there, quietly, in every theme. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import { THEMES } from '../../support/themes.ts';
import { panelFlow } from './flow.ts';
import { Log, panelState } from './scenes.ts';

/** Pictures to look at. */
const OUT = join(import.meta.dirname, '../../../test-results/panel');
const NAME = 'web_search_tool_result';
const SUMMARY = `The model sent a part this version does not know: ${NAME}`;

function scene() {
  const log = new Log();
  log.ask('What is new?');
  log.say('I look it up.');
  const part = { type: 'opaque_block' as const, turnId: 't1', blockId: 'o1', kind: NAME };
  log.add({ ...part, json: null });
  log.say('Here is what I found.');
  const block = {
    type: NAME,
    content: [{ url: `https://example.org/${'a'.repeat(200)}`, html: '<img src=x onerror=alert(1)>' }],
  };
  log.add({ ...part, json: JSON.stringify(block, null, 2) });
  log.add({ ...part, blockId: 'o2', kind: 'hologram', json: null });
  log.end();
  return log.events;
}

/** WCAG: of text on what is behind it. */
const contrast = `(() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const [a, b] = [document.querySelector('.opaque summary'), document.body]
    .map((element, i) => luminance(parse(getComputedStyle(element)[i === 0 ? 'color' : 'backgroundColor'])));
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
})()`;

describe('a part of an unknown kind', () => {
  const { shown } = panelFlow();

  for (const theme of THEMES) {
    shown(
      `is one line between the words around it, and opens to what it holds as text (${theme.name})`,
      () => ({ state: panelState(), events: scene(), theme, width: 290, height: 700 }),
      async ({ page }) => {
        const line = page.getByText(SUMMARY);
        await line.waitFor();
        const text = await page.locator('.turn').innerText();
        assert.ok(text.indexOf('I look it up.') < text.indexOf(SUMMARY));
        assert.ok(text.indexOf(SUMMARY) < text.indexOf('Here is what I found.'));
        assert.equal(await page.locator('.opaque pre').count(), 0, 'closed');
        assert.ok((await page.evaluate<number>(contrast)) >= 4.5, 'readable');
        await line.focus();
        await page.keyboard.press('Enter');
        const contents = page.getByRole('region', { name: `Contents of ${NAME}` });
        await contents.waitFor();
        assert.match(await contents.innerText(), /<img src=x onerror=alert\(1\)>/);
        assert.equal(await page.locator('.opaque img').count(), 0);
        const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth');
        assert.equal(wide, false, 'nothing reaches beyond 290 px');
        await mkdir(OUT, { recursive: true });
        await page.screenshot({ path: join(OUT, `opaque-${theme.name}-290.png`) });
      },
    );
  }

  shown(
    'that never arrived whole says so',
    () => ({ state: panelState(), events: scene() }),
    async ({ page }) => {
      await page.getByText('does not know: hologram').click();
      await page.getByText('It did not arrive whole.').waitFor();
    },
  );
});
