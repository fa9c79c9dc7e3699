/** The conversation as a feed of articles, kept at its end unless the reader scrolled up. */
import { type ComponentChildren, type JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type PanelState } from '../../src/shared/protocol.ts';
import { view } from '../app.ts';
import { Button } from '../kit.ts';
import { messageOf, speaker } from '../messageOf.ts';
import { onReveal } from '../reveal.ts';
import { wantedMessage } from '../search/show.ts';
import { type Item, type ViewState } from '../state.ts';
import { Article } from './article.tsx';
import { CellPlace, InsertAtEnd } from './cellPlace.tsx';
import { ForkHere } from './forkHere.tsx';
import { guessHeightPx } from './guessHeight.ts';
import { Nearness } from './nearness.ts';
import { FailureNotice, Notice } from './notice.tsx';
import { useStartPlace } from './startPlace.ts';
import { useStickToEnd } from './stick.ts';
import { Turn } from './turn.tsx';
import { UserMessage } from './userMessage.tsx';
import { t } from '../../src/shared/l10n.ts';

/** A conversation up to this length is drawn as a whole. */
const ALL_DRAWN = 40;
/** Of a longer one, at first. */
const DRAWN_AT_END = 6;

interface KeptArticle {
  item: Item;
  count: number;
  node: JSX.Element;
}

interface TranscriptProps {
  state: ViewState;
  panel: PanelState;
  /** Shown above the feed: the empty state. */
  children: ComponentChildren;
}

/** Page keys go from message to message, as the feed pattern asks; arrows scroll as ever. */
function onKeyDown(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  if (event.key !== 'PageDown' && event.key !== 'PageUp') return;
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
  const latest = useRef({ state, panel });
  latest.current = { state, panel };
  const kept = useRef(new Map<number, KeptArticle>());
  const articleOf = (item: Item, index: number): JSX.Element => {
    const known = kept.current.get(item.key);
    // The same node again costs nothing; of a thousand messages few are drawn, and only these can change.
    if (known?.item === item && known.count === count && !nearness.drawn.has(item.key)) return known.node;
    const node = (
      <Article
        key={item.key}
        id={item.key}
        nearness={nearness}
        kind={item.kind}
        index={index}
        count={count}
        label={speaker(item, state)}
        atOnce={count <= ALL_DRAWN || index >= count - DRAWN_AT_END}
        guessPx={() => guessHeightPx(item, latest.current.state)}
        draw={() => (
          <>
            <ItemView item={item} state={latest.current.state} panel={latest.current.panel} />
            {item.kind === 'turn' && <ForkHere turnId={item.turnId} />}
          </>
        )}
      />
    );
    kept.current.set(item.key, { item, count, node });
    return node;
  };
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
              {state.items.map((item, index) => articleOf(item, index))}
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

function ItemView({ item, state, panel }: { item: Item; state: ViewState; panel: PanelState }): JSX.Element {
  switch (item.kind) {
    case 'user':
      return <UserMessage message={item} />;
    case 'notice':
      return item.failure === undefined ? (
        <Notice level={item.level} text={item.text} />
      ) : (
        <FailureNotice failure={item.failure} />
      );
    case 'cell':
      return <CellPlace cellId={item.cellId} state={state} />;
    case 'turn': {
      const turn = state.turns.get(item.turnId);
      if (turn === undefined) return <></>;
      const newest = state.items.findLast(({ kind }) => kind === 'user' || kind === 'turn') === item;
      return <Turn turn={turn} state={state} panel={panel} newest={newest} />;
    }
    default:
      item satisfies never;
      return <></>;
  }
}
