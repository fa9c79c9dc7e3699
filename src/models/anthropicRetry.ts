/**
 * Asks again where that can help: told to the user with the time it takes, and ended by Stop at once. Nothing of a
 * reply has run before it is complete, so asking again repeats no code.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Hope } from './anthropicErrors.ts';
import { addUsage, NO_USAGE, type ModelEvent, type Usage } from './model.ts';

export interface RetryPatience {
  /** Further requests when nothing was begun. */
  maxRetries: number;
  /** Further requests when a reply broke off: it is paid for again. */
  maxRestarts: number;
  /** Before the first further request; doubled each time, less up to a quarter by chance. */
  backoffMs: number;
  /** A longer `retry-after` ends the turn with that figure: nobody waits for it. */
  maxRetryAfterMs: number;
}

/** One request. `shown`: events were sent that a further request will send again. */
export type Attempt<T> =
  { kind: 'done'; value: T; usage: Usage } | { kind: 'failed'; fault: Fault; shown: boolean; usage: Usage };

export interface Retried<T> {
  value: T;
  /** Of all requests, those that broke off included. */
  usage: Usage;
}

/**
 * @param attempt rejects only for an abort.
 * @throws Failure of the last request; the signal's reason when aborted.
 */
export async function withRetries<T>(
  attempt: () => Promise<Attempt<T>>,
  patience: RetryPatience,
  onEvent: (event: ModelEvent) => void,
  signal: AbortSignal,
): Promise<Retried<T>> {
  let spent: Usage = { ...NO_USAGE };
  for (let failures = 0; ;) {
    const tried = await attempt();
    spent = addUsage(spent, tried.usage);
    if (tried.kind === 'done') return { value: tried.value, usage: spent };
    failures += 1;
    const { failure, hope } = tried.fault;
    const waitMs = waitBefore(hope, failures, patience);
    if (waitMs === null) throw failure;
    if (tried.shown) onEvent({ type: 'restarted' });
    onEvent({ type: 'waiting', reason: failure.shown.sentence, untilMs: Date.now() + waitMs });
    await pause(waitMs, signal);
  }
}

/** Milliseconds, or null: not again. @param failures so far, from 1. */
function waitBefore(hope: Hope, failures: number, patience: RetryPatience): number | null {
  if (failures > limitOf(hope, patience)) return null;
  const backoffMs = patience.backoffMs * 2 ** (failures - 1) * (1 - Math.random() / 4);
  const asked = hope.kind === 'refused' ? (hope.retryAfterMs ?? 0) : 0;
  return asked > patience.maxRetryAfterMs ? null : Math.max(asked, backoffMs);
}

function limitOf({ kind }: Hope, { maxRetries, maxRestarts }: RetryPatience): number {
  switch (kind) {
    case 'no':
      return 0;
    case 'refused':
      return maxRetries;
    case 'broken':
      return maxRestarts;
    case 'stalled':
      return Math.min(1, maxRestarts);
  }
}

/** By the monotonic clock: a clock that is set neither shortens nor lengthens it. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
