/**
 * Which of a bundle's representations is shown. The order is JupyterLab's (rank of its renderers: JSON and Plotly 0,
 * HTML 50, Markdown 60, LaTeX 70, SVG 80, pictures 90, PDF 100, JavaScript 110, text 120), with three exceptions, all
 * because nothing here runs script:
 * - Vega comes before HTML (there: 57): beside a specification, the HTML is a page that loads the library.
 * - HTML that lives by its script comes after pictures: it says little without it.
 * - Widgets (there: −10) need a script that speaks with the kernel; they are passed over for their text.
 * Pure.
 */
import { isForModelOnly, PDF_MIME, type MimeBundle } from '../../src/shared/outputs.ts';
import { isRecord } from '../../src/shared/isRecord.ts';
import { mimeText } from '../../src/shared/multiline.ts';

/** Kinds of pictures, in the order of preference; a table of their endings. */
export const IMAGE_ENDINGS = {
  'image/bmp': 'bmp',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
} as const;
export type ImageMime = keyof typeof IMAGE_ENDINGS;

export type Rendering =
  | { kind: 'plotly'; value: unknown }
  | { kind: 'vega'; mode: 'vega' | 'vega-lite'; value: unknown }
  | { kind: 'json'; value: unknown }
  | { kind: 'html'; html: string }
  | { kind: 'markdown'; text: string }
  | { kind: 'latex'; text: string }
  | { kind: 'svg'; svg: string }
  | { kind: 'image'; mime: ImageMime; base64: string }
  /** `first`: what was drawn beside it, as it came. */
  | { kind: 'pdf'; base64: string; first: unknown }
  | { kind: 'script'; code: string }
  | { kind: 'text'; text: string }
  | { kind: 'unknown'; mimes: string[]; values: unknown[] };

const hasScript = (html: string): boolean => /<script[\s>]/i.test(html);

type Rule = (mime: string, value: unknown, bundle: MimeBundle) => Rendering | null;

const text =
  (mime: string | RegExp, make: (text: string, bundle: MimeBundle) => Rendering): Rule =>
  (candidate, value, bundle) => {
    const matches = typeof mime === 'string' ? candidate === mime : mime.test(candidate);
    const found = matches ? mimeText(value) : null;
    return found === null ? null : make(found, bundle);
  };

const bare = (base64: string): string => base64.replace(/\s+/g, '');

const image = (mime: ImageMime): Rule =>
  text(mime, (base64) => ({ kind: 'image', mime, base64: bare(base64) }));

const html =
  (wanted: 'still' | 'scripted'): Rule =>
  (mime, value) => {
    const found = mime === 'text/html' ? mimeText(value) : null;
    if (found === null || hasScript(found) !== (wanted === 'scripted')) return null;
    return { kind: 'html', html: found };
  };

const vega =
  (mode: 'vega' | 'vega-lite', name: RegExp): Rule =>
  (mime, value) =>
    name.test(mime) && isRecord(value) ? { kind: 'vega', mode, value } : null;

/** Best first. */
const RULES: readonly Rule[] = [
  (mime, value) =>
    mime === 'application/vnd.plotly.v1+json' && isRecord(value) ? { kind: 'plotly', value } : null,
  vega('vega-lite', /^application\/vnd\.vegalite\.v\d+(\.\d+)*\+json$/),
  vega('vega', /^application\/vnd\.vega\.v\d+(\.\d+)*\+json$/),
  (mime, value) =>
    mime === 'application/json' || mime === 'application/geo+json' ? { kind: 'json', value } : null,
  html('still'),
  text('text/markdown', (found) => ({ kind: 'markdown', text: found })),
  text('text/latex', (found) => ({ kind: 'latex', text: found })),
  text('image/svg+xml', (svg) => ({ kind: 'svg', svg })),
  image('image/bmp'),
  image('image/png'),
  image('image/jpeg'),
  image('image/gif'),
  image('image/webp'),
  text('application/pdf', (base64, bundle) => ({
    kind: 'pdf',
    base64: bare(base64),
    first: bundle[PDF_MIME],
  })),
  html('scripted'),
  text(/^(?:text|application)\/(?:java|ecma)script$/, (code) => ({ kind: 'script', code })),
  text(/^(?:text\/plain|application\/vnd\.jupyter\.std(?:out|err))$/, (found) => ({
    kind: 'text',
    text: found,
  })),
  // Data of a kind that we have no picture for: better its tree than its name.
  (mime, value) =>
    mime.endsWith('+json') && !mime.includes('vnd.jupyter.widget') && typeof value === 'object'
      ? { kind: 'json', value }
      : null,
];

/** What to try, best first: when one cannot be drawn, the next is shown. Never empty, except for facts alone. */
export function renderings(bundle: MimeBundle): Rendering[] {
  const entries = Object.entries(bundle).filter(([mime]) => !isForModelOnly(mime));
  if (entries.length === 0) return [];
  const found = RULES.flatMap((rule) => entries.map(([mime, value]) => rule(mime, value, bundle)));
  const known = found.filter((rendering) => rendering !== null);
  if (known.length > 0) return known;
  return [
    { kind: 'unknown', mimes: entries.map(([mime]) => mime), values: entries.map(([, value]) => value) },
  ];
}

/** Is this what a person would call a chart? For counts and announcements. */
export function isChart(bundle: MimeBundle): boolean {
  const best = renderings(bundle)[0];
  return best !== undefined && ['plotly', 'vega', 'svg', 'image'].includes(best.kind);
}
