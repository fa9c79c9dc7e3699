/**
 * The controls. The only import of @vscode/webview-ui-toolkit, which is frozen: whoever replaces it replaces
 * this file. Single components, registered once.
 */
import { provideVSCodeDesignSystem, vsCodeButton } from '@vscode/webview-ui-toolkit';
import { h, type ComponentChildren, type JSX } from 'preact';

provideVSCodeDesignSystem().register(vsCodeButton());

export interface ButtonProps {
  appearance?: 'primary' | 'secondary';
  /** Name of a codicon before the text. */
  icon?: string;
  disabled?: boolean;
  title?: string;
  class?: string;
  onClick: (event: MouseEvent) => void;
  children?: ComponentChildren;
}

export function Button({ appearance = 'secondary', icon, children, ...rest }: ButtonProps): JSX.Element {
  const picture =
    icon === undefined
      ? null
      : h('span', { slot: 'start', class: `codicon codicon-${icon}`, 'aria-hidden': 'true' });
  return h('vscode-button', { appearance, ...rest }, picture, children);
}

export interface IconButtonProps {
  icon: string;
  /** What it does; tooltip and accessible name. */
  label: string;
  /** More, for the tooltip and as the description. */
  hint?: string;
  disabled?: boolean;
  class?: string;
  /** For a button that shows and hides something. */
  expanded?: boolean;
  /** For a button that opens a menu. */
  menu?: { open: boolean; id: string };
  /** -1: in a row of buttons that is one stop for Tab. */
  tabIndex?: number;
  onClick: (event: MouseEvent) => void;
}

export function IconButton({ icon, label, hint, expanded, menu, ...rest }: IconButtonProps): JSX.Element {
  const state = {
    ...(expanded === undefined ? {} : { 'aria-expanded': String(expanded) }),
    ...(menu === undefined
      ? {}
      : {
          'aria-haspopup': 'menu',
          'aria-expanded': String(menu.open),
          ...(menu.open ? { 'aria-controls': menu.id } : {}),
        }),
  };
  return h(
    'vscode-button',
    {
      appearance: 'icon',
      title: hint === undefined ? label : `${label}. ${hint}`,
      'aria-label': label,
      ...state,
      ...rest,
    },
    h('span', { class: `codicon codicon-${icon}`, 'aria-hidden': 'true' }),
  );
}
