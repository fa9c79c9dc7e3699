/** Searches when the words, the options or the session change. */
import { useEffect, useRef } from 'preact/hooks';
import { type ViewState } from '../state.ts';
import { NotLoaded } from '../notLoaded.ts';
import { BadPattern, matcherFor } from './matcher.ts';
import { search } from './search.ts';
import { current, found, options, problem, query, searching, startOver } from './state.ts';

const TYPING_MS = 120;
/** While an answer comes in, it is looked at so often. */
const NEWS_MS = 1000;

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
  problem.value = null;
  if (query.peek() === '') {
    found.value = { hits: [], cut: false };
    return;
  }
  searching.value = true;
  try {
    const matcher = await matcherFor(query.peek(), options.peek());
    const result = signal.aborted ? null : await search(state, matcher, { signal });
    if (result === null) return;
    found.value = result;
    if (current.peek() !== null && result.hits[current.peek() ?? 0] === undefined) current.value = null;
  } catch (error) {
    if (signal.aborted) return;
    found.value = { hits: [], cut: false };
    problem.value = error instanceof BadPattern || error instanceof NotLoaded ? error.message : String(error);
  } finally {
    if (!signal.aborted) searching.value = false;
  }
}
