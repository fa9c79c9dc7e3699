/** The conversation as a feed of articles, kept at its end unless the reader scrolled up. */
import { type ComponentChildren, type JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { type PanelState } from '../../src/shared/protocol.ts';
import { Button } from '../kit.ts';
import { type Item, type ViewState } from '../state.ts';
import { CellPlace, InsertAtEnd } from './cellPlace.tsx';
import { FailureNotice, Notice } from './notice.tsx';
import { useStickToEnd } from './stick.ts';
import { Turn } from './turn.tsx';
import { UserMessage } from './userMessage.tsx';

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

const speaker = (item: Item, state: ViewState): string => {
  switch (item.kind) {
    case 'user':
      return 'You';
    case 'turn':
      return state.turns.get(item.turnId)?.modelLabel || 'Answer';
    case 'notice':
      return 'Notice';
    case 'cell':
      return 'Your cell';
    default:
      item satisfies never;
      return '';
  }
};

export function Transcript({ state, panel, children }: TranscriptProps): JSX.Element {
  const { scroller, content, atEnd, toEnd } = useStickToEnd(
    state.items.some((item) => item.kind !== 'notice'),
  );
  const count = state.items.length;
  const questions = state.items.filter((item) => item.kind === 'user').length;
  const ownCells = state.items.filter((item) => item.kind === 'cell').length;
  // Who has just asked wants to see the answer.
  useEffect(() => {
    if (questions > 0) toEnd();
  }, [questions, toEnd]);
  return (
    <div class="transcript">
      <div class="scroller" ref={scroller}>
        <main class="content" ref={content}>
          {children}
          {count > 0 && (
            <div
              role="feed"
              aria-busy={panel.turn !== 'idle'}
              aria-label="Conversation"
              onKeyDown={onKeyDown}
            >
              {state.items.map((item, index) => (
                <article
                  key={item.key}
                  data-article=""
                  class={`article article-${item.kind}`}
                  // One stop for Tab: the newest; the page keys reach the others.
                  tabIndex={index === count - 1 ? 0 : -1}
                  aria-posinset={index + 1}
                  aria-setsize={count}
                  aria-label={`${speaker(item, state)}, message ${String(index + 1)} of ${String(count)}`}
                >
                  <ItemView item={item} state={state} panel={panel} />
                </article>
              ))}
            </div>
          )}
          {questions + ownCells > 0 && panel.turn === 'idle' && <InsertAtEnd />}
        </main>
      </div>
      {!atEnd && (
        <div class="jump">
          <Button appearance="secondary" icon="arrow-down" onClick={toEnd}>
            Jump to latest
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
