/** Variables and tables of the live kernel, for the user's eyes: what a panel asks for and what it is told. */
import * as z from 'zod/mini';
import { languageSchema } from './outputs.ts';
import { pdfAnswerSchema } from './pdf.ts';

const text = z.string();

export const variableSchema = z.object({
  name: text,
  /** The class, as it is called in code. */
  type: text,
  /** "100 × 3", or a length; null: it has neither. */
  shape: z.nullable(text),
  /** Without what lies in other objects; null: not known. */
  bytes: z.nullable(z.number()),
  preview: text,
  /** It opens as a grid. */
  table: z.boolean(),
});
export type Variable = z.infer<typeof variableSchema>;

/** `more`: names beyond the limit. */
export const variablesSchema = z.object({ variables: z.array(variableSchema), more: z.int() });

export const valueSchema = z.object({
  name: text,
  type: text,
  /** One of both is null. */
  text: z.nullable(text),
  tree: z.unknown(),
});
export type Value = z.infer<typeof valueSchema>;

export const columnKindSchema = z.enum(['number', 'boolean', 'time', 'text', 'other']);

const columnSchema = z.object({ name: text, dtype: text, kind: columnKindSchema });
export type Column = z.infer<typeof columnSchema>;

/** A rectangle of a table in its present order. */
export const tablePageSchema = z.object({
  /** Variables that are this object now. */
  names: z.array(text),
  type: text,
  rowCount: z.int(),
  /** Rows that pass the filters. */
  matched: z.int(),
  columnCount: z.int(),
  /** Columns beyond what can be shown. */
  hiddenColumns: z.int(),
  /** First row and first column of the page. */
  row: z.int(),
  column: z.int(),
  columns: z.array(columnSchema),
  /** Index of the rows. */
  labels: z.array(text),
  /** Row by row; null: missing. */
  cells: z.array(z.array(z.nullable(text))),
});
export type TablePage = z.infer<typeof tablePageSchema>;

export const columnSummarySchema = z.object({
  name: text,
  dtype: text,
  kind: columnKindSchema,
  rows: z.int(),
  missing: z.int(),
  /** Null: it took too long. */
  distinct: z.nullable(z.int()),
  min: z.nullable(text),
  max: z.nullable(text),
  mean: z.nullable(text),
  /** Counts in ranges of equal width from `min` to `max`. */
  bins: z.nullable(z.array(z.int())),
  /** The most frequent values. */
  top: z.nullable(z.array(z.object({ value: text, count: z.int() }))),
});
export type ColumnSummary = z.infer<typeof columnSummarySchema>;

const asked = z.string().check(z.maxLength(16_384));

/** A variable by its name, or what an output has shown by its handle. */
export const tableRefSchema = z.union([z.object({ name: asked }), z.object({ handle: asked })]);
export type TableRef = z.infer<typeof tableRefSchema>;

export const filterOpSchema = z.enum([
  'contains',
  'equals',
  'in',
  'less',
  'greater',
  'between',
  'missing',
  'present',
]);
export type FilterOp = z.infer<typeof filterOpSchema>;

export const filterSchema = z.object({ column: z.int(), op: filterOpSchema, values: z.array(asked) });
export type Filter = z.infer<typeof filterSchema>;

/** All filters hold together; the first of the sorts counts most. */
export const tableViewSchema = z.object({
  sorts: z.array(z.object({ column: z.int(), descending: z.boolean() })),
  filters: z.array(filterSchema),
});
export type TableView = z.infer<typeof tableViewSchema>;

const refusalSchema = z.object({
  ok: z.literal(false),
  /** `busy`: a cell runs, ask again after it. `gone`: there is no kernel, and nothing to show. */
  reason: z.enum(['busy', 'gone', 'unknown', 'refused', 'timeout', 'cancelled', 'failed']),
  problem: text,
});
export type DataRefusal = z.infer<typeof refusalSchema>;

const answered = <A extends z.ZodMiniType>(answer: A) =>
  z.discriminatedUnion('ok', [z.object({ ok: z.literal(true), answer }), refusalSchema]);

const table = { ref: tableRefSchema, view: tableViewSchema };

/** Requests of the panel about data; none of them runs a cell, and the model is told of none. */
export const dataRequests = {
  variables: { params: z.object({ language: languageSchema }), result: answered(variablesSchema) },
  variableValue: {
    params: z.object({ language: languageSchema, name: asked }),
    result: answered(valueSchema),
  },
  tablePage: {
    params: z.object({ ...table, row: z.int(), rows: z.int(), column: z.int(), columns: z.int() }),
    result: answered(tablePageSchema),
  },
  columnSummary: {
    params: z.object({ ...table, column: z.int() }),
    result: answered(columnSummarySchema),
  },
  /** A page of a PDF: of an output, by its bytes, or of a file that a cell made. */
  pdfPage: {
    params: z.object({
      pdf: z.union([
        z.object({ base64: z.string().check(z.maxLength(96 * 1024 * 1024)) }),
        z.object({ sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)) }),
      ]),
      page: z.int(),
    }),
    result: answered(pdfAnswerSchema),
  },
  /** Ends what was asked of these and is not answered yet. */
  cancelData: { params: z.object({}), result: z.object({}) },
} as const;
