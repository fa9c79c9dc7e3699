/**
 * How a state of the panel looks: opened once for each width and shown in the four themes, it fits, axe finds nothing
 * serious, nothing is violated, and it is what its golden picture shows. It fits at 200 %, too.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { GoldenPictures } from '../../support/goldenPicture.ts';
import { THEMES } from '../../support/themes.ts';
import { seriousProblems } from './axe.ts';
import { PanelBrowser, type OpenOptions, type OpenPanel } from './harness.ts';
import { PICTURE_TIME } from './scenes.ts';

export interface Look {
  /** Width of the panel → height of the picture, CSS pixels: as much as shows what matters. */
  sizes: Readonly<Record<number, number>>;
  open: () => OpenOptions;
  /** What the user does before the pictures are taken. */
  act?: (panel: OpenPanel) => Promise<void>;
}

/** What reaches beyond the panel, cannot be reached by scrolling downwards, or is cut without a sign. */
const MISFITS = `(() => {
  const name = (element) => element.tagName.toLowerCase() + '.' + element.className + ' “' + element.textContent.trim().slice(0, 40) + '”';
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push('the page is wider than the panel');
  for (const part of document.querySelectorAll('.scroller, .pane, .pane-body, .composer, .bottom, .toolbar, .network-ledger'))
    if (part.scrollWidth > part.clientWidth) found.push(name(part) + ' scrolls sideways by ' + (part.scrollWidth - part.clientWidth));
  for (const element of document.querySelectorAll('#root *')) {
    if (!element.checkVisibility({ contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true })) continue;
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || element.closest('.sr-only, svg, math, .cm-editor') !== null) continue;
    const style = getComputedStyle(element);
    if (box.right > innerWidth + 1 || box.left < -1) {
      let clip = element.parentElement;
      while (clip !== null && getComputedStyle(clip).overflowX === 'visible') clip = clip.parentElement;
      if (clip === null || clip === document.body) found.push(name(element) + ' reaches beyond the panel');
    }
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
    if (says && ['hidden', 'clip'].includes(style.overflowX) && style.textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + 1)
      found.push(name(element) + ' is cut');
  }
  return found;
})()`;

/** Facts beside a cell's title, notes and buttons that are higher than one line has to be. */
const BROKEN = `[...document.querySelectorAll('.cell-meta > *, .composer-buttons vscode-button, .cell-decision vscode-button, .pane-header h2, .badge')]
  .filter((element) => element.getBoundingClientRect().height > 30).map((element) => element.textContent.trim())`;

/** An icon before a line of text has the middle of that line as its own, give or take two pixels. */
const OFF_LINE = `[...document.querySelectorAll('.cell-note, .answer-note, .edit-line, .working, .cell-notes li')].flatMap((line) => {
  // While it turns, its box is larger than it is.
  const icon = line.querySelector('.codicon:not(.codicon-modifier-spin)');
  if (icon === null) return [];
  const range = document.createRange();
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.data.trim() === '' || node.parentElement.closest('.sr-only') !== null) continue;
    range.selectNodeContents(node);
    const text = range.getClientRects()[0];
    if (text === undefined) continue;
    const box = icon.getBoundingClientRect();
    const off = box.top + Math.min(box.height, 18) / 2 - (text.top + text.bottom) / 2;
    return Math.abs(off) > 2 ? [line.textContent.trim().slice(0, 60) + ': ' + off.toFixed(1) + ' px'] : [];
  }
  return [];
})`;

const overflowing = async ({ page }: OpenPanel): Promise<string[]> => page.evaluate<string[]>(MISFITS);

async function misplaced({ page }: OpenPanel): Promise<string[]> {
  const [broken, offLine] = await page.evaluate<[string[], string[]]>(`[${BROKEN}, ${OFF_LINE}]`);
  return [
    ...broken.map((text) => `“${text}” takes more than one line`),
    ...offLine.map((text) => `icon beside its line: ${text}`),
  ];
}

/** A narrow and a usual side bar at 200 %, in the pixels that are left of them. */
const ENLARGED = [145, 240];

/** One test for each state and width. */
export function looks(title: string, states: Readonly<Record<string, Look>>): void {
  describe(title, () => {
    let panels: PanelBrowser;
    let golden: GoldenPictures;
    before(async () => {
      panels = await PanelBrowser.start();
      golden = await GoldenPictures.start(panels.browser);
    });
    after(async () => panels.close());

    for (const [name, { sizes, open, act }] of Object.entries(states)) {
      for (const [width, height] of Object.entries(sizes)) {
        it(`${name}, ${width} px, in every theme`, async () => {
          const panel = await panels.open({
            ...open(),
            width: Number(width),
            height,
            clockAt: PICTURE_TIME,
          });
          const problems: string[] = [];
          await act?.(panel);
          for (const theme of THEMES) {
            await panel.setTheme(theme);
            const picture = await panel.picture();
            const wrong = [
              ...(await overflowing(panel)),
              ...(await misplaced(panel)),
              ...(await seriousProblems(panel.page)),
            ];
            problems.push(...wrong.map((problem) => `${theme.name}: ${problem}`));
            await golden
              .assertSame(`panel/${name}-${theme.name}-${width}`, picture)
              .catch((error: unknown) => problems.push(String(error)));
          }
          for (const enlarged of width === Object.keys(sizes)[0] ? ENLARGED : []) {
            await panel.page.setViewportSize({ width: enlarged, height: 450 });
            await panel.picture();
            const wrong = await overflowing(panel);
            problems.push(...wrong.map((problem) => `at 200 % in ${2 * enlarged} px: ${problem}`));
          }
          problems.push(...(await panel.violations()), ...panel.strangers, ...panel.errors);
          await panel.close();
          assert.deepEqual(problems, []);
        });
      }
    }
  });
}
