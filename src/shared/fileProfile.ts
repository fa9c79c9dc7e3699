/** What a data file is made of, as a program of the sandbox reads it: shown above the answer, and told to the model. */
import * as z from 'zod/mini';

const scalarSchema = z.nullable(z.union([z.string(), z.number()]));

export const columnProfileSchema = z.object({
  /** Null: it may be a value, and values are withheld. */
  name: z.nullable(z.string()),
  /** As pandas calls it. */
  dtype: z.string(),
  /** Rows without a value. */
  missing: z.int(),
  /** Absent: not counted. */
  distinct: z.optional(z.int()),
  /** `distinct` is an estimate, off by some per cent. */
  approximate: z.optional(z.boolean()),
  unit: z.optional(z.string()),
  /** Smallest and largest number, first and last time (ISO 8601). */
  low: z.optional(scalarSchema),
  high: z.optional(scalarSchema),
  /** The most frequent values, first of all the most frequent one. */
  top: z.optional(z.array(z.object({ value: z.string(), count: z.int() }))),
});
export type ColumnProfile = z.infer<typeof columnProfileSchema>;

export const fileProfileSchema = z.object({
  /** In the container. */
  path: z.string(),
  /** Size and time of change (milliseconds since the epoch) when it was read; absent: it is no file. */
  bytes: z.optional(z.int()),
  modified: z.optional(z.int()),
  /** That were read; null: it is no table. */
  rows: z.nullable(z.int()),
  /** Rows of the file, where not all were read. */
  ofRows: z.optional(z.nullable(z.int())),
  /** False: `ofRows` is an estimate. */
  ofRowsExact: z.optional(z.boolean()),
  /** The figures are of a sample, and all rows can be counted, but have not been yet. */
  pending: z.optional(z.boolean()),
  /** Absent: as many as `columns`. */
  columnCount: z.optional(z.int()),
  columns: z.array(columnProfileSchema),
  /** Columns, alone or two together, that tell all rows apart. */
  keys: z.optional(z.array(z.array(z.string()))),
  /** `CSV, encoding UTF-8, delimiter comma`. */
  format: z.optional(z.string()),
  /** Of the least certain assumption, from 0 to 1. */
  confidence: z.optional(z.number()),
  /** Sentences: what was assumed, skipped, changed. */
  notes: z.optional(z.array(z.string())),
  /** Other tables of the file. */
  others: z.optional(z.array(z.string())),
  /** Why it is no table. */
  problem: z.optional(z.string()),
});
export type FileProfile = z.infer<typeof fileProfileSchema>;
