/**
 * Scrolling through more rows than an element can be high: browsers end at about 33 million pixels, so the scroll bar
 * then stands for more than it measures. Pure.
 */
export const ROW_PX = 24;
const MAX_PX = 8_000_000;

export interface Extent {
  /** Of the element that is scrolled. */
  heightPx: number;
  /** Of all rows. */
  contentPx: number;
  viewPx: number;
}

export function extentOf(rows: number, viewPx: number): Extent {
  const contentPx = rows * ROW_PX;
  return { contentPx, heightPx: Math.min(contentPx, MAX_PX), viewPx };
}

const rest = (length: number, viewPx: number): number => Math.max(0, length - viewPx);

export const isScaled = ({ heightPx, contentPx }: Extent): boolean => heightPx < contentPx;

/** Where in the rows a place of the scroll bar is. */
export function contentTop({ heightPx, contentPx, viewPx }: Extent, scrollTop: number): number {
  const range = rest(heightPx, viewPx);
  if (heightPx === contentPx || range === 0) return Math.min(scrollTop, rest(contentPx, viewPx));
  return Math.min(1, scrollTop / range) * rest(contentPx, viewPx);
}

/** The place of the scroll bar for a place in the rows. */
export function scrollTopOf({ heightPx, contentPx, viewPx }: Extent, top: number): number {
  const range = rest(contentPx, viewPx);
  if (heightPx === contentPx || range === 0) return top;
  return (Math.min(top, range) / range) * rest(heightPx, viewPx);
}

/** The nearest place from which a row is seen as a whole. */
export function topToShow({ contentPx, viewPx }: Extent, top: number, row: number): number {
  const rowTop = row * ROW_PX;
  const wanted = Math.max(Math.min(top, rowTop), rowTop + ROW_PX - viewPx);
  return Math.max(0, Math.min(wanted, rest(contentPx, viewPx)));
}
