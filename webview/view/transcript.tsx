/** The conversation as a feed of articles, kept at its end unless the reader scrolled up. */
import { type ComponentChildren, type JSX } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { type PanelState } from '../../src/shared/protocol.ts';
import { view } from '../app.ts';
import { Button } from '../kit.ts';
import { messageOf } from '../messageOf.ts';
import { onReveal } from '../reveal.ts';
import { wantedMessage } from '../search/show.ts';
import { type ViewState } from '../state.ts';
import { InsertAtEnd } from './cellPlace.tsx';
import { Messages } from './messages.tsx';
import { Nearness } from './nearness.ts';
import { useStartPlace } from './startPlace.ts';
import { useStickToEnd } from './stick.ts';
import { t } from '../../src/shared/l10n.ts';

interface TranscriptProps {
  state: ViewState;
  panel: PanelState;
  /** Shown above the feed: the empty state. */
  children: ComponentChildren;
}

/**
 * Page keys go from message to message, as the feed pattern asks; arrows scroll as ever. What turns pages itself (a PDF, a
 * table) has taken the key before.
 */
function onKeyDown(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  if (event.defaultPrevented || (event.key !== 'PageDown' && event.key !== 'PageUp')) return;
  if (!(event.target instanceof HTMLElement) || event.target.getAttribute('role') === 'region') return;
  const articles = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-article]')];
  const at = articles.findIndex((article) => article.contains(event.target as Node));
  const next = articles[at + (event.key === 'PageDown' ? 1 : -1)];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

export function Transcript({ state, panel, children }: TranscriptProps): JSX.Element {
  const stick = useStickToEnd(state.items.some((item) => item.kind !== 'notice'));
  const { scroller, content, atEnd, toEnd } = stick;
  const count = state.items.length;
  const isNotebook = state.items.some(({ kind }) => kind === 'user' || kind === 'cell');
  const { asked } = state;
  // Who has just asked wants to see the answer.
  useEffect(() => {
    if (asked > 0) toEnd();
  }, [asked, toEnd]);
  const [nearness] = useState(() => new Nearness());
  useLayoutEffect(() => {
    if (scroller.current !== null) nearness.start(scroller.current);
    return () => nearness.stop();
  }, [nearness, scroller]);
  useStartPlace(stick, nearness, count);
  useEffect(
    () =>
      onReveal((cellId) => {
        const id = messageOf(cellId, view.peek());
        if (id !== null) nearness.bring(id);
      }),
    [nearness],
  );
  useEffect(
    () =>
      wantedMessage.subscribe((wanted) => {
        if (wanted !== null) nearness.bring(wanted.key);
      }),
    [nearness],
  );
  return (
    <div class="transcript">
      <div class="scroller" ref={scroller}>
        <main class="content" ref={content}>
          {children}
          {count > 0 && (
            <div
              role="feed"
              aria-busy={panel.turn !== 'idle'}
              aria-label={t('Conversation')}
              onKeyDown={onKeyDown}
            >
              <Messages state={state} panel={panel} nearness={nearness} />
            </div>
          )}
          {isNotebook && panel.turn === 'idle' && <InsertAtEnd />}
        </main>
      </div>
      {!atEnd && (
        <div class="jump">
          <Button appearance="secondary" icon="arrow-down" onClick={toEnd}>
            {t('Jump to latest')}
          </Button>
        </div>
      )}
    </div>
  );
}
