/** Speaks whole events to screen readers. Two places in turn, so that the same sentence twice is said twice. */
import { type JSX } from 'preact';

export function LiveRegion({ text, seq }: { text: string; seq: number }): JSX.Element {
  return (
    <div class="sr-only" role="status" aria-live="polite" data-testid="live">
      <span>{seq % 2 === 0 ? text : ''}</span>
      <span>{seq % 2 === 1 ? text : ''}</span>
    </div>
  );
}
