/**
 * A session as one HTML file: opens without a network, refers to nothing outside of itself. Without interactive charts
 * it has no script at all; with them it has ours alone, by its hash, and the charts' data as JSON.
 */
import { createHash } from 'node:crypto';
import { highlightedHtml } from '../../../webview/render/highlightHtml.ts';
import { markdownHtml } from '../../../webview/render/markdownHtml.ts';
import type { DocumentCell, Part } from '../document.ts';
import { facts, runNote, warningOf, type Report } from '../report.ts';
import { escapeHtml } from './markup.ts';
import { outputHtml, type ChartKind, type LiveChart } from './outputs.ts';
import { STYLE } from './style.ts';

/** The script that draws charts of this kind; called only when there is one. */
export type ChartCode = (kind: ChartKind) => Promise<string>;

export async function toHtml(report: Report, chartCode: ChartCode): Promise<string> {
  const charts: LiveChart[] = [];
  const live = (chart: Omit<LiveChart, 'id'>): string => {
    const id = `chart-${charts.length + 1}`;
    charts.push({ ...chart, id });
    return id;
  };
  const warning = warningOf(report);
  const title = report.title === '' ? 'Session' : report.title;
  const body = [
    `<h1>${escapeHtml(title)}</h1>`,
    warning === '' ? '' : `<p class="warning" role="note">${escapeHtml(warning)}</p>`,
    ...report.parts.map((part) => partHtml(part, live)),
    factsHtml(report),
  ].join('\n');
  const scripts = await scriptsFor(charts, chartCode);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
${charts.map(dataHtml).join('')}${scripts.map((script) => `<script>${script}</script>`).join('\n')}
</body>
</html>
`;
}

/** Pictures are in the page; styles stand at elements; of scripts only ours run. */
function policy(scripts: readonly string[]): string {
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  return [
    `default-src 'none'`,
    `img-src data:${scripts.length === 0 ? '' : ' blob:'}`,
    `style-src 'unsafe-inline'`,
    `script-src ${hashes.length === 0 ? `'none'` : hashes.join(' ')}`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
}

async function scriptsFor(charts: readonly LiveChart[], chartCode: ChartCode): Promise<string[]> {
  const kinds = [...new Set(charts.map(({ kind }) => kind))];
  const scripts = await Promise.all(kinds.map(chartCode));
  // In an element of HTML these would end or hide the script.
  return scripts.map((script) => script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--'));
}

const dataHtml = ({ kind, id, mode, value }: LiveChart): string =>
  `<script type="application/json" data-chart="${kind}" data-for="${id}" data-mode="${mode}">${JSON.stringify(
    value,
  )
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')}</script>\n`;

function partHtml(part: Part, live: (chart: Omit<LiveChart, 'id'>) => string): string {
  switch (part.kind) {
    case 'question': {
      const names = part.names.join(', ');
      const head = [part.verb, part.verb === '' ? '' : names].filter(Boolean).join(' ');
      const text = part.text.trim();
      const title = [head, text].filter(Boolean).join('\n') || names || 'Question';
      const files =
        part.verb === '' && names !== '' && title !== names
          ? `<p class="files">${escapeHtml(names)}</p>`
          : '';
      return `<h2>${escapeHtml(title)}</h2>${files}`;
    }
    case 'answer':
      return `<div class="markdown">${lowered(markdownHtml(part.text, highlightedHtml))}</div>`;
    case 'text':
      return part.format === 'raw'
        ? `<pre tabindex="0">${escapeHtml(part.text)}</pre>`
        : `<div class="markdown">${lowered(markdownHtml(part.text, highlightedHtml))}</div>`;
    case 'edit':
      return `<details class="code"><summary>${escapeHtml(part.sentence)}</summary><pre tabindex="0">${escapeHtml(part.diff)}</pre></details>`;
    case 'note':
      return `<p class="note">${escapeHtml(part.text)}</p>`;
    case 'cell':
      return cellHtml(part.cell, live);
  }
}

/** Headings of an answer stand below that of its question; links go nowhere, so they are no stops of the keyboard. */
const lowered = (html: string): string =>
  html
    .replace(
      /<(\/?)h([1-6])>/g,
      (_, end: string, level: string) => `<${end}h${Math.min(6, Number(level) + 2)}>`,
    )
    .replace(/ role="link" tabindex="0"/g, '')
    .replace(/<button type="button" class="fence-copy[^>]*><\/button>/g, '');

function cellHtml(cell: DocumentCell, live: (chart: Omit<LiveChart, 'id'>) => string): string {
  const note = runNote(cell);
  const title = cell.purpose === '' ? (cell.code.trim().split('\n')[0] ?? '').slice(0, 80) : cell.purpose;
  const code = highlightedHtml(cell.code, cell.language) ?? escapeHtml(cell.code);
  const outputs = cell.outputs.map((output) => outputHtml(output, title, live));
  return [
    `<details class="code"><summary>${escapeHtml(title)}</summary><pre tabindex="0"><code>${code}</code></pre></details>`,
    ...outputs.filter((html) => html !== ''),
    ...(note === '' ? [] : [`<p class="note">${escapeHtml(note)}</p>`]),
  ].join('\n');
}

function factsHtml(report: Report): string {
  const lines = facts(report);
  if (lines.length === 0) return '';
  const rows = lines.map(({ name, value }) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`);
  return `<h2>How this was made</h2><dl>${rows.join('')}</dl>`;
}
