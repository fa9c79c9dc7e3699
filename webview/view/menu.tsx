/** A button with a menu: arrows, Home, End and first letters choose, Escape gives the focus back to the button. */
import { type JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Icon } from './icon.tsx';
import { type IconName } from '../icons.ts';

export interface MenuItem {
  label: string;
  icon: IconName;
  /** As the user reads it: `Alt+Up`. */
  keys?: string;
  disabled?: boolean;
  onChoose: () => void;
}

interface MenuProps {
  label: string;
  icon: IconName;
  /** Groups, with a line between them. Made when the menu is opened. */
  items: () => readonly (readonly MenuItem[])[];
}

const EDGE_PX = 4;

/** Below the button, its right edges in line; above, where there is no room; never beyond the window. */
function putAt(menu: HTMLElement, button: DOMRect): void {
  const { width, height } = menu.getBoundingClientRect();
  const left = Math.min(Math.max(button.right - width, EDGE_PX), innerWidth - width - EDGE_PX);
  const below = button.bottom + 2;
  const top = below + height <= innerHeight - EDGE_PX ? below : Math.max(EDGE_PX, button.top - height - 2);
  menu.style.left = `${String(left)}px`;
  menu.style.top = `${String(top)}px`;
}

const entries = (menu: HTMLElement): HTMLElement[] => [
  ...menu.querySelectorAll<HTMLElement>('[role=menuitem]'),
];

export function Menu({ label, icon, items }: MenuProps): JSX.Element {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    const element = menu.current;
    if (!open || element === null || place.current === null) return;
    element.showPopover();
    let frame = 0;
    // Parts that arrive above, and scrolling, move the button.
    const follow = (): void => {
      if (place.current !== null) putAt(element, place.current.getBoundingClientRect());
      frame = requestAnimationFrame(follow);
    };
    follow();
    entries(element)[0]?.focus();
    return () => cancelAnimationFrame(frame);
  }, [open]);

  const toButton = (): void => place.current?.querySelector<HTMLElement>('.menu-button')?.focus();
  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLElement }): void => {
    const all = entries(event.currentTarget);
    const next = nextEntry(event, all);
    if (event.key === 'Escape') {
      setOpen(false);
      toButton();
    } else if (event.key === 'Tab') {
      setOpen(false);
      toButton();
      return;
    } else if (next !== undefined) {
      next.focus();
    } else {
      return;
    }
    event.preventDefault();
    // Escape elsewhere stops what runs, arrows go from cell to cell.
    event.stopPropagation();
  };
  return (
    <span class="menu-place" ref={place}>
      <button
        type="button"
        class="menu-button"
        title={label}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        {...(open ? { 'aria-controls': id } : {})}
        onClick={() => setOpen(!open)}
      >
        <Icon name={icon} />
      </button>
      {open && (
        <div
          id={id}
          ref={menu}
          class="menu"
          role="menu"
          aria-label={label}
          popover="manual"
          onKeyDown={onKeyDown}
          onFocusOut={(event) => {
            // The button closes it itself.
            const to = event.relatedTarget;
            if (!(to instanceof Node) || place.current?.contains(to) !== true) setOpen(false);
          }}
        >
          {items().map((group, index) => (
            <div role="group" class="menu-group" key={index}>
              {group.map((item) => (
                <button
                  key={item.label}
                  type="button"
                  role="menuitem"
                  tabIndex={-1}
                  aria-disabled={item.disabled === true}
                  onClick={() => {
                    if (item.disabled === true) return;
                    setOpen(false);
                    toButton();
                    item.onChoose();
                  }}
                >
                  <Icon name={item.icon} />
                  <span class="menu-label">{item.label}</span>
                  {item.keys !== undefined && <kbd aria-hidden="true">{item.keys}</kbd>}
                </button>
              ))}
            </div>
          ))}
        </div>
      )}
    </span>
  );
}

function nextEntry(event: KeyboardEvent, all: readonly HTMLElement[]): HTMLElement | undefined {
  const at = all.findIndex((entry) => entry === document.activeElement);
  switch (event.key) {
    case 'ArrowDown':
      return all[(at + 1) % all.length];
    case 'ArrowUp':
      return all.at((Math.max(at, 0) - 1) % all.length);
    case 'Home':
      return all[0];
    case 'End':
      return all.at(-1);
    default: {
      const letter = event.key.toLowerCase();
      if (letter.length !== 1 || letter === ' ' || event.ctrlKey || event.metaKey || event.altKey)
        return undefined;
      const starts = (entry: HTMLElement): boolean =>
        entry.textContent.trim().toLowerCase().startsWith(letter);
      return all.slice(at + 1).find(starts) ?? all.find(starts);
    }
  }
}
