/** What is searched for, and where the reader is among the hits: kept while the pane is closed. */
import { signal } from '@preact/signals';
import { type SearchOptions } from './matcher.ts';
import { type Found } from './search.ts';
import { clearMark, showHit } from './show.ts';

export const query = signal('');
export const options = signal<SearchOptions>({ matchCase: false, wholeWord: false, regex: false });
export const found = signal<Found>({ hits: [], cut: false });
export const searching = signal(false);
/** Why nothing can be found with what is written; null: it can. */
export const problem = signal<string | null>(null);
/** Which hit is shown; null: none yet. */
export const current = signal<number | null>(null);

/** What the hits are of: the words may be newer. */
let foundFor = { words: query.peek(), how: options.peek() };
/** A step that was asked for before the hits of these words had come. */
let stepLater: Step | null = null;

type Step = 1 | -1;

/** At once, and not when it is drawn: an Enter right after the last letter counts. */
export function startOver(): void {
  current.value = null;
  stepLater = null;
  clearMark();
}

/** Hits have come. */
export function take(hits: Found, words: string, how: SearchOptions): void {
  found.value = hits;
  foundFor = { words, how };
  if (current.value !== null && hits.hits[current.value] === undefined) current.value = null;
  if (stepLater !== null && !isOutdated()) {
    const by = stepLater;
    stepLater = null;
    step(by);
  }
}

const isOutdated = (): boolean => foundFor.words !== query.value || foundFor.how !== options.value;

export function lookFor(words: string): void {
  query.value = words;
  startOver();
}

export function toggle(option: keyof SearchOptions): void {
  options.value = { ...options.value, [option]: !options.value[option] };
  startOver();
}

export function goTo(index: number): void {
  const hit = found.value.hits[index];
  if (hit === undefined) return;
  current.value = index;
  showHit(hit);
}

/** The next or the one before; behind the last comes the first. */
export function step(by: Step): void {
  if (isOutdated()) {
    stepLater = by;
    return;
  }
  const { length } = found.value.hits;
  if (length === 0) return;
  const from = current.value ?? (by === 1 ? -1 : 0);
  goTo((from + by + length) % length);
}
