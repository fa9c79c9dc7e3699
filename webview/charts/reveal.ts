/** Brings a chart into view, as `reveal.ts` does a cell: asked for by the gallery, done by the chart's own frame. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { closePane } from '../panes.ts';
import { revealCell } from '../reveal.ts';

const wanted = signal<number | null>(null);

/** Charts whose data is shown below them. */
export const shownData = signal<ReadonlySet<number>>(new Set());

export function showData(chart: number, shown: boolean): void {
  const next = new Set(shownData.value);
  if (shown) next.add(chart);
  else next.delete(chart);
  shownData.value = next;
}

export const frameOf = (chart: number): HTMLElement | null =>
  document.querySelector(`.content [data-chart="${String(chart)}"]`);

/** Where a pane lies over the conversation, what is to be seen there needs it gone. */
export function clearTheView(): void {
  if (window.matchMedia('(max-width: 719px)').matches) closePane();
}

export function revealChart(chart: number, cellId: string): void {
  clearTheView();
  wanted.value = chart;
  // A cell far away may not be on the page: asked for, it is.
  if (wanted.peek() === chart) revealCell(cellId);
}

/** Calls `show` whenever this chart is asked for. */
export function useRevealChart(chart: number | null, show: () => void): void {
  const latest = useRef(show);
  latest.current = show;
  useEffect(
    () =>
      wanted.subscribe((key) => {
        if (key === null || key !== chart) return;
        wanted.value = null;
        latest.current();
      }),
    [chart],
  );
}
