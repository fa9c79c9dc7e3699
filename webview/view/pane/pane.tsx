/** A pane beside the conversation; where there is no room, over it. Escape closes it and gives the focus back, or to the message. */
import { type JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type Pane as PaneName } from '../../../src/shared/protocol.ts';
import { focusRequests } from '../../app.ts';
import { IconButton } from '../../kit.ts';
import { focusOutside } from '../../lastFocus.ts';
import { closePane, openPane, paneFocusRequests } from '../../panes.ts';
import { Missing, usePart } from '../later.tsx';
import { BODIES, type PaneProps } from './bodies.ts';
import { languageTag, t } from '../../../src/shared/l10n.ts';
import { type IconName } from '../../icons.ts';

export const PANES: Readonly<Record<PaneName, { title: () => string; icon: IconName }>> = {
  variables: { title: () => t('Variables'), icon: 'symbol-variable' },
  charts: { title: () => t('Charts'), icon: 'graph' },
  files: { title: () => t('Files'), icon: 'files' },
  changes: { title: () => t('Changes'), icon: 'diff' },
  search: { title: () => t('Find in session'), icon: 'search' },
};

export function Pane(props: PaneProps): JSX.Element {
  const pane = openPane.value;
  const requests = paneFocusRequests.value;
  const place = useRef<HTMLElement>(null);
  /** The request that has been followed. */
  const asked = useRef(0);
  const { Body, retry } = usePart(pane === null ? null : BODIES[pane]);
  const ready = Body !== null || retry !== null;
  useEffect(() => {
    const region = place.current;
    if (pane === null || requests === 0 || region === null) return;
    const active = document.activeElement;
    // Loaded after it was opened: whoever has gone elsewhere in the meantime stays there.
    if (asked.current === requests && active !== region) return;
    asked.current = requests;
    (region.querySelector<HTMLElement>('[data-autofocus]') ?? region).focus();
  }, [pane, requests, ready]);
  if (pane === null) return <></>;
  const title = PANES[pane].title();
  const close = (): void => {
    closePane();
    if (!focusOutside()) focusRequests.value++;
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
      <div class="pane-body">{Body === null ? <Missing retry={retry} /> : <Body {...props} />}</div>
    </aside>
  );
}
