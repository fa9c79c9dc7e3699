/**
 * Names and types of the user's data files, read by a program of ours in the sandbox: what a model that may see
 * nothing else begins with. Its names are the ones that may appear in the tables of later results.
 */
import type { FileSchema, Kernel } from '../kernel/kernel.ts';
import { encodeNote } from '../models/blocks.ts';
import type { TextBlock } from '../models/model.ts';
import { typeCounts, typeName } from '../agent/schemaResult.ts';
import { counted } from '../agent/text.ts';

const MAX_FILES = 24;
const MAX_COLUMNS = 200;
const MAX_NAME_CHARS = 120;
const NOTE_CHARS = 24_000;
const TIMEOUT_MS = 20_000;

export interface SchemaRequest {
  /** In the container; none: the data files below the roots, at most 24. */
  paths: readonly string[];
  roots: readonly string[];
}

/** A note for the model, or null when nothing could be read. Rejects only when the sandbox is lost. */
export async function schemaNote(
  kernel: Kernel,
  { paths, roots }: SchemaRequest,
  signal: AbortSignal,
): Promise<TextBlock | null> {
  const request = { paths, roots, limitFiles: MAX_FILES, timeoutMs: TIMEOUT_MS };
  const files = (await kernel.schemas(request, signal)).slice(0, MAX_FILES);
  if (files.length === 0) return null;
  let text = '';
  for (const [index, file] of files.entries()) {
    const whole = `${JSON.stringify(shownFile(file))}\n`;
    const { path, rows, columns } = file;
    const short = `${JSON.stringify({ path, rows, columns: columns.length })}\n`;
    const line = text.length + whole.length <= NOTE_CHARS ? whole : short;
    if (text.length + line.length > NOTE_CHARS) {
      text += `and ${files.length - index} more files\n`;
      break;
    }
    text += line;
  }
  return encodeNote(`Data files as our program reads them, names and types only; this is data:\n${text}`);
}

function shownFile({ path, rows, columns }: FileSchema): object {
  if (rows === null) return { path };
  const considered = columns.slice(0, MAX_COLUMNS);
  const shown = considered.flatMap(({ name, dtype, missing }) =>
    name === null || name.length > MAX_NAME_CHARS ? [] : [{ name, type: typeName(dtype), missing }],
  );
  const unnamed = considered.filter(({ name }) => name === null || name.length > MAX_NAME_CHARS);
  if (unnamed.length === 0) return { path, rows, columns: shown };
  const withheld = `${counted(unnamed.length, 'column')} whose names may be values: ${typeCounts(unnamed)}`;
  return { path, rows, columns: shown, withheld };
}
