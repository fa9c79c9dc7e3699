/** A proposed content beside the one it was made from: the hunks, which of them are protected, and texts made of some. */
import type { Hunk } from '../../shared/changes.ts';
import { blocksOf, withBlocks, type Block } from './blocks.ts';
import { isText, linesOf, shownLine } from './lines.ts';
import { hasMarker, markedZones, zoneAt, type Zone } from './zones.ts';

/** Blocks that are closer than this (in equal lines) are decided about together. */
const JOINED_LINES = 2;
const CONTEXT_LINES = 3;

/** One hunk. It spans its blocks and the equal lines between them. */
interface Group extends Block {
  blocks: Block[];
  /** By the markers of the two texts alone, so that hunks are the same as long as these are. */
  zone: string | null;
}

export interface Comparison {
  kind: 'text' | 'whole' | 'new';
  /** Of `text` only. */
  base: string[];
  fresh: string[];
  groups: Group[];
  /** As shown; `zone` by markers in the two texts. */
  hunks: Omit<Hunk, 'decision'>[];
}

/** @param base null: there was no such file */
export function compare(base: Buffer | null, fresh: Buffer): Comparison {
  if (base === null) return newFile(fresh);
  const old = isText(base) && isText(fresh) ? linesOf(base) : null;
  const lines = old === null ? [] : linesOf(fresh);
  const blocks = old === null ? null : blocksOf(old, lines);
  if (old === null || blocks === null) return base.equals(fresh) ? unchanged() : wholeFile(base, fresh);
  const groups = grouped(blocks, markedZones(old), markedZones(lines));
  const hunks = groups.map((group, index) => hunkOf(group, index, groups, old, lines));
  return { kind: 'text', base: old, fresh: lines, groups, hunks };
}

const unchanged = (): Comparison => ({ kind: 'whole', base: [], fresh: [], groups: [], hunks: [] });

function wholeFile(base: Buffer, fresh: Buffer): Comparison {
  const zone = hasMarker(base) || hasMarker(fresh) ? 'code-interpreter: protect' : null;
  return { ...unchanged(), hunks: [{ ...NO_PLACE, index: 0, lines: [], zone }] };
}

const NO_PLACE = { oldStart: 0, oldLines: 0, newStart: 0, newLines: 0 };

function newFile(bytes: Buffer): Comparison {
  const lines = isText(bytes) ? linesOf(bytes) : [];
  const [marked] = markedZones(lines);
  const hunk = {
    ...NO_PLACE,
    index: 0,
    newStart: lines.length === 0 ? 0 : 1,
    newLines: lines.length,
    lines: lines.flatMap((line) => signed('+', line)),
    zone: marked?.words ?? null,
  };
  return { ...unchanged(), kind: 'new', hunks: [hunk] };
}

/** The base with these hunks done. Of `text` only. */
export function textWith({ base, fresh, groups }: Comparison, hunks: ReadonlySet<number>): string[] {
  return withBlocks(
    base,
    fresh,
    groups.filter((_, index) => hunks.has(index)),
  );
}

/** Where `hunk` stands in the base with these hunks done. */
export function placeIn({ groups }: Comparison, hunk: number, hunks: ReadonlySet<number>): number {
  return groups.reduce(
    (at, { oldCount, newCount }, index) => (index < hunk && hunks.has(index) ? at + newCount - oldCount : at),
    groups[hunk]?.oldAt ?? 0,
  );
}

/** The protected words that a change from one text to another touches, each once. */
export function zonesBetween(old: readonly string[], fresh: readonly string[]): string[] {
  const [before, after] = [markedZones(old), markedZones(fresh)];
  if (before.length === 0 && after.length === 0) return [];
  const blocks = blocksOf(old, fresh);
  const found =
    blocks === null
      ? [...before, ...after].map(({ words }) => words)
      : blocks.flatMap((block) => zoneOf(block, before, after) ?? []);
  return [...new Set(found)];
}

function zoneOf(block: Block, old: readonly Zone[], fresh: readonly Zone[]): string | null {
  return (
    zoneAt(old, { at: block.oldAt, count: block.oldCount }) ??
    zoneAt(fresh, { at: block.newAt, count: block.newCount })
  );
}

function grouped(blocks: readonly Block[], old: readonly Zone[], fresh: readonly Zone[]): Group[] {
  const groups: Group[] = [];
  for (const block of blocks) {
    const zone = zoneOf(block, old, fresh);
    const last = groups.at(-1);
    const gap = last === undefined ? Infinity : block.oldAt - (last.oldAt + last.oldCount);
    if (last !== undefined && gap <= JOINED_LINES && last.zone === zone) {
      last.blocks.push(block);
      last.oldCount = block.oldAt + block.oldCount - last.oldAt;
      last.newCount = block.newAt + block.newCount - last.newAt;
    } else groups.push({ ...block, blocks: [block], zone });
  }
  return groups;
}

function hunkOf(
  group: Group,
  index: number,
  groups: readonly Group[],
  old: readonly string[],
  fresh: readonly string[],
): Omit<Hunk, 'decision'> {
  const [before, after] = [groups[index - 1], groups[index + 1]];
  const end = group.oldAt + group.oldCount;
  // Lines around it never show what another hunk changes.
  const lead = Math.min(
    CONTEXT_LINES,
    group.oldAt - (before === undefined ? 0 : before.oldAt + before.oldCount),
  );
  const trail = Math.min(CONTEXT_LINES, (after?.oldAt ?? old.length) - end);
  const lines: string[] = [];
  let at = group.oldAt - lead;
  const context = (to: number): void => {
    for (; at < to; at += 1) lines.push(...signed(' ', old[at] ?? ''));
  };
  for (const block of group.blocks) {
    context(block.oldAt);
    for (; at < block.oldAt + block.oldCount; at += 1) lines.push(...signed('-', old[at] ?? ''));
    for (const line of fresh.slice(block.newAt, block.newAt + block.newCount))
      lines.push(...signed('+', line));
  }
  context(end + trail);
  const [oldLines, newLines] = [lead + group.oldCount + trail, lead + group.newCount + trail];
  const [oldAt, newAt] = [group.oldAt - lead, group.newAt - lead];
  return {
    index,
    // As in a unified diff: nothing stands behind the line that it names.
    oldStart: oldLines === 0 ? oldAt : oldAt + 1,
    oldLines,
    newStart: newLines === 0 ? newAt : newAt + 1,
    newLines,
    lines,
    zone: group.zone,
  };
}

function signed(sign: string, line: string): string[] {
  return line.endsWith('\n')
    ? [sign + shownLine(line.slice(0, -1))]
    : [sign + shownLine(line), '\\ No newline at end of file'];
}
