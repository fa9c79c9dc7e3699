/** A session as Markdown, with its pictures as files beside it. */
import { plainText } from '../agent/text.ts';
import type { FoldedOutput } from '../agent/foldOutputs.ts';
import { mimeText } from '../shared/multiline.ts';
import { withoutModelOnly, type MimeBundle } from '../shared/outputs.ts';
import { ofPdf, withPageAsPicture } from '../shared/pdf.ts';
import { ChartNames, chartOf } from './charts.ts';
import type { DocumentCell } from './document.ts';
import { fenced, plainWords, quietMarkdown } from './markdownText.ts';
import { factsMarkdown, markdownOf } from './notebook.ts';
import { runNote, warningOf, type Report } from './report.ts';
import { plainTable, type Table } from './tables.ts';

/** A file that goes with what was written; `name` is relative to its folder. */
export interface SideFile {
  name: string;
  bytes: Uint8Array;
}

const ROWS = 50;
const COLUMNS = 30;
const TEXT_CHARS = 20_000;

/** @param folder name of the folder for the pictures, beside the file */
export function toMarkdown(report: Report, folder: string): { text: string; files: SideFile[] } {
  const files = new Map<string, SideFile>();
  const names = new ChartNames();
  const picture = (output: FoldedOutput, title: string): string | null => {
    const chart = chartOf(output);
    if (chart === null) return null;
    const name = names.nameOf(chart);
    files.set(name, { name, bytes: chart.bytes });
    const address = [folder, name].map(encodeURIComponent).join('/');
    // What no reader of Markdown can draw is a file to open.
    return /\.(?:png|jpg|svg)$/.test(name)
      ? `![${plainWords(title)}](${address})`
      : `[${plainWords(`Interactive chart: ${title}`)}](${address})`;
  };
  const warning = warningOf(report);
  const sections = [
    report.title === '' ? '' : `# ${plainWords(report.title)}`,
    warning === '' ? '' : `**${warning}**`,
    ...report.parts.map((part) =>
      part.kind === 'cell' ? cellMarkdown(part.cell, picture) : markdownOf(part),
    ),
    factsMarkdown(report),
  ];
  const text = sections.filter((section) => section.trim() !== '').join('\n\n') + '\n';
  return { text, files: [...files.values()] };
}

type Picture = (output: FoldedOutput, title: string) => string | null;

function cellMarkdown(cell: DocumentCell, picture: Picture): string {
  const title = cell.purpose === '' ? 'Chart' : cell.purpose;
  const note = runNote(cell);
  return [
    ...(cell.purpose === '' ? [] : [`**${plainWords(cell.purpose)}**`]),
    fenced(cell.code, cell.language),
    ...cell.outputs.map((output) => outputMarkdown(output, title, picture)),
    ...(note === '' ? [] : [`*${note}*`]),
  ]
    .filter((text) => text !== '')
    .join('\n\n');
}

const block = (text: string): string => {
  const plain = plainText(text).trimEnd();
  if (plain === '') return '';
  const cut = plain.length > TEXT_CHARS;
  return fenced(cut ? `${plain.slice(0, TEXT_CHARS)}\n[…]` : plain, 'text');
};

function outputMarkdown(output: FoldedOutput, title: string, picture: Picture): string {
  switch (output.output_type) {
    case 'stream':
      return block(output.text);
    case 'error':
      return block(
        output.traceback.length === 0 ? `${output.ename}: ${output.evalue}` : output.traceback.join('\n'),
      );
    case 'display_data':
    case 'execute_result': {
      const data = withPageAsPicture(output.data);
      const kept = withoutModelOnly({ ...output, data });
      if (kept === null) return '';
      return picture(kept, ofPdf(output.data, title)) ?? bundleMarkdown(kept.data);
    }
  }
}

const textIn = (data: MimeBundle, mime: string): string | null => mimeText(data[mime]);

function bundleMarkdown(data: MimeBundle): string {
  const html = textIn(data, 'text/html');
  const table = html === null ? null : plainTable(html);
  if (table !== null) return tableMarkdown(table);
  const markdown = textIn(data, 'text/markdown');
  if (markdown !== null) return quietMarkdown(markdown);
  const plain = textIn(data, 'text/plain');
  if (plain !== null) return block(plain);
  const json = data['application/json'];
  return json === undefined ? '' : fenced(JSON.stringify(json, null, 2).slice(0, TEXT_CHARS), 'json');
}

/** Spans become empty cells: Markdown has none. */
function tableMarkdown({ head, body, caption }: Table): string {
  const wide = [...head, ...body].map((row) =>
    row.flatMap(({ text, columns }) => [text, ...Array<string>(columns - 1).fill('')]),
  );
  const width = Math.min(COLUMNS, Math.max(1, ...wide.map((row) => row.length)));
  // Rows of a multi-level index lack the cells that are joined to those above.
  const lines = wide.map((row) => {
    const full = [...Array<string>(Math.max(0, width - row.length)).fill(''), ...row].slice(0, width);
    return `| ${full.map((text) => plainWords(text)).join(' | ')} |`;
  });
  const heads = head.length === 0 ? [`|${' |'.repeat(width)}`] : lines.slice(0, 1);
  const rows = lines.slice(head.length === 0 ? 0 : 1);
  const shown = [...heads, `|${' --- |'.repeat(width)}`, ...rows.slice(0, ROWS)];
  const left = rows.length > ROWS ? [`${rows.length - ROWS} more rows.`] : [];
  return [shown.join('\n'), ...left, ...(caption === '' ? [] : [plainWords(caption)])].join('\n\n');
}
