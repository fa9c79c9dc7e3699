/** What can be done with a chart: each action by its button and by what VS Code's menu sends; the data; the large view. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { type Locator } from 'playwright-core';
import { FIGURE_MIME, type Figure } from '../../../src/shared/outputs.ts';
import { type ChartAction } from '../../../src/shared/protocol.ts';
import { attempt } from '../../support/vscodeWindow.ts';
import { seriousProblems } from './axe.ts';
import { inputOf, panelFlow } from './flow.ts';
import { type OpenPanel } from './harness.ts';
import { display, Log, panelState, recorded } from './scenes.ts';

const POINTS = { x: ['2026-01-01', '2026-02-01', '2026-03-01'], y: [0.1 + 0.2, -4.5e-7, null] };
const FIGURE: Figure = {
  title: '',
  axes: [
    {
      title: 'Temperature 温度',
      xLabel: 'day',
      yLabel: '°C',
      xScale: 'date',
      yScale: 'linear',
      series: [
        {
          label: 'Oslo, "north"',
          kind: 'line',
          columns: [
            { name: 'x', values: POINTS.x },
            { name: 'y', values: POINTS.y },
          ],
          points: 3,
          shown: 3,
        },
      ],
      moreSeries: 0,
    },
  ],
  findings: null,
  size: { widthInches: 7, heightInches: 4 },
};

const KINDS = {
  png: { ...recorded.png, [FIGURE_MIME]: FIGURE },
  svg: recorded.svg,
  plotly: recorded.plotlyLine,
  vega: recorded.vegaBar,
};
const CODE = Array.from({ length: 20 }, (_, at) => `step_${String(at)} = ${String(at)}`).join('\n');

function log(): Log {
  const made = new Log();
  made.ask('Draw');
  Object.entries(KINDS).forEach(([kind, bundle], at) =>
    made.cell(`c${String(at + 1)}`, `Drawing of ${kind}`, CODE, [display(bundle)]),
  );
  made.end();
  return made;
}
const events = log().events;
const keyOf = (kind: keyof typeof KINDS): number => {
  const cellId = `c${String(Object.keys(KINDS).indexOf(kind) + 1)}`;
  return events.find((event) => event.type === 'cell_output' && event.cellId === cellId)?.seq ?? 0;
};
const options = { state: panelState(), events, width: 700, height: 1200 };

const figureOf = ({ page }: OpenPanel, kind: keyof typeof KINDS): Locator =>
  page.locator(`figure[data-chart="${String(keyOf(kind))}"]`);

/** Drawn, and in sight. */
async function ready(panel: OpenPanel, kind: keyof typeof KINDS): Promise<Locator> {
  const figure = figureOf(panel, kind);
  await figure.scrollIntoViewIfNeeded();
  await figure.locator('img, canvas, .main-svg').first().waitFor();
  await figure.locator('.chart-loading').waitFor({ state: 'detached' });
  return figure;
}

const fromMenu = async (panel: OpenPanel, kind: keyof typeof KINDS, action: ChartAction): Promise<void> =>
  panel.push({ type: 'chartAction', action, chart: keyOf(kind) });

async function posted(panel: OpenPanel, name: string, count = 1): Promise<Record<string, unknown>> {
  for (let i = 0; i < 100; i++) {
    const all = await panel.posted(name);
    if (all.length >= count) return all[count - 1]?.params ?? {};
    await panel.page.waitForTimeout(100);
  }
  throw new Error(`The panel did not ask for ${name}.`);
}

const bytesOf = (params: Record<string, unknown>): Buffer => Buffer.from(String(params['base64']), 'base64');
const isPng = (bytes: Buffer): boolean => bytes.subarray(1, 4).toString() === 'PNG';

/** Width and mean colour of what is on the clipboard. */
const CLIPBOARD = `navigator.clipboard.read().then(async ([item]) => {
  const blob = await item.getType('image/png');
  const bitmap = await createImageBitmap(blob);
  return { type: blob.type, width: bitmap.width };
})`;

describe('actions of a chart', () => {
  const { shown } = panelFlow();

  for (const kind of ['png', 'svg', 'plotly', 'vega'] as const) {
    shown(
      `${kind}: is copied, saved as PNG and as SVG, and opened in a tab`,
      () => options,
      async (panel) => {
        await panel.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
        const figure = await ready(panel, kind);
        await figure.hover();
        await figure.getByRole('button', { name: 'Copy chart as image' }).click();
        await figure.getByRole('button', { name: 'Copied' }).waitFor();
        const copied = await panel.page.evaluate<{ type: string; width: number }>(CLIPBOARD);
        assert.equal(copied.type, 'image/png');
        assert.ok(copied.width >= 400, `${String(copied.width)} px`);

        await fromMenu(panel, kind, 'savePng');
        const png = await posted(panel, 'saveImage');
        assert.match(String(png['suggestedName']), /\.png$/);
        assert.ok(isPng(bytesOf(png)));
        await fromMenu(panel, kind, 'openTab');
        assert.ok(isPng(bytesOf(await posted(panel, 'openImage'))));

        const context = JSON.parse((await figure.getAttribute('data-vscode-context')) ?? '') as Record<
          string,
          unknown
        >;
        assert.deepEqual(context, {
          webviewSection: 'chart',
          chart: keyOf(kind),
          chartHasVector: kind !== 'png',
          chartHasData: kind !== 'svg',
          preventDefaultContextMenuItems: true,
        });
        if (kind === 'png') return;
        await fromMenu(panel, kind, 'saveSvg');
        const svg = await posted(panel, 'saveImage', 2);
        assert.match(String(svg['suggestedName']), /\.svg$/);
        const text = bytesOf(svg).toString();
        assert.match(text, /<svg[\s>]/);
        if (kind !== 'svg') assert.match(text, /[Rr]evenue/, 'text stays text');
      },
    );
  }

  shown(
    'a clipboard that is closed is said so, in words',
    () => options,
    async (panel) => {
      await panel.page.evaluate('navigator.clipboard.write = () => Promise.reject(new Error("no"))');
      await ready(panel, 'png');
      await fromMenu(panel, 'png', 'copyImage');
      await panel.page.getByText('The picture could not be copied').waitFor();
    },
  );

  shown(
    'show code opens the cell and goes to it',
    () => options,
    async (panel) => {
      await ready(panel, 'png');
      assert.equal(await panel.page.getByText('step_19').count(), 0, 'long code that went well is closed');
      await fromMenu(panel, 'png', 'showCode');
      await panel.page.getByText('step_19').first().waitFor();
      assert.equal(
        await panel.page.evaluate('document.activeElement.getAttribute("aria-label")'),
        'Code cell: Drawing of png',
      );
    },
  );

  shown(
    'ask puts the picture and its name into the composer',
    () => options,
    async (panel) => {
      const figure = await ready(panel, 'plotly');
      await figure.hover();
      await figure.getByRole('button', { name: 'Ask about this chart' }).click();
      const image = await posted(panel, 'addImage');
      assert.equal(image['name'], 'revenue-by-region.png');
      assert.ok(bytesOf(image).length > 1500);
      assert.equal(await inputOf(panel).inputValue(), 'About the chart “Revenue by region”: ');
      assert.equal(await panel.page.evaluate('document.activeElement.tagName'), 'TEXTAREA');
    },
  );

  shown(
    'a chart that is gone is said so',
    () => options,
    async (panel) => {
      await panel.push({ type: 'chartAction', action: 'copyImage', chart: 9999 });
      await panel.page.getByText('This chart is not there any more.').waitFor();
    },
  );
});

/** Rows of the table below a chart. */
const tableIn = async (section: Locator): Promise<string[][]> =>
  section
    .locator('tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));

describe('data of a chart', () => {
  const { shown } = panelFlow();

  shown(
    'of a matplotlib figure: a table, the clipboard and a CSV with the exact values',
    () => options,
    async (panel) => {
      const figure = await ready(panel, 'png');
      await figure.hover();
      await figure.getByRole('button', { name: 'Show data of chart' }).click();
      const hide = figure.getByRole('button', { name: 'Hide data of chart' });
      await hide.waitFor();
      const section = panel.page.getByRole('region', { name: 'Data of chart: Temperature 温度' });
      await section.getByText('3 rows × 2 columns').waitFor();
      assert.deepEqual(await tableIn(section), [
        ['x', 'y'],
        ['2026-01-01', '0.30000000000000004'],
        ['2026-02-01', '-4.5e-7'],
        ['2026-03-01', '–'],
      ]);
      await section.getByRole('button', { name: 'Save data as CSV' }).click();
      const { suggestedName, csv } = await posted(panel, 'saveTable');
      assert.equal(suggestedName, 'temperature-温度.csv');
      const [head, ...rows] = String(csv)
        .trimEnd()
        .split('\r\n')
        .map((row) => row.split(','));
      assert.deepEqual(head, ['x', 'y']);
      assert.deepEqual(
        rows.map(([x]) => x),
        POINTS.x,
      );
      assert.deepEqual(
        rows.map(([, y]) => (y === '' ? null : Number(y))),
        POINTS.y,
      );
      await section.getByRole('button', { name: 'Copy data with headers' }).click();
      assert.match(
        String((await posted(panel, 'copyText'))['text']),
        /^x\ty\n2026-01-01\t0\.30000000000000004\n/,
      );
      assert.deepEqual(await seriousProblems(panel.page), []);
      await hide.click();
      await section.waitFor({ state: 'detached' });
    },
  );

  shown(
    'of Plotly: the traces, as they were',
    () => options,
    async (panel) => {
      await ready(panel, 'plotly');
      await fromMenu(panel, 'plotly', 'showData');
      const section = panel.page.getByRole('region', { name: 'Data of chart: Revenue by region' });
      await section.getByRole('button', { name: 'Save data as CSV' }).click();
      const rows = String((await posted(panel, 'saveTable'))['csv'])
        .trimEnd()
        .split('\r\n')
        .map((row) => row.split(','));
      const traces = (
        recorded.plotlyLine['application/vnd.plotly.v1+json'] as {
          data: { name: string; x: string[]; y: number[] }[];
        }
      ).data;
      const expected = traces.flatMap(({ name, x, y }) => x.map((one, at) => [name, one, String(y[at])]));
      assert.deepEqual(rows, [['series', 'x', 'y'], ...expected]);
    },
  );

  shown(
    'of Vega-Lite: what its marks are drawn from, not the rows before',
    () => options,
    async (panel) => {
      await ready(panel, 'vega');
      await fromMenu(panel, 'vega', 'showData');
      const section = panel.page.getByRole('region', { name: 'Data of chart: Mean revenue by region' });
      await section.getByText('4 rows × 2 columns').waitFor();
      const spec = recorded.vegaBar['application/vnd.vegalite.v5+json'] as {
        datasets: Record<string, { region: string; revenue: number }[]>;
      };
      const all = Object.values(spec.datasets).flat();
      const [head, ...rows] = await tableIn(section);
      assert.deepEqual(head, ['region', 'mean_revenue']);
      for (const [region, mean] of rows) {
        const own = all.filter((row) => row.region === region).map((row) => row.revenue);
        assert.ok(Math.abs(Number(mean) - own.reduce((a, b) => a + b, 0) / own.length) < 1e-9);
      }
    },
  );
});

describe('a chart enlarged', () => {
  const { shown } = panelFlow();

  const widthOf = async (panel: OpenPanel): Promise<number> =>
    panel.page.locator('dialog img').evaluate((image) => image.getBoundingClientRect().width);

  shown(
    'grows by keys, wheel and buttons, fits, is shown in real size, moves; Escape gives the focus back',
    () => ({ ...options, width: 480, height: 700 }),
    async (panel) => {
      const { page } = panel;
      const figure = await ready(panel, 'png');
      await figure.hover();
      const button = figure.getByRole('button', { name: 'Enlarge chart' });
      await button.focus();
      await page.keyboard.press('Enter');
      const body = page.getByRole('region', { name: 'Picture' });
      await page.locator('dialog img:not(.zoom-hidden)').waitFor();
      const fitted = await widthOf(panel);
      const room = await body.evaluate((place) => place.clientWidth);
      assert.ok(Math.abs(fitted - (room - 16)) < 2, `${String(fitted)} of ${String(room)}`);
      await page.keyboard.press('+');
      await page.keyboard.press('+');
      assert.ok(Math.abs((await widthOf(panel)) / fitted - 2.25) < 0.01);
      await page.waitForTimeout(100);
      const at = await body.evaluate((place) => place.scrollLeft);
      assert.ok(at > 100, `the middle stays in the middle: ${String(at)}`);
      await page.keyboard.press('ArrowRight');
      await page.waitForTimeout(400);
      assert.ok((await body.evaluate((place) => place.scrollLeft)) > at);
      await page.keyboard.press('-');
      assert.ok(Math.abs((await widthOf(panel)) / fitted - 1.5) < 0.01);
      await page.keyboard.press('0');
      assert.ok(Math.abs((await widthOf(panel)) - fitted) < 1);
      await page.getByRole('button', { name: 'Real size' }).click();
      const natural = await page
        .locator('dialog img')
        .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth);
      assert.ok(Math.abs((await widthOf(panel)) - natural) < 1);
      await page.getByText('100 %').waitFor();
      await page.getByRole('button', { name: 'Fit to panel' }).click();
      await body.hover();
      await page.mouse.wheel(0, -200);
      await attempt(20_000, async () => assert.ok((await widthOf(panel)) > fitted * 1.2));
      assert.deepEqual(await seriousProblems(page), []);
      await page.keyboard.press('Escape');
      await page.locator('dialog').waitFor({ state: 'detached' });
      assert.equal(await page.evaluate('document.activeElement.getAttribute("aria-label")'), 'Enlarge chart');
    },
  );
});
