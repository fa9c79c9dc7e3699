/**
 * Vega and Vega-Lite, drawn without eval (its expressions are interpreted) and without any loading: data must be
 * in the specification. Loaded on demand: this file is a chunk of its own.
 */
import * as vega from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type Config, type TopLevelSpec } from 'vega-lite';
import type { DrawnChart } from './chart.tsx';
import type { ChartTheme } from './chartTheme.ts';
import { checkVegaLimits } from './vegaLimits.ts';
import { showTooltip } from './vegaTooltip.ts';

const refuse = async (): Promise<never> =>
  Promise.reject(new Error('it asks for data from outside, and charts here load nothing'));
const loader = { ...vega.loader(), load: refuse, sanitize: refuse, http: refuse, file: refuse };

/** In Vega-Lite's words, which are a superset of Vega's. */
const config = ({ text, muted, grid, font }: ChartTheme): Config => ({
  background: 'transparent',
  title: { color: text, subtitleColor: muted, font, subtitleFont: font, fontWeight: 600 },
  style: { 'guide-label': { fill: text, font }, 'guide-title': { fill: text, font, fontWeight: 600 } },
  axis: { domainColor: muted, gridColor: grid, tickColor: muted },
  legend: { titleColor: text, labelColor: text },
  header: { titleColor: text, labelColor: text, titleFont: font, labelFont: font },
  mark: { font },
  text: { fill: text },
  view: { stroke: 'transparent' },
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Our own copy (the compiler writes into it), without options meant for a page's embedding code. */
function withOwnConfig(spec: Record<string, unknown>): Record<string, unknown> {
  const own = structuredClone(spec);
  delete own['usermeta'];
  return own;
}

const isSingleView = (spec: Record<string, unknown>): boolean =>
  ('mark' in spec || 'layer' in spec) && !isFaceted(spec['encoding']);
const isFaceted = (encoding: unknown): boolean =>
  isObject(encoding) && ['row', 'column', 'facet'].some((channel) => channel in encoding);

/** A single view without a size of its own takes the panel's width, up to a comfortable one. */
function sized(spec: Record<string, unknown>, availablePx: number): Record<string, unknown> {
  const width = spec['width'];
  const tooWide = typeof width === 'number' && width > availablePx;
  if (!isSingleView(spec) || (width !== undefined && width !== 'container' && !tooWide)) return spec;
  return {
    ...spec,
    width: Math.max(200, Math.min(availablePx, 640)),
    height: typeof spec['height'] === 'number' ? spec['height'] : 280,
    autosize: { type: 'fit', contains: 'padding' },
  };
}

export async function drawVega(
  place: HTMLElement,
  value: unknown,
  mode: 'vega' | 'vega-lite',
  theme: ChartTheme,
): Promise<DrawnChart> {
  if (!isObject(value)) throw new Error('its specification is not an object');
  checkVegaLimits(value);
  const spec = sized(withOwnConfig(value), place.clientWidth);
  const colours = config(theme);
  const logger = vega.logger(vega.Error);
  // The compiler checks the specification itself and throws on what it cannot read.
  const compiled: vega.Spec =
    mode === 'vega-lite' ? compile(spec as unknown as TopLevelSpec, { config: colours, logger }).spec : spec;
  const runtime = vega.parse(compiled, mode === 'vega' ? (colours as vega.Config) : undefined, { ast: true });
  const failures: Error[] = [];
  const view = new vega.View(runtime, {
    expr: expressionInterpreter,
    loader: loader as unknown as vega.Loader,
    logger: Object.assign(logger, {
      error: (...parts: unknown[]) => {
        failures.push(parts.find((part) => part instanceof Error) ?? new Error(parts.map(String).join(' ')));
        return logger;
      },
    }),
    renderer: 'canvas',
    container: place,
    hover: true,
    tooltip: showTooltip,
  });
  await view.runAsync();
  const [failure] = failures;
  if (failure !== undefined) {
    view.finalize();
    place.replaceChildren();
    throw failure;
  }
  const snapshot = async (): Promise<{ extension: 'png'; base64: string }> => {
    const canvas = await view.toCanvas(2);
    const paper = document.createElement('canvas');
    paper.width = canvas.width;
    paper.height = canvas.height;
    const context = paper.getContext('2d');
    if (context !== null) {
      context.fillStyle = theme.background;
      context.fillRect(0, 0, paper.width, paper.height);
      context.drawImage(canvas, 0, 0);
    }
    return { extension: 'png', base64: paper.toDataURL('image/png').split(',')[1] ?? '' };
  };
  return {
    snapshot,
    dispose: () => {
      view.finalize();
      place.replaceChildren();
    },
  };
}
