/** What can be done with a chart: by the buttons over it, in the gallery, and by VS Code's menu. */
import { signal } from '@preact/signals';
import { type ChartAction } from '../../src/shared/protocol.ts';
import { chartCommand, dispatch, draft, focusRequests, perform, setDraft, view } from '../app.ts';
import { attachImages } from '../attach.ts';
import { slug } from '../format.ts';
import { fromBase64 } from '../render/imageHeader.ts';
import { revealCell } from '../reveal.ts';
import { chartWithKey, hasData, hasVector, type ChartEntry, type PlacedChart } from './chartList.ts';
import { mimeOf, type Snapshot } from './draw.ts';
import { pictureOf } from './pictures.ts';
import { clearTheView, frameOf, revealChart, showData, shownData } from './reveal.ts';
import { t } from '../../src/shared/l10n.ts';

/** The chart whose picture is on the clipboard since a moment ago. */
export const justCopied = signal<number | null>(null);
const COPIED_MS = 2000;

/** For VS Code's menu: which chart the pointer is over, and what it can do. */
export const menuContext = (chart: ChartEntry): string =>
  JSON.stringify({
    webviewSection: 'chart',
    chart: chart.key,
    chartHasVector: hasVector(chart),
    chartHasData: hasData(chart),
    preventDefaultContextMenuItems: true,
  });

/** Opens VS Code's menu without a right click: it listens to this event. */
export function openMenu(event: MouseEvent): void {
  const button = event.currentTarget;
  if (!(button instanceof HTMLElement)) return;
  event.preventDefault();
  event.stopPropagation();
  const { left, bottom } = button.getBoundingClientRect();
  button.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, clientX: left, clientY: bottom }));
}

export async function chartAction(action: ChartAction, key: number): Promise<void> {
  const placed = chartWithKey(view.value, key);
  if (placed === null) {
    dispatch({ type: 'problem', sentence: t('This chart is not there any more.') });
    return;
  }
  try {
    await done(action, placed);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    dispatch({ type: 'problem', sentence: t`A picture of this chart could not be made: ${reason}` });
  }
}

async function done(action: ChartAction, { chart, cellId, title }: PlacedChart): Promise<void> {
  const file = ({ extension }: Snapshot): string => `${slug(title)}.${extension}`;
  switch (action) {
    case 'copyImage':
      return copy(chart);
    case 'savePng':
    case 'saveSvg': {
      const picture = await pictureOf(chart, action === 'saveSvg' ? 'svg' : 'png');
      await perform('saveImage', { suggestedName: file(picture), base64: picture.base64 });
      return;
    }
    case 'openTab': {
      const picture = await pictureOf(chart, chart.drawings[0]?.kind === 'image' ? 'own' : 'png');
      await perform('openImage', { suggestedName: file(picture), base64: picture.base64 });
      return;
    }
    case 'showCode':
      clearTheView();
      revealCell(cellId);
      return;
    case 'showData': {
      const onPage = frameOf(chart.key) !== null;
      const shown = shownData.value.has(chart.key);
      showData(chart.key, !(onPage && shown));
      if (!shown && !onPage) revealChart(chart.key, cellId);
      return;
    }
    case 'ask':
      return ask(chart, title);
    default:
      action satisfies never;
  }
}

const blobOf = (picture: Snapshot): Blob =>
  new Blob([fromBase64(picture.base64) ?? new Uint8Array()], { type: mimeOf(picture) });

const FOCUS_MS = 2000;

/** A browser lets only the page with the focus write; it comes back a moment after VS Code's menu has closed. */
async function focused(): Promise<void> {
  const until = performance.now() + FOCUS_MS;
  while (!document.hasFocus() && performance.now() < until) {
    window.focus();
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** The page itself has to do it: VS Code's own clipboard takes text only. */
async function copy(chart: ChartEntry): Promise<void> {
  const png = pictureOf(chart, 'png').then(blobOf);
  // What goes wrong with the picture itself is told as such.
  await png;
  await focused();
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
  } catch {
    dispatch({
      type: 'problem',
      sentence: t(
        'The picture could not be copied: this window does not let the panel write to the clipboard. Save it instead.',
      ),
    });
    return;
  }
  dispatch({ type: 'said', sentence: t('Picture copied') });
  justCopied.value = chart.key;
  setTimeout(() => {
    if (justCopied.value === chart.key) justCopied.value = null;
  }, COPIED_MS);
}

/** The picture and its name go into the composer; the reader writes the question. */
async function ask(chart: ChartEntry, title: string): Promise<void> {
  const picture = blobOf(await pictureOf(chart, 'png'));
  clearTheView();
  await attachImages([new File([picture], `${slug(title)}.png`, { type: picture.type })], 'drop');
  const { text } = draft.value;
  const about = t`About the chart “${title}”: `;
  if (!text.includes(about.trim())) setDraft({ text: text === '' ? about : `${text}\n${about}` });
  focusRequests.value++;
}

chartCommand.subscribe((command) => {
  if (command !== null) void chartAction(command.action, command.chart);
});
