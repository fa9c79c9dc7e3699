/**
 * The data of interactive charts for VS Code's notebooks, in which the reader may choose any renderer: one of another
 * extension may load what a specification names. So what names something outside is not handed over as a chart; the
 * other forms of the output are. No VS Code in here.
 */
import { isRecord } from '../../shared/isRecord.ts';
import { cleanFigure } from '../../../webview/render/plotlyClean.ts';
import { renderings } from '../../../webview/render/mime.ts';

/** What a notebook may get of it; null: nothing, or it is no chart. */
export function chartItem(mime: string, value: unknown): unknown {
  const [rendering] = renderings({ [mime]: value });
  if (rendering?.kind === 'plotly') return cleanPlotly(value);
  return rendering?.kind === 'vega' && !namesOutside(value) ? value : null;
}

function cleanPlotly(value: unknown): unknown {
  try {
    return cleanFigure(value);
  } catch {
    // Kinds of charts that are not drawn here load maps.
    return null;
  }
}

/** Where Vega loads from: data, pictures, and links that are followed. */
const ADDRESSES = new Set(['url', 'href', 'loader', 'baseURL']);
/** Rows are only drawn. */
const ROWS = new Set(['values', 'datasets']);

function namesOutside(value: unknown, depth = 0): boolean {
  if (depth > 60) return true;
  if (Array.isArray(value)) return value.some((each) => namesOutside(each, depth + 1));
  if (!isRecord(value)) return false;
  return Object.entries(value).some(
    ([key, inner]) => ADDRESSES.has(key) || (!ROWS.has(key) && namesOutside(inner, depth + 1)),
  );
}
