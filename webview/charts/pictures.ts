/** Any chart of the session as a picture or as tables, whether it is on the page or not. */
import { IMAGE_ENDINGS } from '../render/mime.ts';
import { chartTheme, themeVersion, type ChartTheme } from '../render/chartTheme.ts';
import { fromBase64, imageProblem, toBase64 } from '../render/imageHeader.ts';
import { svgProblem } from '../render/svgProblem.ts';
import { type ChartEntry, type Drawing } from './chartList.ts';
import { drawChart, type DrawnChart, type Interactive, type Snapshot } from './draw.ts';
import { stateOf } from './keptState.ts';
import { figureTables, type ChartTable } from './table.ts';
import { loaded } from '../notLoaded.ts';
import { t } from '../../src/shared/l10n.ts';

/** Interactive charts that are on the page, by the key of their output. */
const drawn = new Map<number, { chart: DrawnChart; theme: number }>();

/** @param theme version of the theme it was drawn in */
export function setDrawn(chart: number, now: DrawnChart | null, theme = themeVersion.peek()): void {
  if (now === null) drawn.delete(chart);
  else drawn.set(chart, { chart: now, theme });
}

const isInteractive = (drawing: Drawing): drawing is Interactive =>
  drawing.kind === 'plotly' || drawing.kind === 'vega';

/** One after the other: a gallery of charts must not hold up the page. */
let before: Promise<unknown> = Promise.resolve();

/** Draws out of sight, in the width of a wide panel. */
async function drawnAside<T>(
  drawing: Interactive,
  chart: number,
  theme: ChartTheme,
  use: (chart: DrawnChart) => T | Promise<T>,
): Promise<T> {
  const run = async (): Promise<T> => {
    const place = document.createElement('div');
    place.className = 'chart-aside';
    place.ariaHidden = 'true';
    document.body.append(place);
    try {
      const made = await drawChart(drawing, place, theme, stateOf(chart));
      try {
        return await use(made);
      } finally {
        made.dispose();
      }
    } finally {
      place.remove();
    }
  };
  const result = before.then(run);
  before = result.catch(() => undefined);
  return result;
}

const withDrawn = async <T>(
  drawing: Interactive,
  chart: number,
  use: (chart: DrawnChart) => T | Promise<T>,
): Promise<T> => {
  const now = drawn.get(chart);
  // After a change of the theme it is drawn anew a moment later.
  return now?.theme === themeVersion.peek() ? use(now.chart) : drawnAside(drawing, chart, chartTheme(), use);
};

/** The first of a chart's drawings that works, as in the conversation. @throws Error what was wrong with the last */
async function firstThatWorks<T>(entry: ChartEntry, make: (drawing: Drawing) => Promise<T>): Promise<T> {
  let problem: unknown = new Error(t('There is nothing to draw.'));
  for (const drawing of entry.drawings) {
    try {
      return await make(drawing);
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}

/** `own`: the bytes of the output itself where it is a picture; otherwise PNG. */
export const pictureOf = async (entry: ChartEntry, format: 'own' | 'png' | 'svg'): Promise<Snapshot> =>
  firstThatWorks(entry, async (drawing) => {
    switch (drawing.kind) {
      case 'plotly':
      case 'vega':
        return withDrawn(drawing, entry.key, async (chart) =>
          chart.snapshot(format === 'svg' ? 'svg' : 'png'),
        );
      case 'svg': {
        const problem = svgProblem(drawing.svg);
        if (problem !== null) throw new Error(problem);
        const bytes = new TextEncoder().encode(drawing.svg);
        return format === 'png'
          ? asPng(bytes, 'image/svg+xml', 2)
          : { extension: 'svg', base64: toBase64(bytes) };
      }
      case 'image': {
        const bytes = fromBase64(drawing.base64);
        const problem = bytes === null ? t('The picture is damaged.') : imageProblem(bytes, drawing.mime);
        if (bytes === null || problem !== null) throw new Error(problem ?? '');
        const extension = IMAGE_ENDINGS[drawing.mime];
        return format === 'own' || extension === 'png'
          ? { extension, base64: drawing.base64 }
          : asPng(bytes, drawing.mime, 1);
      }
      default:
        return drawing satisfies never;
    }
  });

const MOST_PIXELS = 16_000_000;

/** White paper: what shines through a picture of code is meant for that. */
async function asPng(bytes: Uint8Array<ArrayBuffer>, type: string, scale: number): Promise<Snapshot> {
  const url = URL.createObjectURL(new Blob([bytes], { type }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const width = image.naturalWidth || 640;
    const height = image.naturalHeight || 400;
    const fit = Math.min(scale, Math.sqrt(MOST_PIXELS / (width * height)));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(width * fit));
    canvas.height = Math.max(1, Math.round(height * fit));
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('The canvas has no context.');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return { extension: 'png', base64: canvas.toDataURL('image/png').split(',')[1] ?? '' };
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The plotted points; empty when they are not known. */
export async function tablesOf({ key, figure, drawings }: ChartEntry): Promise<ChartTable[]> {
  if (figure !== null) return figureTables(figure);
  const interactive = drawings.find(isInteractive);
  switch (interactive?.kind) {
    case 'plotly':
      return (await loaded(import('./plotlyTables.ts'))).plotlyTables(interactive.value);
    case 'vega':
      return withDrawn(interactive, key, ({ tables }) => tables?.() ?? []);
    case undefined:
      return [];
    default:
      return interactive satisfies never;
  }
}

interface Thumbnail {
  theme: number;
  picture: Promise<Snapshot>;
}
const thumbnails = new WeakMap<ChartEntry, Thumbnail>();

/** Made once for each theme; pictures are their own. @param theme its version */
export async function thumbnailOf(entry: ChartEntry, theme: number): Promise<Snapshot> {
  const made = thumbnails.get(entry);
  const still = entry.drawings[0]?.kind === 'image' || entry.drawings[0]?.kind === 'svg';
  if (made !== undefined && (still || made.theme === theme)) return made.picture;
  const picture = pictureOf(entry, 'own');
  thumbnails.set(entry, { theme, picture });
  return picture;
}
