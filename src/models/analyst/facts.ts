/** What cells report. It comes out of the sandbox, so it is parsed here and trusted for its shape only. */
import * as z from 'zod/mini';

const text = z.string().check(z.maxLength(2000));
const nullableNumber = z.nullable(z.number());
const topSchema = z.object({ value: text, count: z.int() });

const columnSchema = z.object({
  name: text,
  dtype: text,
  missing: z.int(),
  distinct: z.int(),
  unit: z.nullable(text),
  /**
   * `coded` numbers (few whole values) can serve as groups; `label`: one name for each of few rows; `id`: names or
   * numbers that only identify; `text`: long or almost unique.
   */
  role: z.enum(['number', 'time', 'year', 'category', 'boolean', 'label', 'id', 'text', 'constant', 'empty']),
  low: z.optional(nullableNumber),
  high: z.optional(nullableNumber),
  median: z.optional(nullableNumber),
  mean: z.optional(nullableNumber),
  whole: z.optional(z.boolean()),
  coded: z.optional(z.boolean()),
  wide: z.optional(z.boolean()),
  /** Zeros, and a few values far above the mean. */
  tail: z.optional(z.boolean()),
  place: z.optional(z.nullable(z.enum(['latitude', 'longitude']))),
  /** ISO 8601, for times. */
  first: z.optional(z.nullable(text)),
  last: z.optional(z.nullable(text)),
  stepSeconds: z.optional(nullableNumber),
  unique: z.optional(z.boolean()),
  seriesBy: z.optional(z.nullable(text)),
  top: z.optional(z.array(topSchema)),
});
export type Column = z.infer<typeof columnSchema>;

const tableSchema = z.object({
  kind: z.literal('table'),
  rows: z.int(),
  columnCount: z.int(),
  /** Rows of the file when not all were read. */
  totalRows: nullableNumber,
  totalIsExact: z.boolean(),
  format: text,
  details: z.record(z.string(), text),
  notes: z.array(text),
  others: z.array(text),
  /** Plain pandas that reads the file elsewhere; may be empty. */
  code: z.string().check(z.maxLength(20_000)),
  columns: z.array(columnSchema),
  pairs: z.array(z.object({ x: text, y: text, r: z.number() })),
  groups: z.array(z.object({ group: text, measure: text, eta2: z.number() })),
});
export type Table = z.infer<typeof tableSchema>;

const refusalSchema = z.object({ kind: z.literal('refusal'), code: text, sentence: text });
export type Refusal = z.infer<typeof refusalSchema>;

export const openedSchema = z.discriminatedUnion('kind', [tableSchema, refusalSchema]);

/** A line of a chart: its ends, extremes, and Spearman's rank correlation of its values with their order. */
export const lineSchema = z.object({
  name: text,
  count: z.int(),
  start: text,
  end: text,
  first: z.number(),
  last: z.number(),
  low: z.number(),
  lowAt: text,
  high: z.number(),
  highAt: text,
  trend: nullableNumber,
});
export type Line = z.infer<typeof lineSchema>;

export const valuesSchema = z.array(z.object({ name: text, value: nullableNumber }));
