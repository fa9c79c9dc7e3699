/**
 * Vega and Vega-Lite, drawn without eval (its expressions are interpreted) and without any loading: data must be
 * in the specification. Loaded on demand: this file is a chunk of its own.
 */
import * as vega from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { compile, type Config, type TopLevelSpec } from 'vega-lite';
import type { DrawnChart } from '../charts/draw.ts';
import type { ChartState } from '../charts/keptState.ts';
import { vegaTables } from '../charts/vegaTables.ts';
import type { ChartTheme } from './chartTheme.ts';
import { toBase64 } from './imageHeader.ts';
import { checkVegaLimits } from './vegaLimits.ts';
import { showTooltip } from './vegaTooltip.ts';
import { isRecord } from '../../src/shared/isRecord.ts';
import { t } from '../../src/shared/l10n.ts';

const refuse = async (): Promise<never> =>
  Promise.reject(new Error(t('it asks for data from outside, and charts here load nothing')));
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

/** Our own copy (the compiler writes into it), without options meant for a page's embedding code. */
function withOwnConfig(spec: Record<string, unknown>): Record<string, unknown> {
  const own = structuredClone(spec);
  delete own['usermeta'];
  return own;
}

const isSingleView = (spec: Record<string, unknown>): boolean =>
  ('mark' in spec || 'layer' in spec) && !isFaceted(spec['encoding']);
const isFaceted = (encoding: unknown): boolean =>
  isRecord(encoding) && ['row', 'column', 'facet'].some((channel) => channel in encoding);

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

const failureOf = (parts: readonly unknown[]): Error =>
  parts.find((part) => part instanceof Error) ?? new Error(parts.map(String).join(' '));

export async function drawVega(
  place: HTMLElement,
  value: unknown,
  mode: 'vega' | 'vega-lite',
  theme: ChartTheme,
  kept: ChartState | null,
): Promise<DrawnChart> {
  if (!isRecord(value)) throw new Error(t('its specification is not an object'));
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
        failures.push(failureOf(parts));
        return logger;
      },
      // Vega takes data that could not be loaded for none; an empty chart would be a lie.
      warn: (...parts: unknown[]) => {
        if (parts[0] === 'Loading failed') failures.push(failureOf(parts));
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
  const fresh = lookAt(view);
  if (kept?.kind === 'vega') {
    try {
      await view.setState(kept.state).runAsync();
    } catch {
      // What the reader did was done to another chart: this one is shown as it is.
    }
  }
  const png = async (): Promise<string> => {
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
    return paper.toDataURL('image/png').split(',')[1] ?? '';
  };
  const svg = async (): Promise<string> => {
    const drawn = await view.toSVG();
    const paper = `<rect width="100%" height="100%" fill="${theme.background.replaceAll('"', '')}"/>`;
    return toBase64(new TextEncoder().encode(drawn.replace(/(<svg[^>]*>)/, `$1${paper}`)));
  };
  return {
    snapshot: async (format) => ({ extension: format, base64: await (format === 'svg' ? svg() : png()) }),
    tables: () => vegaTables(compiled, view),
    state: () => {
      const state = changesSince(fresh, view);
      return state === null ? null : { kind: 'vega', state };
    },
    dispose: () => {
      view.finalize();
      place.replaceChildren();
    },
  };
}

type Values = Record<string, unknown>;
interface ViewState {
  signals: Values;
  data: Values;
}

/** These follow from the place, the theme and the pointer, or live for the length of a gesture. */
const PASSING =
  /^(width|height|padding|autosize|background|cursor|unit)$|_(step|tuple|tuple_fields|modify|toggle|anchor|delta)$/;

/** What cannot be copied points into the drawing, and belongs to it alone. */
function copied(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      try {
        return [[name, structuredClone(value)]];
      } catch {
        return [];
      }
    }),
  );
}

const changed = (now: Values, before: Values): Values =>
  Object.fromEntries(
    Object.entries(now).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])),
  );

/** Signals and selections of the page. */
function lookAt(view: vega.View): ViewState {
  const found = view.getState({
    signals: (name) => name !== undefined && !PASSING.test(name),
    data: (name) => name?.endsWith('_store') === true,
    recurse: false,
  });
  const values = (part: unknown): Values => (isRecord(part) ? copied(part) : {});
  return { signals: values(found.signals), data: values(found.data) };
}

/** Null: it is as it was drawn. */
function changesSince(fresh: ViewState, view: vega.View): ViewState | null {
  const now = lookAt(view);
  const state = { signals: changed(now.signals, fresh.signals), data: changed(now.data, fresh.data) };
  return Object.keys({ ...state.signals, ...state.data }).length === 0 ? null : state;
}
