/** A row of the tables of replies: what the local server answers, and what must come of it. */
import type { MessagesRequest } from './scriptedApiChecks.ts';
import { cell, text, type Reply } from './scriptedApiReplies.ts';

export interface Row {
  name: string;
  /** The answer to the `n`-th request. */
  script: (n: number, request: MessagesRequest) => Reply;
  /** `kind`, a space, and what the user reads. */
  end: RegExp;
  /** What the user is told to do. */
  remedy?: RegExp;
  /** Posts to `/v1/messages` of this turn. */
  requests: number;
  /** Cells that ran. Default: none. */
  runs?: number;
  /** What the next request must, or must not, carry. */
  sentNext?: RegExp;
  notSentNext?: RegExp;
  /** The API is not asked with the right key. */
  key?: string;
  /** Blocks or events that the SDK's types do not know, on purpose. */
  unknownToSdk?: true;
}

export const call = cell('I count.', 'work(1)');
export const done = text('Counted: 42.');

export const FINISHED = /^finished/;

export const always =
  (reply: Reply): Row['script'] =>
  () =>
    reply;
/** Fails `times` times, then answers. */
export const failing =
  (times: number, reply: Reply): Row['script'] =>
  (n) =>
    n <= times ? reply : done;

/** The body of an answer, as it is. */
export const stream = (body: string | Uint8Array, reset = false): Reply => ({
  kind: 'raw',
  status: 200,
  contentType: 'text/event-stream; charset=utf-8',
  body,
  reset,
});
