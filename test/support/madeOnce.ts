/**
 * What takes long to make and is the same for the same sources (a bundle, an installed package): made by the first of the
 * test files that run, each a process of its own, and kept in the system's temporary folder for the others.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const KEPT = join(tmpdir(), `code-interpreter-made-${String(userInfo().uid)}`);
const UNUSED_MS = 24 * 60 * 60 * 1000;

/**
 * @param kind a name for people, `panel`
 * @param sources absolute paths of files, and of folders with all that is in them: other bytes make it anew
 * @param make fills the empty folder that it is given, which is moved afterwards
 * @returns the folder; it is shared, so nobody changes it or removes it
 */
export async function madeOnce(
  kind: string,
  sources: readonly string[],
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(KEPT, `${kind}-${await hashOf(sources)}`);
  if (!existsSync(folder)) {
    await mkdir(KEPT, { recursive: true, mode: 0o700 });
    const making = await mkdtemp(join(KEPT, 'making-'));
    try {
      await make(making);
      await rename(making, folder);
    } catch (error) {
      await rm(making, { recursive: true, force: true });
      // Another process was quicker, and what it made is as good.
      if (!existsSync(folder)) throw error;
    }
    await removeUnused();
  }
  const now = new Date();
  await utimes(folder, now, now);
  return folder;
}

async function hashOf(sources: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const source of sources) {
    const isFolder = (await stat(source)).isDirectory();
    const names = isFolder ? (await readdir(source, { recursive: true })).sort() : [''];
    for (const name of names) {
      const path = join(source, name);
      if (!isFolder || (await stat(path)).isFile())
        hash.update(`${name}\0`).update(
          createHash('sha256')
            .update(await readFile(path))
            .digest(),
        );
    }
  }
  return hash.digest('hex').slice(0, 32);
}

async function removeUnused(): Promise<void> {
  for (const name of await readdir(KEPT)) {
    const path = join(KEPT, name);
    const used = await stat(path).catch(() => null);
    if (used !== null && Date.now() - used.mtimeMs > UNUSED_MS)
      await rm(path, { recursive: true, force: true });
  }
}
