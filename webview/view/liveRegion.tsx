/** Speaks whole events to screen readers. Two places in turn, so that the same sentence twice is said twice. */
import { type JSX } from 'preact';
import { useRef } from 'preact/hooks';

/** @param seq another number for each sentence */
export function LiveRegion({ text, seq }: { text: string; seq: number }): JSX.Element {
  const turn = useRef({ seq, isOdd: false });
  if (turn.current.seq !== seq) turn.current = { seq, isOdd: !turn.current.isOdd };
  const { isOdd } = turn.current;
  return (
    <div class="sr-only" role="status" aria-live="polite" data-testid="live">
      <span>{isOdd ? '' : text}</span>
      <span>{isOdd ? text : ''}</span>
    </div>
  );
}
