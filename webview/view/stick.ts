/**
 * Keeps the newest line in view while the reader is at the end, and leaves the place alone when they have
 * scrolled up to read.
 */
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';

const NEAR_PX = 32;

export interface Stick {
  /** For the element that scrolls. */
  scroller: { current: HTMLDivElement | null };
  /** For the element inside, whose height grows. */
  content: { current: HTMLDivElement | null };
  atEnd: boolean;
  toEnd: () => void;
  /** Stays where it is from now on: somebody goes to another place. */
  release: () => void;
  isSticking: () => boolean;
}

/** @param on false while there is no conversation: a welcome is read from its top. */
export function useStickToEnd(on: boolean): Stick {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const sticking = useRef(on);
  const [atEnd, setAtEnd] = useState(true);
  const wanted = useRef(on);
  if (on !== wanted.current) sticking.current = on;
  wanted.current = on;

  const toEnd = useCallback(() => {
    sticking.current = true;
    setAtEnd(true);
    const element = scroller.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }, []);

  const release = useCallback(() => {
    sticking.current = false;
    setAtEnd(false);
  }, []);
  const isSticking = useCallback(() => sticking.current, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    const inner = content.current;
    if (element === null || inner === null) return undefined;
    let lastTop = element.scrollTop;
    const onScroll = (): void => {
      const near = element.scrollHeight - element.scrollTop - element.clientHeight <= NEAR_PX;
      // Content that grows moves the end away without the reader having moved: only going up lets go.
      if (near) sticking.current = wanted.current;
      else if (element.scrollTop < lastTop) sticking.current = false;
      lastTop = element.scrollTop;
      setAtEnd(sticking.current || !wanted.current);
    };
    const grown = new ResizeObserver(() => {
      if (sticking.current) element.scrollTop = element.scrollHeight;
    });
    element.addEventListener('scroll', onScroll, { passive: true });
    grown.observe(inner);
    grown.observe(element);
    return () => {
      element.removeEventListener('scroll', onScroll);
      grown.disconnect();
    };
  }, []);

  return useMemo(
    () => ({ scroller, content, atEnd, toEnd, release, isSticking }),
    [atEnd, toEnd, release, isSticking],
  );
}
