/**
 * Outputs of every MIME type, good, odd, hostile and huge: each is looked at in the built panel. What `flow.ts` asserts
 * for every page holds here, too: no violation of the policy, no request, no uncaught error.
 */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { type Locator } from 'playwright-core';
import { screenStatistics } from '../../support/pixels.ts';
import { FAMILIES, familyLog, kindsOf } from './corpusCases.ts';
import { panelFlow } from './flow.ts';
import { type OpenPanel } from './harness.ts';
import { panelState } from './scenes.ts';

const OUT = join(import.meta.dirname, '../../../test-results/panel');

type Look = (output: Locator, panel: OpenPanel) => Promise<void>;

const says =
  (...texts: (string | RegExp)[]): Look =>
  async (output) => {
    for (const text of texts) await output.getByText(text).first().waitFor();
  };

const textIs =
  (wanted: string | RegExp): Look =>
  async (output) => {
    const text = (await output.textContent()) ?? '';
    if (typeof wanted === 'string') assert.equal(text, wanted);
    else assert.match(text, wanted);
  };

const holds =
  (selector: string, count: number): Look =>
  async (output) => {
    await output.locator(selector).first().waitFor({ state: 'attached' });
    assert.equal(await output.locator(selector).count(), count, selector);
  };

const lacks =
  (selector: string): Look =>
  async (output) =>
    assert.equal(await output.locator(selector).count(), 0, selector);

/** A picture that was decoded and is shown in this size. */
const picture =
  (width: number, height: number): Look =>
  async (output) => {
    const image = output.locator('figure img');
    await image.waitFor();
    await image
      .page()
      .evaluate(
        `Promise.all([...document.querySelectorAll('.outputs figure img')].map((element) => element.decode()))`,
      );
    const box = await image.boundingBox();
    assert.deepEqual([Math.round(box?.width ?? 0), Math.round(box?.height ?? 0)], [width, height]);
  };

const colourful =
  (selector: string, least: number): Look =>
  async (output) => {
    const { colours } = await screenStatistics(output.locator(selector));
    assert.ok(colours >= least, `${String(colours)} colours`);
  };

const drawn: Look = async (output) => {
  await output.locator('.chart-loading').waitFor({ state: 'detached' });
  await output.locator('.chart-place :is(canvas, .main-svg)').first().waitFor();
};

const styleOf = async (output: Locator, text: string, property: string): Promise<string> =>
  output.page().evaluate<string>(
    `getComputedStyle([...document.querySelectorAll('.outputs span')].find((element) =>
      element.textContent === ${JSON.stringify(text)})).getPropertyValue('${property}')`,
  );

const all =
  (...looks: Look[]): Look =>
  async (output, panel) => {
    for (const look of looks) await look(output, panel);
  };

const card = (name: string | RegExp, facts: string): Look =>
  all(
    async (output) => output.getByRole('group', { name }).waitFor(),
    says(facts),
    async (output, panel) => {
      await output.getByRole('button', { name: 'Save' }).click();
      const [saved] = await panel.posted('saveImage');
      assert.ok(saved !== undefined, 'nothing was saved');
    },
  );

const PICTURE_LOOKS = {
  good: all(picture(120, 60), colourful('figure img', 30)),
  odd: picture(60, 30),
  hostile: says('The picture is damaged, or is not a picture.'),
  huge: says(/^The picture is too large to show: 65000 × 65000 pixels\.$/),
};

/** Family → kind → what must be seen. A case without a look, or a look without a case, fails. */
const LOOKS: Record<string, Record<string, Look>> = {
  'text/plain': {
    good: textIs('plain words\nsecond line'),
    odd: textIs('a list\nof lines\n\ttab, null and e\u0301'),
    hostile: all(
      textIs(/^<img src=x onerror="__hits\+\+"><script>.*‹U\+202E›.* link$/s),
      lacks('img, script, a'),
    ),
    huge: all(says('99,968 lines not shown'), lacks('pre:nth-of-type(4)')),
  },
  ansi: {
    good: async (output) => {
      assert.equal(await styleOf(output, 'bold', 'font-weight'), '700');
      assert.match(await styleOf(output, 'under', 'text-decoration-line'), /underline/);
      const colours = await Promise.all(
        ['red', 'orange', 'green', 'bold'].map(async (word) => styleOf(output, word, 'color')),
      );
      assert.equal(new Set(colours).size, 4, colours.join(' '));
      assert.notEqual(await styleOf(output, 'on blue', 'background-color'), 'rgba(0, 0, 0, 0)');
    },
    odd: textIs('colons allstill bold none short'),
    hostile: all(textIs('left link'), lacks('a')),
    huge: says('more characters'),
  },
  stream: {
    good: textIs('one\ntwo and more'),
    odd: textIs('100%|██████████|\nOUTER\ninner 2'),
    hostile: all(textIs(/^left\n<img/), holds('.stream-stderr', 1), lacks('img')),
    huge: textIs('done of a long way'),
  },
  'text/markdown': {
    good: all(holds('h1', 1), holds('table td', 2), holds('math', 2), lacks('.tex-source')),
    odd: all(says(/from \$5 to \$10/), says('$\\frac{1$'), holds('math', 1)),
    hostile: all(textIs(/<img src=x/), holds('math', 2), lacks('img, a[href], math [href]')),
    huge: holds('p', 1500),
  },
  'text/latex': {
    good: all(holds('math', 1), lacks('.tex-source'), async (output) => {
      assert.ok(((await output.locator('math').boundingBox())?.height ?? 0) > 20);
    }),
    odd: all(says(/\\begin\{tabular\}/), lacks('math')),
    hostile: all(textIs(/<img src=x onerror/), lacks('img, a, math [href], [data-x]')),
    huge: all(textIs(/^\$x\+x\+/), lacks('math')),
    picture: all(holds('figure img', 1), lacks('.latex')),
  },
  'text/html': {
    good: all(holds('table.dataframe, .table-output table', 1), says('1.5')),
    odd: holds('iframe[sandbox=""]', 1),
    hostile: all(holds('iframe[sandbox=""]', 1), async (output) => {
      const frame = output.locator('iframe').contentFrame();
      await frame.getByText('words').waitFor();
      assert.equal(
        await frame.locator('script, iframe, form, button, meta[http-equiv="refresh"]').count(),
        0,
      );
    }),
    huge: all(holds('tbody tr', 100), says('Show more (19,900 rows left)')),
    script: says(/made by its script, and scripts of outputs are not run/),
  },
  'image/svg+xml': {
    good: all(picture(80, 40), colourful('figure img', 2)),
    odd: holds('figure img', 1),
    hostile: all(picture(80, 40), lacks('svg script, foreignObject')),
    huge: says('The SVG is too large to show.'),
  },
  'image/png': PICTURE_LOOKS,
  'image/jpeg': PICTURE_LOOKS,
  'image/webp': PICTURE_LOOKS,
  'image/bmp': PICTURE_LOOKS,
  'image/gif': {
    good: all(picture(60, 30), lacks('.moving-image')),
    odd: picture(60, 30),
    hostile: says('The picture claims to be image/gif and is image/png.'),
    huge: PICTURE_LOOKS.huge,
  },
  'application/pdf': {
    good: card('PDF document', '1 page, 163 B'),
    odd: card('PDF document', '12 pages, '),
    hostile: says('The PDF is damaged, or is not a PDF.'),
    huge: card('PDF document', '1 page, 1.6 MB'),
  },
  'application/json': {
    good: all(holds('[role=treeitem]', 6), says('{1 key}', '"fit"', '[3 items]')),
    odd: all(holds('[role=treeitem]', 6), textIs(/x{100}…/)),
    hostile: all(textIs(/<img src=x.*‹U\+202E›/), lacks('img')),
    huge: all(holds('[role=treeitem]', 102), says('Show more (199,900 entries left)')),
  },
  'application/geo+json': { good: says('"Point"', '[2 items]') },
  'application/x-own+json': { good: says('"data"') },
  'vega-lite': {
    good: all(drawn, colourful('.chart-place', 3)),
    odd: drawn,
    hostile: all(says(/charts here load nothing/), says('the text instead')),
  },
  vega: {
    good: all(drawn, colourful('.chart-place', 2)),
    hostile: all(says(/could not be drawn/), says('the text instead')),
  },
  plotly: {
    good: all(drawn, colourful('.chart-place', 3)),
    odd: drawn,
    hostile: all(drawn, lacks('a[href], image[href*="127.0.0.1"]')),
  },
  widget: {
    good: says('0%|          | 0/10'),
    odd: card(/Output of the type application\/vnd\.jupyter\.widget-view\+json/, 'It cannot be shown here.'),
  },
  script: {
    good: all(says('This output is JavaScript, and scripts of outputs are not run.'), async (output) => {
      await output.getByText('Show the script').click();
      await output.getByText('window.__hits++; alert(1)').waitFor();
    }),
    odd: says('This output is JavaScript, and scripts of outputs are not run.'),
  },
  unknown: {
    good: card('Output of the type application/vnd.example.thing', 'It cannot be shown here.'),
    odd: card('Output of the type audio/x-wav', 'It cannot be shown here.'),
    hostile: all(
      card(/^Output of the type application\/x{40,}…$/, 'It cannot be shown here.'),
      lacks('img, script'),
    ),
  },
};

describe('the corpus of outputs', () => {
  const { shown } = panelFlow();
  before(async () => mkdir(OUT, { recursive: true }));

  it('has a look for every case, and a case for every look', () => {
    const looks = Object.entries(LOOKS).flatMap(([family, kinds]) =>
      Object.keys(kinds).map((kind) => `${family} ${kind}`),
    );
    const cases = FAMILIES.flatMap((family) => kindsOf(family).map((kind) => `${family} ${kind}`));
    assert.deepEqual(cases.toSorted(), looks.toSorted());
  });

  for (const family of FAMILIES) {
    shown(
      `${family}: ${kindsOf(family).join(', ')}`,
      () => ({ state: panelState(), events: familyLog(family).events, width: 700, height: 3200 }),
      async (panel) => {
        const outputs = panel.page.locator('.outputs');
        for (const [index, kind] of kindsOf(family).entries()) {
          const look = LOOKS[family]?.[kind];
          assert.ok(look);
          try {
            await look(outputs.nth(index), panel);
          } catch (error) {
            throw new Error(`${family}, ${kind}: ${error instanceof Error ? error.message : String(error)}`, {
              cause: error,
            });
          }
        }
        assert.equal(await panel.page.evaluate('window.__hits'), 0, 'script ran');
        await panel.page.screenshot({ path: join(OUT, `corpus-${family.replaceAll(/\W+/g, '-')}.png`) });
      },
    );
  }
});
