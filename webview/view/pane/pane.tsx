/** A pane beside the conversation; where there is no room, over it. Escape closes it and gives the focus back. */
import { type JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type Pane as PaneName, type PanelState } from '../../../src/shared/protocol.ts';
import { IconButton } from '../../kit.ts';
import { closePane, openPane, paneFocusRequests } from '../../panes.ts';
import { type ViewState } from '../../state.ts';
import { ChartsPane } from './charts.tsx';
import { SearchPane } from './search.tsx';
import { VariablesPane } from './variables.tsx';
import { languageTag, t } from '../../../src/shared/l10n.ts';

export interface PaneProps {
  state: ViewState;
  panel: PanelState;
}

export const PANES: Readonly<
  Record<PaneName, { title: () => string; icon: string; Body: (props: PaneProps) => JSX.Element }>
> = {
  variables: { title: () => t('Variables'), icon: 'symbol-variable', Body: VariablesPane },
  charts: { title: () => t('Charts'), icon: 'graph', Body: ChartsPane },
  search: { title: () => t('Find in session'), icon: 'search', Body: SearchPane },
};

export function Pane(props: PaneProps): JSX.Element {
  const pane = openPane.value;
  const requests = paneFocusRequests.value;
  const place = useRef<HTMLElement>(null);
  /** Where the focus was before. */
  const before = useRef<HTMLElement | null>(null);
  useEffect(() => {
    const region = place.current;
    if (pane === null || requests === 0 || region === null) return;
    const active = document.activeElement;
    if (active instanceof HTMLElement && !region.contains(active)) before.current = active;
    (region.querySelector<HTMLElement>('[data-autofocus]') ?? region).focus();
  }, [pane, requests]);
  if (pane === null) return <></>;
  const { title: titleOf, Body } = PANES[pane];
  const title = titleOf();
  const close = (): void => {
    closePane();
    before.current?.focus();
  };
  return (
    <aside
      class="pane"
      aria-label={title}
      tabIndex={-1}
      ref={place}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.isComposing) return;
        // Escape elsewhere stops what runs.
        event.stopPropagation();
        close();
      }}
    >
      <header class="pane-header">
        <h2>{title}</h2>
        <IconButton icon="close" label={t`Close ${title.toLocaleLowerCase(languageTag())}`} onClick={close} />
      </header>
      <div class="pane-body">
        <Body {...props} />
      </div>
    </aside>
  );
}
