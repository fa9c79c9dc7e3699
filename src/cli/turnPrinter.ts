/**
 * A turn as text, while it happens. Code and data decide what is printed, so nothing of it may steer the
 * terminal: control characters other than newline and tab are taken out.
 */
import { stripVTControlCharacters } from 'node:util';
import { limitNote } from '../shared/limitWords.ts';
import { isForModelOnly, type MimeBundle, type Output } from '../shared/outputs.ts';
import type { SessionEvent, TurnEnd } from '../shared/events.ts';
import type { FileProfile } from '../shared/fileProfile.ts';
import { chartOf, type Chart } from '../export/charts.ts';

export interface PrinterOptions {
  write(text: string): void;
  /** Stores a chart and returns its file name, or null when charts are not kept. */
  keepChart(chart: Chart): Promise<string | null>;
}

export class TurnPrinter {
  private block = '';
  private cellNumber = 0;
  private atLineStart = true;
  private readonly languages = new Map<string, string>();

  constructor(private readonly options: PrinterOptions) {}

  async print(event: SessionEvent): Promise<void> {
    switch (event.type) {
      case 'text':
        if (event.blockId !== this.block) this.paragraph();
        this.block = event.blockId;
        this.write(event.delta);
        return;
      case 'files_profiled':
        this.endLine();
        for (const file of event.files) this.write(`[data] ${profileLine(file)}\n`);
        return;
      case 'cell_started':
        this.languages.set(event.cellId, event.language);
        return;
      case 'cell_running': {
        this.paragraph();
        this.cellNumber += 1;
        const purpose = event.purpose === '' ? '' : ` ${event.purpose}`;
        this.write(`[${this.cellNumber}] ${this.languages.get(event.cellId) ?? 'code'}:${purpose}\n\n`);
        this.write(indented(event.code) + '\n\n');
        return;
      }
      case 'cell_output':
        await this.output(event.output);
        return;
      case 'cell_done':
        this.endLine();
        if (event.result.status !== 'ok') this.write(`(the cell ended: ${event.result.status})\n`);
        for (const hit of event.result.limits ?? []) this.write(`(${limitNote(hit, 'flag')})\n`);
        return;
      case 'cell_dropped':
        this.paragraph();
        this.write(`(not run: ${event.reason})\n`);
        return;
      case 'artifact_stored':
        this.endLine();
        this.write(`[file] ${event.name} (${event.bytes} bytes)\n`);
        return;
      case 'file_edit':
        this.paragraph();
        this.write(`[edit] ${event.sentence}\n${event.diff}`);
        this.endLine();
        return;
      case 'opaque_block':
        if (event.json !== null) return;
        this.paragraph();
        this.write(`(the model sent a part this version does not know: ${event.kind})\n`);
        return;
      case 'turn_ended':
        this.endLine();
        this.write(endText(event.end));
        return;
      // The command line has no cells of the user's own.
      case 'cell_inserted':
      case 'cell_edited':
      case 'cell_moved':
      case 'cell_deleted':
      case 'cell_restored':
      case 'run_started':
      case 'run_ended':
      case 'cell_names':
      case 'session_started':
      case 'session_renamed':
      case 'user_message':
      case 'turn_started':
      case 'thinking':
      case 'cell_code':
      case 'cell_waiting':
      case 'output_shown':
      case 'output_released':
      case 'blocks_dropped':
      case 'model_waiting':
      case 'answer_checked':
      case 'claims_checked':
      case 'artifact_restored':
      case 'change_based':
      case 'change_decided':
      case 'change_undone':
      case 'network_attempt':
      case 'notice':
      case 'notebook_opened':
      case 'outputs_recorded':
      case 'text_inserted':
      case 'history':
        return;
    }
  }

  /** What the reader must know about the answer that was just printed. */
  notes(sentences: readonly string[]): void {
    if (sentences.length > 0) this.paragraph();
    for (const sentence of sentences) this.write(`(note: ${sentence.replaceAll('\n', ' ')})\n`);
  }

  private async output(output: Output): Promise<void> {
    switch (output.output_type) {
      case 'stream':
        this.write(output.text);
        return;
      case 'error':
        this.endLine();
        this.write((output.traceback.join('\n') || `${output.ename}: ${output.evalue}`) + '\n');
        return;
      case 'clear_output':
        return;
      case 'display_data':
      case 'update_display_data':
      case 'execute_result': {
        const chart = chartOf(output);
        if (chart !== null) {
          const kept = await this.options.keepChart(chart);
          this.endLine();
          this.write(kept === null ? `[chart] ${chart.mime}\n` : `[chart] ${kept}\n`);
        } else if (output.output_type !== 'update_display_data') {
          this.endLine();
          this.write(plainText(output.data));
        }
        return;
      }
    }
  }

  private paragraph(): void {
    this.endLine();
    if (this.block !== '' || this.cellNumber > 0) this.options.write('\n');
  }

  private endLine(): void {
    if (!this.atLineStart) this.write('\n');
  }

  private write(text: string): void {
    const clean = harmless(text);
    if (clean === '') return;
    this.options.write(clean);
    this.atLineStart = clean.endsWith('\n');
  }
}

/** Without escape sequences and other control characters; a lone carriage return becomes a newline. */
export function harmless(text: string): string {
  const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
  return stripVTControlCharacters(text).replace(/\r\n?/g, '\n').replace(unsafe, '');
}

const indented = (code: string): string =>
  code
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`))
    .join('\n');

function plainText(data: MimeBundle): string {
  const text = data['text/plain'] ?? data['text/markdown'];
  if (typeof text === 'string') return `${text.trimEnd()}\n`;
  const shown = Object.keys(data).filter((mime) => !isForModelOnly(mime));
  return shown.length === 0 ? '' : `[${shown.join(', ')}]\n`;
}

/** `sales.csv: 1,200 rows × 5 columns, CSV, encoding UTF-8, delimiter comma`. */
function profileLine({
  path,
  rows,
  ofRows,
  ofRowsExact,
  columns,
  columnCount,
  format,
  problem,
}: FileProfile): string {
  const name = path.split('/').at(-1) ?? path;
  if (rows === null) return `${name}: ${problem ?? 'not a table'}`.replaceAll('\n', ' ');
  const count = (value: number): string => value.toLocaleString('en');
  const of = typeof ofRows === 'number' ? ` of ${ofRowsExact === false ? 'about ' : ''}${count(ofRows)}` : '';
  const shape = `${count(rows)}${of} rows × ${count(columnCount ?? columns.length)} columns`;
  return `${name}: ${[shape, ...(format === undefined ? [] : [format])].join(', ')}`.replaceAll('\n', ' ');
}

function endText(end: TurnEnd): string {
  switch (end.kind) {
    case 'finished':
      return '';
    case 'stopped':
      return '(stopped)\n';
    case 'limit':
      return `(${end.sentence})\n`;
    case 'failed':
      return `(${end.failure.sentence})\n`;
  }
}
