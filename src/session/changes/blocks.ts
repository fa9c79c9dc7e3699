/** What is different between two lists of lines, as blocks, and texts made of some of the blocks. */
import { diffArrays } from 'diff';

/** `oldCount` lines at `oldAt` (from 0) stand where the other list has `newCount` lines at `newAt`. */
export interface Block {
  oldAt: number;
  oldCount: number;
  newAt: number;
  newCount: number;
}

/** Beyond these it is another text. By count and not by time: the same lists always give the same blocks. */
const MAX_EDITS = 2000;

/** In order, with at least one equal line between two of them; null: they are too different. */
export function blocksOf(old: readonly string[], fresh: readonly string[]): Block[] | null {
  const shortest = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < shortest && old[head] === fresh[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1;
  const [before, after] = [old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail)];
  if (before.length === 0 && after.length === 0) return [];
  const whole = { oldAt: head, oldCount: before.length, newAt: head, newCount: after.length };
  // What is only added or only taken away needs no search, however much it is.
  if (before.length === 0 || after.length === 0) return [whole];
  const parts = diffArrays(before, after, { maxEditLength: MAX_EDITS });
  if (parts === undefined) return null;
  const blocks: Block[] = [];
  let [oldAt, newAt] = [head, head];
  let last: Block | null = null;
  for (const { added, removed, value } of parts) {
    if (!added && !removed) {
      oldAt += value.length;
      newAt += value.length;
      last = null;
      continue;
    }
    if (last === null) blocks.push((last = { oldAt, oldCount: 0, newAt, newCount: 0 }));
    if (added) newAt += value.length;
    else oldAt += value.length;
    last.oldCount = oldAt - last.oldAt;
    last.newCount = newAt - last.newAt;
  }
  return blocks;
}

/** The old lines with these blocks (in order) as the other list has them. */
export function withBlocks(
  old: readonly string[],
  fresh: readonly string[],
  blocks: readonly Block[],
): string[] {
  const lines: string[] = [];
  let at = 0;
  for (const { oldAt, oldCount, newAt, newCount } of blocks) {
    for (; at < oldAt; at += 1) lines.push(old[at] ?? '');
    for (const line of fresh.slice(newAt, newAt + newCount)) lines.push(line);
    at = oldAt + oldCount;
  }
  for (; at < old.length; at += 1) lines.push(old[at] ?? '');
  return lines;
}
