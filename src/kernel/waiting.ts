/** Small things to wait with. */
export interface Deferred<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: Error) => void;
}

export function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

export async function withTimeout<T>(
  promise: Promise<T>,
  timeoutMs: number,
  failure: () => Error,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(failure());
    }, timeoutMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for the work, or for the signal if it is aborted earlier. Leaves no listener on a signal that lives longer. */
async function unlessAborted(work: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return;
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<void>((resolve) => {
    onAbort = resolve;
    signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

/** One piece of work after the other, in the order of the calls; an abort ends the wait, not the order of the others. */
export class Turns {
  private queue: Promise<unknown> = Promise.resolve();

  async take<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const before = this.queue;
    const finished = deferred<void>();
    this.queue = before.then(async () => finished.promise);
    try {
      await unlessAborted(before, signal);
      return await work();
    } finally {
      finished.resolve();
    }
  }
}
