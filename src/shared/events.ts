/**
 * The session's log: what was said, run and produced, in order. The host appends each event to disk before it
 * is shown; the panel, the exported notebook and the CLI are all folds over the same events.
 */
import * as z from 'zod/mini';
import { fileProfileSchema } from './fileProfile.ts';
import { networkAttemptSchema } from './network.ts';
import { artifactSchema, cellResultSchema, languageSchema, outputSchema } from './outputs.ts';

/** A file of the user that a message is about. */
export const fileRefSchema = z.object({
  /** What the user sees: path relative to its workspace folder, or the base name. */
  label: z.string(),
  /** Path inside the container, below `/workspace`. */
  containerPath: z.string(),
});
export type FileRef = z.infer<typeof fileRefSchema>;

export const usageSchema = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  cacheReadTokens: z.number(),
  cacheWriteTokens: z.number(),
});

export const failureViewSchema = z.object({
  code: z.string(),
  sentence: z.string(),
  remedy: z.nullable(
    z.object({ text: z.string(), command: z.optional(z.string()), url: z.optional(z.string()) }),
  ),
});
export type FailureView = z.infer<typeof failureViewSchema>;

/** A picture that the user attached; its bytes are in the session's store. */
export const attachedImageSchema = z.object({
  name: z.string(),
  mediaType: z.enum(['image/png', 'image/jpeg']),
  bytes: z.int(),
  sha256: z.string(),
});
export type AttachedImage = z.infer<typeof attachedImageSchema>;

/** Text that was selected in an editor when the question was asked. Lines count from 1, both included. */
export const selectionSchema = z.object({
  label: z.string(),
  /** Null: the text is in no file that the sandbox sees (untitled, or outside the folders). */
  containerPath: z.nullable(z.string()),
  startLine: z.int(),
  endLine: z.int(),
  /** At most 20,000 characters; `totalChars` is how many were selected. */
  text: z.string(),
  totalChars: z.int(),
  /** The editor held changes that are not in the file yet. */
  unsaved: z.boolean(),
});
export type Selection = z.infer<typeof selectionSchema>;

/** What a turn took. */
export const receiptSchema = z.object({
  /** Replies of the model. */
  steps: z.int(),
  durationMs: z.number(),
  /** Null: no price is known for this model. */
  dollars: z.nullable(z.number()),
});
export type Receipt = z.infer<typeof receiptSchema>;

/** A figure in an answer: UTF-16 offsets in its text block, and the cell whose output has it (null: none has). */
export const checkedNumberSchema = z.object({
  start: z.int(),
  end: z.int(),
  cellId: z.nullable(z.string()),
});
export type CheckedNumber = z.infer<typeof checkedNumberSchema>;

/** Why a turn ended. Everything but `finished` is shown as a sentence under the turn. */
export const turnEndSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('finished') }),
  z.object({ kind: z.literal('stopped') }),
  /** A cap of ours (steps, time, tokens) or a stop reason of the API that ends the turn. */
  z.object({
    kind: z.literal('limit'),
    sentence: z.string(),
    /** The model declined: the turn is left out of what it reads from now on. */
    leftOut: z.optional(z.boolean()),
  }),
  z.object({ kind: z.literal('failed'), failure: failureViewSchema }),
]);
export type TurnEnd = z.infer<typeof turnEndSchema>;

/** What the user asked for: free text, or one of the two verbs on files. */
export const intentSchema = z.enum(['ask', 'analyze', 'chart']);
export type Intent = z.infer<typeof intentSchema>;

/** What a notebook file holds besides what is shown here: kept for the way back, and looked at by nobody else. */
const fileFieldsSchema = z.record(z.string(), z.unknown());

/** `at`: from 0. */
const unknownOutputSchema = z.object({ at: z.int(), output: fileFieldsSchema });
export type UnknownOutput = z.infer<typeof unknownOutputSchema>;

/** Bytes of the session's store. */
const contentSchema = z.object({ sha256: z.string(), bytes: z.int() });
export type Content = z.infer<typeof contentSchema>;

const base = {
  /** Place in the session, from 1, without gaps. */
  seq: z.int(),
  /** Milliseconds since the epoch. */
  at: z.number(),
};

export const sessionEventSchema = z.discriminatedUnion('type', [
  z.object({ ...base, type: z.literal('session_started'), sessionId: z.string(), title: z.string() }),
  /** By the user. The last one counts. */
  z.object({ ...base, type: z.literal('session_renamed'), title: z.string() }),
  z.object({
    ...base,
    type: z.literal('user_message'),
    turnId: z.string(),
    intent: intentSchema,
    text: z.string(),
    files: z.array(fileRefSchema),
    images: z.optional(z.array(attachedImageSchema)),
    selections: z.optional(z.array(selectionSchema)),
    /** What was attached stays here: the model was to see names and types only. */
    withheld: z.optional(z.boolean()),
  }),
  z.object({
    ...base,
    type: z.literal('turn_started'),
    turnId: z.string(),
    model: z.object({ id: z.string(), label: z.string() }),
    /** The answer is a plan; nothing runs in this turn. */
    plan: z.optional(z.boolean()),
  }),
  /** What the files of the question are made of, before the model's first word; of a large one once more when all rows are counted. */
  z.object({
    ...base,
    type: z.literal('files_profiled'),
    turnId: z.string(),
    files: z.array(fileProfileSchema),
    /** These figures take the place of those of the same files in an earlier event of the turn. */
    replaces: z.optional(z.boolean()),
    /** Names, types and counts only. */
    withheld: z.optional(z.boolean()),
  }),
  /** `blockId` names one text or thinking block; deltas with the same id are joined. */
  z.object({ ...base, type: z.literal('text'), turnId: z.string(), blockId: z.string(), delta: z.string() }),
  z.object({
    ...base,
    type: z.literal('thinking'),
    turnId: z.string(),
    blockId: z.string(),
    delta: z.string(),
  }),
  /** A cell appears as soon as the model begins to write it. */
  z.object({
    ...base,
    type: z.literal('cell_started'),
    turnId: z.string(),
    cellId: z.string(),
    language: languageSchema,
  }),
  /** Code and purpose as far as typed (the whole text so far, not a delta). */
  z.object({
    ...base,
    type: z.literal('cell_code'),
    cellId: z.string(),
    purpose: z.string(),
    code: z.string(),
  }),
  /** Written, and waits for the user's decision. */
  z.object({
    ...base,
    type: z.literal('cell_waiting'),
    cellId: z.string(),
    purpose: z.string(),
    code: z.string(),
  }),
  /** The code that really runs. A cell that has run before begins anew: its outputs and files are those of this run. */
  z.object({
    ...base,
    type: z.literal('cell_running'),
    cellId: z.string(),
    purpose: z.string(),
    code: z.string(),
    executionCount: z.nullable(z.int()),
    /** The user changed what the model wrote. */
    edited: z.optional(z.boolean()),
  }),
  z.object({ ...base, type: z.literal('cell_output'), cellId: z.string(), output: outputSchema }),
  z.object({
    ...base,
    type: z.literal('cell_done'),
    cellId: z.string(),
    result: cellResultSchema,
    /** The model was told names, types and counts only. */
    withheld: z.optional(z.boolean()),
  }),
  /** Never ran: the reply was cut, refused, stopped, or the input was not valid. */
  z.object({ ...base, type: z.literal('cell_dropped'), cellId: z.string(), reason: z.string() }),
  /** An artifact's bytes are in the session's store from here on. */
  z.object({
    ...base,
    type: z.literal('artifact_stored'),
    cellId: z.string(),
    name: z.string(),
    bytes: z.int(),
    sha256: z.string(),
    same: artifactSchema.shape.same,
    findings: artifactSchema.shape.findings,
    formulas: artifactSchema.shape.formulas,
    version: artifactSchema.shape.version,
    change: artifactSchema.shape.change,
  }),
  /** The user had a kept version put back into `/outputs`, where it is a new version. `from`: the version it was. */
  z.object({
    ...base,
    type: z.literal('artifact_restored'),
    name: z.string(),
    bytes: z.int(),
    sha256: z.string(),
    from: z.int(),
  }),
  /** A cell of the user's own, after that cell; null: where the session ends now. It has not run. */
  z.object({
    ...base,
    type: z.literal('cell_inserted'),
    cellId: z.string(),
    afterCellId: z.nullable(z.string()),
    language: languageSchema,
    code: z.string(),
    /** Of a cell of an opened notebook: its fields there, without code and outputs. */
    file: z.optional(fileFieldsSchema),
  }),
  /** The user changed a cell's code; what ran last, and its outputs, stay until it runs again. */
  z.object({ ...base, type: z.literal('cell_edited'), cellId: z.string(), code: z.string() }),
  /** Behind that cell; null: before the first. */
  z.object({
    ...base,
    type: z.literal('cell_moved'),
    cellId: z.string(),
    afterCellId: z.nullable(z.string()),
  }),
  z.object({ ...base, type: z.literal('cell_deleted'), cellId: z.string() }),
  /** A deleted cell is back where it was. */
  z.object({ ...base, type: z.literal('cell_restored'), cellId: z.string() }),
  /** The session began as this notebook file; what follows at once is what the file holds, in its order. */
  z.object({
    ...base,
    type: z.literal('notebook_opened'),
    name: z.string(),
    cells: z.int(),
    texts: z.int(),
    /** Outputs of types that nbformat 4 does not know: they are not shown. Absent: none. */
    unknown: z.optional(z.object({ outputs: z.int(), types: z.array(z.string()) })),
    /** Container path of its folder, in which cells seem to begin; absent: the sandbox does not see it. */
    folder: z.optional(z.string()),
    /** The fields of the file, without its cells. */
    file: z.optional(fileFieldsSchema),
  }),
  /** A text of an opened notebook, where the session ends then. `raw`: no Markdown. Its pictures are in it as `data:`. */
  z.object({
    ...base,
    type: z.literal('text_inserted'),
    textId: z.string(),
    format: z.enum(['markdown', 'raw']),
    source: z.string(),
    /** Its fields in the file; `source` among them where pictures were put into it. */
    file: z.optional(fileFieldsSchema),
  }),
  /** What a notebook file says that this cell put out, elsewhere and before: it has not run here. */
  z.object({
    ...base,
    type: z.literal('outputs_recorded'),
    cellId: z.string(),
    executionCount: z.nullable(z.int()),
    outputs: z.array(outputSchema),
    /** Those of unknown types, as they stand in the file, with their places among all of them. Absent: none. */
    unknown: z.optional(z.array(unknownOutputSchema)),
  }),
  /** The user runs cells, outside of a turn and in this order; `restarted`: with new kernels. Stop ends it. */
  z.object({
    ...base,
    type: z.literal('run_started'),
    runId: z.string(),
    cellIds: z.array(z.string()),
    restarted: z.boolean(),
  }),
  /** `failed`: a cell did not end well, and those behind it did not run. */
  z.object({
    ...base,
    type: z.literal('run_ended'),
    runId: z.string(),
    end: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('finished') }),
      z.object({ kind: z.literal('stopped') }),
      z.object({ kind: z.literal('failed'), cellId: z.string() }),
      z.object({ kind: z.literal('lost'), failure: failureViewSchema }),
    ]),
  }),
  /** Names of the session that the code which ran reads, and those it sets or changes; by static analysis. */
  z.object({
    ...base,
    type: z.literal('cell_names'),
    cellId: z.string(),
    uses: z.array(z.string()),
    sets: z.array(z.string()),
    /** Those of `sets` that are modules: the same import gives the same again. */
    imports: z.optional(z.array(z.string())),
    /** The analysis does not know this code: no names are listed, and it may read and set any. */
    unread: z.optional(z.literal(true)),
  }),
  /** The model's editor was used on a file below `/outputs`. */
  z.object({
    ...base,
    type: z.literal('file_edit'),
    turnId: z.string(),
    callId: z.string(),
    command: z.enum(['view', 'create', 'str_replace', 'insert']),
    /** Relative to `/outputs`, or as the model wrote it when it is no such path. */
    path: z.string(),
    ok: z.boolean(),
    /** One line: what was done, or why not. */
    sentence: z.string(),
    /** Unified diff of what really changed; empty when nothing did. */
    diff: z.string(),
    artifact: z.nullable(artifactSchema),
  }),
  /** The user's file when a copy of it was proposed as its new content; comes before the event of that copy. */
  z.object({
    ...base,
    type: z.literal('change_based'),
    containerPath: z.string(),
    /** Its bytes are in the session's store. Null: there was no such file. */
    sha256: z.nullable(z.string()),
    bytes: z.int(),
    /** False: it was changed while the code ran, and the copy may be of what was there before. */
    certain: z.boolean(),
  }),
  /** The user decided about hunks of a proposed change. When accepted, the user's file was written. */
  z.object({
    ...base,
    type: z.literal('change_decided'),
    containerPath: z.string(),
    /** Of the proposed content. */
    sha256: z.string(),
    hunks: z.array(z.int()),
    /** Hunks that the proposal has. */
    total: z.int(),
    accept: z.boolean(),
    /** The user's file, both in the session's store; absent: rejected. `before` null: there was none. */
    written: z.optional(
      z.object({ before: z.nullable(contentSchema), after: contentSchema, merged: z.boolean() }),
    ),
  }),
  /** The user took the last acceptance back: the file is what it was before it (null: it is not there). */
  z.object({
    ...base,
    type: z.literal('change_undone'),
    containerPath: z.string(),
    hunks: z.array(z.int()),
    total: z.int(),
    restored: z.nullable(contentSchema),
  }),
  /** The model asked for more of an earlier output. */
  z.object({
    ...base,
    type: z.literal('output_shown'),
    turnId: z.string(),
    callId: z.string(),
    cellId: z.nullable(z.string()),
    ok: z.boolean(),
    sentence: z.string(),
  }),
  /** The user lets the model see an output that was withheld from it. */
  z.object({ ...base, type: z.literal('output_released'), cellId: z.string() }),
  /** A part of a reply of a kind that is not known here; once when it begins and once when it is whole. */
  z.object({
    ...base,
    type: z.literal('opaque_block'),
    turnId: z.string(),
    blockId: z.string(),
    kind: z.string(),
    /** For reading only, and cut when it is long. Null: not whole yet. */
    json: z.nullable(z.string()),
  }),
  /** Text and thinking that do not count: the reply broke off and was asked for again. */
  z.object({ ...base, type: z.literal('blocks_dropped'), turnId: z.string(), blockIds: z.array(z.string()) }),
  /** Nothing is sent before `untilMs` (epoch). */
  z.object({
    ...base,
    type: z.literal('model_waiting'),
    turnId: z.string(),
    reason: z.string(),
    untilMs: z.number(),
  }),
  /** Files that an answer says were changed, and of which its turn made no version. */
  z.object({
    ...base,
    type: z.literal('claims_checked'),
    turnId: z.string(),
    blockId: z.string(),
    files: z.array(z.string()),
  }),
  /** The figures of an answer, looked up in the outputs of its turn. */
  z.object({
    ...base,
    type: z.literal('answer_checked'),
    turnId: z.string(),
    blockId: z.string(),
    numbers: z.array(checkedNumberSchema),
  }),
  z.object({
    ...base,
    type: z.literal('turn_ended'),
    turnId: z.string(),
    end: turnEndSchema,
    usage: usageSchema,
    receipt: z.optional(receiptSchema),
  }),
  /** Code tried to reach something. `cellId`: the cell that ran then; null: none did. */
  z.object({
    ...base,
    type: z.literal('network_attempt'),
    cellId: z.nullable(z.string()),
    attempt: networkAttemptSchema,
  }),
  /** Something the user must know that belongs to no cell: variables are gone, the engine came back. */
  z.object({
    ...base,
    type: z.literal('notice'),
    level: z.enum(['info', 'warning', 'error']),
    text: z.string(),
    /** The same for the user, where it is not English. */
    shown: z.optional(z.string()),
  }),
  /**
   * The API's message list after a step, for the next request; JSON of `Message[]`, appended messages only.
   * Not sent to the panel.
   */
  z.object({ ...base, type: z.literal('history'), messages: z.array(z.unknown()) }),
]);
export type SessionEvent = z.infer<typeof sessionEventSchema>;

/** Distributes over the union, so that each kind keeps its own fields. */
type Unstamped<E> = E extends unknown ? Omit<E, 'seq' | 'at'> : never;
/** An event before the transcript gave it its place. */
export type NewSessionEvent = Unstamped<SessionEvent>;
