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

/** At once, and not when it is drawn: an Enter right after the last letter counts. */
export function startOver(): void {
  current.value = null;
  clearMark();
}

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
export function step(by: 1 | -1): void {
  const { length } = found.value.hits;
  if (length === 0) return;
  const from = current.value ?? (by === 1 ? -1 : 0);
  goTo((from + by + length) % length);
}
