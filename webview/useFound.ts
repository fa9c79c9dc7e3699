/** What a part of the panel waits for: asked for when it is shown, and again when what it hangs on changes. */
import { useEffect, useState } from 'preact/hooks';

export type Found<T> = { kind: 'waits' } | { kind: 'failed'; why: string } | { kind: 'found'; value: T };

export function useFound<T>(ask: () => Promise<T>, on: readonly unknown[]): Found<T> {
  const [found, setFound] = useState<Found<T>>({ kind: 'waits' });
  useEffect(() => {
    let wanted = true;
    const set = (next: Found<T>): void => {
      if (wanted) setFound(next);
    };
    ask().then(
      (value) => set({ kind: 'found', value }),
      (error: unknown) =>
        set({ kind: 'failed', why: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      wanted = false;
    };
  }, on);
  return found;
}
