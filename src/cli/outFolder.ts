/** Files the CLI writes for the user. What was there before is never overwritten unless the user named it. */
import { createWriteStream } from 'node:fs';
import { access, lstat, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { randomUUID } from 'node:crypto';
import { errorCode } from '../errorCode.ts';
import { pathUnusable } from '../failures.ts';

/**
 * A folder for results. A name that is taken gets a number (`chart-2.png`); a name this run wrote itself is
 * replaced, so that a file a cell writes again has one copy, the newest.
 */
export class OutFolder {
  /** Wanted name → name on disk. */
  private readonly claimed = new Map<string, string>();

  private constructor(readonly folder: string) {}

  /** Makes the folder if needed. @throws Failure `path-unusable` */
  static async open(folder: string): Promise<OutFolder> {
    try {
      await mkdir(folder, { recursive: true });
      return new OutFolder(await realpath(folder));
    } catch (error) {
      throw pathUnusable(folder, reasonOf(error));
    }
  }

  /**
   * Writes `name` (relative, `/` separated) and returns its name on disk, relative to the folder.
   * @throws Failure `path-unusable` for a name that leaves the folder or a disk that refuses.
   */
  async write(name: string, content: Readable | Uint8Array | string): Promise<string> {
    const own = this.claimed.get(name);
    try {
      const chosen = own ?? (await this.freeName(name));
      this.claimed.set(name, chosen);
      await writeAtomically(path.join(this.folder, chosen), content);
      return chosen;
    } catch (error) {
      throw pathUnusable(path.join(this.folder, name), reasonOf(error));
    }
  }

  private async freeName(name: string): Promise<string> {
    const target = path.join(this.folder, name);
    const relative = path.relative(this.folder, target);
    const leaves = relative === '' || relative.startsWith('..') || path.isAbsolute(relative);
    if (leaves || path.isAbsolute(name)) {
      throw new Error('its name leads out of the folder');
    }
    await this.refuseLinks(path.dirname(relative));
    const taken = new Set(this.claimed.values());
    return firstFree(relative, async (candidate) => {
      return !taken.has(candidate) && !(await exists(path.join(this.folder, candidate)));
    });
  }

  /** A folder below ours that is a link would take the file elsewhere. */
  private async refuseLinks(relativeFolder: string): Promise<void> {
    let current = this.folder;
    for (const part of relativeFolder === '.' ? [] : relativeFolder.split(path.sep)) {
      current = path.join(current, part);
      const found = await lstat(current).catch(() => null);
      if (found?.isSymbolicLink() === true) throw new Error(`${current} is a link`);
    }
  }
}

/** `x.png`, then `x-2.png`, `x-3.png` … */
export async function firstFree(
  wanted: string,
  isFree: (candidate: string) => Promise<boolean>,
): Promise<string> {
  const { dir, name, ext } = path.parse(wanted);
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? wanted : path.join(dir, `${name}-${n}${ext}`);
    if (await isFree(candidate)) return candidate;
  }
}

export async function exists(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}

/** All of it or nothing: written beside the target and renamed. A link is written through; the mode is kept. */
export async function writeAtomically(file: string, content: Readable | Uint8Array | string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const mode = await stat(target).then(
    (found) => found.mode & 0o777,
    () => 0o666,
  );
  await mkdir(path.dirname(target), { recursive: true });
  const temporary = path.join(
    path.dirname(target),
    `.${path.basename(target).slice(0, 100)}.${randomUUID()}`,
  );
  try {
    const source = typeof content === 'string' || content instanceof Uint8Array ? [content] : content;
    await pipeline(source, createWriteStream(temporary, { flags: 'wx', mode }));
    await sync(temporary);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** @throws Failure `path-unusable` when the folder that shall hold `file` does not exist. */
export async function checkParent(file: string): Promise<void> {
  try {
    await access(path.dirname(file));
  } catch (error) {
    throw pathUnusable(file, reasonOf(error));
  }
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'it does not exist',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the disk',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  EEXIST: 'a file of that name is in the way',
};

/** An error of the file system in plain words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return REASONS[errorCode(error)] ?? error.message;
}
