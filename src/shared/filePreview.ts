/** How a kept version of a file begins, to be looked at in the panel. */
import * as z from 'zod/mini';
import { isDelimitedText } from './fileCaution.ts';

export const tablePreviewSchema = z.object({
  /** At most 20; `cut`: there are more. One without a title for a table of text. */
  sheets: z.array(
    z.object({
      title: z.string(),
      /** At most 200 rows of 60 cells, as they are written; a formula where the file does not keep what it gave. */
      rows: z.array(z.array(z.nullable(z.string()))),
      more: z.boolean(),
      /** Of a file that says what its columns are (Parquet): at most 60, and then no row of `rows` is a header. */
      columns: z.optional(z.array(z.object({ name: z.string(), type: z.string() }))),
    }),
  ),
  cut: z.boolean(),
});
export type TablePreview = z.infer<typeof tablePreviewSchema>;

export const filePreviewSchema = z.discriminatedUnion('kind', [
  /** At most 256 KiB of UTF-8; `cut`: there is more. */
  z.object({ kind: z.literal('text'), text: z.string(), cut: z.boolean() }),
  z.object({ kind: z.literal('table'), table: tablePreviewSchema }),
]);
export type FilePreview = z.infer<typeof filePreviewSchema>;

const TEXTS =
  /\.(txt|md|log|json|jsonl|ndjson|geojson|ya?ml|toml|ini|xml|sql|py|r|js|mjs|ts|tsx|jsx|css|sh|java|c|h|cpp|rs|go|ipynb|tex|bib)$/i;

/** How a file of this name is previewed; null: not at all. */
export function previewOf(name: string): 'picture' | 'pages' | 'table' | 'page' | 'drawing' | 'text' | null {
  if (/\.(png|jpe?g)$/i.test(name)) return 'picture';
  if (/\.pdf$/i.test(name)) return 'pages';
  if (isTable(name)) return 'table';
  if (/\.html?$/i.test(name)) return 'page';
  if (/\.svg$/i.test(name)) return 'drawing';
  return TEXTS.test(name) ? 'text' : null;
}

/** What is read as rows of cells, by a program in the sandbox. */
export const isTable = (name: string): boolean => tableKind(name) !== null;

export type TableKind = 'text' | 'workbook' | 'opendocument' | 'old-workbook' | 'parquet';

/** Who reads the table of that name; null: nobody. */
export function tableKind(name: string): TableKind | null {
  if (isDelimitedText(name)) return 'text';
  if (isWorkbook(name)) return 'workbook';
  if (/\.ods$/i.test(name)) return 'opendocument';
  if (/\.xls$/i.test(name)) return 'old-workbook';
  return /\.(parquet|parq)$/i.test(name) ? 'parquet' : null;
}

export const isWorkbook = (name: string): boolean => /\.xls[xm]$/i.test(name);
