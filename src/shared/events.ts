/**
 * The session's log: what was said, run and produced, in order. The host appends each event to disk before it
 * is shown; the panel, the exported notebook and the CLI are all folds over the same events.
 */
import * as z from 'zod/mini';
import { cellResultSchema, languageSchema, outputSchema } from './outputs.ts';

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

/** Why a turn ended. Everything but `finished` is shown as a sentence under the turn. */
export const turnEndSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('finished') }),
  z.object({ kind: z.literal('stopped') }),
  /** A cap of ours (steps, time, tokens) or a stop reason of the API that ends the turn. */
  z.object({ kind: z.literal('limit'), sentence: z.string() }),
  z.object({ kind: z.literal('failed'), failure: failureViewSchema }),
]);
export type TurnEnd = z.infer<typeof turnEndSchema>;

/** What the user asked for: free text, or one of the two verbs on files. */
export const intentSchema = z.enum(['ask', 'analyze', 'chart']);
export type Intent = z.infer<typeof intentSchema>;

const base = {
  /** Place in the session, from 1, without gaps. */
  seq: z.int(),
  /** Milliseconds since the epoch. */
  at: z.number(),
};

export const sessionEventSchema = z.discriminatedUnion('type', [
  z.object({ ...base, type: z.literal('session_started'), sessionId: z.string(), title: z.string() }),
  z.object({
    ...base,
    type: z.literal('user_message'),
    turnId: z.string(),
    intent: intentSchema,
    text: z.string(),
    files: z.array(fileRefSchema),
  }),
  z.object({
    ...base,
    type: z.literal('turn_started'),
    turnId: z.string(),
    model: z.object({ id: z.string(), label: z.string() }),
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
  /** The code that really runs. */
  z.object({
    ...base,
    type: z.literal('cell_running'),
    cellId: z.string(),
    purpose: z.string(),
    code: z.string(),
    executionCount: z.nullable(z.int()),
  }),
  z.object({ ...base, type: z.literal('cell_output'), cellId: z.string(), output: outputSchema }),
  z.object({ ...base, type: z.literal('cell_done'), cellId: z.string(), result: cellResultSchema }),
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
  }),
  z.object({
    ...base,
    type: z.literal('turn_ended'),
    turnId: z.string(),
    end: turnEndSchema,
    usage: usageSchema,
  }),
  /** Something the user must know that belongs to no cell: variables are gone, the engine came back. */
  z.object({
    ...base,
    type: z.literal('notice'),
    level: z.enum(['info', 'warning', 'error']),
    text: z.string(),
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
