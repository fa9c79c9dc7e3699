/** Charts in VS Code's own notebooks are saved and copied: the renderer alone, in a page that does what VS Code's does. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Browser, type Page } from 'playwright-core';
import { launchBrowser } from '../../support/launchBrowser.ts';
import { recorded } from './scenes.ts';

const DIST = join(import.meta.dirname, '../../../dist/webview');
const ORIGIN = 'http://localhost';
const CHARTS = [recorded.plotlyLine, recorded.vegaBar].map((bundle) => {
  const found = Object.entries(bundle).find(([mime]) => mime.includes('plotly') || mime.includes('vega'));
  if (found === undefined) throw new Error('There is no chart in the recording.');
  return { mime: found[0], value: found[1] };
});

/** VS Code's notebook listens to clicks on the page, and asks where to save what a link holds. */
const VSCODE = `
  window.__saved = [];
  document.body.addEventListener('click', (event) => {
    const link = event.composedPath().find((node) => node instanceof HTMLAnchorElement);
    if (link === undefined || !event.view?.document) return;
    event.preventDefault();
    window.__saved.push({ href: link.href, name: link.download });
  });
  import('${ORIGIN}/notebookRenderer.js').then(({ activate }) => {
    const renderer = activate();
    ${JSON.stringify(CHARTS)}.forEach(({ mime, value }, at) => {
      const element = document.createElement('section');
      document.body.append(element);
      renderer.renderOutputItem({ id: String(at), mime, json: () => value }, element);
    });
  });`;

/** Nothing is on the network: each request is answered from the built files. */
async function opened(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  await page.route('**/*', async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/') return route.fulfill({ contentType: 'text/html', body: '<body></body>' });
    const body = await readFile(join(DIST, pathname)).catch(() => null);
    return body === null
      ? route.fulfill({ status: 404 })
      : route.fulfill({ contentType: 'text/javascript', body });
  });
  await page.goto(`${ORIGIN}/`);
  await page.evaluate(`(() => { ${VSCODE} })()`);
  await page.locator('section .main-svg').first().waitFor();
  await page.locator('section canvas').waitFor();
  return page;
}

interface Saved {
  href: string;
  name: string;
}
const saved = async (page: Page, count: number): Promise<Saved> => {
  await page.waitForFunction(`window.__saved.length === ${String(count)}`);
  return page.evaluate<Saved>(`window.__saved[${String(count - 1)}]`);
};
const bytesOf = ({ href }: Saved): Buffer => Buffer.from(href.slice(href.indexOf(',') + 1), 'base64');

describe('a chart in a notebook of VS Code', () => {
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(async () => browser.close());

  it('is saved as PNG and as SVG by a link that VS Code answers, and copied, by the keyboard', async () => {
    const page = await opened(browser);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: ORIGIN });
    let count = 0;
    for (const at of [0, 1]) {
      const row = page.locator('section').nth(at).getByRole('group', { name: 'Chart' });
      await row.getByRole('button', { name: 'Save as PNG' }).focus();
      await page.keyboard.press('Enter');
      const png = await saved(page, ++count);
      assert.match(png.name, /^[\w-]+\.png$/);
      assert.match(png.href, /^data:image\/png;base64,/);
      assert.equal(bytesOf(png).subarray(1, 4).toString(), 'PNG');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      const svg = await saved(page, ++count);
      assert.match(svg.name, /^[\w-]+\.svg$/);
      assert.match(bytesOf(svg).toString(), /<svg[\s>]/);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await row.getByText('Picture copied').waitFor();
      const type = await page.evaluate<string>(
        'navigator.clipboard.read().then(([item]) => item.types.join())',
      );
      assert.equal(type, 'image/png');
    }
    assert.equal(await page.locator('body > a').count(), 0, 'no link is left behind');
    await page.close();
  });

  it('says so where the clipboard is closed to it', async () => {
    const page = await opened(browser);
    await page.evaluate('(() => { navigator.clipboard.write = () => Promise.reject(new Error("no")); })()');
    const row = page.locator('section').first().getByRole('group', { name: 'Chart' });
    await row.getByRole('button', { name: 'Copy' }).click();
    await row.getByText('Save it instead.').waitFor();
    await page.close();
  });
});
