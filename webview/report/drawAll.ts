/** In an exported report: draws the charts whose data lies in the page, in the colours of the reader's system. */
import type { DrawnChart } from '../charts/draw.ts';
import type { ChartState } from '../charts/keptState.ts';
import type { ChartTheme } from '../render/chartTheme.ts';

interface Canvas {
  place: HTMLElement;
  theme: ChartTheme;
  /** What the reader did to the drawing before. */
  kept: ChartState | null;
}
type Draw = (canvas: Canvas, value: unknown, mode: string) => Promise<DrawnChart>;

const dark = matchMedia('(prefers-color-scheme: dark)');

function theme(): ChartTheme {
  const read = (name: string): string =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return {
    text: read('--text'),
    muted: read('--muted'),
    grid: read('--line'),
    background: read('--paper'),
    font: getComputedStyle(document.body).fontFamily,
  };
}

export function drawAll(kind: 'plotly' | 'vega', draw: Draw): void {
  for (const data of document.querySelectorAll<HTMLElement>(`script[data-chart="${kind}"]`)) {
    const place = document.getElementById(data.dataset['for'] ?? '');
    if (place === null) continue;
    const value: unknown = JSON.parse(data.textContent);
    keepDrawn(place, async (canvas) => draw(canvas, value, data.dataset['mode'] ?? ''));
  }
}

/** What stood there comes back when the chart cannot be drawn, with the reason. */
function keepDrawn(place: HTMLElement, draw: (canvas: Canvas) => Promise<DrawnChart>): void {
  const otherwise = [...place.childNodes];
  let drawn: DrawnChart | null = null;
  const again = async (): Promise<void> => {
    const kept = drawn?.state() ?? null;
    drawn?.dispose();
    drawn = null;
    const element = document.createElement('div');
    place.replaceChildren(element);
    const colours = theme();
    // Printed as it is on the screen: its text would not be seen on other paper.
    place.style.background = colours.background;
    place.style.setProperty('print-color-adjust', 'exact');
    try {
      drawn = await draw({ place: element, theme: colours, kept });
      place.dataset['drawn'] = 'yes';
    } catch (error) {
      const reason = document.createElement('p');
      reason.className = 'muted';
      reason.textContent = `This chart could not be drawn: ${error instanceof Error ? error.message : String(error)}`;
      place.replaceChildren(reason, ...otherwise);
      place.dataset['drawn'] = 'no';
    }
  };
  let work = again();
  dark.addEventListener('change', () => {
    work = work.then(again);
  });
}
