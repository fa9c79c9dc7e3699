/** One session folder has one writer: a second window gets a session of its own instead of a torn log. */
import { readFileSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod/mini';
import { errorCode } from '../errorCode.ts';

const ownerSchema = z.object({ pid: z.int(), startedAt: z.string() });

export interface SessionLock {
  release(): Promise<void>;
}

/** Takes the lock, also from an owner that is dead. Null: a living process has it. */
export async function tryLock(folder: string): Promise<SessionLock | null> {
  await fs.mkdir(folder, { recursive: true });
  const file = path.join(folder, 'owner.json');
  const mine = JSON.stringify({ pid: process.pid, startedAt: processStart(process.pid) ?? '' });
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      await fs.writeFile(file, mine, { flag: 'wx' });
      return { release: async () => fs.rm(file, { force: true }) };
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
    if (await isHeld(file)) return null;
    await fs.rm(file, { force: true });
  }
  return null;
}

/** Who has the session; a lock of the dead is none. */
export async function lockOwner(folder: string): Promise<'none' | 'own' | 'other'> {
  const file = path.join(folder, 'owner.json');
  if (!(await isHeld(file))) return 'none';
  return (await readOwner(file))?.pid === process.pid ? 'own' : 'other';
}

/** Null: gone meanwhile, or torn by a crash. */
async function readOwner(file: string): Promise<z.infer<typeof ownerSchema> | null> {
  try {
    return ownerSchema.parse(JSON.parse(await fs.readFile(file, 'utf8')));
  } catch {
    return null;
  }
}

async function isHeld(file: string): Promise<boolean> {
  const owner = await readOwner(file);
  if (owner === null) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (errorCode(error) !== 'EPERM') return false;
  }
  // A number that was given to another process since is not the owner.
  const startedAt = processStart(owner.pid);
  return startedAt === null || owner.startedAt === '' || startedAt === owner.startedAt;
}

/** Start time of a process in the kernel's own units; null where the system does not tell (not Linux). */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The command's name, in parentheses, may itself hold spaces and parentheses.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
