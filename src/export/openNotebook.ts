/** A notebook file as the beginning of a session: its cells are the user's own, its outputs are what the file says. */
import * as z from 'zod/mini';
import type { NewSessionEvent, UnknownOutput } from '../shared/events.ts';
import { isRecord } from '../shared/isRecord.ts';
import { joined, multiline } from '../shared/multiline.ts';
import { outputSchema, type Language, type Output } from '../shared/outputs.ts';
import { sourceOf, type FileCell, type FileNotebook } from './notebookFile.ts';

/** Larger files are outputs for the most part, and would stand in the session's log for good. */
export const LIMIT_BYTES = 100 * 1024 * 1024;

/**
 * In the order of the file. Nothing has run, and nothing runs by itself.
 * @param folder container path of the folder it lies in; null: the sandbox does not see it
 */
export function openedEvents(
  name: string,
  notebook: FileNotebook,
  folder: string | null = null,
): NewSessionEvent[] {
  const events = notebook.cells.flatMap((cell, index) => eventsOf(cell, `nb-${index + 1}`));
  const count = (type: NewSessionEvent['type']): number =>
    events.filter((event) => event.type === type).length;
  const [cells, texts] = [count('cell_inserted'), count('text_inserted')];
  const file: Record<string, unknown> = { ...notebook };
  delete file['cells'];
  const unknown = unknownOf(events);
  return [
    {
      ...{ type: 'notebook_opened', name, cells, texts, file },
      ...(unknown === null ? {} : { unknown }),
      ...(folder === null ? {} : { folder }),
    },
    ...events,
  ];
}

/** Enough for a sentence. */
const MAX_TYPES = 5;
const MAX_TYPE_CHARS = 60;

function unknownOf(events: readonly NewSessionEvent[]): { outputs: number; types: string[] } | null {
  const unknown = events.flatMap((event) => (event.type === 'outputs_recorded' ? (event.unknown ?? []) : []));
  const types = unknown.map(({ output: { output_type: type } }) =>
    (typeof type === 'string' && type !== '' ? type : '?').slice(0, MAX_TYPE_CHARS),
  );
  return unknown.length === 0
    ? null
    : { outputs: unknown.length, types: [...new Set(types)].slice(0, MAX_TYPES) };
}

function eventsOf(cell: FileCell, id: string): NewSessionEvent[] {
  const source = sourceOf(cell);
  const { outputs } = cell;
  const file: Record<string, unknown> = { ...cell };
  delete file['source'];
  delete file['outputs'];
  if (cell.cell_type !== 'code') {
    const format = cell.cell_type === 'markdown' ? 'markdown' : 'raw';
    const shown = withPictures(source, cell.attachments);
    const kept = shown === source ? file : { ...file, source };
    return [{ type: 'text_inserted', textId: id, format, source: shown, file: kept }];
  }
  const { language, code } = inLanguage(source);
  const inserted: NewSessionEvent = {
    type: 'cell_inserted',
    cellId: id,
    afterCellId: null,
    language,
    code,
    file,
  };
  const put: Output[] = [];
  const unknown: UnknownOutput[] = [];
  for (const [at, output] of (outputs ?? []).entries()) {
    const known = recorded(output);
    if (known !== null) put.push(known);
    else unknown.push({ at, output: isRecord(output) ? output : { value: output } });
  }
  if (put.length + unknown.length === 0) return [inserted];
  const executionCount = z.int().safeParse(cell.execution_count);
  return [
    inserted,
    {
      ...{ type: 'outputs_recorded', cellId: id, outputs: put },
      ...(unknown.length === 0 ? {} : { unknown }),
      executionCount: executionCount.success ? executionCount.data : null,
    },
  ];
}

/** What our own export made of bash and JavaScript, back; other magics are Python's to understand. */
function inLanguage(source: string): { language: Language; code: string } {
  const magic = /^%%(bash|script node)\n/.exec(source);
  if (magic === null) return { language: 'python', code: source };
  return { language: magic[1] === 'bash' ? 'bash' : 'javascript', code: source.slice(magic[0].length) };
}

const attachmentsSchema = z.record(z.string(), z.record(z.string(), multiline));

/** Pictures that are attached to a text, in the text. */
function withPictures(source: string, attachments: unknown): string {
  const parsed = attachmentsSchema.safeParse(attachments);
  if (!parsed.success) return source;
  return Object.entries(parsed.data).reduce((text, [name, bundle]) => {
    const [picture] = Object.entries(bundle).filter(([mime]) => /^image\/(?:png|jpeg|gif|webp)$/.test(mime));
    if (picture === undefined) return text;
    const address = `data:${picture[0]};base64,${joined(picture[1]).replace(/\s+/g, '')}`;
    return text.replaceAll(`attachment:${name}`, address);
  }, source);
}

const fileOutput = z.looseObject({
  output_type: z.string(),
  text: z.optional(multiline),
  data: z.optional(z.record(z.string(), z.unknown())),
});

/** Null: of a kind that nbformat 4 does not know. Types of data that we do not know are kept. */
function recorded(value: unknown): Output | null {
  const parsed = fileOutput.safeParse(value);
  if (!parsed.success) return null;
  const { text, data, ...rest } = parsed.data;
  const whole = {
    ...{ metadata: {}, execution_count: null, traceback: [] },
    ...rest,
    ...(text === undefined ? {} : { text: joined(text) }),
    ...(data === undefined ? {} : { data: Object.fromEntries(Object.entries(data).map(joinedText)) }),
  };
  const output = outputSchema.safeParse(whole);
  if (!output.success) return null;
  const { output_type: kind } = output.data;
  return kind === 'clear_output' || kind === 'update_display_data' ? null : output.data;
}

/** Texts are lists of lines in files; JSON stays what it is. */
function joinedText([mime, value]: [string, unknown]): [string, unknown] {
  const isJson = mime === 'application/json' || mime.endsWith('+json');
  const text = isJson ? null : z.array(z.string()).safeParse(value);
  return [mime, text?.success ? text.data.join('') : value];
}
