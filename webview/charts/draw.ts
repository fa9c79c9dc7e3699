/** Interactive charts, drawn by libraries that are loaded when the first one is needed. */
import { type ChartTheme } from '../render/themeColours.ts';
import { loaded } from '../notLoaded.ts';
import { type IMAGE_ENDINGS, type ImageMime } from '../render/mime.ts';
import { type Drawing } from './chartList.ts';
import { type ChartState } from './keptState.ts';
import { type ChartTable } from './table.ts';

/** A picture of a chart as a file. */
export interface Snapshot {
  extension: (typeof IMAGE_ENDINGS)[ImageMime] | 'svg';
  base64: string;
}

const MIMES = {
  bmp: 'image/bmp',
  png: 'image/png',
  jpg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  svg: 'image/svg+xml',
} as const;
export const mimeOf = ({ extension }: Snapshot): string => MIMES[extension];
export const snapshotUrl = (snapshot: Snapshot): string =>
  `data:${mimeOf(snapshot)};base64,${snapshot.base64}`;

export interface DrawnChart {
  /** As it looks now, on the theme's paper. */
  snapshot: (format: 'png' | 'svg') => Promise<Snapshot>;
  /** The data of its marks; null where that stands in what it was drawn from. */
  tables: (() => ChartTable[]) | null;
  /** What the reader did to it; null: nothing. */
  state: () => ChartState | null;
  dispose: () => void;
}

export type Interactive = Extract<Drawing, { kind: 'plotly' | 'vega' }>;

/**
 * @param kept what the reader did to an earlier drawing of the same output
 * @throws NotLoaded when the library does not come
 */
export async function drawChart(
  drawing: Interactive,
  place: HTMLElement,
  theme: ChartTheme,
  kept: ChartState | null,
): Promise<DrawnChart> {
  switch (drawing.kind) {
    case 'plotly':
      return (await loaded(import('../render/plotly.ts'))).drawPlotly(place, drawing.value, theme, kept);
    case 'vega':
      return (await loaded(import('../render/vega.ts'))).drawVega(
        place,
        drawing.value,
        drawing.mode,
        theme,
        kept,
      );
    default:
      return drawing satisfies never;
  }
}
