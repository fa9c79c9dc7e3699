/** What a chart shows, in words, from the data it is drawn from: for readers who do not see it. Pure. */
import { FIGURE_MIME, figureSchema, type Figure, type MimeBundle } from './outputs.ts';
import { isRecord } from './isRecord.ts';
import { t } from './l10n.ts';

type Json = Record<string, unknown>;
/** Titles come as text, as lines of it, or as `{text}`. */
export function titleText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(String).join(' ');
  return isRecord(value) && 'text' in value ? titleText(value['text']) : null;
}

export interface PlotlyTrace {
  kind: string;
  /** Empty when it has none. */
  name: string;
  /** Null: they are in plotly.py's `{bdata, dtype}`, whose length is not in the open. */
  points: number | null;
}

export interface PlotlyWords {
  title: string | null;
  traces: PlotlyTrace[];
  /** As `xaxis`, `yaxis2`, with what is written beside them. */
  axes: { axis: string; title: string }[];
}

function pointsOf(trace: Json): number | null {
  for (const key of ['x', 'y', 'values', 'z', 'labels', 'lat', 'r']) {
    const value = trace[key];
    if (Array.isArray(value)) return value.length;
  }
  return null;
}

/** Null: it is no figure. */
export function plotlyWords(value: unknown): PlotlyWords | null {
  if (!isRecord(value) || !Array.isArray(value['data']) || !value['data'].every(isRecord)) return null;
  const layout = value['layout'] ?? {};
  if (!isRecord(layout)) return null;
  return {
    title: titleText(layout['title']),
    traces: value['data'].map((trace) => ({
      kind: typeof trace['type'] === 'string' ? trace['type'] : 'scatter',
      name: typeof trace['name'] === 'string' ? trace['name'] : '',
      points: pointsOf(trace),
    })),
    axes: Object.entries(layout).flatMap(([axis, own]) => {
      if (!/^[xyz]axis\d*$/.test(axis) || !isRecord(own) || !('title' in own)) return [];
      const title = titleText(own['title']);
      return title === null ? [] : [{ axis, title }];
    }),
  };
}

export interface VegaMark {
  /** Null: the mark of what it is part of. */
  mark: string | null;
  channels: { channel: string; aggregate: string | null; field: string | null }[];
}

const MOST_MARKS = 12;

/** Marks and encoded fields of a specification, its layers and concatenations included; at most 12. */
export function vegaLiteMarks(spec: Json, marks: VegaMark[] = [], depth = 0): VegaMark[] {
  if (depth > 4 || marks.length > MOST_MARKS) return marks;
  const mark = isRecord(spec['mark']) ? spec['mark']['type'] : spec['mark'];
  const encoding = isRecord(spec['encoding']) ? spec['encoding'] : {};
  const channels = Object.entries(encoding).flatMap(([channel, definition]) => {
    if (!isRecord(definition)) return [];
    const field = typeof definition['field'] === 'string' ? definition['field'] : null;
    const aggregate = typeof definition['aggregate'] === 'string' ? definition['aggregate'] : null;
    return field === null && aggregate === null ? [] : [{ channel, aggregate, field }];
  });
  if (typeof mark === 'string' || channels.length > 0)
    marks.push({ mark: typeof mark === 'string' ? mark : null, channels });
  for (const key of ['layer', 'hconcat', 'vconcat', 'concat']) {
    const children = spec[key];
    if (Array.isArray(children))
      children.filter(isRecord).forEach((child) => vegaLiteMarks(child, marks, depth + 1));
  }
  if (isRecord(spec['spec'])) vegaLiteMarks(spec['spec'], marks, depth + 1);
  return marks.slice(0, MOST_MARKS);
}

export interface ChartWords {
  /** Of the chart itself; empty when it has none. */
  title: string;
  /** One or two sentences without the last full stop; empty when nothing is known. */
  shows: string;
}

const MOST_NAMED = 6;
const MOST_CHARS = 400;

const plain = (text: string): string =>
  text
    .replace(/<[^>]{0,80}>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
const listed = (names: readonly string[]): string =>
  names.length > MOST_NAMED
    ? t`${names.slice(0, MOST_NAMED).join(', ')} and ${names.length - MOST_NAMED} more`
    : names.join(', ');
const sentences = (parts: readonly string[]): string =>
  parts
    .filter((part) => part !== '')
    .join('. ')
    .slice(0, MOST_CHARS);

function drawn(
  kinds: readonly string[],
  names: readonly string[],
  points: readonly (number | null)[],
): string {
  const total = points.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const named = names.filter((name) => name !== '').map(plain);
  const kind = listed([...new Set(kinds)]);
  const what = named.length > 0 ? t`${kind} chart of ${listed(named)}` : t`${kind} chart`;
  if (total === 0 || points.includes(null)) return what;
  return total === 1 ? t`${what}, 1 point` : t`${what}, ${total} points`;
}

function ofPlotly({ title, traces, axes }: PlotlyWords): ChartWords {
  const what = drawn(
    traces.map(({ kind }) => kind),
    traces.map(({ name }) => name),
    traces.map(({ points }) => points),
  );
  const places = axes.filter((axis) => axis.title !== '').slice(0, 4);
  return {
    title: plain(title ?? ''),
    shows: sentences([
      what,
      places.map((axis) => `${axis.axis.replace('axis', '')}: ${plain(axis.title)}`).join(', '),
    ]),
  };
}

function ofVega(spec: Json): ChartWords {
  const parts = vegaLiteMarks(spec).map(({ mark, channels }) => {
    const said = channels.map(({ channel, aggregate, field }) =>
      aggregate === null
        ? `${channel}: ${field ?? t('rows')}`
        : t`${channel}: ${aggregate} of ${field ?? t('rows')}`,
    );
    const shown = mark ?? t('the same mark');
    return said.length > 0 ? t`${shown} with ${listed(said)}` : shown;
  });
  return {
    title: plain(titleText(spec['title']) ?? ''),
    shows: sentences(parts.length > 0 ? [t`Chart: ${parts.join('; ')}`] : []),
  };
}

function ofFigure({ title, axes }: Figure): ChartWords {
  const parts = axes.slice(0, 4).map((one) => {
    const { series, xLabel, yLabel } = one;
    if (series.length === 0) return '';
    const what = drawn(
      series.map(({ kind }) => kind),
      series.map(({ label }) => label),
      series.map(({ points }) => points),
    );
    const places = [xLabel === '' ? '' : `x: ${xLabel}`, yLabel === '' ? '' : `y: ${yLabel}`];
    const own = one.title !== '' && axes.length > 1 ? `${one.title}: ` : '';
    return own + [what, ...places.filter((place) => place !== '').map(plain)].join(', ');
  });
  return {
    title: plain(title || (axes.length === 1 ? (axes[0]?.title ?? '') : '')),
    shows: sentences(parts),
  };
}

export function chartWords(bundle: MimeBundle): ChartWords {
  const figure = figureSchema.safeParse(bundle[FIGURE_MIME]);
  if (figure.success) return ofFigure(figure.data);
  const plotly = plotlyWords(bundle['application/vnd.plotly.v1+json']);
  if (plotly !== null) return ofPlotly(plotly);
  const vega = Object.entries(bundle).find(([mime]) => /^application\/vnd\.vega(lite)?\.v/.test(mime))?.[1];
  return isRecord(vega) ? ofVega(vega) : { title: '', shows: '' };
}
