/** Which files are data, which of them come first, and what can be asked about them. No VS Code in here. */
import * as path from 'node:path';
import type { Suggestion } from '../shared/protocol.ts';
import type { KnownFile } from './fileIds.ts';

/** The same list as in the menus of package.json, and as `DATA` of sandbox/analyst/endings.py (tests compare them). */
export const DATA_EXTENSIONS = [
  'csv',
  'tsv',
  'tab',
  'json',
  'jsonl',
  'ndjson',
  'geojson',
  'xlsx',
  'xlsm',
  'xls',
  'ods',
  'parquet',
  'arrow',
  'feather',
  'sqlite',
  'sqlite3',
  'db',
  'duckdb',
  'sav',
  'zsav',
  'dta',
  'sas7bdat',
  'xpt',
  'h5',
  'hdf5',
  'nc',
  'shp',
] as const;

/** For `workspace.findFiles`, in both cases, because globs are case-sensitive. */
export const DATA_GLOB = `**/*.{${DATA_EXTENSIONS.flatMap((e) => [e, e.toUpperCase()]).join(',')}}`;

/** JSON files that belong to tools rather than to somebody's data. */
const TOOL_JSON =
  /(^|\/)(package(-lock)?|tsconfig[^/]*|jsconfig|composer|deno|angular|nx|turbo|launch|tasks|settings|extensions|manifest|[^/]*\.schema|\.[^/]*)\.json$/i;
const TOOL_FOLDER = /(^|\/)(node_modules|\.git|\.venv|venv|__pycache__|dist|out|\.vscode|\.idea|\.cache)\//;

export function isDataFile(file: string): boolean {
  const extension = path.extname(file).slice(1).toLowerCase();
  return (DATA_EXTENSIONS as readonly string[]).includes(extension);
}

/** Whether a found file is worth offering by itself; the menus take every data file. */
export function isOffered(relativePath: string): boolean {
  const plain = relativePath.split(path.sep).join('/');
  return isDataFile(plain) && !TOOL_FOLDER.test(plain) && !TOOL_JSON.test(plain);
}

export interface FoundFile {
  path: string;
  label: string;
  /** Milliseconds since the epoch. */
  changedAt: number;
  /** 0: the active editor's file; then the other open ones in their order; null: not open. */
  openRank: number | null;
}

/** Active file first, then open ones, then the most recently changed. Plain JSON goes behind real tables. */
export function inOrder(files: readonly FoundFile[]): FoundFile[] {
  const rank = (file: FoundFile): number => file.openRank ?? Number.MAX_SAFE_INTEGER;
  const isJson = (file: FoundFile): number => (/\.json$/i.test(file.path) ? 1 : 0);
  return [...files].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      isJson(a) - isJson(b) ||
      b.changedAt - a.changedAt ||
      a.label.localeCompare(b.label),
  );
}

/** At most four prompts about the first files. The two verbs need no key; the free question does. */
export function suggestionsFor(files: readonly KnownFile[], hasKey: boolean): Suggestion[] {
  const ref = ({ id, label }: KnownFile): { id: string; label: string } => ({ id, label });
  const suggestions: Suggestion[] = [];
  const [first, second] = files;
  if (first !== undefined) {
    const name = path.basename(first.label);
    suggestions.push(
      { title: `Chart ${name}`, intent: 'chart', text: '', files: [ref(first)] },
      { title: `Analyze ${name}`, intent: 'analyze', text: '', files: [ref(first)] },
    );
  }
  if (second !== undefined) {
    const name = path.basename(second.label);
    suggestions.push({ title: `Chart ${name}`, intent: 'chart', text: '', files: [ref(second)] });
  }
  if (first !== undefined && hasKey) {
    suggestions.push({
      title: `What stands out in ${path.basename(first.label)}?`,
      intent: 'ask',
      text: 'What stands out in this data? Look for trends, outliers and errors, and show charts.',
      files: [ref(first)],
    });
  }
  return suggestions;
}
