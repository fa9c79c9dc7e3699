/**
 * The sessions below a folder, one folder each. `index.json` beside them remembers what was read of each log; it may
 * be missing, old or broken: the logs are the truth, and what fits no log is read again.
 */
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { errorCode } from '../errorCode.ts';
import { detail } from '../failures.ts';
import { eachLine, parseLine } from './logLines.ts';
import { factsOf, sessionFactsSchema, type SessionFacts } from './sessionFacts.ts';
import { TRANSCRIPT } from './store.ts';
import { isNewer } from './transcript.ts';

export type ListedSession = { id: string; folder: string; logBytes: number } & (
  | { kind: 'session'; facts: SessionFacts }
  /** It is there, and cannot be opened. */
  | { kind: 'unusable'; reason: string; changedAt: number }
);

const INDEX = 'index.json';
const VERSION = 1;
const AT_ONCE = 16;

const entrySchema = z.object({
  /** Of the log, when it was read. */
  bytes: z.number(),
  mtimeMs: z.number(),
  found: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('session'), facts: sessionFactsSchema }),
    z.object({ kind: z.literal('unusable'), reason: z.string() }),
  ]),
});
type Entry = z.infer<typeof entrySchema>;
const indexSchema = z.object({ version: z.literal(VERSION), sessions: z.record(z.string(), entrySchema) });

/** Newest first. Folders without a log are nobody's and left out; so are sessions in which nothing was done. */
export async function listSessions(root: string): Promise<ListedSession[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory() && isSessionName(entry.name));
  const known = await readIndex(root);
  const now = new Map<string, Entry>();
  const queue = names.map(({ name }) => name);
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
        const entry = await look(join(root, id), id, known.get(id) ?? null);
        if (entry !== null) now.set(id, entry);
      }
    }),
  );
  const changed = now.size !== known.size || [...now].some(([id, entry]) => known.get(id) !== entry);
  if (changed) await writeIndex(root, now);
  return [...now]
    .map(([id, entry]) => listed(root, id, entry))
    .filter((session) => session.kind === 'unusable' || !session.facts.empty)
    .sort((a, b) => changedAt(b) - changedAt(a) || a.id.localeCompare(b.id));
}

/** One session, read anew. Null: there is none of that name. */
export async function sessionFacts(root: string, id: string): Promise<ListedSession | null> {
  if (!isSessionName(id)) return null;
  const entry = await look(join(root, id), id, null);
  return entry === null ? null : listed(root, id, entry);
}

/** Also keeps names from leading out of the folder. */
export const isSessionName = (name: string): boolean => /^[\w-]+$/.test(name);

const listed = (root: string, id: string, { bytes, mtimeMs, found }: Entry): ListedSession => {
  const place = { id, folder: join(root, id), logBytes: bytes };
  return found.kind === 'session' ? { ...place, ...found } : { ...place, ...found, changedAt: mtimeMs };
};

export const changedAt = (session: ListedSession): number =>
  session.kind === 'session' ? session.facts.changedAt : session.changedAt;

async function look(folder: string, id: string, known: Entry | null): Promise<Entry | null> {
  const file = join(folder, TRANSCRIPT);
  try {
    const { size: bytes, mtimeMs } = await stat(file);
    if (known !== null && known.bytes === bytes && known.mtimeMs === mtimeMs) return known;
    return { bytes, mtimeMs, found: found(await readFile(file), id) };
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return null;
    const reason = `its log cannot be read (${errorCode(error) || detail(error)})`;
    return { bytes: 0, mtimeMs: 0, found: { kind: 'unusable', reason } };
  }
}

function found(log: Buffer, id: string): Entry['found'] {
  const unusable = (reason: string): Entry['found'] => ({ kind: 'unusable', reason });
  const first = eachLine(log).next();
  if (first.done !== true && isNewer(parseLine(first.value))) return unusable('a newer version wrote it');
  const facts = factsOf(log);
  if (facts === null) return unusable('its log does not say how it began');
  if (facts.sessionId !== id) return unusable('it is a copy of another session');
  return { kind: 'session', facts };
}

async function readIndex(root: string): Promise<Map<string, Entry>> {
  const text = await readFile(join(root, INDEX), 'utf8').catch(() => '');
  const index = indexSchema.safeParse(parseLine(Buffer.from(text)));
  return new Map(index.success ? Object.entries(index.data.sessions) : []);
}

/** A list that cannot be written is made again the next time. */
async function writeIndex(root: string, entries: ReadonlyMap<string, Entry>): Promise<void> {
  const next = join(root, `${INDEX}.${process.pid}.next`);
  try {
    await writeFile(next, JSON.stringify({ version: VERSION, sessions: Object.fromEntries(entries) }));
    await rename(next, join(root, INDEX));
  } catch {
    await rm(next, { force: true }).catch(() => undefined);
  }
}
