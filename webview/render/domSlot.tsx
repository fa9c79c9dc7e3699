/** Shows a fragment made outside Preact. */
import { type JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface DomSlotProps {
  make: () => Node;
  /** What the fragment is made of: it is made again when this changes. */
  of: unknown;
  as?: 'div' | 'code';
  class?: string;
}

export function DomSlot({ make, of, as: Tag = 'div', class: className }: DomSlotProps): JSX.Element {
  const place = useRef<HTMLElement>(null);
  const makeRef = useRef(make);
  makeRef.current = make;
  useLayoutEffect(() => {
    place.current?.replaceChildren(makeRef.current());
  }, [of]);
  const props = className === undefined ? {} : { class: className };
  return Tag === 'code' ? (
    <code {...props} ref={place} />
  ) : (
    <div {...props} ref={place as { current: HTMLDivElement | null }} />
  );
}
