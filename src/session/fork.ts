/**
 * A new session that goes on from an answer of another: the log up to it, and links to the files that the log names.
 * The other session is only read.
 */
import { copyFile, link, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../errorCode.ts';
import { cannotFork } from '../failures.ts';
import type { NewSessionEvent, SessionEvent } from '../shared/events.ts';
import { hasRun, variablesNotHere } from './restore.ts';
import { ARTIFACTS, TRANSCRIPT } from './store.ts';
import { HEADER, readLog, toLine } from './transcript.ts';
import { titleIn } from './title.ts';
import { notice } from './notices.ts';

export interface ForkRequest {
  /** Folder of the session that is left as it is. */
  from: string;
  /** Folder to be; the caller removes it when this rejects. */
  to: string;
  sessionId: string;
  /** The answer it goes on from; null: the last that ended. */
  turnId: string | null;
  now: () => number;
}

/** @throws Failure `cannot-fork` when that answer is not there or has not ended; `session-newer` */
export async function forkSession({ from, to, sessionId, turnId, now }: ForkRequest): Promise<void> {
  const { events } = await readLog(join(from, TRANSCRIPT));
  const kept = upToAnswer(events, turnId);
  if (kept === null) throw cannotFork();
  const title = forkTitle(titleIn(events));
  const log = forkedLog(kept, { sessionId, title, at: now() });
  await mkdir(join(to, ARTIFACTS), { recursive: true });
  for (const hash of hashesIn(log)) await linked(join(from, ARTIFACTS, hash), join(to, ARTIFACTS, hash));
  await writeFile(join(to, TRANSCRIPT), HEADER + log.map(toLine).join(''), { flush: true });
}

/** Everything up to the end of that turn; null: it has none. */
export function upToAnswer(events: readonly SessionEvent[], turnId: string | null): SessionEvent[] | null {
  const end = events.findLastIndex(
    (event) => event.type === 'turn_ended' && (turnId === null || event.turnId === turnId),
  );
  return end === -1 ? null : events.slice(0, end + 1);
}

/** The events with a start and places of their own. What ran in it is told to be gone, to the user and the model. */
export function forkedLog(
  kept: readonly SessionEvent[],
  { sessionId, title, at }: { sessionId: string; title: string; at: number },
): SessionEvent[] {
  const rest = kept.filter(({ type }) => type !== 'session_started' && type !== 'session_renamed');
  const first: NewSessionEvent = { type: 'session_started', sessionId, title };
  const told: NewSessionEvent[] = hasRun(kept) ? [notice('warning', variablesNotHere())] : [];
  return [{ ...first, seq: 0, at }, ...rest, ...told.map((event) => ({ ...event, seq: 0, at }))].map(
    (event, index) => ({ ...event, seq: index + 1 }),
  );
}

/** "Fork of" would come first in a list and push out what tells titles apart. */
export function forkTitle(title: string): string {
  const [, name = title, count] = /^(.*) \(fork(?: (\d+))?\)$/.exec(title) ?? [];
  return name === title ? `${title} (fork)` : `${name} (fork ${String(Number(count ?? 1) + 1)})`;
}

/** Whatever kind of event names them: artifacts, attached pictures. */
function hashesIn(events: readonly SessionEvent[]): Set<string> {
  const found = new Set<string>();
  for (const event of events) {
    // Outputs and the model's messages are large, and name no files of the store.
    if (event.type === 'history' || event.type === 'cell_output') continue;
    for (const [, hash = ''] of JSON.stringify(event).matchAll(/"sha256":"([0-9a-f]{64})"/g)) found.add(hash);
  }
  return found;
}

/** Files of the store never change, so a link is as good as a copy. One that is missing there is missing here. */
async function linked(source: string, target: string): Promise<void> {
  try {
    await link(source, target);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'EEXIST') return;
    await copyFile(source, target);
  }
}
