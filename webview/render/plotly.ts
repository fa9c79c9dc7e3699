/** Plotly from cleaned JSON. Loaded on demand: this file is a chunk of its own. */
import Plotly from 'plotly.js-cartesian-dist-min';
import type { DrawnChart } from './chart.tsx';
import type { ChartTheme } from './chartTheme.ts';
import { cleanFigure, themed } from './plotlyClean.ts';

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

export async function drawPlotly(place: HTMLElement, value: unknown, theme: ChartTheme): Promise<DrawnChart> {
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
  const observer = new ResizeObserver(() => void Plotly.relayout(place, { width: width() }));
  observer.observe(place);
  return {
    snapshot: async () => {
      const paper = { ...sized, paper_bgcolor: theme.background, width: 900, height: 560 };
      const url = await Plotly.toImage(
        { data, layout: paper },
        { format: 'png', width: 900, height: 560, scale: 2 },
      );
      return { extension: 'png', base64: url.split(',')[1] ?? '' };
    },
    dispose: () => {
      observer.disconnect();
      Plotly.purge(place);
      place.replaceChildren();
    },
  };
}
