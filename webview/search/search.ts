/** A search over a session, in slices, so that typing and drawing go on meanwhile. */
import { type Item, type ViewState } from '../state.ts';
import { type Matcher } from './matcher.ts';
import { textsOf, type SearchText, type Where } from './texts.ts';

export interface Hit {
  /** Its place among all hits, from 0. */
  readonly index: number;
  readonly item: Item;
  readonly where: Where;
  readonly cellId: string | null;
  readonly part: SearchText['part'];
  /** Words around it, in its own line; `headCut`: the line began earlier. */
  readonly headCut: boolean;
  readonly before: string;
  readonly match: string;
  readonly after: string;
  /** Line within the text, from 1. */
  readonly line: number;
}

export interface Found {
  readonly hits: readonly Hit[];
  /** There are more; these are the first. */
  readonly cut: boolean;
}

export const MAX_HITS = 10_000;
const BEFORE_CHARS = 24;
const AFTER_CHARS = 80;
const MATCH_CHARS = 200;
const SLICE_MS = 12;

/** @param pause lets other work go first. Null: it was given up. */
export async function search(
  state: ViewState,
  matcher: Matcher,
  { signal, pause = nextTask }: { signal: AbortSignal; pause?: () => Promise<void> },
): Promise<Found | null> {
  const hits: Hit[] = [];
  let slice = performance.now();
  for (const place of textsOf(state)) {
    let line = 1;
    let counted = 0;
    for (const [start, end] of matcher(place.text)) {
      if (hits.length === MAX_HITS) return { hits, cut: true };
      line += newlines(place.text, counted, start);
      counted = start;
      hits.push(hitAt(place, start, end, hits.length, line));
    }
    if (performance.now() - slice < SLICE_MS) continue;
    await pause();
    if (signal.aborted) return null;
    slice = performance.now();
  }
  return signal.aborted ? null : { hits, cut: false };
}

const nextTask = async (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

function hitAt(place: SearchText, start: number, end: number, index: number, line: number): Hit {
  const { text, item, where, cellId, part } = place;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', start);
  const lineEnd = newline === -1 ? text.length : newline;
  // A hit over several lines is shown by its first.
  const shownEnd = Math.min(end, lineEnd, start + MATCH_CHARS);
  return {
    index,
    item,
    where,
    cellId,
    part,
    line,
    before: text.slice(Math.max(lineStart, start - BEFORE_CHARS), start),
    headCut: start - BEFORE_CHARS > lineStart,
    match: text.slice(start, shownEnd),
    after: text.slice(shownEnd, Math.min(lineEnd, shownEnd + AFTER_CHARS)),
  };
}

export interface HitGroup {
  readonly item: Item;
  readonly hits: readonly Hit[];
}

/** Hits of one message together, in the order of the conversation. */
export function grouped(hits: readonly Hit[]): HitGroup[] {
  const groups: { item: Item; hits: Hit[] }[] = [];
  for (const hit of hits) {
    const last = groups.at(-1);
    if (last !== undefined && last.item.key === hit.item.key) last.hits.push(hit);
    else groups.push({ item: hit.item, hits: [hit] });
  }
  return groups;
}
