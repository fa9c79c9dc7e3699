/**
 * A row of buttons that is one stop for Tab: the button used last, at first the first that can be used. Left and right
 * go from button to button.
 */
import { type ComponentChildren, type JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface RowProps {
  label: string;
  class: string;
  children: ComponentChildren;
}

export function Row({ label, class: name, children }: RowProps): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const row = place.current;
    if (row === null) return undefined;
    let used: HTMLElement | null = null;
    const setStop = (): void => {
      const buttons = buttonsOf(row);
      const stop = buttons.find((button) => button === used) ?? buttons[0];
      for (const button of buttons) {
        if (button === stop) button.removeAttribute('tabindex');
        else button.tabIndex = -1;
      }
    };
    const onFocus = (): void => {
      used = buttonsOf(row).find((button) => button === document.activeElement) ?? used;
      setStop();
    };
    setStop();
    // Buttons come, and are switched on and off, without the row.
    const observer = new MutationObserver(setStop);
    observer.observe(row, { subtree: true, childList: true, attributeFilter: ['disabled'] });
    row.addEventListener('focusin', onFocus);
    return () => {
      observer.disconnect();
      row.removeEventListener('focusin', onFocus);
    };
  }, []);
  return (
    <div class={name} role="toolbar" aria-label={label} ref={place} onKeyDown={onKey}>
      {children}
    </div>
  );
}

const buttonsOf = (row: HTMLElement): HTMLElement[] => [
  ...row.querySelectorAll<HTMLElement>('vscode-button:not([disabled]), .menu-button'),
];

function onKey(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
  const buttons = buttonsOf(event.currentTarget);
  const at = buttons.findIndex((button) => button === document.activeElement);
  const next = buttons[(at + (event.key === 'ArrowRight' ? 1 : -1) + buttons.length) % buttons.length];
  if (at === -1 || next === undefined) return;
  event.preventDefault();
  next.focus();
}
