/**
 * Notebooks of nbformat 3 (IPython before 2015) as nbformat 4, as Jupyter's own `nbformat` upgrades them. What has no
 * place there is kept in the metadata. Pure.
 */
import * as z from 'zod/mini';
import { joined, multiline } from '../shared/multiline.ts';

const record = z.record(z.string(), z.unknown());

const outputSchema = z.looseObject({ output_type: z.string(), metadata: z._default(record, {}) });
const cellSchema = z.looseObject({
  cell_type: z.string(),
  metadata: z._default(record, {}),
  source: z.optional(multiline),
  input: z.optional(multiline),
  language: z.optional(z.string()),
  outputs: z.optional(z.array(outputSchema)),
});
const notebookSchema = z.looseObject({
  nbformat_minor: z.optional(z.unknown()),
  metadata: z._default(record, {}),
  worksheets: z._default(z.array(z.looseObject({ cells: z._default(z.array(cellSchema), []) })), []),
});

type OldCell = z.infer<typeof cellSchema>;
type OldOutput = z.infer<typeof outputSchema>;
type Fields = Record<string, unknown>;

const MIME_TYPES: Readonly<Record<string, string>> = {
  text: 'text/plain',
  html: 'text/html',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpeg: 'image/jpeg',
  latex: 'text/latex',
  json: 'application/json',
  javascript: 'application/javascript',
  pdf: 'application/pdf',
};

/** An nbformat 4 notebook, to be checked as one; or where the value is damaged: `worksheets.0.cells.3`. */
export function upgradedFrom3(value: unknown): { notebook: Fields } | { damaged: string } {
  const parsed = notebookSchema.safeParse(value);
  if (!parsed.success) return { damaged: parsed.error.issues[0]?.path.join('.') ?? '' };
  const { worksheets, metadata, nbformat_minor: minor, nbformat, ...rest } = parsed.data;
  const cells = worksheets.flatMap((sheet) => sheet.cells);
  const language = foreignLanguage(cells, metadata);
  // It was of the text as it was.
  delete metadata['signature'];
  return {
    notebook: {
      ...rest,
      metadata: {
        ...metadata,
        ...sheetMetadata(worksheets),
        ...(language === null ? {} : { language_info: { name: language } }),
        ...{ orig_nbformat: nbformat, orig_nbformat_minor: minor },
      },
      ...{ nbformat: 4, nbformat_minor: 0 },
      cells: cells.map(cellOf),
    },
  };
}

const isPython = (language: string): boolean => /^i?python/i.test(language);

/** What the cells are written in when none is Python. */
function foreignLanguage(cells: readonly OldCell[], metadata: Fields): string | null {
  if (typeof metadata['language'] === 'string' && !isPython(metadata['language']))
    return metadata['language'];
  const languages = cells.flatMap(({ cell_type: kind, language = 'python' }) =>
    kind === 'code' ? [language] : [],
  );
  return languages.some(isPython) ? null : (languages[0] ?? null);
}

/** nbformat 4 knows no worksheets: where they began, and what was said of them. */
function sheetMetadata(worksheets: readonly Fields[]): Fields {
  const sheets = worksheets.map(({ cells, ...rest }) => ({
    ...rest,
    cells: Array.isArray(cells) ? cells.length : 0,
  }));
  const said = sheets.some((sheet) => Object.values({ ...sheet, cells: {} }).some((each) => !isEmpty(each)));
  return sheets.length > 1 || said ? { worksheets: sheets } : {};
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

function cellOf(cell: OldCell): Fields {
  const { cell_type: kind, source, input, ...kept } = cell;
  if (kind === 'code') return codeCell(cell);
  const text = joined(source ?? input ?? '');
  if (kind === 'heading') {
    const { level, ...others } = kept;
    const signs = '#'.repeat(typeof level === 'number' ? Math.min(Math.max(Math.round(level), 1), 6) : 1);
    return { ...others, cell_type: 'markdown', source: `${signs} ${text.split(/\r?\n/).join(' ').trim()}` };
  }
  return { ...kept, cell_type: kind === 'html' ? 'markdown' : kind, source: text };
}

function codeCell(cell: OldCell): Fields {
  const { metadata, source, input, outputs = [], language, ...others } = cell;
  const { prompt_number: count, collapsed, ...rest } = others;
  return {
    ...rest,
    metadata: {
      ...metadata,
      ...(collapsed === undefined ? {} : { collapsed }),
      ...(language === undefined || isPython(language) ? {} : { language }),
    },
    source: joined(input ?? source ?? ''),
    execution_count: count ?? null,
    outputs: outputs.map(outputOf),
  };
}

function outputOf(output: OldOutput): Fields {
  const { output_type: kind, metadata, ...rest } = output;
  switch (kind) {
    case 'pyout': {
      const { prompt_number: count = null, ...data } = rest;
      const result = { output_type: 'execute_result', execution_count: count };
      return { ...result, metadata: byType(metadata), data: dataOf(data) };
    }
    case 'display_data':
      return { output_type: kind, metadata: byType(metadata), data: dataOf(rest) };
    case 'pyerr':
      return { ...rest, output_type: 'error' };
    case 'stream': {
      const { stream = 'stdout', ...others } = rest;
      return { ...others, output_type: kind, name: stream };
    }
    default:
      return { ...rest, output_type: kind, metadata };
  }
}

const byType = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [MIME_TYPES[key] ?? key, value]));

/** JSON was kept as its text. */
function dataOf(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(byType(fields)).map(([mime, value]) => {
      const text = mime === 'application/json' ? multiline.safeParse(value) : null;
      return [mime, text?.success === true ? jsonOf(joined(text.data)) : value];
    }),
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
