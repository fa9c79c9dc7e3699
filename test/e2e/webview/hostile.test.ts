/**
 * Nothing that the kernel or the model writes runs script, sends anything, covers the controls, takes the place of a
 * part of the panel, or freezes it. The whole corpus in the built panel; `test/e2e/vscode/hostile.test.ts` has it in VS Code.
 */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Page } from 'playwright-core';
import { type PanelState } from '../../../src/shared/protocol.ts';
import { Canary } from '../../support/canary.ts';
import { CORPUS } from '../../support/hostileCorpus.ts';
import { controlsCovered, pwnedFrames } from '../../support/hostileChecks.ts';
import { type Row } from '../../support/hostileRow.ts';
import { launchBrowser } from '../../support/launchBrowser.ts';
import { PanelBrowser, type OpenPanel } from './harness.ts';
import { claude, display, Log, panelState, stdout } from './scenes.ts';

const OUT = join(import.meta.dirname, '../../../test-results/panel');
/** A page that froze would take minutes; a busy machine stretches half a second to some. */
const LONGEST_TASK_MS = 8000;
const MOST_CLICKS = 40;
/** Ids that the panel and its libraries give by themselves. */
const OWN_IDS = ['root'];

describe('the canary', () => {
  it('hears a page without a policy: requests, datagrams, and the names that were looked up', async () => {
    const canary = await Canary.start();
    const page = (body: string): string => canary.arm(`<!doctype html><title>x</title>${body}`, 'control');
    const bodies = ['<img src="$HTTP/img">', '<script>$RUN</script>'];
    const heard: string[][] = [];
    const server = createServer((request, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(page(bodies[Number(request.url?.slice(1))] ?? ''));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    const browser = await launchBrowser(canary.browserArgs);
    for (const index of bodies.keys()) {
      const tab = await browser.newPage();
      await tab.goto(`http://127.0.0.1:${address.port}/${index}`);
      await tab.waitForTimeout(700);
      if (index === 1) assert.deepEqual(await pwnedFrames(tab), ['control']);
      heard.push(canary.hits.splice(0));
      await tab.close();
    }
    await browser.close();
    server.close();
    server.closeAllConnections();
    assert.ok(
      heard[0]?.some((hit) => hit.includes('GET /img') && hit.includes('control.canary.test')),
      String(heard[0]),
    );
    assert.ok(
      heard[1]?.some((hit) => hit.includes('GET /ran')),
      String(heard[1]),
    );
    assert.ok(heard[1]?.includes('UDP: datagram'), String(heard[1]));
    assert.ok((await canary.lookups()).includes('control.canary.test'));
    await canary.stop();
  });
});

describe('hostile outputs', () => {
  let canary: Canary;
  let panels: PanelBrowser;
  before(async () => {
    canary = await Canary.start();
    panels = await PanelBrowser.start(canary.browserArgs);
    await mkdir(OUT, { recursive: true });
  });
  after(async () => {
    await panels.close();
    const lookups = await canary.lookups();
    await canary.stop();
    assert.deepEqual(lookups, [], 'names were looked up');
  });

  /** All attacks of a row in one conversation, and at its end a cell that the user must decide about. */
  function sceneOf(row: Row): { state: PanelState; events: Log['events'] } {
    const log = new Log();
    log.ask(`Show ${row.id}`);
    Object.entries(row.attacks).forEach(([name, attack], index) => {
      const armed = canary.arm(attack, `${row.id.toLowerCase()}-${index}`);
      if (armed.as === 'prose') log.say(armed.text, `b${index}`);
      else
        log.cell(`c${index}`, name, 'x', [armed.as === 'display' ? display(armed.data) : stdout(armed.text)]);
    });
    log.write('c9000', 'Decide about it', 'x = 1');
    log.add({ type: 'cell_waiting', cellId: 'c9000', purpose: 'Decide about it', code: 'x = 1' });
    return { state: panelState({ turn: 'deciding', mode: 'ask', model: claude }), events: log.events };
  }

  async function settled(page: Page): Promise<void> {
    // Charts are drawn when they come near the window.
    await page.evaluate(`(async () => {
      for (const figure of [...document.querySelectorAll('.figure, .html-frame, .chart-loading')].slice(0, 60)) {
        figure.scrollIntoView();
        await new Promise((done) => setTimeout(done, 60));
      }
    })()`);
    await page.locator('.chart-loading').first().waitFor({ state: 'detached', timeout: 20_000 });
    await page.waitForTimeout(300);
  }

  async function unharmed(panel: OpenPanel): Promise<void> {
    const { page } = panel;
    assert.deepEqual(await pwnedFrames(page), [], 'script ran');
    assert.deepEqual(canary.hits.splice(0), [], 'something was sent');
    assert.deepEqual(panel.strangers, [], 'something was requested');
    assert.deepEqual(panel.errors, []);
    assert.equal(await page.evaluate('({}).polluted'), undefined);
    assert.equal(await page.evaluate('typeof window.acquireVsCodeApi'), 'function');
    assert.equal(await page.evaluate('document.body === document.querySelector("body")'), true);
    const named = await page.evaluate<string[]>(
      `[...document.querySelectorAll('[id], [name]')].filter((element) => element.closest('.outputs, .markdown'))
        .filter((element) => !element.closest('svg, .js-plotly-plot')).map((element) => element.id || element.getAttribute('name'))`,
    );
    assert.deepEqual(
      named.filter((name) => !OWN_IDS.includes(name)),
      [],
      'ids and names of outputs',
    );
    // What is neither a table nor a chart may live only in a frame that can do nothing.
    for (const frame of await page.locator('iframe').all())
      assert.equal(await frame.getAttribute('sandbox'), '');
    assert.equal(await page.locator('.markdown :is(img, script, iframe, form, input)').count(), 0);
    assert.deepEqual(await controlsCovered(page), []);
  }

  it('O1: of HTML no address is left in the frame, so that there is nothing to look up in advance', async () => {
    const row = CORPUS.find(({ id }) => id === 'O1');
    assert.ok(row !== undefined);
    const panel = await panels.open(sceneOf(row));
    const pages = await panel.page.locator('iframe').all();
    assert.ok(pages.length > 10);
    for (const frame of pages)
      assert.doesNotMatch((await frame.getAttribute('srcdoc')) ?? '', /canary\.test/);
    await panel.close();
  });

  for (const row of CORPUS) {
    it(`${row.id}: ${row.promise} (${Object.keys(row.attacks).length} attacks)`, async () => {
      const panel = await panels.open({ ...sceneOf(row), watchTasks: true });
      await settled(panel.page);
      await unharmed(panel);
      const links = await panel.page.locator(':is(.outputs, .markdown) :is(a, .link, .dead-link)').all();
      for (const target of links.slice(0, MOST_CLICKS))
        await target.click({ timeout: 500, noWaitAfter: true }).catch(() => undefined);
      await panel.page.waitForTimeout(100);
      for (const { params } of await panel.posted('openLink'))
        assert.match(String(params['url']), /^https?:\/\//i);
      await unharmed(panel);
      const longest = await panel.page.evaluate<number>('Math.max(0, ...window.__tasks)');
      assert.ok(longest < LONGEST_TASK_MS, `a task of ${Math.round(longest)} ms`);
      await panel.close();
    });
  }
});
