/** One output of a cell as HTML that runs nothing and loads nothing. */
import { withoutModelOnly } from '../../shared/outputs.ts';
import { ofPdf, withPageAsPicture } from '../../shared/pdf.ts';
import type { FoldedOutput } from '../../agent/foldOutputs.ts';
import { parseAnsi, type AnsiStyle } from '../../../webview/render/ansi.ts';
import { highlightedHtml } from '../../../webview/render/highlightHtml.ts';
import { markdownHtml } from '../../../webview/render/markdownHtml.ts';
import { renderings, type Rendering } from '../../../webview/render/mime.ts';
import { plainTable, type Table, type TableCell } from '../tables.ts';
import { cleanMarkup, escapeHtml, saysSomething } from './markup.ts';

export type ChartKind = 'plotly' | 'vega';

/** A chart that a script of ours draws: the element's id and what it draws. */
export interface LiveChart {
  kind: ChartKind;
  id: string;
  mode: 'plotly' | 'vega' | 'vega-lite';
  value: unknown;
}

const LIMIT_CHARS = 2_000_000;
const ROWS = 1000;

/** @param live takes a chart that can be drawn here and gives its element's id; null: only pictures */
export function outputHtml(
  output: FoldedOutput,
  title: string,
  live: (chart: Omit<LiveChart, 'id'>) => string,
): string {
  switch (output.output_type) {
    case 'stream':
      return textHtml(output.text, output.name === 'stderr' ? 'stream stderr' : 'stream');
    case 'error': {
      const lines = output.traceback.length === 0 ? [`${output.ename}: ${output.evalue}`] : output.traceback;
      return textHtml(lines.join('\n'), 'stream error');
    }
    case 'display_data':
    case 'execute_result': {
      const data = withPageAsPicture(output.data);
      const kept = withoutModelOnly({ ...output, data });
      return kept === null ? '' : bundleHtml(renderings(kept.data), ofPdf(output.data, title), live);
    }
  }
}

function bundleHtml(
  options: readonly Rendering[],
  title: string,
  live: (chart: Omit<LiveChart, 'id'>) => string,
): string {
  for (const rendering of options) {
    const html = renderingHtml(rendering, options, title, live);
    if (html !== null) return html;
  }
  return '';
}

/** Null: the next best is to be tried. */
function renderingHtml(
  rendering: Rendering,
  all: readonly Rendering[],
  title: string,
  live: (chart: Omit<LiveChart, 'id'>) => string,
): string | null {
  switch (rendering.kind) {
    case 'plotly':
    case 'vega': {
      const mode = rendering.kind === 'plotly' ? 'plotly' : rendering.mode;
      const id = live({ kind: rendering.kind, mode, value: rendering.value });
      // Seen where scripts are off.
      const still = all.find(({ kind }) => kind === 'image' || kind === 'svg');
      const otherwise =
        still === undefined
          ? '<p class="muted">This chart needs scripts to be drawn.</p>'
          : pictureHtml(still, title);
      return `<figure class="live"><div class="chart" id="${id}" role="img" aria-label="${escapeHtml(title)}">${otherwise}</div></figure>`;
    }
    case 'html':
      return htmlHtml(rendering.html, title);
    case 'markdown':
      return `<div class="markdown">${markdownHtml(rendering.text, highlightedHtml)}</div>`;
    case 'svg':
    case 'image':
      return pictureHtml(rendering, title);
    case 'latex':
    case 'text':
      return textHtml(rendering.text, 'stream');
    case 'json':
      return textHtml(JSON.stringify(rendering.value, null, 2) ?? '', 'stream');
    case 'unknown':
      return `<p class="muted">An output of a kind that cannot be shown: ${escapeHtml(rendering.mimes.join(', '))}.</p>`;
    default:
      return null;
  }
}

function pictureHtml(rendering: Rendering, title: string): string {
  const source = pictureSource(rendering);
  if (source === null) return '<p class="muted">A picture that cannot be shown.</p>';
  return `<figure><img src="${source}" alt="${escapeHtml(title)}"></figure>`;
}

/** In an `img` no script of an SVG runs, and nothing is loaded. */
function pictureSource(rendering: Rendering): string | null {
  if (rendering.kind === 'svg') {
    if (/<!ENTITY/i.test(rendering.svg)) return null;
    return `data:image/svg+xml;base64,${Buffer.from(rendering.svg).toString('base64')}`;
  }
  if (rendering.kind !== 'image' || !/^[A-Za-z0-9+/=]*$/.test(rendering.base64)) return null;
  return `data:${rendering.mime};base64,${rendering.base64}`;
}

/** Markup that is more than a table stands in a shadow root: its styles are its own, and ours do not meet it. */
function htmlHtml(html: string, title: string): string | null {
  if (html.length > LIMIT_CHARS) return null;
  const table = plainTable(html);
  if (table !== null) return tableHtml(table, title);
  const clean = cleanMarkup(html, 'report');
  if (!saysSomething(clean)) return null;
  return `<div class="framed"><div><template shadowrootmode="closed"><style>${SHADOW}</style>${clean}</template></div></div>`;
}

const SHADOW =
  'table{border-collapse:collapse;font-variant-numeric:tabular-nums}th,td{padding:3px 8px;text-align:right}img{max-width:100%}';

const NUMBER = /^[-+−]?(?:\d[\d,.\u202f ]*(?:e[-+]?\d+)?%?|inf|nan|NaN)?$/i;

function tableHtml({ head, body, caption }: Table, title: string): string {
  const cell = ({ text, isHeader, columns, rows }: TableCell, scope: 'col' | 'row'): string => {
    const tag = isHeader && text !== '' ? `th scope="${scope}"` : 'td';
    const spans = (columns > 1 ? ` colspan="${columns}"` : '') + (rows > 1 ? ` rowspan="${rows}"` : '');
    const number = NUMBER.test(text) ? ' class="number"' : '';
    return `<${tag}${spans}${number}>${escapeHtml(text)}</${tag.slice(0, 2)}>`;
  };
  const row = (cells: readonly TableCell[], scope: 'col' | 'row'): string =>
    `<tr>${cells.map((each) => cell(each, scope)).join('')}</tr>`;
  const left = body.length > ROWS ? [`${body.length - ROWS} more rows.`] : [];
  const below = [...left, ...(caption === '' ? [] : [caption])].join(' ');
  return (
    `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(`Table: ${title}`)}"><table>` +
    (head.length === 0 ? '' : `<thead>${head.map((cells) => row(cells, 'col')).join('')}</thead>`) +
    `<tbody>${body
      .slice(0, ROWS)
      .map((cells) => row(cells, 'row'))
      .join('')}</tbody></table></div>` +
    (below === '' ? '' : `<p class="muted">${escapeHtml(below)}</p>`)
  );
}

function textHtml(text: string, name: string): string {
  if (text.trim() === '') return '';
  const cut = text.length > LIMIT_CHARS;
  const runs = parseAnsi(text.slice(0, LIMIT_CHARS).split('\n').map(lastState).join('\n').trimEnd());
  const inside = runs.map(({ text: run, style }) => {
    const css = ansiCss(style);
    return css === '' ? escapeHtml(run) : `<span style="${css}">${escapeHtml(run)}</span>`;
  });
  const end = cut ? '\n[…]' : '';
  return `<pre class="${name}" tabindex="0">${inside.join('')}${end}</pre>`;
}

/** What a carriage return leaves of a line. */
const lastState = (line: string): string => {
  const shown = line.replace(/\r+$/, '');
  return shown.slice(shown.lastIndexOf('\r') + 1);
};

/** Of a closed form: names of ours and colours in hexadecimal. */
function ansiCss(style: AnsiStyle): string {
  const colour = (value: number | string): string =>
    typeof value === 'number' ? `var(--ansi-${value})` : /^#[\da-f]{3,8}$/i.test(value) ? value : 'inherit';
  const parts: string[] = [];
  if (style.fg !== undefined) parts.push(`color:${colour(style.fg)}`);
  if (style.bg !== undefined) parts.push(`background:${colour(style.bg)}`);
  if (style.bold) parts.push('font-weight:bold');
  if (style.dim) parts.push('opacity:.7');
  if (style.italic) parts.push('font-style:italic');
  if (style.underline) parts.push('text-decoration:underline');
  if (style.strike) parts.push('text-decoration:line-through');
  return parts.join(';');
}
