/** Charts are drawn, enlarged, saved; much output stays quick; what is loaded at first stays small. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { screenStatistics, showsSomething } from '../../support/pixels.ts';
import { themeNamed } from '../../support/themes.ts';
import { inputOf, panelFlow } from './flow.ts';
import { conversationWith, display, Log, panelState, recorded, stdout } from './scenes.ts';

describe('charts and sizes', () => {
  const { shown, panels } = panelFlow();
  it('loads at most 0.5 MB of script before the first chart', () => {
    const eager = panels().files.filter((file) => file.eager && file.path.endsWith('.js'));
    const bytes = eager.reduce((sum, file) => sum + file.bytes, 0);
    for (const file of panels().files)
      console.log(
        `${String(file.bytes).padStart(9)} ${file.eager ? 'eager' : 'later'} ${file.path.split('/').at(-1) ?? ''}`,
      );
    assert.ok(bytes <= 500_000, `${String(bytes)} bytes`);
  });

  describe('charts', () => {
    const KINDS = [
      'plotlyLine',
      'plotlyHistogram',
      'plotlyBox',
      'plotlyHeatmap',
      'vegaBar',
      'vegaFacet',
      'png',
      'svg',
    ] as const;
    for (const kind of KINDS) {
      const log = new Log();
      log.ask('Draw');
      log.cell('c1', `Chart of ${kind}`, 'x', [display(recorded[kind])]);
      log.end();
      shown(
        `${kind} is drawn, enlarges and is saved as a file`,
        () => ({ state: panelState(), events: log.events, width: 700 }),
        async (panel) => {
          const figure = panel.page.locator('figure');
          await figure.getByRole('img', { name: `Chart of ${kind}` }).waitFor();
          await panel.page.locator('.chart-loading').waitFor({ state: 'detached' });
          await panel.page.waitForTimeout(150);
          assert.ok(showsSomething(await screenStatistics(figure)));
          await figure.hover();
          await figure.getByRole('button', { name: 'Save chart as image' }).click();
          await panel.page.waitForTimeout(600);
          const [saved] = await panel.posted('saveImage');
          // By the chart's own title; without one, by what its cell is for.
          assert.match(String(saved?.params['suggestedName']), /^[a-z-]{5,}\.(png|svg)$/i);
          assert.ok(String(saved?.params['base64']).length > 1500);
          await figure.getByRole('button', { name: 'Enlarge chart' }).click();
          await panel.page.getByRole('dialog').getByRole('img').waitFor();
          assert.ok(showsSomething(await screenStatistics(panel.page.getByRole('dialog'))));
          await panel.page.getByRole('button', { name: 'Close' }).click();
        },
      );
    }

    const flat = new Log();
    flat.ask('Draw');
    flat.cell('c1', 'In space', 'x', [
      display({ ...recorded.plotly3d, 'image/png': recorded.png['image/png'] }),
    ]);
    shown(
      'a kind that is not supported is named, and the picture beside it is shown',
      () => ({ state: panelState(), events: flat.events }),
      async (panel) => {
        await panel.page.getByText('charts of the kind scatter3d are not supported here').waitFor();
        await panel.page.locator('figure img').waitFor();
      },
    );

    shown(
      'another theme draws them anew',
      () => ({ state: panelState(), events: conversationWith('vegaBar').events }),
      async (panel) => {
        await panel.page.locator('canvas').waitFor();
        const first = await panel.page.locator('canvas').screenshot();
        const light = themeNamed('light');
        await panel.page.evaluate(
          `document.documentElement.style.cssText = ${JSON.stringify(
            Object.entries(light.variables)
              .map(([name, value]) => `--vscode-${name}: ${value}`)
              .join(';'),
          )}; document.body.className = 'vscode-light'`,
        );
        await panel.page.waitForTimeout(600);
        assert.notDeepEqual(await panel.page.locator('canvas').screenshot(), first);
      },
    );
  });

  describe('much', () => {
    const endless = new Log();
    endless.ask('Print');
    const lines = Array.from(
      { length: 100_000 },
      (_, i) => `row ${String(i)} \x1b[3${String(i % 8)}mvalue\x1b[0m\n`,
    );
    const chunks = Array.from({ length: 100 }, (_, i) =>
      stdout(lines.slice(i * 1000, i * 1000 + 1000).join('')),
    );

    shown(
      '100,000 lines arrive, and typing stays quick; all can be shown',
      () => ({ state: panelState({ turn: 'running' }), events: endless.events }),
      async (panel) => {
        endless.write('c1', 'Print', 'for …');
        const events = endless.events.slice(-2);
        await panel.push({ type: 'events', events });
        for (const output of chunks) {
          const event = endless.add({ type: 'cell_output', cellId: 'c1', output });
          await panel.page.evaluate(`window.__push(${JSON.stringify({ type: 'events', events: [event] })})`);
        }
        await panel.page.getByText('99,968 lines not shown').waitFor();
        assert.ok(await panel.page.getByText('row 99999 value').isVisible());
        await inputOf(panel).focus();
        const start = performance.now();
        await panel.page.keyboard.type('twenty letters long!');
        const perKeyMs = (performance.now() - start) / 20;
        assert.ok(perKeyMs < 100, `${perKeyMs.toFixed(0)} ms a key`);
        const nodes = await panel.page.evaluate<number>('document.querySelectorAll("*").length');
        assert.ok(nodes < 1500, `${String(nodes)} elements`);
        await panel.page.getByRole('button', { name: 'Show all' }).click();
        await panel.page.getByRole('region', { name: 'All lines' }).waitFor();
        await panel.page.evaluate(
          'document.querySelector(".text-all").scrollTop = document.querySelector(".text-all").scrollHeight / 2',
        );
        await panel.page.getByText('row 50000 value').waitFor();
        await panel.page.getByRole('button', { name: 'Copy all' }).click();
        const [copied] = await panel.posted('copyText');
        assert.equal(String(copied?.params['text']).split('\n').length, 100_000);
      },
    );

    const long = new Log();
    for (let turn = 1; turn <= 100; turn++) {
      const id = `t${String(turn)}`;
      long.ask('Again', [], id);
      for (let cell = 0; cell < 5; cell++) {
        const outputs = [
          display(cell === 0 ? recorded.png : recorded.vegaBar),
          ...Array.from({ length: 10 }, () => stdout('text\n')),
        ];
        long.cell(`c${String(turn * 10 + cell)}`, 'Plot', 'x = 1\n'.repeat(8), outputs, {}, id);
      }
      long.say('Some **words**.\n\n'.repeat(5), `words-${id}`, id);
      long.end({ kind: 'finished' }, id);
    }
    shown(
      'a session of 500 cells and 500 charts opens in seconds, at its end, and typing stays quick',
      () => ({ state: panelState(), events: long.events }),
      async (panel) => {
        const loadMs = await panel.page.evaluate<number>('performance.now()');
        console.log(`500 cells: ready after ${loadMs.toFixed(0)} ms`);
        assert.ok(loadMs < 8000, `${loadMs.toFixed(0)} ms`);
        await inputOf(panel).focus();
        const start = performance.now();
        await panel.page.keyboard.type('twenty letters long!');
        const perKeyMs = (performance.now() - start) / 20;
        console.log(`500 cells: ${perKeyMs.toFixed(0)} ms a key`);
        assert.ok(perKeyMs < 100, `${perKeyMs.toFixed(0)} ms a key`);
        await panel.page.waitForTimeout(1500);
        const canvases = await panel.page.locator('canvas').count();
        assert.ok(canvases > 0 && canvases < 40, `${String(canvases)} charts are drawn`);
      },
    );

    const wide = new Log();
    wide.ask('Print');
    wide.cell('c1', 'One line', 'x', [stdout('x'.repeat(1_000_000))]);
    shown(
      'a line of a million letters is cut',
      () => ({ state: panelState(), events: wide.events }),
      async (panel) => {
        await panel.page.getByText('996,000 more characters').waitFor();
      },
    );

    const rows = Array.from(
      { length: 5000 },
      (_, i) => `<tr><th>${String(i)}</th><td>${String(i * 2)}</td></tr>`,
    );
    const table = new Log();
    table.ask('Table');
    table.cell('c1', 'Rows', 'df', [
      display({
        'text/html': `<table class="dataframe"><thead><tr><th></th><th>v</th></tr></thead><tbody>${rows.join('')}</tbody></table>`,
      }),
    ]);
    shown(
      'a table of 5,000 rows shows a hundred, and more when asked',
      () => ({ state: panelState(), events: table.events }),
      async (panel) => {
        assert.equal(await panel.page.locator('tbody tr').count(), 100);
        await panel.page.getByRole('button', { name: 'Show more (4,900 rows left)' }).click();
        assert.equal(await panel.page.locator('tbody tr').count(), 1100);
      },
    );
  });
});
