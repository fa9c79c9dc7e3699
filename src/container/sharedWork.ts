/** Work that several callers want at once is done once; it is cancelled when the last of them gave up. */

interface Entry<T, P> {
  result: Promise<T>;
  cancel: AbortController;
  listeners: Set<(progress: P) => void>;
  waiting: number;
}

export class SharedWork<T, P> {
  private readonly entries = new Map<string, Entry<T, P>>();

  /**
   * @param cancelled makes the error for a caller whose signal was aborted.
   * @throws what the work throws.
   */
  async run(
    key: string,
    work: (onProgress: (progress: P) => void, cancel: AbortSignal) => Promise<T>,
    onProgress: (progress: P) => void,
    cancelled: () => Error,
    signal?: AbortSignal,
  ): Promise<T> {
    if (signal?.aborted === true) throw cancelled();
    const entry = this.entries.get(key) ?? this.begin(key, work, onProgress);
    entry.listeners.add(onProgress);
    entry.waiting += 1;
    let onAbort: (() => void) | undefined;
    const gaveUp = new Promise<never>((_resolve, reject) => {
      onAbort = () => {
        // Alone, the caller waits until the work has really stopped.
        if (entry.waiting === 1) this.cancel(key, entry);
        else reject(cancelled());
      };
      signal?.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([entry.result, gaveUp]);
    } finally {
      if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
      entry.listeners.delete(onProgress);
      entry.waiting -= 1;
    }
  }

  private begin(
    key: string,
    work: (onProgress: (progress: P) => void, cancel: AbortSignal) => Promise<T>,
    onProgress: (progress: P) => void,
  ): Entry<T, P> {
    const cancel = new AbortController();
    // The work may have something to tell before it first waits.
    const listeners = new Set<(progress: P) => void>([onProgress]);
    const tell = (progress: P): void => {
      for (const listener of listeners) listener(progress);
    };
    const result = work(tell, cancel.signal);
    const entry: Entry<T, P> = { result, cancel, listeners, waiting: 0 };
    this.entries.set(key, entry);
    const forget = (): void => {
      if (this.entries.get(key) === entry) this.entries.delete(key);
    };
    result.then(forget, forget);
    return entry;
  }

  /** Forgotten at once, so that a retry begins anew instead of joining what is being cancelled. */
  private cancel(key: string, entry: Entry<T, P>): void {
    if (this.entries.get(key) === entry) this.entries.delete(key);
    entry.cancel.abort();
  }
}
