/**
 * The exported HTML report as a reader opens it: a file, with the network off. It asks for nothing, runs nothing that
 * is not ours, reads well in light, dark and on paper, and its interactive charts are drawn.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, describe, it } from 'node:test';
import { build } from 'esbuild';
import { type Browser, type Page } from 'playwright-core';
import { exported } from '../../../src/export/formats.ts';
import { reportOf } from '../../../src/export/report.ts';
import { type SessionEvent } from '../../../src/shared/events.ts';
import { Canary } from '../../support/canary.ts';
import { CORPUS } from '../../support/hostileCorpus.ts';
import { pwnedFrames } from '../../support/hostileChecks.ts';
import { launchBrowser } from '../../support/launchBrowser.ts';
import { showsSomething, statisticsOf } from '../../support/pixels.ts';
import { seriousProblems } from './axe.ts';
import { conversation, conversationWith, display, Log, recorded, stdout, troubles } from './scenes.ts';

const ROOT = join(import.meta.dirname, '../../..');
const OUT = join(ROOT, 'test-results/report');
const KB = 1024;

const ENVIRONMENT = {
  python: '3.14.7',
  node: '24.1.0',
  pythonPackages: { pandas: '2.3.3', matplotlib: '3.10.1', scipy: '1.16.0' },
  image: 'code-interpreter-sandbox:abc',
};
const INPUTS = [{ name: 'data/sales.csv', bytes: 18_231, sha256: '3f'.repeat(32) }];

/** pandas' Styler: a table with a style of its own. */
const STYLED = `<style>#T_1 td { background: #fde68a; color: #111 } :host { position: fixed !important; inset: 0 }</style>
<table id="T_1"><tr><td style="font-weight:bold">12</td><td>styled</td></tr></table>`;

describe('an exported HTML report', () => {
  let browser: Browser;
  let folder: string;
  let scripts: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'report-'));
    scripts = join(folder, 'scripts');
    await mkdir(OUT, { recursive: true });
    await build({
      ...{ absWorkingDir: ROOT, bundle: true, minify: true, legalComments: 'none', logLevel: 'warning' },
      ...{ platform: 'browser', target: 'es2022', format: 'iife', outdir: scripts },
      entryPoints: ['webview/report/plotly.ts', 'webview/report/vega.ts'],
      ...{ jsx: 'automatic', jsxImportSource: 'preact' },
    });
    browser = await launchBrowser();
  });
  after(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function html(events: readonly SessionEvent[], rows = true): Promise<string> {
    const mounts = [{ target: '/workspace', source: '/data' }];
    const report = reportOf(events, {
      ...{ environment: ENVIRONMENT, inputs: INPUTS, mounts, folder: '/data', rows },
    });

    const chartCode = async (kind: string) => readFile(join(scripts, `${kind}.js`), 'utf8');
    return (await exported('html', report, { side: '', chartCode })).text;
  }

  interface Opened {
    page: Page;
    requests: string[];
    problems: string[];
    close: () => Promise<void>;
  }

  async function open(
    text: string,
    {
      scheme = 'light',
      width = 1000,
      from = browser,
    }: { scheme?: 'light' | 'dark'; width?: number; from?: Browser } = {},
  ): Promise<Opened> {
    const file = join(folder, 'report.html');
    await writeFile(file, text);
    const context = await from.newContext({
      offline: true,
      colorScheme: scheme,
      viewport: { width, height: 900 },
    });
    const page = await context.newPage();
    const requests: string[] = [];
    const problems: string[] = [];
    page.on('request', (request) => {
      if (!/^(?:data|blob):/.test(request.url())) requests.push(request.url());
    });
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.addInitScript(
      `window.__violations = []; document.addEventListener('securitypolicyviolation', (e) => window.__violations.push(e.violatedDirective + ' ' + e.blockedURI))`,
    );
    await page.goto(pathToFileURL(file).href);
    assert.equal(requests.shift(), pathToFileURL(file).href);
    return { page, requests, problems, close: async () => context.close() };
  }

  const overflow = async (page: Page): Promise<number> =>
    page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

  for (const scheme of ['light', 'dark'] as const) {
    for (const width of [1000, 360]) {
      it(`without interactive charts has no script, asks for nothing, is readable: ${scheme}, ${width} px`, async () => {
        const events = conversation().events;
        const text = await html(events);
        const opened = await open(text, { scheme, width });
        const { page } = opened;
        assert.equal(await page.locator('script').count(), 0);
        assert.match(text, /script-src 'none'/);
        await page.locator('details.code').first().evaluate('(element) => { element.open = true }');
        const picture = await page.screenshot({
          path: join(OUT, `report-${scheme}-${width}.png`),
          fullPage: true,
        });
        assert.ok(showsSomething(await statisticsOf(browser, picture)));
        assert.deepEqual(await seriousProblems(page), []);
        assert.equal(await overflow(page), 0);
        assert.deepEqual(opened.requests, []);
        assert.deepEqual(await page.evaluate('window.__violations'), []);
        // The picture of a chart is most of what is more.
        const picturesBytes = JSON.stringify(recorded.png).length;
        assert.ok(text.length - picturesBytes < 200 * KB, `${text.length} bytes`);
        await opened.close();
      });
    }
  }

  it('says what it was made with: versions, packages, data and their hashes, files', async () => {
    const opened = await open(await html(conversation().events));
    const facts = await opened.page.locator('dl').innerText();
    for (const told of [
      '3.14.7',
      'pandas 2.3.3',
      'code-interpreter-sandbox:abc',
      '3f'.repeat(32),
      'monthly.csv',
    ]) {
      assert.ok(facts.includes(told), told);
    }
    assert.ok(!facts.includes('scipy'), 'nothing that no cell uses');
    assert.ok(
      (await opened.page.locator('details code').first().textContent())?.includes('"data/sales.csv"'),
    );
    await opened.close();
  });

  for (const scheme of ['light', 'dark'] as const) {
    it(`with interactive charts draws them from itself, in ${scheme}`, async () => {
      const opened = await open(await html(conversationWith('vegaBar', 'plotlyLine').events), { scheme });
      const { page } = opened;
      await page.locator('.chart[data-drawn]').nth(1).waitFor();
      assert.equal(await page.locator('.chart[data-drawn="yes"]').count(), 2);
      assert.equal(await page.locator('.chart canvas').count(), 1);
      assert.ok((await page.locator('.chart .main-svg').count()) > 0);
      await page.screenshot({ path: join(OUT, `charts-${scheme}.png`), fullPage: true });
      const plot = await page.locator('.chart .nsewdrag').first().boundingBox();
      assert.ok(plot !== null);
      const ticks = async () => page.locator('.chart .xtick').allTextContents();
      const before = await ticks();
      await page.mouse.move(plot.x + plot.width * 0.3, plot.y + plot.height * 0.3);
      await page.mouse.down();
      await page.mouse.move(plot.x + plot.width * 0.5, plot.y + plot.height * 0.7, { steps: 5 });
      await page.mouse.up();
      await page.waitForTimeout(500);
      assert.notDeepEqual(await ticks(), before, 'dragging zooms');
      assert.deepEqual(opened.requests, []);
      assert.deepEqual(opened.problems, []);
      assert.deepEqual(await page.evaluate('window.__violations'), []);
      assert.deepEqual(await seriousProblems(page), []);
      await opened.close();
    });
  }

  it('is printed whole: nothing is cut by a box that scrolls', async () => {
    const log = troubles();
    log.cell('c90', 'A long text', 'x', [
      stdout(Array.from({ length: 300 }, (_, n) => `line ${n}`).join('\n')),
    ]);
    const opened = await open(await html(log.events));
    await opened.page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const cut = await opened.page.evaluate(
      `[...document.querySelectorAll('pre, .scroll, .framed')].filter((e) => e.checkVisibility() && e.scrollHeight > e.clientHeight + 1).length`,
    );
    assert.equal(cut, 0);
    assert.equal(
      await opened.page.evaluate('getComputedStyle(document.body).backgroundColor'),
      'rgb(255, 255, 255)',
      'paper is white, whatever the screen is',
    );
    await opened.page.pdf({ path: join(OUT, 'report.pdf') });
    await opened.page.screenshot({ path: join(OUT, 'report-print.png'), fullPage: true });
    await opened.close();
  });

  it('keeps the styles of a table in its own box', async () => {
    const log = new Log();
    log.ask('Style it');
    log.cell('c1', 'A styled table', 'df.style', [display({ 'text/html': STYLED })]);
    log.say('<td>not a cell</td>');
    const opened = await open(await html(log.events));
    const { page } = opened;
    await page.screenshot({ path: join(OUT, 'styled.png') });
    const box = await page.locator('.framed').boundingBox();
    assert.ok(box !== null && box.height > 20 && box.height < 120, JSON.stringify(box));
    const heading = await page.evaluate(
      `(() => { const { x, y } = document.querySelector('h2').getBoundingClientRect(); return document.elementFromPoint(x + 5, y + 40)?.closest('.framed') === null })()`,
    );
    assert.equal(heading, true);
    await opened.close();
  });

  it('without rows has none: no table, no picture, no printed text', async () => {
    const log = conversation();
    log.cell('c9', 'Print', 'show()', [stdout('SECRET-VALUE'), display(recorded.png)]);
    const text = await html(log.events, false);
    assert.ok(!text.includes('SECRET-VALUE') && !text.includes('data:image'));
    const opened = await open(text);
    assert.match(await opened.page.locator('.warning').innerText(), /^Shared without rows/);
    assert.match(await opened.page.locator('main').innerText(), /\[1 line of printed text left out\]/);
    await opened.page.screenshot({ path: join(OUT, 'without-rows.png'), fullPage: true });
    await opened.close();
  });

  it('hostile outputs stay what they are: nothing runs, loads, or covers the page', async () => {
    const canary = await Canary.start();
    const from = await launchBrowser(canary.browserArgs);
    try {
      for (const row of CORPUS) {
        const log = new Log();
        log.ask(`Show ${row.id}`);
        Object.entries(row.attacks).forEach(([name, attack], index) => {
          const armed = canary.arm(attack, `${row.id.toLowerCase()}-${index}`);
          if (armed.as === 'prose') log.say(armed.text, `b${index}`);
          else
            log.cell(`c${index}`, name, 'x', [
              armed.as === 'display' ? display(armed.data) : stdout(armed.text),
            ]);
        });
        const text = await html(log.events);
        const opened = await open(text, { from });
        const { page } = opened;
        const charts = await page.locator('.chart').count();
        if (charts > 0)
          await page
            .locator('.chart[data-drawn]')
            .nth(charts - 1)
            .waitFor({ timeout: 60_000 });
        await page.waitForTimeout(300);
        assert.deepEqual(await pwnedFrames(page), [], `${row.id}: script ran`);
        assert.deepEqual(opened.requests, [], `${row.id}: requested`);
        assert.equal((await page.locator('script:not([type]):not([data-chart])').count()) <= 2, true);
        const strange = page.locator('iframe, object, embed, form:not(.vega-bindings), a[href], link, base');
        assert.deepEqual(
          await strange.evaluateAll((found) =>
            found.map((element) => String(element.outerHTML).slice(0, 120)),
          ),
          [],
          row.id,
        );
        const visible = await page.evaluate(
          `(() => { const { x, y } = document.querySelector('h2').getBoundingClientRect(); return document.elementFromPoint(x + 3, y + 24)?.tagName })()`,
        );
        assert.equal(visible, 'H2', `${row.id}: the heading is covered`);
        await opened.close();
      }
      assert.deepEqual(canary.hits, [], 'something was sent');
      // Its log is whole when it has ended.
      await from.close();
      assert.deepEqual(await canary.lookups(), [], 'names were looked up');
    } finally {
      await from.close();
      await canary.stop();
    }
  });
});
