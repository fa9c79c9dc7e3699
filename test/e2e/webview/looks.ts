/**
 * How a state of the panel looks: opened once where that is enough, and shown in three widths and four themes, it
 * fits, axe finds nothing serious, nothing is violated, and it is what its golden picture shows. It fits at 200 %, too.
 *
 * Colours come from the theme and places from the width, and no rule of a style sheet joins the two. So not all twelve
 * pairs are shown, but all themes in a narrow side bar, where all of them are looked at by axe, and every width in one
 * theme at least; the full width in two more, light and high contrast, because parts that only it has (columns,
 * buttons with words) have their colours there. What fits is asked for once at each width, and once more with the
 * borders of high contrast.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { GoldenPictures } from '../../support/goldenPicture.ts';
import { themeNamed, type ThemeName } from '../../support/themes.ts';
import { seriousProblems } from './axe.ts';
import { PanelBrowser, type OpenOptions, type OpenPanel } from './harness.ts';
import { PICTURE_TIME } from './scenes.ts';

/** A narrow side bar, a usual one, an editor tab: CSS pixels, and the themes of the pictures there. */
const SHOWN = [
  { width: 290, themes: ['dark', 'light', 'hc-dark', 'hc-light'] },
  { width: 480, themes: ['dark'] },
  { width: 1100, themes: ['light', 'hc-dark'] },
] as const satisfies { width: number; themes: ThemeName[] }[];
/** Its borders take room that no other theme needs. */
const BORDERED = 'hc-dark';

export interface Look {
  /** Of the picture at each width, CSS pixels: as much as shows what matters. */
  heights: readonly [narrow: number, usual: number, wide: number];
  open: () => OpenOptions;
  /** What the user does before the pictures are taken. */
  act?: (panel: OpenPanel) => Promise<void>;
  /** Opened for each width: what it shows follows the place where the user got to it. */
  anew?: boolean;
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

/** What depends on the colours of a theme; the rest depends on elements and widths. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** A narrow and a usual side bar at 200 %, in the pixels that are left of them. */
const ENLARGED = [145, 240];

/** Longer than charts wait before they follow another width: timers of one page end in their order. */
const FOLLOWED_MS = 400;
const FOLLOWED = `new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, ${String(FOLLOWED_MS)}))))`;

async function resize({ page }: OpenPanel, width: number, height: number): Promise<void> {
  await page.setViewportSize({ width, height });
  await page.evaluate(FOLLOWED);
}

/** One test for each state. */
export function looks(title: string, states: Readonly<Record<string, Look>>): void {
  describe(title, () => {
    let panels: PanelBrowser;
    let golden: GoldenPictures;
    before(async () => {
      panels = await PanelBrowser.start();
      golden = await GoldenPictures.start(panels.browser);
    });
    after(async () => panels.close());

    for (const [name, { heights, open, act, anew = false }] of Object.entries(states)) {
      it(`${name}, in every width and theme`, async () => {
        const problems: string[] = [];
        const note = (where: string, found: readonly string[]) =>
          problems.push(...found.map((problem) => `${where}: ${problem}`));
        const opened = async (width: number, height: number): Promise<OpenPanel> => {
          const panel = await panels.open({ ...open(), width, height, clockAt: PICTURE_TIME });
          await act?.(panel);
          return panel;
        };
        const close = async (panel: OpenPanel): Promise<void> => {
          problems.push(...(await panel.violations()), ...panel.strangers, ...panel.errors);
          await panel.close();
        };
        let panel = await opened(SHOWN[0].width, heights[0]);
        for (const [at, { width, themes }] of SHOWN.entries()) {
          const height = heights[at] ?? heights[0];
          if (at > 0 && anew) {
            await close(panel);
            panel = await opened(width, height);
          } else if (at > 0) {
            await resize(panel, width, height);
          }
          for (const [nth, theme] of themes.entries()) {
            const where = `${theme}, ${String(width)} px`;
            await panel.setTheme(themeNamed(theme));
            const picture = await panel.picture();
            if (nth === 0 || theme === BORDERED) {
              note(where, await overflowing(panel));
              note(where, await misplaced(panel));
            }
            note(where, await seriousProblems(panel.page, nth === 0 ? null : COLOUR_RULES));
            await golden
              .assertSame(`panel/${name}-${theme}-${String(width)}`, picture)
              .catch((error: unknown) => problems.push(String(error)));
          }
        }
        for (const enlarged of ENLARGED) {
          await resize(panel, enlarged, 450);
          note(`at 200 % in ${String(2 * enlarged)} px`, await overflowing(panel));
        }
        await close(panel);
        assert.ok(problems.length === 0, problems.join('\n'));
      });
    }
  });
}
