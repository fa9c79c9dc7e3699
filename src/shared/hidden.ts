/** What of the user's folders a sandbox does not show to code. */
import * as z from 'zod/mini';

export const hiddenSchema = z.object({
  /** Files and folders that are empty in the sandbox, because their names say that they hold secrets. */
  count: z.int(),
  /** The first of them, below `/workspace`, sorted; folders end with `/`. */
  names: z.array(z.string()),
  /** The folders were too large to search all of them: what lies in the rest is not hidden. */
  cut: z.boolean(),
  /** Links that point outside of the folders; opening one fails, because its target is not in the sandbox. */
  linkCount: z.int(),
  links: z.array(z.string()),
});
export type Hidden = z.infer<typeof hiddenSchema>;

export const NOTHING_HIDDEN: Hidden = { count: 0, names: [], cut: false, linkCount: 0, links: [] };
