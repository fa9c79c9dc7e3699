/** Brings a cell into view: asked for by a figure or a note, done by the cell itself. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

/** A line of a cell's code that is to be seen. A new object each time it is asked for. */
export interface WantedLine {
  /** From 1. */
  readonly line: number;
  /** The code takes the focus, or leaves it where it is. */
  readonly focus: boolean;
}

const wanted = signal<{ cellId: string; line: WantedLine | null } | null>(null);

/** The cell as a whole, or a line of its code; the focus goes there. */
export const revealCell = (cellId: string, line: number | null = null): void => {
  wanted.value = { cellId, line: line === null ? null : { line, focus: true } };
};

/** For who looks through the code and keeps the focus. */
export const openAtLine = (cellId: string, line: number): void => {
  wanted.value = { cellId, line: { line, focus: false } };
};

/** Calls `show` whenever this cell is asked for. */
export function useReveal(cellId: string, show: (line: WantedLine | null) => void): void {
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
