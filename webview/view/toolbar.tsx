/** What concerns the session as a whole: one row above the conversation. Left and right go from button to button. */
import { type JSX } from 'preact';
import { IconButton } from '../kit.ts';
import { closePane, openPane, showPane } from '../panes.ts';
import { paneSchema } from '../../src/shared/protocol.ts';
import { PANES } from './pane/pane.tsx';
import { Row } from './row.tsx';
import { RunButtons } from './runButtons.tsx';
import { t } from '../../src/shared/l10n.ts';

export function Toolbar(): JSX.Element {
  return (
    <Row class="toolbar" label={t('Session')}>
      <RunButtons />
      <span class="toolbar-space" />
      {paneSchema.options.map((pane) => {
        const { title, icon } = PANES[pane];
        const open = openPane.value === pane;
        return (
          <IconButton
            key={pane}
            icon={icon}
            label={title()}
            expanded={open}
            class={open ? 'pressed' : ''}
            onClick={() => {
              if (open) closePane();
              else showPane(pane);
            }}
          />
        );
      })}
    </Row>
  );
}
