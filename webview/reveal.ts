/** Brings a cell into view: asked for by a figure or a note, done by the cell itself. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

const wanted = signal<string | null>(null);

export const revealCell = (cellId: string): void => {
  wanted.value = cellId;
};

/** Calls `show` whenever this cell is asked for. */
export function useReveal(cellId: string, show: () => void): void {
  const latest = useRef(show);
  latest.current = show;
  useEffect(
    () =>
      wanted.subscribe((id) => {
        if (id !== cellId) return;
        wanted.value = null;
        latest.current();
      }),
    [cellId],
  );
}
