/** What a session's log says about the session: pure folds over its events. */
import { runCut, turnCut, viewOf } from '../failures.ts';
import { NO_USAGE } from '../models/model.ts';
import type { NewSessionEvent, SessionEvent } from '../shared/events.ts';
import type { Artifact } from '../shared/outputs.ts';
import type { Privacy } from '../shared/protocol.ts';
import { fileIn } from '../shared/versions.ts';
import { changeNotes } from './changes/changeNotes.ts';
import { t, words } from '../shared/l10n.ts';

export const variablesGone = () =>
  words(
    'The session was opened again: the variables of earlier cells are gone, and so are their files in /outputs.',
  );

/** At the beginning of a fork. */
export const variablesNotHere = () =>
  words(
    'This session goes on from an earlier answer of another one: the variables of its cells are not here, and neither are their files in /outputs. Run cells again to have them back.',
  );

/** Closes what was open when the program ended: cells that ran or were typed, the turn, the run. */
export function closingEvents(events: readonly SessionEvent[]): NewSessionEvent[] {
  const typed = new Set<string>();
  const running = new Map<string, number | null>();
  let openTurn: string | null = null;
  let openRun: string | null = null;
  for (const event of events) {
    if (event.type === 'user_message') openTurn = event.turnId;
    else if (event.type === 'turn_ended') openTurn = null;
    else if (event.type === 'run_started') openRun = event.runId;
    else if (event.type === 'run_ended') openRun = null;
    else if (event.type === 'cell_started') typed.add(event.cellId);
    else if (event.type === 'cell_running') {
      typed.delete(event.cellId);
      running.set(event.cellId, event.executionCount);
    } else if (event.type === 'cell_done' || event.type === 'cell_dropped') {
      typed.delete(event.cellId);
      running.delete(event.cellId);
    }
  }
  const closing: NewSessionEvent[] = [];
  for (const [cellId, executionCount] of running) {
    const nothing = { truncated: [], artifacts: [], refused: [] };
    const result = { status: 'killed' as const, executionCount, durationMs: 0, stateLost: true, ...nothing };
    closing.push({ type: 'cell_done', cellId, result });
  }
  for (const cellId of typed) {
    closing.push({ type: 'cell_dropped', cellId, reason: t('The window was closed before it ran.') });
  }
  if (openTurn !== null) {
    const usage = { ...NO_USAGE };
    const end = { kind: 'failed' as const, failure: viewOf(turnCut()) };
    closing.push({ type: 'turn_ended', turnId: openTurn, end, usage });
  }
  if (openRun !== null) {
    const end = { kind: 'lost' as const, failure: viewOf(runCut()) };
    closing.push({ type: 'run_ended', runId: openRun, end });
  }
  return closing;
}

/** True when cells ran that nobody has been told are lost. */
export function hasLostVariables(events: readonly SessionEvent[]): boolean {
  const ran = events.findLastIndex(({ type }) => type === 'cell_running');
  const told = events.findLastIndex(
    (event) =>
      event.type === 'notice' &&
      [variablesGone(), variablesNotHere()].some(({ english }) => english === event.text),
  );
  return ran > told;
}

export const hasRun = (events: readonly SessionEvent[]): boolean =>
  events.some(({ type }) => type === 'cell_running');

/** What the user was told since their last message and the model was not. */
export function untoldNotices(events: readonly SessionEvent[], privacy: Privacy = 'full'): string[] {
  const last = events.findLastIndex(({ type }) => type === 'user_message');
  const news = events.slice(last + 1).flatMap((event) => told(event, privacy));
  return [...news, ...changeNotes(events, last + 1, privacy)];
}

function told(event: SessionEvent, privacy: Privacy): string[] {
  if (event.type === 'notebook_opened') return [openedWords(event)];
  if (event.type === 'artifact_restored') return [restoredWords(event, privacy)];
  if (event.type === 'claims_checked') return [claimWords(event.files)];
  return event.type === 'notice' && event.level === 'warning' ? [event.text] : [];
}

/** A name of a file is data: it stands in quotes. */
function openedWords({
  name,
  cells,
  texts,
  folder,
}: Extract<SessionEvent, { type: 'notebook_opened' }>): string {
  const opened = `The user opened the notebook ${JSON.stringify(name)} as this session: ${cells} code cells, ${texts} texts. None of it has run here; outputs that the file has are from elsewhere.`;
  if (folder === undefined) return opened;
  const place = JSON.stringify(folder.replace(/^\/workspace/, '/outputs'));
  return `${opened} Cells begin in ${place} instead of /outputs: links there lead to what lies in ${JSON.stringify(folder)}, so relative paths are those of the notebook. New files beside them lie in /outputs; what is in the workspace cannot be changed.`;
}

/** A name that code gave to a file can be a value. */
function restoredWords(
  { name, from }: Extract<SessionEvent, { type: 'artifact_restored' }>,
  privacy: Privacy,
): string {
  const file = privacy === 'schema' ? 'a file (name withheld)' : JSON.stringify(name);
  return `The user put version ${from} of ${file} back into /outputs, which has the content of that version now.`;
}

const claimWords = (names: readonly string[]): string =>
  `Your last answer says that ${names.map((name) => JSON.stringify(name)).join(', ')} was changed, but no version of that was made: the file in /outputs is what it was before, or is not there. The user was told. Do not say that a file was changed before it was.`;

/** The newest version of each file, in the order of first appearance. */
export function latestArtifacts(events: readonly SessionEvent[]): Artifact[] {
  const byName = new Map<string, Artifact>();
  for (const event of events) {
    const artifact = fileIn(event);
    if (artifact === null) continue;
    const { name, bytes, sha256 } = artifact;
    byName.set(name, { name, bytes, sha256 });
  }
  return [...byName.values()];
}

/** For the panel: without `history`, code that was typed further or ran since, and outputs of earlier runs. */
export function visibleEvents(events: readonly SessionEvent[]): SessionEvent[] {
  const latest = new Map<string, number>();
  const ran = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'cell_code' || event.type === 'cell_running') latest.set(event.cellId, event.seq);
    if (event.type === 'cell_running') ran.set(event.cellId, event.seq);
  }
  return events.filter((event) => {
    if (event.type === 'cell_code') return latest.get(event.cellId) === event.seq;
    if (event.type === 'cell_output') return event.seq > (ran.get(event.cellId) ?? 0);
    return event.type !== 'history';
  });
}
