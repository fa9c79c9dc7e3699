/** What the panel asks about kept versions of files; numbers of versions are those of `filesOf`. */
import * as z from 'zod/mini';
import { filePreviewSchema } from './filePreview.ts';
import { tableDifferenceSchema } from './tableDifference.ts';

const name = z.string().check(z.maxLength(4096));
const two = z.object({ name, before: z.int(), after: z.int() });

export const fileRequests = {
  /** Back into `/outputs`, as a new version; false: the file there has that content. Refused while a turn runs. */
  restoreVersion: {
    params: z.object({ name, version: z.int() }),
    result: z.object({ restored: z.boolean() }),
  },
  /** Two texts, in VS Code's own diff editor. */
  compareVersions: { params: two, result: z.object({}) },
  /** Two tables, cell by cell. Refused while a turn runs. */
  tableDifference: { params: two, result: tableDifferenceSchema },
  /** How a version begins; of a table only while no turn runs. */
  previewVersion: { params: z.object({ name, version: z.int() }), result: filePreviewSchema },
} as const;
