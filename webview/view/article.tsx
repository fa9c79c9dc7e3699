/**
 * A message of the conversation: always there as an article of the feed, but drawn only near the window once the
 * conversation is long. Far away it is an empty box of the height it had. What the reader has touched (opened, zoomed,
 * selected) stays drawn, so that nothing they did is undone by scrolling.
 */
import { type ComponentChildren, type JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Nearness } from './nearness.ts';
import { t } from '../../src/shared/l10n.ts';

/** Above and below, in the style sheet. */
const PADDING_PX = 8;
/** Between two articles, in the style sheet. */
const GAP_PX = 8;

/** Of an article that is not drawn, with the gap below it, in px. @param heightPx as it was or is guessed */
export const placePx = (heightPx: number): number => Math.max(PADDING_PX, Math.round(heightPx)) + GAP_PX;

interface ArticleProps {
  /** Of the item; the place in the session's log. */
  id: number;
  /** Changes never while the article lives. */
  nearness: Nearness;
  kind: string;
  index: number;
  count: number;
  label: string;
  /** Drawn at first: the conversation is short, or this is near its end. */
  atOnce: boolean;
  /** Guess of its height before it has been drawn, in px. */
  guessPx: number;
  /** Called only for what is drawn, and then with what is true by then. */
  draw: () => ComponentChildren;
}

export function Article({
  id,
  nearness,
  kind,
  index,
  count,
  label,
  atOnce,
  guessPx,
  draw,
}: ArticleProps): JSX.Element {
  const place = useRef<HTMLElement>(null);
  const [drawn, setDrawn] = useState(atOnce);
  if (drawn) nearness.drawn.add(id);
  else nearness.drawn.delete(id);
  const heightPx = useRef(guessPx);
  const touched = useRef(false);
  const touch = (): void => {
    touched.current = true;
    if (!drawn) setDrawn(true);
  };
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    return nearness.watch(
      id,
      element,
      {
        come: () => setDrawn(true),
        leave: (height) => {
          if (touched.current || element.contains(document.activeElement)) return false;
          heightPx.current = height;
          setDrawn(false);
          return true;
        },
      },
      element.parentElement ?? undefined,
    );
  }, [id, nearness]);
  const height = `${String(placePx(heightPx.current) - PADDING_PX - GAP_PX)}px`;
  return (
    <article
      ref={place}
      data-article=""
      data-key={id}
      class={`article article-${kind} ${drawn ? 'article-drawn' : ''}`}
      style={{ containIntrinsicBlockSize: `auto ${height}` }}
      // One stop for Tab: the newest; the page keys reach the others.
      tabIndex={index === count - 1 ? 0 : -1}
      aria-posinset={index + 1}
      aria-setsize={count}
      aria-label={t`${label}, message ${String(index + 1)} of ${String(count)}`}
      onFocusCapture={touch}
      onPointerDownCapture={touch}
    >
      {/* A height of the article itself, when it changes, would keep the browser from holding the reader's place. */}
      {drawn ? draw() : <div class="article-far" style={{ height }} />}
    </article>
  );
}
