/** Which column a person means: exact names first, then the same words, then small slips of the pen. */
import type { Column, Table } from '../facts.ts';

const words = (text: string): string =>
  text
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}%]+/gu, ' ')
    .trim();

/** `prices` and `price`, `countries` and `country`. */
const singular = (text: string): string =>
  text.replace(/(\p{L}{3,})ies\b/gu, '$1y').replace(/(\p{L}{2,}[^s\W])s\b/gu, '$1');

/** The column named by a phrase, or null. Never a guess between two equally good ones. */
export function findColumn(table: Table, phrase: string): Column | null {
  const plain = phrase
    .trim()
    .replace(/^(the|column|values? of)\s+/i, '')
    .replace(/\s+column$/i, '')
    .replace(/^(["'`“‘])(.*)(["'`”’])$/u, '$2');
  if (plain === '') return null;
  const passes: ((name: string) => boolean)[] = [
    (name) => name === plain,
    (name) => name.toLowerCase() === plain.toLowerCase(),
    (name) => words(name) === words(plain) && words(plain) !== '',
    (name) => singular(words(name)) === singular(words(plain)) && words(plain) !== '',
    (name) => words(plain).length >= 3 && ` ${words(name)} `.includes(` ${words(plain)} `),
    (name) => words(name).length >= 3 && ` ${words(plain)} `.includes(` ${words(name)} `),
    (name) => isSlip(words(plain), words(name)),
  ];
  for (const matches of passes) {
    const found = table.columns.filter(({ name }) => matches(name));
    if (found.length === 1) return found[0] ?? null;
    if (found.length > 1 && passes.indexOf(matches) < 2) return found[0] ?? null;
    if (found.length > 1) return null;
  }
  return null;
}

/** At most one wrong letter in five. */
function isSlip(a: string, b: string): boolean {
  const limit = Math.floor(Math.min(a.length, b.length) / 5) + (Math.min(a.length, b.length) >= 4 ? 1 : 0);
  return limit > 0 && Math.abs(a.length - b.length) <= limit && distance(a, b) <= Math.min(limit, 2);
}

/** Levenshtein's distance with swapped neighbours as one slip. */
export function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        (rows[i - 1]?.[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (rows[i - 1]?.[j - 1] ?? 0) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (rows[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}
