/** Plotly from cleaned JSON. Loaded on demand: this file is a chunk of its own. */
import Plotly from 'plotly.js-cartesian-dist-min';
import { type DrawnChart } from './chart.tsx';
import { type ChartTheme } from './chartTheme.ts';
import { cleanFigure, themed } from './plotlyClean.ts';

const MAX_WIDTH_PX = 900;

export async function drawPlotly(place: HTMLElement, value: unknown, theme: ChartTheme): Promise<DrawnChart> {
  const { data, layout } = cleanFigure(value);
  const height = typeof layout['height'] === 'number' ? layout['height'] : 380;
  const width = (): number => Math.max(220, Math.min(place.clientWidth, MAX_WIDTH_PX));
  const narrow = width() < 420;
  const sized = {
    ...themed(layout, theme),
    autosize: false,
    height,
    width: width(),
    ...(narrow ? { margin: { l: 48, r: 12, t: layout['title'] === undefined ? 16 : 48, b: 48 } } : {}),
    ...(narrow ? { legend: { orientation: 'h', y: -0.25 } } : {}),
  };
  // The configuration is ours alone: no logo, no upload, no editing elsewhere.
  await Plotly.newPlot(place, data, sized, {
    displaylogo: false,
    showLink: false,
    showSendToCloud: false,
    showEditInChartStudio: false,
    plotlyServerURL: '',
    topojsonURL: '',
    displayModeBar: 'hover',
    modeBarButtonsToRemove: ['toImage', 'lasso2d', 'select2d', 'sendDataToCloud'],
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
