/** Brings a cell into view: asked for by a figure or a note, done by the cell itself. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

const wanted = signal<{ cellId: string; line: number | null } | null>(null);

/** @param line of its code, from 1; null: the cell as a whole */
export const revealCell = (cellId: string, line: number | null = null): void => {
  wanted.value = { cellId, line };
};

/** Calls `show` whenever this cell is asked for. */
export function useReveal(cellId: string, show: (line: number | null) => void): void {
  const latest = useRef(show);
  latest.current = show;
  useEffect(
    () =>
      wanted.subscribe((asked) => {
        if (asked?.cellId !== cellId) return;
        wanted.value = null;
        latest.current(asked.line);
      }),
    [cellId],
  );
}

/** Calls `prepare` before a cell is shown: one that is far from the window is not drawn yet, and cannot hear. */
export const onReveal = (prepare: (cellId: string) => void): (() => void) =>
  wanted.subscribe((asked) => {
    if (asked !== null) prepare(asked.cellId);
  });
