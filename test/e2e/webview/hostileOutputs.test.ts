/** How outputs look that are not shown: what stands in their place can be read in a narrow side bar. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { PanelBrowser } from './harness.ts';
import { artifact, claude, display, Log, panelState } from './scenes.ts';

function scene(): Log {
  const log = new Log();
  log.ask('What is in the report?');
  log.say(
    'The report is at [the bank](https://bank.example@elsewhere.test/), see ![chart](https://elsewhere.test/?d=1) and [this](command:x).',
  );
  const made = [
    { ...artifact('orders.csv', 1200), formulas: true },
    artifact('macro book with a long name of its own.xlsm', 88_000),
    artifact('setup.exe', 5_000_000),
    ...Array.from({ length: 40 }, (_, n) => artifact(`part-${n}.csv`, 10)),
  ];
  log.cell(
    'c1',
    'Show the report',
    'display(report)',
    [
      display({ 'text/html': '<div id="plot"></div><script src="https://elsewhere.test/x.js"></script>' }),
      display({ 'image/png': 'AAAA' }),
      display({ 'image/svg+xml': '<!DOCTYPE svg [<!ENTITY a "b">]><svg/>' }),
      display({
        [`application/x-${'long-'.repeat(80)}`]: 1,
        'application/b': 1,
        'application/c': 1,
        'application/d': 1,
      }),
      display({
        'application/vnd.vegalite.v5+json': { mark: 'bar', data: { sequence: { start: 0, stop: 1e9 } } },
        'text/plain': 'alt.Chart(...)',
      }),
      display({
        'text/html':
          '<div style="position:fixed;inset:0;z-index:99999;background:#c00;color:#fff">cover</div>',
      }),
    ],
    {
      artifacts: made,
      refused: [
        {
          name: '(9,500 more files)',
          reason: 'the cell made more than 500 files; pack them into one archive',
        },
      ],
    },
  );
  log.end();
  return log;
}

describe('what stands in the place of hostile outputs', () => {
  let panels: PanelBrowser;
  before(async () => {
    panels = await PanelBrowser.start();
  });
  after(async () => panels.close());

  it('can be read in a narrow side bar', async () => {
    const state = panelState({ model: claude });
    const panel = await panels.open({ state, events: scene().events, width: 290, height: 2600 });
    await panel.page.locator('.chart-loading').first().waitFor({ state: 'detached' });
    const notes = await panel.page.locator('.cannot-show, .file-card').allInnerTexts();
    for (const part of [
      'made by its script',
      'not a picture',
      'entities',
      'cannot be shown here',
      'computed values',
    ])
      assert.ok(
        notes.some((note) => note.includes(part)),
        `${part}: ${notes.join(' | ')}`,
      );
    assert.ok(
      notes.every((note) => note.length < 220),
      'short',
    );
    assert.ok(await panel.page.getByText('picture from elsewhere.test not loaded').isVisible());
    for (const label of ['contains formulas', 'may hold macros', 'can run code'])
      assert.ok(await panel.page.locator('.artifact', { hasText: label }).isVisible(), label);
    // The warning leaves room for the name.
    for (const name of await panel.page.locator('.artifact-name').all())
      assert.ok(((await name.boundingBox())?.width ?? 0) > 30, await name.innerText());
    assert.equal(await panel.page.locator('.artifact').count(), 24);
    const wide = await panel.page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
    assert.ok(Number(wide) <= 0, 'nothing runs out of the side bar');
    await panel.page.getByRole('button', { name: 'Show 19 more files' }).click();
    assert.equal(await panel.page.locator('.artifact').count(), 43);
    await panel.close();
  });
});
