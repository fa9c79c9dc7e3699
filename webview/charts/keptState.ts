/**
 * What the reader did to a chart: zoomed, hid a trace, chose a mark. It belongs to the output, not to its drawing, so
 * that another theme, a pane or a scroll out of sight does not undo it.
 */

export type ChartState =
  | {
      kind: 'plotly';
      /** Changes of the layout, as Plotly tells them (`xaxis.range[0]`). */
      layout: Record<string, unknown>;
      /** Changes of traces by their place in the figure. */
      traces: Record<number, Record<string, unknown>>;
    }
  | { kind: 'vega'; state: { signals?: Record<string, unknown>; data?: Record<string, unknown> } };

const kept = new Map<number, ChartState>();

export const stateOf = (chart: number): ChartState | null => kept.get(chart) ?? null;

export function keepState(chart: number, state: ChartState | null): void {
  if (state === null) kept.delete(chart);
  else kept.set(chart, state);
}
