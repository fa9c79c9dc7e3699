/** Opens a conversation where it was left, and notes where the reader is. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { keepPlace, startPlace, type Place } from '../sessionView.ts';
import { type Nearness } from './nearness.ts';
import { type Stick } from './stick.ts';

const NOTE_MS = 200;
/** Of drawing what is near the place: heights are guesses until then. */
const SETTLE_FRAMES = 12;
/** Parts that are loaded when they are first drawn have their height only then; longer is not waited for them. */
const LOADING_MS = 5000;

/** @param count of the messages so far: a long session comes in parts, and the place may be in a later one */
export function useStartPlace(stick: Stick, nearness: Nearness, count: number): void {
  const { scroller, release } = stick;
  const pending = useRef<Place>(startPlace.peek().place);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (pending.current === null || element === null) return undefined;
    const { key, offsetPx } = pending.current;
    const target = nearness.bring(key);
    if (target === null) return undefined;
    pending.current = null;
    release();
    return holdAt(element, target, offsetPx);
  }, [count, nearness, release, scroller]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const note = (): void => {
      timer = null;
      if (pending.current === null) keepPlace(placeIn(element, stick.isSticking()));
    };
    const onScroll = (): void => {
      timer ??= setTimeout(note, NOTE_MS);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      element.removeEventListener('scroll', onScroll);
      if (timer !== null) clearTimeout(timer);
    };
  }, [scroller, stick]);
}

/** Keeps a message where it should be while what is above it gets its real height. The reader's hand ends it. */
export function holdAt(scroller: HTMLElement, target: Element, offsetPx: number): () => void {
  const started = performance.now();
  let frames = 0;
  let handle = 0;
  const put = (): void => {
    const top = target.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    if (Math.abs(top + offsetPx) > 1) scroller.scrollTop += top + offsetPx;
    const loads = scroller.querySelector('.missing') !== null && performance.now() - started < LOADING_MS;
    frames = loads ? 0 : frames + 1;
    if (frames < SETTLE_FRAMES) handle = requestAnimationFrame(put);
  };
  const end = (): void => {
    cancelAnimationFrame(handle);
    for (const kind of ['wheel', 'pointerdown', 'keydown']) scroller.removeEventListener(kind, end);
  };
  for (const kind of ['wheel', 'pointerdown', 'keydown'])
    scroller.addEventListener(kind, end, { passive: true });
  put();
  return end;
}

/** The first message that reaches into the window. */
function placeIn(scroller: HTMLElement, atEnd: boolean): Place {
  if (atEnd) return null;
  const top = scroller.getBoundingClientRect().top;
  // By groups first: the browser lays out a group that it left out when it is asked about a message in it.
  const group = firstBelow(scroller.querySelectorAll<HTMLElement>('.article-group'), top);
  const first =
    group === undefined ? undefined : firstBelow(group.querySelectorAll<HTMLElement>('[data-article]'), top);
  if (first === undefined) return null;
  return { key: Number(first.dataset['key']), offsetPx: Math.round(top - first.getBoundingClientRect().top) };
}

/** The first that ends below `top`. They stand in order: half of the rest is left out at each step. */
function firstBelow(elements: ArrayLike<HTMLElement>, top: number): HTMLElement | undefined {
  let low = 0;
  let high = elements.length - 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((elements[middle]?.getBoundingClientRect().bottom ?? 0) > top) high = middle;
    else low = middle + 1;
  }
  return elements[low];
}
