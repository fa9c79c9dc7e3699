/** What concerns the session as a whole: one row above the conversation. Left and right go from button to button. */
import { computed } from '@preact/signals';
import { type JSX } from 'preact';
import { view } from '../app.ts';
import { IconButton } from '../kit.ts';
import { hasProposals, openHunks } from '../changes.ts';
import { closePane, openPane, showPane } from '../panes.ts';
import { paneSchema } from '../../src/shared/protocol.ts';
import { PANES } from './pane/pane.tsx';
import { Row } from './row.tsx';
import { RunButtons } from './runButtons.tsx';
import { t } from '../../src/shared/l10n.ts';

/** Until a file has been changed, the files below their cells are all there is. */
const hasVersions = computed(() =>
  view.value.files.some(
    (event) =>
      event.type === 'artifact_restored' ||
      event.type === 'cell_done' ||
      (event.type === 'file_edit' ? event.artifact : event)?.version !== undefined,
  ),
);

export function Toolbar(): JSX.Element {
  return (
    <Row class="toolbar" label={t('Session')}>
      <RunButtons />
      <span class="toolbar-space" />
      {paneSchema.options.map((pane) => {
        if (pane === 'files' && !hasVersions.value) return null;
        const { title, icon } = PANES[pane];
        const open = openPane.value === pane;
        if (pane === 'changes' && !hasProposals.value && !open) return null;
        const count = pane === 'changes' ? openHunks.value : 0;
        return (
          <IconButton
            key={pane}
            icon={icon}
            label={count === 0 ? title() : t`${title()}, ${count} open`}
            count={count}
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
