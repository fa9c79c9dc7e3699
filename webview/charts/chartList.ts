/** The charts of a session, and what of each is known without drawing it. Pure. */
import { chartWords } from '../../src/shared/chartWords.ts';
import { FIGURE_MIME, figureSchema, type Figure, type MimeBundle } from '../../src/shared/outputs.ts';
import { renderings, type Rendering } from '../render/mime.ts';
import { type CellView, type ViewState } from '../state.ts';
import { t } from '../../src/shared/l10n.ts';

type ChartKind = 'plotly' | 'vega' | 'svg' | 'image';
/** How a chart is drawn. */
export type Drawing = Extract<Rendering, { kind: ChartKind }>;

const isDrawing = (rendering: Rendering): rendering is Drawing =>
  ['plotly', 'vega', 'svg', 'image'].includes(rendering.kind);

/** One chart, by its output alone. */
export interface ChartEntry {
  /** Of its output: the same as long as the session lives. */
  key: number;
  /** The chart's own; empty when it has none. */
  title: string;
  /** What it shows, in words; empty when nothing is known. */
  shows: string;
  /** Best first: where one cannot be drawn, the next is. Never empty. */
  drawings: readonly Drawing[];
  /** What the sandbox took from the figure behind a picture; null: nothing. */
  figure: Figure | null;
}

/** A chart in its place in the session. */
export interface PlacedChart {
  chart: ChartEntry;
  cellId: string;
  /** Its own, or what its cell is for. */
  title: string;
  cellTitle: string;
}

/** For who does not see it. @param title of its cell */
export const altOf = (chart: ChartEntry, title: string): string =>
  [title, chart.title === title ? '' : chart.title, chart.shows].filter((part) => part !== '').join('. ');

/** In the colours of the theme, not for white paper. */
export const isDrawnHere = ({ drawings: [best] }: ChartEntry): boolean =>
  best?.kind === 'plotly' || best?.kind === 'vega';

/** A picture drawn from shapes can be saved as such. */
export const hasVector = ({ drawings: [best] }: ChartEntry): boolean => best?.kind !== 'image';

export const hasData = (chart: ChartEntry): boolean =>
  isDrawnHere(chart) ||
  (chart.figure?.axes.some(({ series }) => series.some(({ columns }) => columns.length > 0)) ?? false);

/** The same bundle gives the same entry, so that what hangs on it is made once. Null: it is no chart. */
const known = new WeakMap<MimeBundle, ChartEntry | null>();

export function entryOf(key: number, data: MimeBundle): ChartEntry | null {
  const before = known.get(data);
  if (before === null || before?.key === key) return before;
  const entry = madeOf(key, data);
  known.set(data, entry);
  return entry;
}

function madeOf(key: number, data: MimeBundle): ChartEntry | null {
  const [best, ...others] = renderings(data);
  if (best === undefined || !isDrawing(best)) return null;
  const figure = figureSchema.safeParse(data[FIGURE_MIME]);
  const { title, shows } = chartWords(data);
  const drawings = [best, ...others.filter(isDrawing)];
  return { key, title, shows, drawings, figure: figure.success ? figure.data : null };
}

function chartsIn({ cellId, purpose, outputs }: CellView): PlacedChart[] {
  const cellTitle = purpose.trim() || t('Chart');
  return outputs.flatMap((output) => {
    const chart = output.kind === 'data' ? entryOf(output.key, output.data) : null;
    return chart === null ? [] : [{ chart, cellId, cellTitle, title: chart.title || cellTitle }];
  });
}

type Cells = Pick<ViewState, 'cells'>;

/** In the order in which they were made. */
export const chartsOf = ({ cells }: Cells): PlacedChart[] =>
  [...cells.values()].flatMap(chartsIn).sort((a, b) => a.chart.key - b.chart.key);

/** Null: it is not there any more. */
export const chartWithKey = (state: Cells, key: number): PlacedChart | null =>
  chartsOf(state).find(({ chart }) => chart.key === key) ?? null;
