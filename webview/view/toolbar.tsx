/** What concerns the session as a whole: one row above the conversation. Left and right go from button to button. */
import { type JSX } from 'preact';
import { IconButton } from '../kit.ts';
import { closePane, openPane, showPane } from '../panes.ts';
import { paneSchema } from '../../src/shared/protocol.ts';
import { PANES } from './pane/pane.tsx';

function onKeyDown(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('vscode-button')];
  const at = buttons.findIndex((button) => button === document.activeElement);
  const next = buttons[(at + (event.key === 'ArrowRight' ? 1 : -1) + buttons.length) % buttons.length];
  if (at === -1 || next === undefined) return;
  event.preventDefault();
  next.focus();
}

export function Toolbar(): JSX.Element {
  return (
    <div class="toolbar" role="toolbar" aria-label="Session" onKeyDown={onKeyDown}>
      <span class="toolbar-space" />
      {paneSchema.options.map((pane) => {
        const { title, icon } = PANES[pane];
        const open = openPane.value === pane;
        return (
          <IconButton
            key={pane}
            icon={icon}
            label={title}
            expanded={open}
            class={open ? 'pressed' : ''}
            onClick={() => {
              if (open) closePane();
              else showPane(pane);
            }}
          />
        );
      })}
    </div>
  );
}
