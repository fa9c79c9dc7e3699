/** A long list, drawn as far as the reader has come. */
import { type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

interface More<T> {
  shown: readonly T[];
  /** To stand behind the list: a button that comes near by itself draws as many again. */
  more: JSX.Element | null;
}

/** @param words for the button; given how many are left */
export function useMore<T>(all: readonly T[], atOnce: number, words: (left: number) => string): More<T> {
  const [limit, setLimit] = useState(atOnce);
  const left = all.length - limit;
  return {
    shown: left > 0 ? all.slice(0, limit) : all,
    more:
      left > 0 ? (
        <MoreButton key={limit} words={words(left)} onMore={() => setLimit(limit + atOnce)} />
      ) : null,
  };
}

function MoreButton({ words, onMore }: { words: string; onMore: () => void }): JSX.Element {
  const place = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (place.current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) onMore();
      },
      { root: place.current.closest('.pane-body'), rootMargin: '600px' },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return (
    <button type="button" class="link changes-more" ref={place} onClick={onMore}>
      {words}
    </button>
  );
}
