/**
 * Changes to the user's own files, proposed by copies below `/outputs/changes`: what the panel shows of them and asks
 * about. `/outputs/changes/workspace/a.py` proposes a content for `/workspace/a.py`. The host makes the hunks; nothing
 * is written before the user accepts.
 */
import * as z from 'zod/mini';

/** Below `/outputs`: a copy there, under its whole container path, is a proposal. */
export const CHANGES_FOLDER = 'changes/';

/** `/workspace/a.py` for `changes/workspace/a.py`; null: it proposes nothing. */
export function proposedPath(name: string): string | null {
  if (!name.startsWith(`${CHANGES_FOLDER}workspace/`)) return null;
  const parts = name.slice(CHANGES_FOLDER.length).split('/');
  return parts.some((part) => part === '' || part === '.' || part === '..') ? null : `/${parts.join('/')}`;
}

export const hunkSchema = z.object({
  /** From 0, stable for one `sha256`. */
  index: z.int(),
  /** Lines count from 1, as in a unified diff; `old` is the file when the copy was made. */
  oldStart: z.int(),
  oldLines: z.int(),
  newStart: z.int(),
  newLines: z.int(),
  /** Each begins with ' ', '+', '-' or '\'; a carriage return at the end is shown as such by the panel. */
  lines: z.array(z.string()),
  decision: z.enum(['open', 'accepted', 'rejected']),
  /** It touches what is protected: the pattern, or the words of the marker. It is accepted by itself, with a question. */
  zone: z.nullable(z.string()),
});
export type Hunk = z.infer<typeof hunkSchema>;

export const proposedChangeSchema = z.object({
  /** `/workspace/…` */
  containerPath: z.string(),
  /** As the user knows it: relative to its folder. */
  label: z.string(),
  /** Of the proposed content; a decision names it, so that it is about what was seen. */
  sha256: z.string(),
  /** `whole`: no text, or too large for hunks; it has one hunk without lines. `new`: there was no such file. */
  kind: z.enum(['text', 'whole', 'new']),
  bytes: z.object({ before: z.nullable(z.int()), after: z.int() }),
  hunks: z.array(hunkSchema),
  /** Lines of accepted hunks that are not in the file any more, for instance, never count as accepted. */
  state: z.discriminatedUnion('kind', [
    /** Something is open. */
    z.object({ kind: z.literal('open') }),
    /** All is decided; `accepted` and `rejected` count hunks. */
    z.object({ kind: z.literal('decided'), accepted: z.int(), rejected: z.int() }),
    /** The user's file is what is proposed already. */
    z.object({ kind: z.literal('same') }),
    /** Cannot be written: why, and what helps (a failure's sentence). */
    z.object({ kind: z.literal('refused'), sentence: z.string() }),
  ]),
  /** The user's file was changed since the copy was made; accepted hunks are merged into it. */
  changedMeanwhile: z.boolean(),
  /** An accepted change can be taken back: the file is still what was written. */
  canUndo: z.boolean(),
});
export type ProposedChange = z.infer<typeof proposedChangeSchema>;

const path = z.string().check(z.maxLength(4096));
const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));

export const changeRequests = {
  /** All of the session, those with open hunks first. Asked again after each event about files and decisions. */
  listChanges: { params: z.object({}), result: z.object({ changes: z.array(proposedChangeSchema) }) },
  /**
   * Accepts or rejects hunks (null: all that are open; of those only the unprotected when accepting). Accepting writes
   * the user's file at once. A protected hunk is asked about in the host. `done: false`: the user said no there.
   */
  decideChange: {
    params: z.object({
      containerPath: path,
      sha256: hash,
      hunks: z.nullable(z.array(z.int()).check(z.maxLength(10_000))),
      accept: z.boolean(),
    }),
    result: z.object({ done: z.boolean() }),
  },
  /** The user's file, byte for byte as it was before the last acceptance. Its hunks are open again. */
  undoChange: { params: z.object({ containerPath: path }), result: z.object({ undone: z.boolean() }) },
  /** The user's file beside the proposal in VS Code's diff editor. */
  openChange: { params: z.object({ containerPath: path, sha256: hash }), result: z.object({}) },
} as const;
