/**
 * Messages that stand together, as boxes of the page: a browser that looks at a thousand messages in each frame has
 * time for nothing else. A message stays in the group it was put in, so that one that is added or taken out draws
 * no other anew. Pure but for what it remembers.
 */
import { sameList } from '../sameList.ts';
import { type Item } from '../state.ts';

/** About the root of the number of messages in a long conversation: as many boxes outside as inside of the window's. */
export const GROUP_ITEMS = 32;

export interface Group {
  readonly id: number;
  /** Its first message's place in the conversation, from 0. */
  readonly start: number;
  readonly items: readonly Item[];
}

export class Grouping {
  /** By the key of the message. */
  private known = new Map<number, number>();
  private unused = 0;
  private last: { items: readonly Item[]; groups: readonly Group[] } = { items: [], groups: [] };

  /** The same list gives the same groups; a group of which nothing changed is the same object. */
  of(items: readonly Item[]): readonly Group[] {
    if (items !== this.last.items) this.last = { items, groups: this.grouped(items) };
    return this.last.groups;
  }

  private grouped(items: readonly Item[]): Group[] {
    const before = new Map(this.last.groups.map((group) => [group.id, group]));
    const known = new Map<number, number>();
    const groups: { id: number; start: number; items: Item[] }[] = [];
    const closed = new Set<number>();
    for (const [index, item] of items.entries()) {
      let open = groups.at(-1) ?? null;
      const id = this.idOf(item, items[index + 1], open, closed);
      if (open?.id !== id) {
        if (open !== null) closed.add(open.id);
        open = { id, start: index, items: [] };
        groups.push(open);
      }
      open.items.push(item);
      known.set(item.key, id);
    }
    this.known = known;
    return groups.map((group) => {
      const was = before.get(group.id);
      return was !== undefined && sameGroup(was, group) ? was : group;
    });
  }

  private idOf(
    item: Item,
    next: Item | undefined,
    open: { id: number; items: Item[] } | null,
    closed: ReadonlySet<number>,
  ): number {
    const was = this.known.get(item.key);
    if (was !== undefined && !closed.has(was)) return was;
    // One that comes between others joins them, however many they are; at the end a full group is left behind.
    const following = next === undefined ? undefined : this.known.get(next.key);
    if (open !== null && (open.items.length < GROUP_ITEMS || following === open.id)) return open.id;
    if (following !== undefined && !closed.has(following)) return following;
    return this.unused++;
  }
}

const sameGroup = (a: Group, b: Group): boolean => a.start === b.start && sameList(a.items, b.items);
