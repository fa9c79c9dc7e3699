/** Where the keyboard goes in the list of changes. */

const PLACES = '.file-toggle, .hunk';
/** What waits for a decision: an open hunk, or a file whose open hunks are not drawn. */
const OPEN = '.hunk[data-open], .file-toggle[data-open][aria-expanded="false"], .changes-more';

const isAfter = (element: Element, other: Element): boolean =>
  (other.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;

/**
 * To what is to be decided next; when nothing is, to `otherwise`. Whoever has gone elsewhere in the meantime stays there.
 * @param from what had the keyboard when it was decided
 */
export function goOn(from: HTMLElement, otherwise: HTMLElement | null): void {
  // In an editor by now, for instance: it is not called back.
  if (!document.hasFocus()) return;
  const active = document.activeElement;
  if (active !== from && active !== document.body && active !== otherwise) return;
  const open = [...document.querySelectorAll<HTMLElement>(`.changed-files :is(${OPEN})`)];
  const target = open.find((element) => isAfter(element, from)) ?? open[0] ?? otherwise;
  target?.focus();
  target?.scrollIntoView({ block: 'nearest' });
}

/** Up and down go from file to hunk to hunk, Home and End to the first and the last. */
export function onListKey(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const places = [...event.currentTarget.querySelectorAll<HTMLElement>(PLACES)];
  const inside = event.target instanceof Element ? event.target.closest<HTMLElement>(PLACES) : null;
  const at = places.findIndex((place) => place === inside);
  if (at === -1 || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const steps: Readonly<Record<string, number>> = {
    ArrowUp: at - 1,
    ArrowDown: at + 1,
    Home: 0,
    End: places.length - 1,
  };
  const to = steps[event.key];
  if (to === undefined) return;
  event.preventDefault();
  places[to]?.focus();
}
