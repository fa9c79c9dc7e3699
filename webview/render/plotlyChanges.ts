/** What a reader does to a Plotly chart, collected from its events in a form that can be done again. Pure. */
import { type ChartState } from '../charts/keptState.ts';
import { isRecord } from '../../src/shared/isRecord.ts';

type Json = Record<string, unknown>;
/** These follow from the place the chart has. */
const PLACE_KEYS = new Set(['width', 'height', 'autosize']);

export class PlotlyChanges {
  private layout: Json;
  private traces: Record<number, Json>;

  constructor(kept: Extract<ChartState, { kind: 'plotly' }> | null) {
    this.layout = { ...kept?.layout };
    this.traces = { ...kept?.traces };
  }

  /** @param change as `plotly_relayout` tells it: paths and values */
  relaidOut(change: unknown): void {
    if (!isRecord(change)) return;
    for (const [path, value] of Object.entries(change)) {
      if (PLACE_KEYS.has(path)) continue;
      this.forgetOpposite(path);
      this.layout[path] = value;
    }
  }

  /** An axis has a range of its own, or finds it by itself. */
  private forgetOpposite(path: string): void {
    const [, axis, property] = /^(\w+axis\d*)\.(autorange|range)/.exec(path) ?? [];
    if (axis === undefined) return;
    const opposite = property === 'autorange' ? /\.range(\[\d\])?$/ : /\.autorange$/;
    for (const known of Object.keys(this.layout))
      if (known.startsWith(`${axis}.`) && opposite.test(known)) Reflect.deleteProperty(this.layout, known);
  }

  /** @param change as `plotly_restyle` tells it: values for the traces whose places follow */
  restyled(change: unknown): void {
    if (!Array.isArray(change)) return;
    const [values, places] = change as unknown[];
    if (!isRecord(values) || !Array.isArray(places)) return;
    places.forEach((place, at) => {
      if (typeof place !== 'number') return;
      const own = Object.entries(values).map(([path, value]) => [
        path,
        Array.isArray(value) ? (value as unknown[])[at % value.length] : value,
      ]);
      this.traces[place] = { ...this.traces[place], ...(Object.fromEntries(own) as Json) };
    });
  }

  /** For `Plotly.relayout`; null: nothing to do. */
  relayout(): Json | null {
    return Object.keys(this.layout).length === 0 ? null : { ...this.layout };
  }

  /** For `Plotly.restyle`. A list stands for one trace each, so every value is in one. */
  restyles(): { change: Json; traces: number[] }[] {
    return Object.entries(this.traces).map(([place, values]) => ({
      change: Object.fromEntries(Object.entries(values).map(([path, value]) => [path, [value]])),
      traces: [Number(place)],
    }));
  }

  state(): ChartState | null {
    if (this.relayout() === null && Object.keys(this.traces).length === 0) return null;
    return { kind: 'plotly', layout: { ...this.layout }, traces: { ...this.traces } };
  }
}
