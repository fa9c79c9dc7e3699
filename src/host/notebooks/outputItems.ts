/** A cell's outputs as VS Code's notebooks keep them. What could run or load something is made harmless first. */
import * as vscode from 'vscode';
import type { NotebookOutput } from '../../session/notebook.ts';
import type { MimeBundle } from '../../shared/outputs.ts';
import { mimeText } from '../../shared/multiline.ts';
import { chartItem } from '../../export/html/chartItems.ts';
import { markdownToHtml, safeHtml } from './safeHtml.ts';
import { t } from '../../shared/l10n.ts';

const PICTURES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
/** Text that VS Code draws as text, or by a renderer that loads nothing. */
const TEXTS: ReadonlySet<string> = new Set(['text/plain', 'text/latex']);

export function toVsCode(output: NotebookOutput): vscode.NotebookCellOutput {
  switch (output.output_type) {
    case 'stream':
      return new vscode.NotebookCellOutput([streamItem(output.name, output.text)], {
        outputType: 'stream',
      });
    case 'error': {
      const { ename, evalue, traceback } = output;
      const error = { name: ename, message: evalue, stack: traceback.join('\n') };
      return new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.error(error)], {
        outputType: 'error',
        originalError: output,
      });
    }
    case 'display_data':
      return new vscode.NotebookCellOutput(dataItems(output.data), {
        outputType: 'display_data',
        metadata: output.metadata,
      });
    case 'execute_result':
      return new vscode.NotebookCellOutput(dataItems(output.data), {
        outputType: 'execute_result',
        executionCount: output.execution_count,
        metadata: output.metadata,
      });
  }
}

export const streamItem = (name: 'stdout' | 'stderr', text: string): vscode.NotebookCellOutputItem =>
  name === 'stderr' ? vscode.NotebookCellOutputItem.stderr(text) : vscode.NotebookCellOutputItem.stdout(text);

/** The richest form comes first; never empty. */
export function dataItems(data: MimeBundle): vscode.NotebookCellOutputItem[] {
  const items = new Map<string, vscode.NotebookCellOutputItem>();
  for (const [mime, value] of Object.entries(data)) {
    const item = dataItem(mime, value);
    if (item !== null && !items.has(item.mime)) items.set(item.mime, item);
  }
  if (items.size === 0) {
    const types = Object.keys(data).join(', ');
    return [vscode.NotebookCellOutputItem.text(t`This output (${types}) cannot be shown in a notebook.`)];
  }
  const text = items.get('text/plain');
  items.delete('text/plain');
  return [...items.values(), ...(text === undefined ? [] : [text])];
}

function dataItem(mime: string, value: unknown): vscode.NotebookCellOutputItem | null {
  const { NotebookCellOutputItem } = vscode;
  if (mime === 'application/json') return NotebookCellOutputItem.json(value, mime);
  const chart = chartItem(mime, value);
  if (chart !== null) return NotebookCellOutputItem.json(chart, mime);
  const text = mimeText(value);
  if (text === null) return null;
  if (PICTURES.has(mime)) return new NotebookCellOutputItem(Buffer.from(text, 'base64'), mime);
  // VS Code draws none; the file keeps it, in base64 as nbformat has it.
  if (mime === 'application/pdf') return NotebookCellOutputItem.text(text, mime);
  if (TEXTS.has(mime)) return NotebookCellOutputItem.text(text, mime);
  const html = htmlOf(mime, text);
  return html === null || html === '' ? null : NotebookCellOutputItem.text(html, 'text/html');
}

function htmlOf(mime: string, text: string): string | null {
  if (mime === 'text/html') return safeHtml(text);
  if (mime === 'text/markdown') return markdownToHtml(text);
  // As a picture it neither runs nor loads anything.
  if (mime === 'image/svg+xml') {
    const base64 = Buffer.from(text, 'utf8').toString('base64');
    return `<img alt="" src="data:image/svg+xml;base64,${base64}" />`;
  }
  return null;
}
