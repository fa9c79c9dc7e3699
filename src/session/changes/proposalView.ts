/** A proposed change as it stands to the user's file now: which hunks are open, accepted, rejected, protected. */
import type { ProposedChange } from '../../shared/changes.ts';
import { blocksOf, type Block } from './blocks.ts';
import { placeIn, textWith, type Comparison } from './comparison.ts';
import { isText, linesOf } from './lines.ts';
import type { Proposal } from './proposals.ts';
import { hasMarker, markedZones, zoneAt } from './zones.ts';

/** Contents that a proposal is compared with. `current` null: there is no such file. */
export interface Contents {
  comparison: Comparison;
  /** Hunks of contents before that were rejected: what they did, as `signatureOf` tells it. */
  rejectedBefore: ReadonlySet<string>;
  current: Buffer | null;
  currentSha256: string | null;
}

export interface Standing {
  /** By index. */
  decisions: ('open' | 'accepted' | 'rejected')[];
  zones: (string | null)[];
  /** Accepted, and still in the user's file. */
  accepted: ReadonlySet<number>;
  changedMeanwhile: boolean;
}

/** @param glob the pattern that protects the whole file; null: none does */
export function standingOf(proposal: Proposal, contents: Contents, glob: string | null): Standing {
  const { comparison, rejectedBefore, current, currentSha256 } = contents;
  const { now, written } = proposal;
  const changedMeanwhile = written !== undefined && written !== currentSha256;
  const accepted = stillAccepted(comparison, now?.accepted ?? new Set(), changedMeanwhile, current);
  const own = now?.accepted ?? new Set<number>();
  const decisions = comparison.hunks.map((_, index) => {
    if (accepted.has(index)) return 'accepted' as const;
    if (now?.rejected.has(index) === true) return 'rejected' as const;
    return !own.has(index) && rejectedBefore.has(signatureOf(comparison, index)) ? 'rejected' : 'open';
  });
  const present = changedMeanwhile ? zonesNow(comparison, current) : [];
  const zones = comparison.hunks.map(({ zone }, index) => glob ?? zone ?? present[index] ?? null);
  return { decisions, zones, accepted, changedMeanwhile };
}

/** What a hunk takes away and puts there, wherever it stands. */
export function signatureOf({ base, fresh, groups }: Comparison, index: number): string {
  const group = groups[index];
  if (group === undefined) return 'whole';
  const { oldAt, oldCount, newAt, newCount } = group;
  return JSON.stringify([base.slice(oldAt, oldAt + oldCount), fresh.slice(newAt, newAt + newCount)]);
}

/** Somebody may have taken accepted lines out of the file again. */
function stillAccepted(
  comparison: Comparison,
  accepted: ReadonlySet<number>,
  changedMeanwhile: boolean,
  current: Buffer | null,
): ReadonlySet<number> {
  if (!changedMeanwhile || accepted.size === 0) return accepted;
  if (comparison.kind !== 'text' || current === null || !isText(current)) return new Set();
  const wanted = textWith(comparison, accepted);
  const now = linesOf(current);
  const blocks = blocksOf(wanted, now);
  if (blocks === null) return new Set();
  return new Set(
    [...accepted].filter((hunk) => {
      const group = comparison.groups[hunk];
      if (group === undefined) return false;
      const at = placeIn(comparison, hunk, accepted);
      const gone = comparison.base.slice(group.oldAt, group.oldAt + group.oldCount);
      return !blocks.some((block) => undoes(block, { at, count: group.newCount }, gone, now));
    }),
  );
}

function undoes(
  { oldAt, oldCount, newAt, newCount }: Block,
  { at, count }: { at: number; count: number },
  gone: readonly string[],
  now: readonly string[],
): boolean {
  if (count > 0) return oldAt < at + count && oldAt + oldCount > at;
  // Lines that were only taken away: they are back.
  if (at < oldAt || at > oldAt + oldCount) return false;
  return now
    .slice(newAt, newAt + newCount)
    .join('')
    .includes(gone.join(''));
}

/** Zones that the user's file has by now, where it is another than the base: by the lines that both have. */
function zonesNow(comparison: Comparison, current: Buffer | null): (string | null)[] {
  const { kind, base, groups, hunks } = comparison;
  if (current === null) return [];
  if (kind !== 'text' || !isText(current))
    return hunks.map(() => (hasMarker(current) ? 'code-interpreter: protect' : null));
  const lines = linesOf(current);
  const zones = markedZones(lines);
  const blocks = zones.length === 0 ? [] : blocksOf(base, lines);
  if (zones.length === 0) return [];
  if (blocks === null) return hunks.map(() => zones[0]?.words ?? null);
  const inBase = zones.map(({ from, to, words }) => ({
    from: toOld(blocks, from, 'before'),
    to: to === Infinity ? Infinity : toOld(blocks, to, 'behind'),
    words,
  }));
  return groups.map((group) =>
    group.blocks.reduce<string | null>(
      (found, { oldAt, oldCount }) => found ?? zoneAt(inBase, { at: oldAt, count: oldCount }),
      null,
    ),
  );
}

/** The place in the old lines of one in the new; inside of a block, its edge on that side. */
function toOld(blocks: readonly Block[], place: number, side: 'before' | 'behind'): number {
  let shift = 0;
  for (const { oldAt, oldCount, newAt, newCount } of blocks) {
    if (newAt + newCount <= place) shift = oldAt + oldCount - (newAt + newCount);
    else if (newAt < place) return side === 'before' ? oldAt : oldAt + oldCount;
    else break;
  }
  return place + shift;
}

/** @param refusal why the user's file cannot be written; null: it can */
export function viewOfChange(
  proposal: Proposal,
  { comparison, current, currentSha256 }: Pick<Contents, 'comparison' | 'current' | 'currentSha256'>,
  { decisions, zones, accepted, changedMeanwhile }: Standing,
  refusal: string | null,
): ProposedChange {
  const last = proposal.acceptances.at(-1);
  const count = (kind: string): number => decisions.filter((decision) => decision === kind).length;
  const state = (): ProposedChange['state'] => {
    if (currentSha256 === proposal.sha256 && accepted.size === 0) return { kind: 'same' };
    if (count('open') === 0)
      return { kind: 'decided', accepted: count('accepted'), rejected: count('rejected') };
    return refusal === null ? { kind: 'open' } : { kind: 'refused', sentence: refusal };
  };
  return {
    containerPath: proposal.containerPath,
    label: labelOf(proposal.containerPath),
    sha256: proposal.sha256,
    kind: comparison.kind,
    bytes: { before: current?.length ?? null, after: proposal.bytes },
    hunks: comparison.hunks.map((hunk, index) => ({
      ...hunk,
      decision: decisions[index] ?? 'open',
      zone: zones[index] ?? null,
    })),
    state: state(),
    changedMeanwhile,
    canUndo: last !== undefined && last.after.sha256 === currentSha256,
  };
}

export const labelOf = (containerPath: string): string => containerPath.replace(/^\/workspace\//, '');
