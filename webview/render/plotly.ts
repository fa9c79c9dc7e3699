/** Plotly from cleaned JSON. Loaded on demand: this file is a chunk of its own. */
import Plotly, { type PlotlyElement } from 'plotly.js-cartesian-dist-min';
import type { DrawnChart } from '../charts/draw.ts';
import type { ChartState } from '../charts/keptState.ts';
import type { ChartTheme } from './chartTheme.ts';
import { cleanFigure, themed } from './plotlyClean.ts';
import { PlotlyChanges } from './plotlyChanges.ts';
import { toBase64 } from './imageHeader.ts';

const MAX_WIDTH_PX = 900;
/** A page that is taller than the browser can count has its controls nowhere. */
const MAX_HEIGHT_PX = 3000;

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** Plotly's margins are made for a page; here the panel has its own. Names beside the plot go below it when narrow. */
function compact(layout: Json, narrow: boolean): Json {
  const own = layout['title'];
  const title = isObject(own) ? own : { text: own };
  const titled = typeof title['text'] === 'string' && title['text'] !== '';
  const legend = isObject(layout['legend']) ? layout['legend'] : {};
  return {
    margin: { l: 56, r: 16, t: titled ? 44 : 16, b: 48 },
    title: { font: { size: 15 }, x: 0.02, ...title },
    ...(narrow
      ? {
          legend: {
            ...legend,
            orientation: 'h',
            yref: 'container',
            y: 0,
            yanchor: 'bottom',
            x: 0,
            xanchor: 'left',
          },
        }
      : {}),
  };
}

/** The element has Plotly's methods once it has drawn into it. */
const isDrawnInto = (place: HTMLElement): place is HTMLElement & PlotlyElement => 'on' in place;

export async function drawPlotly(
  place: HTMLElement,
  value: unknown,
  theme: ChartTheme,
  kept: ChartState | null,
): Promise<DrawnChart> {
  const { data, layout } = cleanFigure(value);
  const wanted = typeof layout['height'] === 'number' ? layout['height'] : 380;
  const height = Math.max(120, Math.min(wanted, MAX_HEIGHT_PX));
  const width = (): number => Math.max(220, Math.min(place.clientWidth, MAX_WIDTH_PX));
  const narrow = width() < 520;
  const sized = {
    ...themed(layout, theme),
    autosize: false,
    height,
    width: width(),
    ...compact(layout, narrow),
  };
  // The configuration is ours alone: no logo, no upload, no editing elsewhere.
  await Plotly.newPlot(place, data, sized, {
    displaylogo: false,
    showLink: false,
    showSendToCloud: false,
    showEditInChartStudio: false,
    plotlyServerURL: '',
    topojsonURL: '',
    // Drag to zoom, double-click to go back; saving and enlarging are the panel's own buttons.
    displayModeBar: false,
  });
  const changes = new PlotlyChanges(kept?.kind === 'plotly' ? kept : null);
  for (const { change, traces } of changes.restyles()) await Plotly.restyle(place, change, traces);
  if (changes.relayout() !== null) await Plotly.relayout(place, changes.relayout() ?? {});
  if (isDrawnInto(place)) {
    place.on('plotly_relayout', (change) => changes.relaidOut(change));
    place.on('plotly_restyle', (change) => changes.restyled(change));
  }
  const observer = new ResizeObserver(() => void Plotly.relayout(place, { width: width() }));
  observer.observe(place);
  return {
    tables: null,
    state: () => changes.state(),
    snapshot: async (format) => {
      // As the reader left it: Plotly writes a zoom into the layout, and a hidden trace into the data.
      const now = isDrawnInto(place) ? { data: place.data, layout: place.layout } : { data, layout: sized };
      const paper = { ...now.layout, paper_bgcolor: theme.background, width: 900, height: 560 };
      const url = await Plotly.toImage(
        { data: now.data, layout: paper },
        { format, width: 900, height: 560, scale: format === 'svg' ? 1 : 2 },
      );
      return { extension: format, base64: bytesOf(url) };
    },
    dispose: () => {
      observer.disconnect();
      Plotly.purge(place);
      place.replaceChildren();
    },
  };
}

/** Plotly gives an SVG as escaped text. */
function bytesOf(url: string): string {
  const [head = '', body = ''] = [url.slice(0, url.indexOf(',')), url.slice(url.indexOf(',') + 1)];
  return head.endsWith(';base64') ? body : toBase64(new TextEncoder().encode(decodeURIComponent(body)));
}
