/** What can be asked of a live kernel: name, time limit, and the shape of an answer that is to be believed. */
import * as z from 'zod/mini';
import {
  columnSummarySchema,
  tablePageSchema,
  valueSchema,
  variablesSchema,
  type ColumnSummary,
  type TablePage,
  type Value,
} from '../shared/data.ts';
import { tablePreviewSchema, type TablePreview } from '../shared/filePreview.ts';
import { pdfAnswerSchema } from '../shared/pdf.ts';
import type { Language } from '../shared/outputs.ts';
import { tableDifferenceSchema, type TableDifference } from '../shared/tableDifference.ts';
import type { Kernel, QueryRefusal } from './kernel.ts';

export interface Query<A> {
  /** As in `sandbox/kernel/python_queries.py`; the function there says what its params are. */
  name: string;
  timeoutMs: number;
  answer: z.ZodMiniType<A>;
}

const query = <A>(name: string, timeoutMs: number, answer: z.ZodMiniType<A>): Query<A> => ({
  name,
  timeoutMs,
  answer,
});

const text = z.string();
const names = z.array(text.check(z.maxLength(1000))).check(z.maxLength(500));

export const queries = {
  /** `code`, `cursor` (characters): what could stand between two places of the code. */
  complete: query('complete', 3_000, z.object({ matches: z.array(text), start: z.int(), end: z.int() })),
  /** `code`, `cursor`: help for what lies there, with ANSI colours; null: nothing is known of it. */
  inspect: query('inspect', 3_000, z.object({ text: z.nullable(text) })),
  /**
   * `cells`: codes of any of the languages; for each which names it reads and sets, by static analysis. Null: it is no
   * code of that language, or cannot be read in time.
   */
  names: query(
    'names',
    5_000,
    z.object({ cells: z.array(z.nullable(z.object({ uses: names, sets: names, imports: names }))) }),
  ),
  /** No params: what the user has set. */
  variables: query('variables', 5_000, variablesSchema),
  /** `name`. */
  variableValue: query<Value>('variableValue', 5_000, valueSchema),
  /** `name` or `handle`, `view`, and `row`, `rows`, `column`, `columns` of the page. */
  tablePage: query<TablePage>('tablePage', 30_000, tablePageSchema),
  /** `name` or `handle`, `view`, `column`. */
  columnSummary: query<ColumnSummary>('columnSummary', 30_000, columnSummarySchema),
  /** `kind` (`text`, `workbook`), `before`, `after` (base64 of the files): by a program of its own, without a kernel. */
  tableDifference: query<TableDifference>('tableDifference', 30_000, tableDifferenceSchema),
  /** `kind` (as `tableKind` says), `file` (base64): by a program of its own, without a kernel. */
  tablePreview: query<TablePreview>('tablePreview', 20_000, tablePreviewSchema),
  /** `pdf` (base64), `page` (from 1): drawn by a program of the sandbox's own; needs no kernel. */
  pdfPage: query('pdfPage', 20_000, pdfAnswerSchema),
} as const;

export type Asked<A> = { ok: true; answer: A } | { ok: false; reason: QueryRefusal; problem: string };

/** Asks the kernel of a language, and believes only what has the shape of an answer. */
export async function askKernel<A>(
  kernel: Kernel,
  { name, timeoutMs, answer }: Query<A>,
  params: Record<string, unknown>,
  signal?: AbortSignal,
  language: Language = 'python',
): Promise<Asked<A>> {
  const reply = await kernel.query({ language, name, params, timeoutMs }, signal);
  if (!reply.ok) return reply;
  const parsed = answer.safeParse(reply.answer);
  if (parsed.success) return { ok: true, answer: parsed.data };
  return { ok: false, reason: 'failed', problem: 'The kernel gave an answer that cannot be read.' };
}
