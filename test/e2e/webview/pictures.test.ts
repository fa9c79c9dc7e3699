/** The panel with conversations of every kind, and before there is one, as golden pictures. */
import { type OpenPanel } from './harness.ts';
import { looks } from './looks.ts';
import { drawnPdf, pdfScene, pdfTroubles } from './pdfScenes.ts';
import {
  artifact,
  claude,
  conversation,
  display,
  Log,
  panelState,
  recorded,
  stdout,
  suggestions,
  troubles,
} from './scenes.ts';

function charts(): Log {
  const log = new Log();
  log.ask('Draw it in every way', ['data/sales.csv']);
  log.cell('c1', 'Revenue by region (Plotly)', 'px.line(df)', [display(recorded.plotlyLine)]);
  log.cell('c2', 'Mean revenue by region (Vega-Lite)', 'alt.Chart(df)', [display(recorded.vegaBar)]);
  log.cell('c3', 'Orders by region (SVG)', 'ax.bar(…)', [display(recorded.svg)]);
  log.end();
  return log;
}

const STYLED = `<style>#T td.hot{background:#08519c;color:#f1f1f1}</style><table id="T"><thead><tr><th>region</th><th>revenue</th></tr></thead>
<tbody><tr><td>North</td><td class="hot">131.2</td></tr><tr><td>South</td><td>98.1</td></tr></tbody></table>`;

function outputs(): Log {
  const log = new Log();
  log.ask('', ['data/sales.csv', 'a/folder/with/a-very-long-file-name-for-the-quarter.parquet']);
  log.cell('c1', 'Grouped table', 'df.groupby(…)', [display(recorded.multiTable)]);
  log.cell('c2', 'Styled table in a frame', 'df.style', [display({ 'text/html': STYLED })]);
  log.cell('c3', 'Nested result', 'result', [
    display({
      'application/json': { name: 'fit', r2: 0.93, ok: true, coefficients: [1.2, 3.4], none: null },
    }),
  ]);
  log.cell(
    'c4',
    'Long output',
    'for i in range(500): print(i)',
    [stdout(Array.from({ length: 500 }, (_, i) => `row ${String(i)}`).join('\n'))],
    { durationMs: 61_000 },
  );
  log.cell('c5', 'Formula and unknown type', 'x', [
    display({ 'text/latex': '$\\frac{a}{b}$' }),
    display({ 'application/x-unknown': 'x' }),
    display({ 'text/html': '<div id=p></div><script>1</script>' }),
  ]);
  log.write('c6', 'Never ran', 'print(1)');
  log.add({ type: 'cell_dropped', cellId: 'c6', reason: 'the reply was cut at the token limit.' });
  log.end({ kind: 'limit', sentence: 'The answer reached its limit of 30 steps. Ask to continue.' });
  return log;
}

/** One output of each kind that is neither table nor chart. */
function kinds(): Log {
  const log = new Log();
  log.ask('Show');
  const outputs = [
    display({ 'text/latex': '$\\displaystyle \\int_0^\\infty e^{-x^2}\\,dx = \\frac{\\sqrt{\\pi}}{2}$' }),
    display({
      'text/markdown':
        'With $e^{i\\pi} = -1$ in the text:\n\n$$\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}$$',
    }),
    display({ 'application/json': { name: 'fit', ok: true, none: null, list: [1, 2.5], deep: { a: 1 } } }),
    display(drawnPdf),
    display({ 'application/javascript': 'alert(1)' }),
    stdout(
      '\x1b[31mred\x1b[0m \x1b[38;5;208morange\x1b[0m \x1b[38;2;255;255;0myellow\x1b[0m \x1b[38;2;0;0;90mnavy\x1b[0m \x1b[1;4mbold\x1b[0m\n',
    ),
    { output_type: 'stream' as const, name: 'stderr' as const, text: 'to standard error\n' },
  ];
  log.cell('c1', 'One of each', 'show()', outputs);
  log.end();
  return log;
}

/** What is shown in the place of what is not, and files that may do harm. */
function withheld(): Log {
  const log = new Log();
  log.ask('What is in the report?');
  log.say(
    'The report is at [the bank](https://bank.example@elsewhere.test/), see ![chart](https://elsewhere.test/?d=1).',
  );
  const part = { type: 'opaque_block' as const, turnId: 't1', kind: 'web_search_tool_result' };
  log.add({ ...part, blockId: 'o1', json: '{"url": "https://example.org/"}' });
  log.cell(
    'c1',
    'Show the report',
    'display(report)',
    [
      display({ 'text/html': '<div id="plot"></div><script src="https://elsewhere.test/x.js"></script>' }),
      display({ 'image/png': 'AAAA' }),
      display({ [`application/x-${'long-'.repeat(30)}`]: 1, 'application/b': 1 }),
      display({
        'application/vnd.vegalite.v5+json': { mark: 'bar', data: { sequence: { start: 0, stop: 1e9 } } },
        'text/plain': 'alt.Chart(...)',
      }),
    ],
    {
      artifacts: [
        { ...artifact('orders.csv', 1200), formulas: true },
        artifact('macro book with a long name of its own.xlsm', 88_000),
        artifact('setup.exe', 5_000_000),
      ],
      refused: [{ name: '(9,500 more files)', reason: 'the cell made more than 500 files' }],
      packages: {
        installed: [{ manager: 'pip', name: 'tiny', version: '1.2.0', fromIndex: true }],
        removed: [],
      },
    },
  );
  log.end();
  return log;
}

const drawn = async ({ page }: OpenPanel): Promise<void> => {
  await page.locator('canvas').waitFor();
  await page.locator('.main-svg').first().waitFor();
};

const running = panelState({ turn: 'running', sandbox: { kind: 'busy', detail: 'Python' }, model: claude });
const hidden = {
  count: 102,
  names: ['.env', '.git/', 'a/b/server.pem'],
  cut: true,
  linkCount: 1,
  links: ['shared'],
};
const noEngine = {
  code: 'docker-missing',
  sentence: 'Docker does not answer.',
  remedy: { text: 'Start Docker; this panel goes on by itself.', command: 'codeInterpreter.checkSetup' },
};

looks('pictures of the panel', {
  conversation: {
    heights: [1900, 1900, 1900],
    open: () => ({ state: panelState(), events: conversation().events }),
  },
  troubles: {
    heights: [1900, 1900, 1900],
    open: () => ({ state: running, events: troubles().events }),
  },
  charts: {
    heights: [1500, 1500, 1500],
    open: () => ({ state: panelState(), events: charts().events }),
    act: drawn,
  },
  outputs: {
    heights: [2900, 2900, 2900],
    open: () => ({ state: panelState(), events: outputs().events }),
  },
  kinds: {
    heights: [1250, 1250, 1150],
    open: () => ({ state: panelState(), events: kinds().events }),
    act: async ({ page }) => {
      await page.locator('math').nth(2).waitFor();
      await page.locator('.pdf-pages img').waitFor();
    },
  },
  pdf: {
    heights: [1000, 1100, 1400],
    open: pdfScene,
    act: async ({ page }) => {
      await page.getByRole('button', { name: 'Show pages of report.pdf' }).click();
      const pages = page.getByRole('group', { name: 'Pages of report.pdf' });
      await pages.getByRole('button', { name: 'Next page' }).click();
      await pages.getByRole('img', { name: 'Page 2 of 3 of report.pdf' }).waitFor();
      await page.mouse.move(1, 1);
    },
  },
  'pdf-troubles': {
    heights: [760, 700, 620],
    open: pdfTroubles,
    act: async ({ page }) => page.getByText('The sandbox, which draws page 1').waitFor(),
  },
  withheld: {
    heights: [1150, 900, 900],
    open: () => ({ state: panelState({ model: claude }), events: withheld().events }),
    act: async ({ page }) => page.locator('.chart-loading').first().waitFor({ state: 'detached' }),
  },
  empty: {
    heights: [720, 720, 720],
    open: () => ({
      state: panelState({
        suggestions,
        sandbox: { kind: 'starting', message: 'Building the sandbox image: fonts', step: 7, steps: 19 },
      }),
    }),
  },
  enlarged: {
    heights: [500, 500, 700],
    open: () => ({ state: panelState(), events: conversation().events }),
    act: async ({ page }) => {
      await page.locator('.figure img').click();
      await page.getByRole('dialog').getByRole('img').waitFor();
    },
  },
  untrusted: {
    heights: [560, 520, 500],
    open: () => ({ state: panelState({ trusted: false, sandbox: { kind: 'off' } }) }),
  },
  'no-engine': {
    heights: [720, 680, 640],
    open: () => ({ state: panelState({ sandbox: { kind: 'waiting', failure: noEngine }, suggestions }) }),
  },
  hidden: {
    heights: [640, 600, 600],
    open: () => ({
      state: panelState({ sandbox: { kind: 'ready', detail: 'runc, no network', hidden } }),
    }),
    act: async ({ page }) => page.locator('.hidden-files summary').click(),
  },
});
