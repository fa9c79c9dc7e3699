/**
 * Plotly's JSON before the library sees it: what could load, link or reach into our objects is taken out, kinds
 * of traces that the bundled library lacks are named, and the paper takes the theme's colours. Pure.
 */
import type { ChartTheme } from './chartTheme.ts';
import { isRecord } from '../../src/shared/isRecord.ts';
import { t } from '../../src/shared/l10n.ts';

/** Kinds of traces in the bundled (cartesian) library. */
const KINDS = new Set(
  'scatter scattergl bar box heatmap histogram histogram2d histogram2dcontour contour image pie violin funnel funnelarea waterfall candlestick ohlc scatterternary quiver'.split(
    ' ',
  ),
);

const FORBIDDEN_KEYS = new Set(['__proto__', 'prototype', 'constructor']);
/** Parts that load maps or pictures from elsewhere. */
const LOADING_KEYS = new Set(['mapbox', 'map', 'geo', 'topojsonURL', 'plotlyServerURL', 'mathjax']);

type Json = Record<string, unknown>;
/** Plotly draws a few tags in its texts; links and attributes that could load something are the ones to lose. */
function cleanText(text: string): string {
  const kept = text
    .replace(/<\/?\s*a(?:[\s/][^>]*)?>/gi, '')
    .replace(/<([a-z]+)\s[^>]*[(\\&][^>]*>/gi, '<$1>')
    .replace(/\b(?:url|image-set|src)\s*\(/gi, '(');
  // Taking something out can put two halves together.
  return kept === text ? text : cleanText(kept);
}

function clean(value: unknown, depth = 0): unknown {
  if (depth > 40) return null;
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map((entry) => clean(entry, depth + 1));
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(
    ([key, entry]) =>
      !FORBIDDEN_KEYS.has(key) &&
      !LOADING_KEYS.has(key) &&
      !(
        key === 'source' &&
        typeof entry === 'string' &&
        !/^data:image\/(png|jpeg|gif|webp);base64,/i.test(entry)
      ),
  );
  return Object.fromEntries(kept.map(([key, entry]) => [key, clean(entry, depth + 1)]));
}

export interface PlotlyFigure {
  data: Json[];
  layout: Json;
}

/** @throws Error with a sentence's end ("it has …") when there is nothing that could be drawn. */
export function cleanFigure(value: unknown): PlotlyFigure {
  const cleaned = clean(value);
  if (!isRecord(cleaned) || !Array.isArray(cleaned['data']))
    throw new Error(t('its data is not a list of traces'));
  const data = cleaned['data'].filter(isRecord);
  const missing = new Set(
    data
      .map((trace) => (typeof trace['type'] === 'string' ? trace['type'] : 'scatter'))
      .filter((kind) => !KINDS.has(kind)),
  );
  if (missing.size > 0)
    throw new Error(t`charts of the kind ${[...missing].join(', ')} are not supported here`);
  const layout = isRecord(cleaned['layout']) ? cleaned['layout'] : {};
  return { data, layout };
}

const part = (owner: Json, key: string): Json => {
  const value = owner[key];
  return isRecord(value) ? value : {};
};

/** The template's paper and text give way to the theme; what the author set in the layout itself stays. */
export function themed(layout: Json, theme: ChartTheme): Json {
  const template = part(layout, 'template');
  const base = part(template, 'layout');
  const axis = (name: string): Json => ({
    ...part(base, name),
    gridcolor: theme.grid,
    linecolor: theme.muted,
    zerolinecolor: theme.grid,
  });
  return {
    ...layout,
    template: {
      ...template,
      layout: {
        ...base,
        paper_bgcolor: 'rgba(0,0,0,0)',
        plot_bgcolor: 'rgba(0,0,0,0)',
        font: { ...part(base, 'font'), color: theme.text, family: theme.font },
        xaxis: axis('xaxis'),
        yaxis: axis('yaxis'),
      },
    },
  };
}
