/**
 * What had the keyboard last. VS Code focuses frames of its own before a command of the panel runs, and the browser then
 * takes the focus from the element in here: when the page has the keyboard again, nothing in it has.
 */
let last: HTMLElement | null = null;
/** Not in a pane. */
let outside: HTMLElement | null = null;

export function keepFocus(): void {
  addEventListener('focusin', ({ target }) => {
    if (!(target instanceof HTMLElement)) return;
    last = target;
    if (target.closest('.pane') === null) outside = target;
  });
  addEventListener('focus', () => {
    if (document.activeElement === document.body && !takes(last)) takes(outside);
  });
}

/** To what had it before a pane was opened. False: that is gone, or there was nothing. */
export const focusOutside = (): boolean => takes(outside);

function takes(element: HTMLElement | null): boolean {
  element?.focus({ preventScroll: true });
  return element !== null && document.activeElement === element;
}
