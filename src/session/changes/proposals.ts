/** The proposed changes of a session with what was decided: a pure fold over its log. */
import { proposedPath } from '../../shared/changes.ts';
import type { Content, SessionEvent } from '../../shared/events.ts';
import { fileIn } from '../../shared/versions.ts';

/** What the user accepted at once. */
export interface Acceptance {
  /** Of the proposed content. */
  sha256: string;
  hunks: number[];
  total: number;
  before: Content | null;
  after: Content;
}

/** A content with its decisions. */
export interface Proposed {
  sha256: string;
  /** What it was made from, as far as is known. Hash null: there was no file. */
  base: { sha256: string | null; certain: boolean };
  accepted: ReadonlySet<number>;
  rejected: ReadonlySet<number>;
}

export interface Proposal {
  containerPath: string;
  /** Below `/outputs`. */
  name: string;
  /** The newest content. Null: nothing is known of what it was made from. */
  now: (Proposed & { bytes: number }) | null;
  /** Of the newest content, also when `now` is null. */
  sha256: string;
  bytes: number;
  /** Contents before with rejected hunks. */
  earlier: Proposed[];
  /** What the user's file was when it was seen or written last; null: not there. Undefined: never seen. */
  written: string | null | undefined;
  /** The last is taken back first. */
  acceptances: Acceptance[];
  /** Code deleted the copy. */
  withdrawn: boolean;
}

/** By container path, in the order of first appearance. */
export function proposalsOf(events: readonly SessionEvent[]): Map<string, Proposal> {
  const proposals = new Map<string, Proposal>();
  const bases = new Map<string, Proposed['base']>();
  for (const event of events) take(proposals, bases, event);
  return proposals;
}

function take(
  proposals: Map<string, Proposal>,
  bases: Map<string, Proposed['base']>,
  event: SessionEvent,
): void {
  const file = fileIn(event);
  if (file !== null) {
    const containerPath = proposedPath(file.name);
    if (containerPath === null) return;
    const base = bases.get(containerPath) ?? null;
    bases.delete(containerPath);
    propose(proposals, { ...file, containerPath }, base);
  } else if (event.type === 'change_based') {
    bases.set(event.containerPath, { sha256: event.sha256, certain: event.certain });
  } else if (event.type === 'change_decided') {
    decide(proposals.get(event.containerPath), event);
  } else if (event.type === 'change_undone') {
    undo(proposals.get(event.containerPath), event);
  } else if (event.type === 'cell_done') {
    for (const name of event.result.removed ?? []) {
      const gone = proposals.get(proposedPath(name) ?? '');
      if (gone !== undefined) gone.withdrawn = true;
    }
  }
}

function propose(
  proposals: Map<string, Proposal>,
  file: { name: string; containerPath: string; sha256: string; bytes: number },
  seen: Proposed['base'] | null,
): void {
  const { containerPath, name, sha256, bytes } = file;
  const before = proposals.get(containerPath);
  if (before !== undefined && before.sha256 === sha256 && seen === null) {
    before.withdrawn = false;
    return;
  }
  const written = seen === null ? before?.written : seen.sha256;
  const certain = seen?.certain ?? before?.now?.base.certain ?? true;
  const earlier = [...(before?.earlier ?? [])];
  if (before?.now && before.now.rejected.size > 0) earlier.push(before.now);
  proposals.set(containerPath, {
    ...{ containerPath, name, sha256, bytes, earlier, written },
    now: written === undefined ? null : { sha256, bytes, base: { sha256: written, certain }, ...undecided() },
    acceptances: before?.acceptances ?? [],
    withdrawn: false,
  });
}

const undecided = () => ({ accepted: new Set<number>(), rejected: new Set<number>() });

function decide(
  proposal: Proposal | undefined,
  event: Extract<SessionEvent, { type: 'change_decided' }>,
): void {
  if (proposal?.now?.sha256 !== event.sha256) return;
  const { now } = proposal;
  const [accepted, rejected] = [new Set(now.accepted), new Set(now.rejected)];
  for (const hunk of event.hunks) {
    (event.accept ? accepted : rejected).add(hunk);
    (event.accept ? rejected : accepted).delete(hunk);
  }
  proposal.now = { ...now, accepted, rejected };
  if (event.written === undefined) return;
  const { before, after } = event.written;
  proposal.written = after.sha256;
  const { sha256, hunks, total } = event;
  proposal.acceptances = [...proposal.acceptances, { sha256, hunks, total, before, after }];
}

function undo(proposal: Proposal | undefined, event: Extract<SessionEvent, { type: 'change_undone' }>): void {
  const last = proposal?.acceptances.at(-1);
  if (proposal === undefined || last === undefined) return;
  const restored = event.restored?.sha256 ?? null;
  proposal.acceptances = proposal.acceptances.slice(0, -1);
  proposal.written = restored;
  const { now } = proposal;
  if (now === null) return;
  if (now.sha256 === last.sha256 && last.hunks.every((hunk) => now.accepted.has(hunk))) {
    const accepted = new Set([...now.accepted].filter((hunk) => !last.hunks.includes(hunk)));
    proposal.now = { ...now, accepted };
    return;
  }
  // It was accepted of a content before: what was proposed since is compared with the file as it is again.
  proposal.now = { ...now, base: { sha256: restored, certain: now.base.certain }, ...undecided() };
}
