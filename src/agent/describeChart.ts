/** What an interactive chart shows, in words: the model cannot see Plotly and Vega-Lite drawings. */
import * as z from 'zod/mini';
import { headAndTail, plainText } from './text.ts';

const MAX_CHARS = 1200;

const plotlySchema = z.object({
  data: z.array(z.record(z.string(), z.unknown())),
  layout: z.optional(z.record(z.string(), z.unknown())),
});

const quoted = (value: unknown): string => JSON.stringify(plainText(String(value)).slice(0, 120));

/** Titles come as a string or as `{text}`. */
function titleOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null && 'text' in value) return titleOf(value.text);
  if (Array.isArray(value)) return value.map(String).join(' ');
  return null;
}

/** Points of a trace: plain arrays, or plotly.py's `{bdata, dtype}` whose length is not in the open. */
function pointCount(trace: Record<string, unknown>): string {
  for (const key of ['x', 'y', 'values', 'z', 'labels', 'lat', 'r']) {
    const value = trace[key];
    if (Array.isArray(value)) return `, ${value.length} points`;
  }
  return '';
}

export function describePlotly(value: unknown): string {
  const figure = plotlySchema.safeParse(value);
  if (!figure.success) return '[Plotly figure: shown to the user, not visible to you]';
  const { data, layout = {} } = figure.data;
  const traces = data.slice(0, 12).map((trace) => {
    const name = typeof trace['name'] === 'string' && trace['name'] !== '' ? ` ${quoted(trace['name'])}` : '';
    const kind = typeof trace['type'] === 'string' ? trace['type'] : 'scatter';
    return `${plainText(kind)}${name}${pointCount(trace)}`;
  });
  if (data.length > traces.length) traces.push(`${data.length - traces.length} more`);
  const axes = Object.entries(layout).flatMap(([key, axis]) => {
    if (!/^[xyz]axis\d*$/.test(key) || typeof axis !== 'object' || axis === null || !('title' in axis))
      return [];
    const title = titleOf(axis.title);
    return title === null ? [] : [`${key} ${quoted(title)}`];
  });
  return finish('Plotly figure', titleOf(layout['title']), [
    `traces: ${traces.join('; ') || 'none'}`,
    ...axes,
  ]);
}

/** Marks and encoded fields of a specification, its layers and concatenations included. */
export function describeVegaLite(value: unknown): string {
  if (!isRecord(value)) return '[Vega-Lite chart: shown to the user, not visible to you]';
  const parts: string[] = [];
  collect(value, parts, 0);
  return finish('Vega-Lite chart', titleOf(value['title']), parts.slice(0, 12));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function collect(spec: Record<string, unknown>, parts: string[], depth: number): void {
  if (depth > 4 || parts.length > 12) return;
  const mark = isRecord(spec['mark']) ? spec['mark']['type'] : spec['mark'];
  const encoding = isRecord(spec['encoding']) ? spec['encoding'] : {};
  const channels = Object.entries(encoding).flatMap(([channel, definition]) => {
    if (!isRecord(definition)) return [];
    const field = typeof definition['field'] === 'string' ? definition['field'] : null;
    const aggregate = typeof definition['aggregate'] === 'string' ? definition['aggregate'] : null;
    if (field === null && aggregate === null) return [];
    return [
      `${channel} = ${aggregate === null ? '' : `${aggregate} of `}${field === null ? 'rows' : quoted(field)}`,
    ];
  });
  if (typeof mark === 'string' || channels.length > 0) {
    parts.push(`mark ${plainText(typeof mark === 'string' ? mark : 'inherited')} (${channels.join(', ')})`);
  }
  for (const key of ['layer', 'hconcat', 'vconcat', 'concat']) {
    const children = spec[key];
    if (Array.isArray(children))
      for (const child of children) if (isRecord(child)) collect(child, parts, depth + 1);
  }
  if (isRecord(spec['spec'])) collect(spec['spec'], parts, depth + 1);
}

function finish(kind: string, title: string | null, parts: string[]): string {
  const head = title === null || title === '' ? kind : `${kind} ${quoted(title)}`;
  return `[${headAndTail([head, ...parts].join('; '), MAX_CHARS)}; drawn for the user, you see only this description]`;
}
