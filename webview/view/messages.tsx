/**
 * All messages, in groups. A batch of events draws again what it is about: the same node again costs nothing, and of a
 * thousand messages few are drawn.
 */
import { type JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { type PanelState } from '../../src/shared/protocol.ts';
import { speaker } from '../messageOf.ts';
import { sameList } from '../sameList.ts';
import { type Item, type ViewState } from '../state.ts';
import { Article, placePx } from './article.tsx';
import { CellPlace } from './cellPlace.tsx';
import { ForkHere } from './forkHere.tsx';
import { Grouping, type Group } from './groups.ts';
import { guessHeightPx } from './guessHeight.ts';
import { type Nearness } from './nearness.ts';
import { FailureNotice, Notice } from './notice.tsx';
import { Turn } from './turn.tsx';
import { UserMessage } from './userMessage.tsx';

/** A conversation up to this length is drawn as a whole. */
const ALL_DRAWN = 40;
/** Of a longer one, at first. */
const DRAWN_AT_END = 6;

interface MessagesProps {
  state: ViewState;
  panel: PanelState;
  /** Changes never while the conversation is shown. */
  nearness: Nearness;
}

interface Kept {
  /** All that it was made of. */
  from: readonly unknown[];
  node: JSX.Element;
}

export function Messages({ state, panel, nearness }: MessagesProps): JSX.Element {
  const latest = useRef({ state, panel });
  latest.current = { state, panel };
  const [grouping] = useState(() => new Grouping());
  const articles = useRef(new Map<number, Kept>()).current;
  const groups = useRef(new Map<number, Kept>()).current;
  const guesses = useRef(new Map<number, number>()).current;
  const count = state.items.length;

  const keep = (into: Map<number, Kept>, key: number, from: unknown[], make: () => JSX.Element): Kept => {
    const known = into.get(key);
    if (known !== undefined && sameList(known.from, from)) return known;
    const kept = { from, node: make() };
    into.set(key, kept);
    return kept;
  };
  const guessOf = (item: Item): number => {
    const px = guesses.get(item.key) ?? guessHeightPx(item, latest.current.state);
    guesses.set(item.key, px);
    return px;
  };
  const articleOf = (item: Item, index: number): JSX.Element => {
    const label = speaker(item, state);
    // What is not drawn needs no more than its name; when it comes, it asks for the rest.
    const shown = nearness.drawn.has(item.key) ? [panel, ...factsOf(item, state)] : [];
    return keep(articles, item.key, [item, index, count, label, ...shown], () => (
      <Article
        key={item.key}
        id={item.key}
        nearness={nearness}
        kind={item.kind}
        index={index}
        count={count}
        label={label}
        atOnce={count <= ALL_DRAWN || index >= count - DRAWN_AT_END}
        guessPx={guessOf(item)}
        draw={() => <ItemView item={item} {...latest.current} />}
      />
    )).node;
  };
  const groupOf = (group: Group): JSX.Element => {
    const drawn = group.items.some(({ key }) => nearness.drawn.has(key));
    const nodes = drawn ? group.items.map((item, n) => articleOf(item, group.start + n)) : [];
    return keep(groups, group.id, drawn ? nodes : [group, count, state.turns], () => {
      const height = group.items.reduce((sum, item) => sum + placePx(guessOf(item)), 0);
      return (
        <div
          key={group.id}
          class="article-group"
          style={{ containIntrinsicBlockSize: `auto ${String(height)}px` }}
        >
          {group.items.map((item, n) => articleOf(item, group.start + n))}
        </div>
      );
    }).node;
  };
  return <>{grouping.of(state.items).map((group) => groupOf(group))}</>;
}

/** What a message shows beside itself and the panel's state: the objects that are new when it looks different. */
function factsOf(item: Item, { items, turns, cells, stale }: ViewState): unknown[] {
  const cellFacts = (cellId: string): unknown[] => [cells.get(cellId), stale.get(cellId)];
  if (item.kind === 'cell') return cellFacts(item.cellId);
  if (item.kind !== 'turn') return [];
  const turn = turns.get(item.turnId);
  const own = turn?.parts.flatMap((part) => (part.kind === 'cell' ? cellFacts(part.cellId) : [])) ?? [];
  return [turn, isNewest(item, items), ...own];
}

/** Nothing was asked after it. */
const isNewest = (item: Item, items: readonly Item[]): boolean =>
  items.findLast(({ kind }) => kind === 'user' || kind === 'turn') === item;

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
      return (
        <>
          <Turn turn={turn} state={state} panel={panel} newest={isNewest(item, state.items)} />
          {turn.end !== null && <ForkHere turnId={item.turnId} />}
        </>
      );
    }
    default:
      item satisfies never;
      return <></>;
  }
}
