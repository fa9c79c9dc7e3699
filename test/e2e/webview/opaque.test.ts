/** Parts of a reply that this version does not know are there, quietly. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { panelFlow } from './flow.ts';
import { Log, panelState } from './scenes.ts';

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

describe('a part of an unknown kind', () => {
  const { shown } = panelFlow();

  shown(
    'is one line between the words around it, and opens to what it holds as text',
    () => ({ state: panelState(), events: scene(), width: 290, height: 700 }),
    async ({ page }) => {
      const line = page.getByText(SUMMARY);
      await line.waitFor();
      const text = await page.locator('.turn').innerText();
      assert.ok(text.indexOf('I look it up.') < text.indexOf(SUMMARY));
      assert.ok(text.indexOf(SUMMARY) < text.indexOf('Here is what I found.'));
      assert.equal(await page.locator('.opaque pre').count(), 0, 'closed');
      await line.focus();
      await page.keyboard.press('Enter');
      const contents = page.getByRole('region', { name: `Contents of ${NAME}` });
      await contents.waitFor();
      assert.match(await contents.innerText(), /<img src=x onerror=alert\(1\)>/);
      assert.equal(await page.locator('.opaque img').count(), 0);
      const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth');
      assert.equal(wide, false, 'nothing reaches beyond 290 px');
    },
  );

  shown(
    'that never arrived whole says so',
    () => ({ state: panelState(), events: scene() }),
    async ({ page }) => {
      await page.getByText('does not know: hologram').click();
      await page.getByText('It did not arrive whole.').waitFor();
    },
  );
});
