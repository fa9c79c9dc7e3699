/**
 * A session as an nbformat 4.5 notebook: the file Jupyter opens and runs. Bash cells become `%%bash`; JavaScript cells
 * `%%script node`, because Jupyter's own `%%javascript` would run them in the reader's browser.
 */
import { toNotebookOutputs, type Notebook, type NotebookCell } from '../session/notebook.ts';
import type { Language } from '../shared/outputs.ts';
import { isRecord } from '../shared/isRecord.ts';
import type { DocumentCell, Fields, Part, RunEnd } from './document.ts';
import { helpersFor } from './helpers.ts';
import { fenced, inlineCode, plainWords, quietMarkdown } from './markdownText.ts';
import { cellsOf, facts, runNote, warningOf, type Report } from './report.ts';

export function toNotebook(report: Report): Notebook {
  const ids = new Set<string>();
  const markdown = (id: string, source: string): NotebookCell[] => {
    const text = source.trim();
    return text === '' ? [] : [{ cell_type: 'markdown', id: cellId(id, ids), metadata: {}, source: text }];
  };
  const helpers = helpersFor(cellsOf(report.parts));
  const warning = warningOf(report);
  return {
    ...report.file,
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' },
      language_info: { name: 'python', file_extension: '.py', mimetype: 'text/x-python' },
      ...(report.title === '' || report.file !== null ? {} : { title: report.title }),
      ...fileMetadata(report),
      ...machineFacts(report),
    },
    cells: [
      ...markdown('warning', warning === '' ? '' : `**${warning}**`),
      ...(helpers === '' ? [] : [setupCell(helpers, ids)]),
      ...report.parts.flatMap((part) =>
        part.kind === 'cell'
          ? [codeCell(part.cell, ids)]
          : part.kind === 'text' && part.file !== undefined
            ? [textCell(part.format, part.text, part.file, ids)]
            : markdown(part.id, markdownOf(part)),
      ),
      // A notebook that was opened keeps its cells; how they were run stands in its metadata.
      ...markdown('made-with', report.file === null ? factsMarkdown(report) : ''),
    ],
  };
}

/** The same as in the last cell, for programs. Absent when nothing is known. */
function machineFacts({ used, installed, inputs, artifacts, rows }: Report): Record<string, unknown> {
  const known = {
    ...(used === null ? {} : { environment: used }),
    ...(installed.length === 0 ? {} : { packages: installed }),
    ...(inputs.length === 0 ? {} : { inputs }),
    ...(artifacts.length === 0
      ? {}
      : { artifacts: artifacts.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })) }),
    ...(rows ? {} : { rows: false }),
  };
  return Object.keys(known).length === 0 ? {} : { code_interpreter: known };
}

const fieldsOf = (value: unknown): Record<string, unknown> => (isRecord(value) ? value : {});

/** What the file said, and here may say: values of widgets are outputs. */
function fileMetadata({ file, rows }: Report): Record<string, unknown> {
  const { widgets, ...metadata } = fieldsOf(file?.['metadata']);
  return rows && widgets !== undefined ? { ...metadata, widgets } : metadata;
}

/** A text of the file that was opened, as it stood there. */
function textCell(format: 'markdown' | 'raw', text: string, file: Fields, ids: Set<string>): NotebookCell {
  const source = typeof file['source'] === 'string' ? file['source'] : text;
  return {
    ...file,
    cell_type: format,
    id: cellId(String(file['id']), ids),
    metadata: fieldsOf(file['metadata']),
    source,
  };
}

/** A part that is no cell, as Markdown. */
export function markdownOf(part: Exclude<Part, { kind: 'cell' }>): string {
  switch (part.kind) {
    case 'question': {
      const head = [part.verb, part.names.map(inlineCode).join(', ')].filter(Boolean).join(' ');
      const lines = [head, ...quietMarkdown(part.text).split('\n')].filter((line) => line.trim() !== '');
      // A quotation, so that the user's words stay apart from the answer.
      return lines.map((line) => `> ${line}`).join('\n');
    }
    case 'answer':
      return quietMarkdown(part.text);
    case 'text':
      return part.format === 'raw' ? fenced(part.text, '') : quietMarkdown(part.text);
    case 'edit':
      return `${inlineCode(part.sentence)}\n\n${fenced(part.diff, 'diff')}`;
    case 'note':
      return part.text.trim() === '' ? '' : `*${plainWords(part.text)}*`;
  }
}

export function factsMarkdown(report: Report): string {
  const lines = facts(report).map(({ name, value }) => `- **${plainWords(name)}**: ${plainWords(value)}`);
  return lines.length === 0 ? '' : ['## How this was made', '', ...lines].join('\n');
}

const setupCell = (source: string, ids: Set<string>): NotebookCell => ({
  ...{ cell_type: 'code', id: cellId('setup', ids), metadata: { code_interpreter: { setup: true } } },
  ...{ source: source.trimEnd(), execution_count: null, outputs: [] },
});

type CodeCell = Extract<NotebookCell, { cell_type: 'code' }>;

function codeCell(cell: DocumentCell, ids: Set<string>): NotebookCell {
  const { language, purpose, code, executionCount, outputs, end, file, unknown } = cell;
  const note = runNote(cell);
  const own = fieldsOf(file?.fields['metadata']);
  const tags = [...new Set([...(Array.isArray(own['tags']) ? own['tags'].map(String) : []), ...TAGS[end]])];
  const hasNotRun = end === 'recorded' || end === 'never';
  const count = file?.fields['execution_count'];
  // A cell of a file that has not run here is the file's.
  const said =
    file !== undefined && (note === '' || (hasNotRun && !cell.edited))
      ? {}
      : { code_interpreter: { language, purpose, ...(note === '' ? {} : { note }) } };
  return {
    ...file?.fields,
    cell_type: 'code',
    id: cellId(file === undefined ? cell.id : String(file.fields['id']), ids),
    metadata: { ...own, ...said, ...(tags.length === 0 && own['tags'] === undefined ? {} : { tags }) },
    source: PREFIX[language] + code,
    execution_count: hasNotRun && typeof count === 'number' ? count : executionCount,
    outputs: (unknown ?? []).reduce<CodeCell['outputs']>(
      (all, { at, output }) => all.toSpliced(at, 0, output),
      toNotebookOutputs(outputs),
    ),
  };
}

/** What Jupyter's runners read: a cell that failed here may fail there, one that never ended is not run. */
const TAGS: Readonly<Record<RunEnd, readonly string[]>> = {
  ok: [],
  running: [],
  recorded: [],
  never: [],
  error: ['raises-exception'],
  interrupted: ['skip-execution'],
  timeout: ['skip-execution'],
  killed: ['skip-execution'],
};

const PREFIX: Record<Language, string> = { python: '', bash: '%%bash\n', javascript: '%%script node\n' };

/** nbformat: 1 to 64 letters, digits, `-`, `_`, unique in the notebook. */
function cellId(wanted: string, taken: Set<string>): string {
  const base = wanted.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 56) || 'cell';
  let id = base;
  for (let n = 2; taken.has(id); n += 1) id = `${base}-${n}`;
  taken.add(id);
  return id;
}
