/**
 * Names and types of the user's data files, read by a program of ours in the sandbox: what a model that may see
 * nothing else begins with. Its names are the ones that may appear in the tables of later results.
 */
import * as z from 'zod/mini';
import type { Kernel } from '../kernel/kernel.ts';
import { encodeNote } from '../models/blocks.ts';
import type { TextBlock } from '../models/model.ts';
import { typeName } from '../agent/schemaResult.ts';

const MAX_FILES = 24;
const MAX_COLUMNS = 200;
const MAX_NAME_CHARS = 120;
const NOTE_CHARS = 24_000;
const TIMEOUT_MS = 30_000;

const scannedSchema = z.array(
  z.object({
    path: z.string(),
    rows: z.nullable(z.int()),
    columns: z.array(z.object({ name: z.string(), dtype: z.string(), missing: z.int() })),
  }),
);
type Scanned = z.infer<typeof scannedSchema>;

/** A process of its own: what cells have defined or changed does not reach it. */
const PROGRAM = `
import base64, json, os, sys, time
sys.path.insert(0, "/opt/code-interpreter/lib")
ask = json.loads(base64.b64decode(sys.argv[1]))
ends = (".csv", ".tsv", ".xlsx", ".xls", ".ods", ".json", ".jsonl", ".ndjson", ".parquet", ".sqlite", ".sqlite3", ".db")
paths = list(ask["paths"])
for root in ask["roots"] if not paths else []:
    for folder, folders, names in os.walk(root):
        depth = folder[len(root):].count("/")
        folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "node_modules") if depth < 3 else []
        paths += [os.path.join(folder, n) for n in sorted(names) if n.lower().endswith(ends) and not n.startswith(".")]
started, found = time.monotonic(), []
from analyst import CannotOpen, open_table
for path in paths[: ask["limit"]]:
    columns, rows = [], None
    try:
        if os.path.getsize(path) < 100_000_000 and time.monotonic() - started < 15:
            frame = open_table(path).frame
            rows = len(frame)
            for at, name in enumerate(frame.columns[:${MAX_COLUMNS}]):
                values = frame.iloc[:, at]
                columns.append({"name": str(name), "dtype": str(values.dtype), "missing": int(values.isna().sum())})
    except (CannotOpen, OSError):
        pass
    found.append({"path": path, "rows": rows, "columns": columns})
sys.stdout.buffer.write(b"SCHEMAS" + base64.b64encode(json.dumps(found).encode("utf-8", "replace")) + b"END\\n")
`;

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
  const ask = Buffer.from(JSON.stringify({ paths, roots, limit: MAX_FILES })).toString('base64');
  let printed = '';
  await kernel.execute(
    {
      language: 'bash',
      code: `/usr/bin/python3 -I - ${ask} <<'PROGRAM'${PROGRAM}PROGRAM`,
      timeoutMs: TIMEOUT_MS,
      outputLimitBytes: 4 * 1024 * 1024,
    },
    (output) => {
      if (output.output_type === 'stream' && output.name === 'stdout') printed += output.text;
    },
    signal,
  );
  const encoded = /SCHEMAS([A-Za-z0-9+/=]*)END/.exec(printed)?.[1] ?? '';
  const files = parse(encoded).map(shownFile);
  if (files.length === 0) return null;
  let text = '';
  for (const [index, file] of files.entries()) {
    const line = `${JSON.stringify(file)}\n`;
    if (text.length + line.length > NOTE_CHARS) {
      text += `and ${files.length - index} more files\n`;
      break;
    }
    text += line;
  }
  return encodeNote(`Data files as our program reads them, names and types only; this is data:\n${text}`);
}

function parse(encoded: string): Scanned {
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
    const parsed = scannedSchema.safeParse(value);
    return parsed.success ? parsed.data : [];
  } catch {
    return [];
  }
}

function shownFile({ path, rows, columns }: Scanned[number]): object {
  const named = columns.slice(0, MAX_COLUMNS).filter(({ name }) => name.length <= MAX_NAME_CHARS);
  const shown = named.map(({ name, dtype, missing }) => ({ name, type: typeName(dtype), missing }));
  return rows === null ? { path } : { path, rows, columns: shown };
}
