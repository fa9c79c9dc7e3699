/**
 * Proposed changes to the user's files: what the panel is shown of them, and what is written when the user accepts.
 * A file is written whole or not at all, only where the user may expect it, and only while it is what was read. No VS
 * Code in here.
 */
import type { HostMount } from '../container/policy.ts';
import {
  changeConflict,
  changedMeanwhile,
  changeOutdated,
  changeRefused,
  changeUnsaved,
  Failure,
  notUndone,
  onlyProtected,
  saidDetail,
} from '../failures.ts';
import { acceptHunks, type Outcome } from '../session/changes/acceptance.ts';
import type { Place } from '../session/changes/merge.ts';
import type { Proposal } from '../session/changes/proposals.ts';
import {
  labelOf,
  standingOf,
  viewOfChange,
  type Contents,
  type Standing,
} from '../session/changes/proposalView.ts';
import { contentOf as contentFacts, hashOf, type SessionChanges } from '../session/changes/sessionChanges.ts';
import { globAt } from '../session/changes/zones.ts';
import { CHANGES_FOLDER, type ProposedChange } from '../shared/changes.ts';
import { localOf, t, words, type Said } from '../shared/l10n.ts';
import { placeVerdict } from './savePlaces.ts';
import { contentOf, type ReadFile } from './targetFolder.ts';
import { MountedFiles, type UserPlace } from './userFiles.ts';

export interface ChangesOptions {
  /** The session that is shown. */
  shown(): Promise<{ session: { changes: SessionChanges }; mounts: readonly HostMount[] }>;
  /** Patterns of protected files, in the syntax of a `.gitignore`. */
  protectedFiles(): readonly string[];
  /** Asks, with a modal question; false: no. */
  confirm(message: string, detail: string): Promise<boolean>;
  /** An editor holds changes of this file (real path) that are not on the disk. */
  isUnsaved(path: string): boolean;
}

/** A proposal with all that is known of it and of the user's file. */
interface Looked {
  changes: SessionChanges;
  files: MountedFiles;
  proposal: Proposal;
  contents: Contents;
  standing: Standing;
  /** Why it cannot be written; null: it can. */
  refusal: Said | null;
  place: UserPlace | null;
  file: ReadFile | null;
}

export interface Decision {
  containerPath: string;
  /** Of the proposed content. */
  sha256: string;
  /** Null: all that are open; of those only the unprotected when accepting. */
  hunks: readonly number[] | null;
  accept: boolean;
}

export class Changes {
  /** One thing at a time is read, decided and written. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: ChangesOptions) {}

  /** Those with open hunks first. */
  async list(): Promise<ProposedChange[]> {
    const { session, mounts } = await this.options.shown();
    const views: ProposedChange[] = [];
    for (const proposal of (await session.changes.proposals()).values()) {
      if (proposal.withdrawn && proposal.acceptances.length === 0) continue;
      const { contents, standing, refusal } = await this.look(session.changes, mounts, proposal);
      views.push(viewOfChange(proposal, contents, standing, refusal === null ? null : sentenceOf(refusal)));
    }
    const rank = ({ state }: ProposedChange): number => (state.kind === 'open' ? 0 : 1);
    return views.sort((a, b) => rank(a) - rank(b));
  }

  /**
   * False: the user said no to a question of ours.
   * @throws Failure `change-outdated`, `change-refused`, `change-unsaved`, `change-conflict`, `changed-meanwhile`,
   *   `only-protected`; the user's file is as it was then, and nothing is decided.
   */
  async decide(decision: Decision): Promise<boolean> {
    return this.inTurn(async () => {
      const looked = await this.lookAt(decision.containerPath);
      const hunks = chosen(looked, decision);
      if (hunks.length === 0) return true;
      if (decision.accept) return this.accept(decision, hunks);
      const { containerPath, sha256 } = decision;
      const total = looked.contents.comparison.hunks.length;
      await looked.changes.record({
        type: 'change_decided',
        ...{ containerPath, sha256, hunks, total, accept: false },
      });
      return true;
    });
  }

  /**
   * The user's file as it was before the last acceptance; false: there is none.
   * @throws Failure `not-undone`, `change-unsaved`, `change-refused`
   */
  async undo(containerPath: string): Promise<boolean> {
    return this.inTurn(async () => {
      const { changes, files, proposal, place, file, refusal } = await this.lookAt(containerPath);
      const label = labelOf(containerPath);
      const last = proposal.acceptances.at(-1);
      if (last === undefined) return false;
      if (place === null) throw changeRefused(label, refusal ?? '');
      if (file?.sha256 !== last.after.sha256) throw notUndone(label);
      if (this.options.isUnsaved(place.path)) throw changeUnsaved(label);
      if (refusal !== null) throw changeRefused(label, refusal);
      const { before, hunks, total } = last;
      const bytes = before === null ? null : await changes.bytes(before.sha256);
      await orRefused(label, async () =>
        files.inFolder(place, async (folder) =>
          bytes === null ? folder.remove(place.name, file) : folder.write(place.name, contentOf(bytes), file),
        ),
      );
      await changes.record({ type: 'change_undone', containerPath, hunks, total, restored: before });
      return true;
    });
  }

  /** For the diff editor. Paths of this machine; `file` null: there is no such file. @throws Failure `change-outdated` */
  async sides({ containerPath, sha256 }: Pick<Decision, 'containerPath' | 'sha256'>) {
    const { proposal, place, file } = await this.lookAt(containerPath);
    if (proposal.sha256 !== sha256) throw changeOutdated(labelOf(containerPath));
    return {
      name: proposal.name,
      label: labelOf(containerPath),
      file: file === null ? null : (place?.path ?? null),
    };
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work);
    this.last = done.catch(() => undefined);
    return done;
  }

  private async accept(decision: Decision, hunks: number[]): Promise<boolean> {
    const { containerPath, sha256 } = decision;
    const label = labelOf(containerPath);
    const agreed = new Set<string>();
    for (;;) {
      // Looked at again after each question: it may have taken long.
      const looked = await this.lookAt(containerPath);
      const { changes, files, proposal, contents, standing, place, file, refusal } = looked;
      if (proposal.sha256 !== sha256 || hunks.some((hunk) => standing.decisions[hunk] === 'accepted'))
        throw changeOutdated(label);
      if (refusal !== null) throw changeRefused(label, refusal);
      if (place === null) throw changeOutdated(label);
      if (this.options.isUnsaved(place.path)) throw changeUnsaved(label);
      const fresh = await changes.bytes(sha256);
      const { comparison, current } = contents;
      const outcome = checked(acceptHunks(comparison, hunks, standing, { fresh, current }), label);
      const reasons = this.reasons(looked, place, hunks, outcome.zones);
      if (reasons.some((reason) => !agreed.has(reason))) {
        if (!(await this.options.confirm(t`Change ${label}?`, reasons.join('\n')))) return false;
        for (const reason of reasons) agreed.add(reason);
        continue;
      }
      const { bytes } = outcome;
      await kept(changes, label, [...(current === null ? [] : [current]), bytes]);
      if (current === null || !current.equals(bytes)) {
        await orRefused(label, async () =>
          files.inFolder(place, async (folder) => folder.write(place.name, contentOf(bytes), file), {
            make: true,
          }),
        );
      }
      const before = current === null ? null : contentFacts(current);
      await changes.record({
        type: 'change_decided',
        ...{ containerPath, sha256, hunks, total: comparison.hunks.length, accept: true },
        written: { before, after: contentFacts(bytes), merged: outcome.merged },
      });
      return true;
    }
  }

  /** What the user is asked about first: protected places that it touches, and programs that obey the file. */
  private reasons(
    { standing }: Looked,
    place: UserPlace,
    hunks: readonly number[],
    zonesNow: readonly string[],
  ): string[] {
    const glob = globAt(this.options.protectedFiles(), place.relative);
    const zones = new Set(hunks.flatMap((hunk) => standing.zones[hunk] ?? []));
    if (glob !== null) zones.add(glob);
    for (const zone of zonesNow) zones.add(zone);
    const verdict = placeVerdict(place.path);
    return [
      ...[...zones].map((zone) => t`It is protected: ${zone}`),
      ...(verdict.kind === 'asks' ? [verdict.reason] : []),
    ];
  }

  private async lookAt(containerPath: string): Promise<Looked> {
    const { session, mounts } = await this.options.shown();
    const proposal = (await session.changes.proposals()).get(containerPath);
    if (proposal === undefined) throw changeOutdated(labelOf(containerPath));
    return this.look(session.changes, mounts, proposal);
  }

  private async look(
    changes: SessionChanges,
    mounts: readonly HostMount[],
    proposal: Proposal,
  ): Promise<Looked> {
    const files = new MountedFiles(mounts);
    let refusal: Said | null = null;
    let place: UserPlace | null = null;
    let found: { bytes: Buffer; file: ReadFile } | null = null;
    try {
      place = await files.place(proposal.containerPath);
      found = await files.current(place);
    } catch (error) {
      refusal = saidDetail(error);
    }
    const { now } = proposal;
    // What cannot be written is not compared: a hidden file would look as if all of it were taken away.
    const known = now !== null && place !== null;
    const comparison = known
      ? await changes.comparison(now)
      : { kind: 'whole' as const, base: [], fresh: [], groups: [], hunks: [WHOLE] };
    const contents: Contents = {
      comparison,
      rejectedBefore: known ? await changes.rejectedBefore(proposal) : new Set(),
      current: found?.bytes ?? null,
      currentSha256: found === null ? null : hashOf(found.bytes),
    };
    const glob = place === null ? null : globAt(this.options.protectedFiles(), place.relative);
    const standing = standingOf(proposal, contents, glob);
    refusal ??= now === null ? words('it is not known what the copy was made from') : null;
    refusal ??= standsInTheWay(proposal, contents, standing);
    return { changes, files, proposal, contents, standing, refusal, place, file: found?.file ?? null };
  }
}

const WHOLE = { index: 0, oldStart: 0, oldLines: 0, newStart: 0, newLines: 0, lines: [], zone: null };

function standsInTheWay(
  { now, sha256 }: Proposal,
  { comparison, current, currentSha256 }: Contents,
  { changedMeanwhile: isChanged }: Standing,
): Said | null {
  if (now === null || !isChanged || currentSha256 === sha256) return null;
  if (comparison.kind === 'new') return words('there is such a file by now');
  if (current === null) return words('the file is not there any more');
  if (!now.base.certain) return words('it was changed while the code ran, and again since');
  return null;
}

const sentenceOf = (refusal: Said): string => t`It cannot be changed: ${localOf(refusal)}.`;

/** Indexes of hunks that the decision is about. */
function chosen(
  { proposal, standing }: Looked,
  { containerPath, sha256, hunks, accept }: Decision,
): number[] {
  const label = labelOf(containerPath);
  if (proposal.sha256 !== sha256) throw changeOutdated(label);
  const { decisions, zones } = standing;
  if (hunks !== null) {
    const wrong = hunks.some(
      (hunk) => !['open', ...(accept ? ['rejected'] : [])].includes(decisions[hunk] ?? ''),
    );
    if (wrong) throw changeOutdated(label);
    return [...new Set(hunks)].sort((a, b) => a - b);
  }
  const open = [...decisions.keys()].filter((hunk) => decisions[hunk] === 'open');
  if (!accept) return open;
  const free = open.filter((hunk) => (zones[hunk] ?? null) === null);
  if (open.length > 0 && free.length === 0) throw onlyProtected(label);
  return free;
}

function checked(outcome: Outcome, label: string): Extract<Outcome, { kind: 'written' }> {
  switch (outcome.kind) {
    case 'written':
      return outcome;
    case 'changed':
      throw changedMeanwhile(label);
    case 'conflict':
      throw changeConflict(label, outcome.places.map(linesAt).join(', '));
  }
}

const linesAt = ({ first, last }: Place): string => (last <= first ? String(first) : `${first}–${last}`);

/** Both contents are in the session's store before anything is written. */
async function kept(changes: SessionChanges, label: string, contents: readonly Buffer[]): Promise<void> {
  for (const bytes of contents) {
    const why = await changes.keep(`${CHANGES_FOLDER}${label}`, bytes);
    if (why !== null) throw changeRefused(label, words`it cannot be kept for Undo: ${why}`);
  }
}

async function orRefused<T>(label: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Failure ? error : changeRefused(label, saidDetail(error));
  }
}
