/** The panel in four themes and three widths, as golden pictures; what was seen: `test-results/panel/`. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { GoldenPictures } from '../../support/goldenPicture.ts';
import { THEMES, themeNamed } from '../../support/themes.ts';
import { showsSomething, statisticsOf } from '../../support/pixels.ts';
import { PanelBrowser, type OpenOptions } from './harness.ts';
import {
  claude,
  conversation,
  display,
  Log,
  panelState,
  PICTURE_TIME,
  recorded,
  stdout,
  suggestions,
  troubles,
} from './scenes.ts';

const WIDTHS = [290, 480, 1100];

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

const running = panelState({ turn: 'running', sandbox: { kind: 'busy', detail: 'Python' }, model: claude });
const SCENES: Readonly<Record<string, () => OpenOptions>> = {
  conversation: () => ({ state: panelState(), events: conversation().events }),
  troubles: () => ({ state: running, events: troubles().events }),
  charts: () => ({ state: panelState(), events: charts().events }),
  outputs: () => ({ state: panelState(), events: outputs().events }),
  empty: () => ({
    state: panelState({
      suggestions,
      sandbox: { kind: 'starting', message: 'Building the sandbox image: fonts', step: 7, steps: 19 },
    }),
  }),
};

describe('pictures of the panel', () => {
  let panels: PanelBrowser;
  let golden: GoldenPictures;
  before(async () => {
    panels = await PanelBrowser.start();
    golden = await GoldenPictures.start(panels.browser);
  });
  after(async () => panels.close());

  for (const theme of THEMES) {
    for (const width of WIDTHS) {
      for (const [name, scene] of Object.entries(SCENES)) {
        it(`${name}, ${theme.name}, ${String(width)} px: nothing is wider than the panel`, async () => {
          const height = name === 'empty' ? 720 : name === 'charts' ? 1500 : name === 'outputs' ? 2900 : 1900;
          const panel = await panels.open({ ...scene(), theme, width, height, clockAt: PICTURE_TIME });
          if (name === 'charts') await panel.page.locator('canvas').waitFor();
          if (name === 'charts') await panel.page.locator('.main-svg').first().waitFor();
          const picture = await panel.picture();
          const overflow = await panel.page.evaluate<number>(
            'document.querySelector(".scroller").scrollWidth - document.querySelector(".scroller").clientWidth',
          );
          assert.equal(overflow, 0);
          assert.ok(showsSomething(await statisticsOf(panels.browser, picture)));
          assert.deepEqual(await panel.violations(), []);
          assert.deepEqual(panel.errors, []);
          await panel.close();
          await golden.assertSame(`panel/${name}-${theme.name}-${String(width)}`, picture);
        });
      }
    }
  }

  it('an enlarged chart', async () => {
    const panel = await panels.open({
      state: panelState(),
      events: conversation().events,
      width: 480,
      height: 700,
    });
    await panel.page.locator('.figure img').click();
    await panel.page.getByRole('dialog').getByRole('img').waitFor();
    await golden.assertSame('panel/enlarged-dark-480', await panel.picture());
    await panel.close();
  });

  it('an untrusted workspace and a missing engine', async () => {
    const failure = {
      code: 'docker-missing',
      sentence: 'Docker does not answer.',
      remedy: { text: 'Start Docker; this panel goes on by itself.', command: 'codeInterpreter.checkSetup' },
    };
    const scenes = {
      untrusted: panelState({ trusted: false, sandbox: { kind: 'off' } }),
      'no-engine': panelState({ sandbox: { kind: 'waiting', failure }, suggestions }),
    };
    for (const [name, state] of Object.entries(scenes)) {
      const panel = await panels.open({ state, theme: themeNamed('light'), width: 290, height: 720 });
      await golden.assertSame(`panel/${name}-light-290`, await panel.picture());
      await panel.close();
    }
  });
});
