/** A JSON value as the rows of a tree: only what is open is looked at. Pure. */
import { t } from '../../src/shared/l10n.ts';
import { plural } from '../format.ts';

/** From the root to a value: keys and places in lists. */
export type JsonPath = readonly (string | number)[];

export type JsonRow =
  | {
      kind: 'value';
      id: string;
      path: JsonPath;
      value: unknown;
      depth: number;
      /** Null: nothing in it to open. */
      open: boolean | null;
      /** Place among its neighbours, from 1, and their number. */
      place: number;
      of: number;
    }
  /** The rest of a long list. `parent`: id of the list. */
  | { kind: 'more'; id: string; parent: string; left: number; depth: number; place: number; of: number };

export interface JsonView {
  /** Ids of open values. */
  open: ReadonlySet<string>;
  /** How many entries of a value are shown, by id. */
  shown: ReadonlyMap<string, number>;
}

export const FIRST_ENTRIES = 100;
export const MORE_ENTRIES = 1000;

export const idOf = (path: JsonPath): string => JSON.stringify(path);

/** The keys of a long list are never made. */
const countOf = (value: object): number => (Array.isArray(value) ? value.length : Object.keys(value).length);

export const isBranch = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && countOf(value) > 0;

const entriesOf = (value: object, limit: number): [string | number, unknown][] =>
  Array.isArray(value)
    ? value.slice(0, limit).map((entry: unknown, at) => [at, entry])
    : Object.entries(value).slice(0, limit);

export function jsonRows(value: unknown, view: JsonView): JsonRow[] {
  const rows: JsonRow[] = [];
  const add = (entry: unknown, path: JsonPath, place: number, of: number): void => {
    const id = idOf(path);
    const open = isBranch(entry) ? view.open.has(id) : null;
    rows.push({ kind: 'value', id, path, value: entry, depth: path.length, open, place, of });
    if (open !== true || !isBranch(entry)) return;
    const count = countOf(entry);
    const limit = view.shown.get(id) ?? FIRST_ENTRIES;
    const children = entriesOf(entry, limit);
    const all = count > limit ? limit + 1 : count;
    children.forEach(([key, child], at) => add(child, [...path, key], at + 1, all));
    if (count > limit) {
      const depth = path.length + 1;
      rows.push({
        kind: 'more',
        id: `${id} more`,
        parent: id,
        left: count - limit,
        depth,
        place: limit + 1,
        of: all,
      });
    }
  };
  add(value, [], 1, 1);
  return rows;
}

/** As Python and JavaScript write it: `["a"][0]["b c"]`; short names as `.a` would be no Python. */
export const pathText = (path: JsonPath): string =>
  path.map((key) => (typeof key === 'number' ? `[${String(key)}]` : `[${JSON.stringify(key)}]`)).join('');

/** What a closed value says of itself. */
export function summary(value: object): string {
  const count = countOf(value);
  return Array.isArray(value)
    ? `[${plural(count, t('1 item'), (n) => t`${n} items`)}]`
    : `{${plural(count, t('1 key'), (n) => t`${n} keys`)}}`;
}
