/** What is different between two versions of a table or a workbook, cell by cell. */
import * as z from 'zod/mini';

const text = z.string();

export const tableDifferenceSchema = z.object({
  /** At most 500, in the order of the sheets and rows. */
  changes: z.array(
    z.object({
      /** Empty for a table of text. */
      sheet: text,
      kind: z.enum(['added', 'removed', 'changed']),
      /** What it is about. `row`: the whole row. */
      what: z.enum(['cell', 'row', 'sheet']),
      /** `B7`, `row 12`; in the later version, or in the earlier for what was removed. */
      place: text,
      /** As written; a formula for a cell that has one. Null: there was nothing. */
      before: z.nullable(text),
      after: z.nullable(text),
    }),
  ),
  /** How many there are of each, those that are not listed included. */
  cells: z.int(),
  addedRows: z.int(),
  removedRows: z.int(),
  sheets: z.int(),
  /** Not all of it was looked at: it is too large, or too different. */
  cut: z.boolean(),
});
export type TableDifference = z.infer<typeof tableDifferenceSchema>;
