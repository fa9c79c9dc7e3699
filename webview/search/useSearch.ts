/** Searches when the words, the options or the session change. */
import { useEffect, useRef } from 'preact/hooks';
import { type ViewState } from '../state.ts';
import { NotLoaded } from '../notLoaded.ts';
import { BadPattern, matcherFor } from './matcher.ts';
import { search, type Found } from './search.ts';
import { options, problem, query, searching, startOver, take } from './state.ts';

const TYPING_MS = 120;
/** While an answer comes in, it is looked at so often. */
const NEWS_MS = 1000;
const NOTHING: Found = { hits: [], cut: false };

export function useSearch(state: ViewState): void {
  const words = query.value;
  const how = options.value;
  const sessionId = state.panel?.sessionId;
  const latest = useRef(state);
  latest.current = state;
  const running = useRef<AbortController | null>(null);
  const news = useRef<ReturnType<typeof setTimeout> | null>(null);
  const start = (): void => {
    running.current?.abort();
    running.current = new AbortController();
    void look(latest.current, running.current.signal);
  };

  useEffect(startOver, [sessionId]);

  useEffect(() => {
    const timer = setTimeout(start, words === '' ? 0 : TYPING_MS);
    return () => clearTimeout(timer);
  }, [words, how, sessionId]);

  const seen = useRef(state.lastSeq);
  useEffect(() => {
    if (seen.current === state.lastSeq || news.current !== null) return;
    seen.current = state.lastSeq;
    news.current = setTimeout(() => {
      news.current = null;
      start();
    }, NEWS_MS);
  }, [state.lastSeq]);

  useEffect(
    () => () => {
      running.current?.abort();
      if (news.current !== null) clearTimeout(news.current);
    },
    [],
  );
}

async function look(state: ViewState, signal: AbortSignal): Promise<void> {
  const words = query.peek();
  const how = options.peek();
  problem.value = null;
  if (words === '') {
    take(NOTHING, words, how);
    return;
  }
  searching.value = true;
  try {
    const matcher = await matcherFor(words, how);
    const result = signal.aborted ? null : await search(state, matcher, { signal });
    if (result !== null) take(result, words, how);
  } catch (error) {
    if (signal.aborted) return;
    take(NOTHING, words, how);
    problem.value = error instanceof BadPattern || error instanceof NotLoaded ? error.message : String(error);
  } finally {
    if (!signal.aborted) searching.value = false;
  }
}
