/**
 * The controls. The only import of @vscode/webview-ui-toolkit, which is frozen: whoever replaces it replaces
 * this file. Single components, registered once.
 */
import { provideVSCodeDesignSystem, vsCodeButton } from '@vscode/webview-ui-toolkit';
import { h, type ComponentChildren, type JSX } from 'preact';
import { formatCount } from './format.ts';
import { iconClass, type IconName } from './icons.ts';

provideVSCodeDesignSystem().register(vsCodeButton());

interface ToolkitButton extends HTMLElement {
  /** The button inside. */
  control?: HTMLButtonElement;
}

/**
 * What a screen reader is told besides the label. The toolkit's button passes no such attribute on to the button
 * inside of it, which is the one that is read.
 */
const told =
  (facts: Readonly<Record<`aria-${string}`, string | undefined>>) =>
  (element: ToolkitButton | null): void => {
    for (const [name, value] of Object.entries(facts)) {
      if (value === undefined) element?.control?.removeAttribute(name);
      else element?.control?.setAttribute(name, value);
    }
  };

export interface ButtonProps {
  appearance?: 'primary' | 'secondary';
  /** Name of a codicon before the text. */
  icon?: IconName;
  disabled?: boolean;
  title?: string;
  class?: string;
  onClick: (event: MouseEvent) => void;
  children?: ComponentChildren;
}

export function Button({
  appearance = 'secondary',
  icon,
  title,
  children,
  ...rest
}: ButtonProps): JSX.Element {
  const picture =
    icon === undefined ? null : h('span', { slot: 'start', class: iconClass(icon), 'aria-hidden': 'true' });
  return h(
    'vscode-button',
    { appearance, title, ref: told({ 'aria-description': title }), ...rest },
    picture,
    children,
  );
}

export interface IconButtonProps {
  icon: IconName;
  /** What it does; tooltip and accessible name. */
  label: string;
  /** More, for the tooltip and as the description. */
  hint?: string;
  disabled?: boolean;
  class?: string;
  /** Beside the icon; 0: nothing. The label has it in words. */
  count?: number;
  /** For a button that shows and hides something. */
  expanded?: boolean;
  /** It opens a menu. */
  popup?: boolean;
  onClick: (event: MouseEvent) => void;
}

export function IconButton({
  icon,
  label,
  hint,
  count = 0,
  expanded,
  popup,
  ...rest
}: IconButtonProps): JSX.Element {
  return h(
    'vscode-button',
    {
      appearance: 'icon',
      title: hint === undefined ? label : `${label}. ${hint}`,
      'aria-label': label,
      ref: told({
        'aria-description': hint,
        'aria-expanded': expanded === undefined ? undefined : String(expanded),
        'aria-haspopup': popup === true ? 'menu' : undefined,
      }),
      ...rest,
    },
    h('span', { class: iconClass(icon), 'aria-hidden': 'true' }),
    count === 0 ? null : h('span', { class: 'button-count', 'aria-hidden': 'true' }, formatCount(count)),
  );
}
