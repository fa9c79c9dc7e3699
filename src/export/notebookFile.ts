/**
 * Notebook files (nbformat 4; 3 is upgraded): read with every field that we do not know kept, written as Jupyter writes them
 * (sorted keys, one space, texts as lists of lines), so that version control shows only what changed.
 */
import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { notebookUnusable, detail } from '../failures.ts';
import { joined, multiline } from '../shared/multiline.ts';
import { upgradedFrom3 } from './nbformat3.ts';

const record = z.record(z.string(), z.unknown());

const cellSchema = z.looseObject({
  cell_type: z.string(),
  id: z.optional(z.unknown()),
  source: z._default(multiline, ''),
  metadata: z._default(record, {}),
  outputs: z.optional(z.array(z.unknown())),
});
const notebookSchema = z.looseObject({
  nbformat: z.literal(4),
  nbformat_minor: z._default(z.int(), 0),
  metadata: z._default(record, {}),
  cells: z.array(cellSchema),
});

const outputSchema = z.looseObject({ text: z.optional(multiline), data: z.optional(record) });

export type FileCell = z.infer<typeof cellSchema>;
export type FileNotebook = z.infer<typeof notebookSchema>;

const languageSchema = z.object({
  kernelspec: z.optional(z.object({ name: z.optional(z.string()), language: z.optional(z.string()) })),
  language_info: z.optional(z.object({ name: z.optional(z.string()) })),
});

/** @throws Failure `notebook-unusable` that says what the text is instead. */
export function parseNotebook(path: string, text: string): FileNotebook {
  const value = parseJson(path, text);
  const version = z.looseObject({ nbformat: z.number() }).safeParse(value);
  if (!version.success) throw notebookUnusable(path, 'it is JSON, but not a notebook (no "nbformat")');
  const { nbformat } = version.data;
  if (nbformat !== 4 && nbformat !== 3) {
    throw notebookUnusable(
      path,
      `it is in nbformat ${nbformat}, and only nbformat 3 and 4 can be run`,
      'Open and save it in Jupyter, or run: jupyter nbconvert --to notebook FILE',
    );
  }
  const notebook = notebookSchema.safeParse(nbformat === 3 ? as4(path, value) : value);
  if (!notebook.success) {
    const issue = notebook.error.issues[0];
    const where = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
    throw notebookUnusable(path, `its structure is damaged${where}`);
  }
  refuseOtherLanguages(path, notebook.data);
  return upgraded(notebook.data);
}

export const sourceOf = (cell: FileCell): string => joined(cell.source);

export function tagsOf(cell: FileCell): string[] {
  const parsed = z.array(z.string()).safeParse(cell.metadata.tags);
  return parsed.success ? parsed.data : [];
}

/** The text of a notebook file. */
export function serializeNotebook(notebook: FileNotebook): string {
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: lines(sourceOf(cell)),
    ...(cell.outputs === undefined ? {} : { outputs: cell.outputs.map(splitOutput) }),
  }));
  return JSON.stringify(sorted({ ...notebook, cells }), null, 1) + '\n';
}

export const kernelMetadata = (pythonVersion: string): Record<string, unknown> => ({
  codemirror_mode: { name: 'ipython', version: Number(pythonVersion.split('.')[0]) },
  file_extension: '.py',
  mimetype: 'text/x-python',
  name: 'python',
  nbconvert_exporter: 'python',
  pygments_lexer: 'ipython3',
  version: pythonVersion,
});

export const PYTHON_KERNELSPEC = {
  display_name: 'Python 3 (ipykernel)',
  language: 'python',
  name: 'python3',
};

function parseJson(path: string, text: string): unknown {
  const bare = text.replace(/^\uFEFF/, '');
  if (bare.trim() === '') throw notebookUnusable(path, 'the file is empty');
  try {
    return JSON.parse(bare) as unknown;
  } catch (error) {
    const why = detail(error);
    throw notebookUnusable(path, `it is not a notebook: not valid JSON (${why})`);
  }
}

function as4(path: string, value: unknown): unknown {
  const upgrade = upgradedFrom3(value);
  if ('notebook' in upgrade) return upgrade.notebook;
  const where = upgrade.damaged === '' ? '' : ` at ${upgrade.damaged}`;
  throw notebookUnusable(path, `its structure is damaged${where}`);
}

function refuseOtherLanguages(path: string, notebook: FileNotebook): void {
  const parsed = languageSchema.safeParse(notebook.metadata);
  if (!parsed.success) return;
  const { kernelspec, language_info: info } = parsed.data;
  const language = kernelspec?.language ?? info?.name ?? null;
  if (language === null || /^i?python/i.test(language)) return;
  throw notebookUnusable(path, `its kernel is for ${language}, and only Python notebooks can be run`);
}

/** nbformat 4.0–4.5 → 4.5: every cell gets an id of its own. Later minors keep their number. */
function upgraded(notebook: FileNotebook): FileNotebook {
  const seen = new Set<string>();
  for (const cell of notebook.cells) {
    const id = typeof cell.id === 'string' && /^[\w-]{1,64}$/.test(cell.id) ? cell.id : null;
    cell.id = id === null || seen.has(id) ? randomUUID().slice(0, 8) : id;
    seen.add(String(cell.id));
  }
  notebook.nbformat_minor = Math.max(notebook.nbformat_minor, 5);
  return notebook;
}

/** Texts of an output as lists of lines; JSON values and what we do not know stay as they are. */
function splitOutput(output: unknown): unknown {
  const parsed = outputSchema.safeParse(output);
  if (!parsed.success) return output;
  const { text, data, ...rest } = parsed.data;
  return {
    ...rest,
    ...(text === undefined ? {} : { text: typeof text === 'string' ? lines(text) : text }),
    ...(data === undefined ? {} : { data: splitBundle(data) }),
  };
}

function splitBundle(data: Record<string, unknown>): Record<string, unknown> {
  const isText = (mime: string): boolean => mime !== 'application/json' && !mime.endsWith('+json');
  return Object.fromEntries(
    Object.entries(data).map(([mime, value]) => [
      mime,
      typeof value === 'string' && isText(mime) ? lines(value) : value,
    ]),
  );
}

/** Lines with their ends, as nbformat stores texts. */
function lines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
