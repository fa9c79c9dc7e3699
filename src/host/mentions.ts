/** Files for an `@` mention: those whose path matches the letters typed, best first. No VS Code in here. */
import fuzzysort from 'fuzzysort';
import { isOffered } from './dataFiles.ts';

export interface MentionFile {
  path: string;
  label: string;
  isOpen: boolean;
}

/** Scores run from 0 to 1. Data is what questions are about; a file that is open is likely meant. */
const DATA_BONUS = 0.2;
const OPEN_BONUS = 0.1;
/** Letters far apart still match: people type the beginnings of words. */
const THRESHOLD = 0.25;

/** At most `limit`. @param files in the order that decides between equals. */
export function matching<F extends MentionFile>(query: string, files: readonly F[], limit: number): F[] {
  const bonus = (file: F): number =>
    (isOffered(file.label) ? DATA_BONUS : 0) + (file.isOpen ? OPEN_BONUS : 0);
  return fuzzysort
    .go(query, files, { key: 'label', limit: 0, threshold: THRESHOLD })
    .map(({ obj, score }) => ({ obj, score: score + bonus(obj) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ obj }) => obj);
}
