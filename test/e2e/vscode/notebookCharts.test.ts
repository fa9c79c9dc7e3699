/**
 * Interactive charts in VS Code's own notebooks: those of a file are drawn and alive, in the theme's colours; hostile
 * ones run nothing and ask for nothing, though the page of notebooks would let them.
 */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import type { Frame } from 'playwright-core';
import type { MimeBundle } from '../../../src/shared/outputs.ts';
import { Canary } from '../../support/canary.ts';
import { chartAttacks } from '../../support/hostileCharts.ts';
import { pwnedFrames } from '../../support/hostileChecks.ts';
import { promises, VsCodeFixture } from '../../support/vscodeFixture.ts';
import { attempt, type VsCodeWindow } from '../../support/vscodeWindow.ts';

const AFTERWARDS = { timeout: 90_000 };
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr'];
const rows = MONTHS.map((month, at) => ({ month, amount: [3, 7, 4, 9][at] }));
const encoding = {
  x: { field: 'month', type: 'nominal', sort: null },
  y: { field: 'amount', type: 'quantitative' },
};
const lite = { mark: { type: 'bar', tooltip: true }, data: { values: rows }, encoding };
const scale = (name: string, range: string, type: string, field: string) => ({
  ...{ name, range, type, domain: { data: 'd', field } },
});
const CHARTS: MimeBundle[] = [
  {
    'application/vnd.plotly.v1+json': {
      data: [{ type: 'bar', x: MONTHS, y: [3, 7, 4, 9], name: 'sales' }],
      layout: { title: { text: 'Sales by month' }, height: 260 },
      config: { plotlyServerURL: 'https://plot.ly' },
    },
    'text/html': '<div>This output should not be seen.</div>',
    'text/plain': 'Figure',
  },
  { 'application/vnd.vegalite.v4+json': { ...lite, title: 'Version 4' }, 'text/plain': 'Chart' },
  { 'application/vnd.vegalite.v5+json': { ...lite, title: 'Version 5' }, 'text/plain': 'Chart' },
  { 'application/vnd.vegalite.v6.1.0+json': { ...lite, title: 'Version 6' }, 'text/plain': 'Chart' },
  {
    'application/vnd.vega.v6+json': {
      ...{ width: 200, height: 80, data: [{ name: 'd', values: rows }] },
      scales: [scale('x', 'width', 'point', 'month'), scale('y', 'height', 'linear', 'amount')],
      marks: [
        {
          ...{ type: 'symbol', from: { data: 'd' } },
          encode: { enter: { x: { scale: 'x', field: 'month' }, y: { scale: 'y', field: 'amount' } } },
        },
      ],
    },
    'text/plain': 'Vega',
  },
];

const notebookOf = (bundles: readonly MimeBundle[]): string =>
  JSON.stringify({
    ...{ nbformat: 4, nbformat_minor: 5 },
    metadata: { kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' } },
    cells: [
      {
        ...{ cell_type: 'code', id: 'charts', metadata: {}, execution_count: 1, source: 'charts' },
        outputs: bundles.map((data) => ({ output_type: 'display_data', metadata: {}, data })),
      },
    ],
  });

/** In the page's own language. */
// eslint-disable-next-line @typescript-eslint/no-implied-eval -- the tests' types know no browser
const styleOf = new Function('element', 'name', 'return getComputedStyle(element)[name]') as (
  element: unknown,
  name: string,
) => string;

describe('charts in notebooks of VS Code', () => {
  let canary: Canary;
  let vscode: VsCodeFixture;
  let window: VsCodeWindow;
  const attacks = chartAttacks.flatMap(({ id, attacks: own }) =>
    Object.values(own).flatMap((attack, at) =>
      attack.as === 'display' ? [{ slug: `nb-${id.toLowerCase()}-${at}`, data: attack.data }] : [],
    ),
  );
  const promise = promises(() => window);

  before(async () => {
    canary = await Canary.start();
    vscode = await VsCodeFixture.start({ settings: {} }, canary.browserArgs);
    await writeFile(join(vscode.workspace, 'charts.ipynb'), notebookOf(CHARTS));
    const hostile = attacks.map(({ slug, data }) => canary.arm(data, slug));
    await writeFile(join(vscode.workspace, 'hostile.ipynb'), notebookOf(hostile));
    window = await vscode.open({ width: 1000, height: 1400 });
  });
  after(async () => {
    await vscode.stop();
    const lookups = await canary.lookups();
    await canary.stop();
    assert.deepEqual(lookups, [], 'names were looked up');
  }, AFTERWARDS);

  /** As a notebook: a window that has just been opened takes it for a text. */
  async function openNotebook(name: string): Promise<void> {
    await attempt(60_000, async () => {
      await window.openFile(name);
      try {
        await window.page.locator('.notebook-editor').first().waitFor({ timeout: 3000 });
      } catch (error) {
        await window.command('View: Close All Editors');
        throw error;
      }
    });
  }

  /** The page of the notebook that is shown, when it has at least so many outputs of ours. */
  async function outputsFrame(least: number): Promise<Frame> {
    const found: Frame[] = [];
    await attempt(60_000, async () => {
      const counts = await Promise.all(
        window.page.frames().map(async (frame) => {
          const count = await frame
            .locator('[data-vscode-context*="webview"], .output')
            .count()
            .catch(() => 0);
          return { frame, count };
        }),
      );
      const best = counts.sort((a, b) => b.count - a.count)[0];
      assert.ok(best !== undefined && best.count >= least, `${best?.count ?? 0} outputs`);
      found.push(best.frame);
    });
    const frame = found.at(-1);
    assert.ok(frame);
    return frame;
  }

  promise(
    'Plotly, Vega-Lite of three versions and Vega are drawn, with a name for who does not see them',
    async () => {
      await openNotebook('charts.ipynb');
      const frame = await outputsFrame(CHARTS.length);
      const charts = frame.locator('.code-interpreter-chart');
      await attempt(30_000, async () => {
        assert.equal(await charts.count(), CHARTS.length);
        assert.equal(await frame.locator('.code-interpreter-chart canvas').count(), CHARTS.length - 1);
        assert.equal(
          await frame.locator('.code-interpreter-chart .main-svg .bars path').count(),
          MONTHS.length,
        );
      });
      assert.match((await charts.first().getAttribute('aria-label')) ?? '', /^Sales by month\./);
      assert.equal(await frame.getByText('This output should not be seen').count(), 0);
      assert.equal(await frame.getByText('could not be drawn').count(), 0);
      await window.screenshot('notebook-charts');
    },
  );

  promise('they are alive: points say their values', async () => {
    const frame = await outputsFrame(CHARTS.length);
    await frame.locator('.code-interpreter-chart .main-svg .bars path').nth(1).hover({ force: true });
    await attempt(15_000, async () => {
      await frame.locator('.code-interpreter-chart .main-svg .bars path').nth(2).hover({ force: true });
      const said = await frame.locator('.hoverlayer .hovertext').allTextContents();
      assert.match(said.join(), /Mar/);
    });
    const canvas = frame.locator('.code-interpreter-chart canvas').first();
    await attempt(15_000, async () => {
      const box = await canvas.boundingBox();
      assert.ok(box);
      await canvas.hover({ position: { x: box.width - 40, y: box.height - 60 }, force: true });
      const tooltip = frame.locator('.chart-tooltip');
      assert.match((await tooltip.textContent({ timeout: 1000 })) ?? '', /month: Apr/);
      assert.equal(await tooltip.evaluate(styleOf, 'position'), 'fixed');
    });
  });

  promise('they follow the theme', async () => {
    const frame = await outputsFrame(CHARTS.length);
    const ink = async (): Promise<string> =>
      String(
        await frame
          .locator('.code-interpreter-chart .main-svg .xtick text')
          .first()
          .evaluate(styleOf, 'fill'),
      );
    const dark = await ink();
    await window.theme('Dark High Contrast');
    await attempt(15_000, async () => assert.notEqual(await ink(), dark));
    await window.screenshot('notebook-charts-contrast');
  });

  promise(`${attacks.length} hostile charts run nothing and ask for nothing`, async () => {
    assert.ok(attacks.length > 20);
    await openNotebook('hostile.ipynb');
    const frame = await outputsFrame(attacks.length);
    // Each is drawn, or says why not.
    const shown = frame.locator(
      '.code-interpreter-chart :is(canvas, .main-svg), :text("could not be drawn")',
    );
    await attempt(30_000, async () =>
      assert.ok((await shown.count()) >= attacks.length, `${await shown.count()} of ${attacks.length}`),
    );
    await window.page.waitForTimeout(1500);
    await window.screenshot('notebook-hostile-charts');
    assert.deepEqual(await pwnedFrames(window.page), [], 'script ran');
    assert.deepEqual(canary.hits, [], 'something was sent');
    assert.deepEqual(window.foreignRequests, []);
    assert.equal(await window.dialog.count(), 0);
  });
});
