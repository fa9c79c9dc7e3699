/** Which of a bundle's representations is shown. The order is that of the Jupyter front ends. Pure. */
import { isForModelOnly, type MimeBundle } from '../../src/shared/outputs.ts';

export type Rendering =
  | { kind: 'plotly'; value: unknown }
  | { kind: 'vega'; mode: 'vega' | 'vega-lite'; value: unknown }
  | { kind: 'html'; html: string }
  | { kind: 'markdown'; text: string }
  | { kind: 'svg'; svg: string }
  | { kind: 'image'; mime: 'image/png' | 'image/jpeg' | 'image/gif'; base64: string }
  | { kind: 'latex'; text: string }
  | { kind: 'json'; value: unknown }
  | { kind: 'text'; text: string }
  | { kind: 'unknown'; mimes: string[] };

/** nbformat allows a string or a list of lines. */
export function mimeText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((line) => typeof line === 'string')) return value.join('');
  return null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasScript = (html: string): boolean => /<script[\s>]/i.test(html);

type Rule = (mime: string, value: unknown) => Rendering | null;

const text =
  (mime: string, make: (text: string) => Rendering): Rule =>
  (candidate, value) => {
    const found = candidate === mime ? mimeText(value) : null;
    return found === null ? null : make(found);
  };

const image = (mime: 'image/png' | 'image/jpeg' | 'image/gif'): Rule =>
  text(mime, (base64) => ({ kind: 'image', mime, base64: base64.replace(/\s+/g, '') }));

const html =
  (wanted: 'still' | 'scripted'): Rule =>
  (mime, value) => {
    const found = mime === 'text/html' ? mimeText(value) : null;
    if (found === null || hasScript(found) !== (wanted === 'scripted')) return null;
    return { kind: 'html', html: found };
  };

/** Best first. HTML that lives by its script says little here without it, so pictures go before it. */
const RULES: readonly Rule[] = [
  (mime, value) =>
    mime === 'application/vnd.plotly.v1+json' && isObject(value) ? { kind: 'plotly', value } : null,
  (mime, value) =>
    /^application\/vnd\.vegalite\.v\d+(\.\d+)*\+json$/.test(mime) && isObject(value)
      ? { kind: 'vega', mode: 'vega-lite', value }
      : null,
  (mime, value) =>
    /^application\/vnd\.vega\.v\d+(\.\d+)*\+json$/.test(mime) && isObject(value)
      ? { kind: 'vega', mode: 'vega', value }
      : null,
  html('still'),
  text('text/markdown', (found) => ({ kind: 'markdown', text: found })),
  text('image/svg+xml', (svg) => ({ kind: 'svg', svg })),
  image('image/png'),
  image('image/jpeg'),
  image('image/gif'),
  html('scripted'),
  text('text/latex', (found) => ({ kind: 'latex', text: found })),
  (mime, value) =>
    mime === 'application/json' || mime === 'application/geo+json' ? { kind: 'json', value } : null,
  text('text/plain', (found) => ({ kind: 'text', text: found })),
];

/** What to try, best first: when one cannot be drawn, the next is shown. Never empty, except for facts alone. */
export function renderings(bundle: MimeBundle): Rendering[] {
  const entries = Object.entries(bundle).filter(([mime]) => !isForModelOnly(mime));
  if (entries.length === 0) return [];
  const found = RULES.flatMap((rule) => entries.map(([mime, value]) => rule(mime, value)));
  const known = found.filter((rendering) => rendering !== null);
  return known.length > 0 ? known : [{ kind: 'unknown', mimes: entries.map(([mime]) => mime) }];
}

/** Is this what a person would call a chart? For counts and announcements. */
export function isChart(bundle: MimeBundle): boolean {
  const best = renderings(bundle)[0];
  return best !== undefined && ['plotly', 'vega', 'svg', 'image'].includes(best.kind);
}
