/**
 * One look through the folders that a sandbox will see: what has a name that is to be hidden, sockets and pipes of the
 * host, links that lead out. No link is followed, no content is read. Bounded in entries and time: folders with
 * installed packages come last, so that what is cut is what matters least.
 */
import type { BigIntStats, Dirent } from 'node:fs';
import { lstat, readdir, readlink, realpath } from 'node:fs/promises';
import * as path from 'node:path';
import { errorCode } from '../errorCode.ts';
import { startCancelled } from '../failures.ts';
import type { IsHidden } from './hiddenNames.ts';
import type { ResolvedMount } from './mounts.ts';

/** A mounted folder with the names that are hidden in it. */
export interface SearchedMount extends ResolvedMount {
  isHidden: IsHidden;
}

/** Something of the host that code must not see. */
export interface Found {
  /** Host path. */
  source: string;
  /** The same thing in the container. */
  target: string;
  /** `special`: a socket, a pipe or a device. */
  kind: 'file' | 'folder' | 'special';
  /** Another one after the thing was replaced. */
  identity: string;
}

export interface SeenFolder {
  source: string;
  mount: SearchedMount;
  /** When its entries were read; 0: it was being changed just then. */
  mtimeNs: bigint;
}

export interface Scan {
  found: Found[];
  /** Links leading out: the first, as paths in the container, and how many. */
  links: string[];
  linkCount: number;
  /** Not everything was looked at. */
  cut: boolean;
  /** In the order of the search. */
  folders: SeenFolder[];
}

export interface ScanLimits {
  entries: number;
  timeMs: number;
}

export const SCAN_LIMITS: ScanLimits = { entries: 400_000, timeMs: 5_000 };
const PARALLEL_FOLDERS = 32;
const LISTED_LINKS = 50;
/** A folder changed this short a time ago may change again without its time showing it. */
const TIME_GRAIN_NS = 50_000_000n;
/** Errors of a folder that is gone, or closed to this user. */
const NOT_TO_BE_READ = new Set(['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR']);
/** Full of other people's files, of which very few hide anything. */
const LATER = new Set(
  'node_modules bower_components site-packages dist-packages .venv venv .tox __pycache__ vendor target .gradle .cache'.split(
    ' ',
  ),
);

export const identityOf = ({ dev, ino, birthtimeNs }: BigIntStats): string => `${dev}:${ino}:${birthtimeNs}`;

/** @throws Failure `cancelled` */
export async function scanMounts(
  mounts: readonly SearchedMount[],
  signal?: AbortSignal,
  limits = SCAN_LIMITS,
): Promise<Scan> {
  const search = new Search(mounts, limits, signal);
  await search.walk(mounts.map((mount) => ({ source: mount.source, mount, later: false })));
  return search.scan;
}

/** Looks at one folder again, and at what is new below it. @throws Failure `cancelled` */
export async function scanFolder(
  folder: Pick<SeenFolder, 'source' | 'mount'>,
  known: ReadonlySet<string>,
  mounts: readonly SearchedMount[],
  signal?: AbortSignal,
): Promise<Scan> {
  const search = new Search(mounts, SCAN_LIMITS, signal, known);
  await search.walk([{ ...folder, later: false }]);
  return search.scan;
}

/** `later`: it lies in one of the folders that come last. */
type Todo = Pick<SeenFolder, 'source' | 'mount'> & { later: boolean };

class Search {
  readonly scan: Scan = { found: [], links: [], linkCount: 0, cut: false, folders: [] };
  private readonly later: Todo[] = [];
  private next: Todo[] = [];
  private entriesLeft: number;
  private readonly endsAt: number;
  private readonly seen = new Set<string>();

  /** @param known folders that are not to be entered. */
  constructor(
    private readonly mounts: readonly SearchedMount[],
    limits: ScanLimits,
    private readonly signal: AbortSignal | undefined,
    private readonly known: ReadonlySet<string> = new Set(),
  ) {
    this.entriesLeft = limits.entries;
    this.endsAt = performance.now() + limits.timeMs;
  }

  async walk(roots: Todo[]): Promise<void> {
    this.next = [...roots];
    while (this.next.length > 0 || this.later.length > 0) {
      if (this.signal?.aborted === true) throw startCancelled();
      if (this.entriesLeft <= 0 || performance.now() > this.endsAt) {
        this.scan.cut = true;
        return;
      }
      const queue = this.next.length > 0 ? this.next : this.later;
      await Promise.all(queue.splice(0, PARALLEL_FOLDERS).map(async (folder) => this.look(folder)));
    }
  }

  private async look(folder: Todo): Promise<void> {
    const { source, mount } = folder;
    const stat = await statOf(source);
    if (stat === null) return;
    // A file that the user named is shown: the choice was made with open eyes.
    if (!stat.isDirectory()) return;
    const entries = await readdir(source, { withFileTypes: true }).catch((error: unknown) => {
      // What this user may not read, or is gone, code cannot read either; what has too long a path it may.
      if (!NOT_TO_BE_READ.has(errorCode(error))) this.scan.cut = true;
      return [];
    });
    const fresh = BigInt(Date.now()) * 1_000_000n - stat.mtimeNs < TIME_GRAIN_NS;
    this.scan.folders.push({ source, mount, mtimeNs: fresh ? 0n : stat.mtimeNs });
    this.entriesLeft -= entries.length;
    const isPlain = (entry: Dirent): boolean =>
      entry.isFile() && !mount.isHidden(relativePath(mount, path.join(source, entry.name)));
    for (const entry of entries) if (!isPlain(entry)) await this.take(entry, folder);
  }

  private async take(entry: Dirent, { source: parent, mount, later }: Todo): Promise<void> {
    const source = path.join(parent, entry.name);
    const relative = relativePath(mount, source);
    if (entry.isDirectory()) {
      if (mount.isHidden(`${relative}/`)) await this.add(source, mount);
      else if (!this.known.has(source)) this.put({ source, mount, later: later || LATER.has(entry.name) });
    } else if (entry.isSymbolicLink()) {
      if (mount.isHidden(relative) || mount.isHidden(`${relative}/`)) await this.hideGoal(source);
      else if (!later) await this.listLink(source, mount);
    } else {
      await this.add(source, mount);
    }
  }

  private put(folder: Todo): void {
    (folder.later ? this.later : this.next).push(folder);
  }

  /** What a link with a hidden name points to is hidden where it lies. */
  private async hideGoal(source: string): Promise<void> {
    const real = await realpath(source).catch(() => null);
    const mount = real === null ? undefined : this.mounts.find((other) => isBelow(other.source, real));
    if (real !== null && mount !== undefined) await this.add(real, mount);
  }

  private async listLink(source: string, mount: SearchedMount): Promise<void> {
    const text = await readlink(source).catch(() => null);
    if (text === null) return;
    // By the link's words alone, as they are read in the container.
    const goal = path.posix.resolve(
      path.posix.dirname(targetPath(mount, source)),
      text.replaceAll('\\', '/'),
    );
    if (this.mounts.some(({ target }) => goal === target || goal.startsWith(`${target}/`))) return;
    this.scan.linkCount += 1;
    if (this.scan.links.length < LISTED_LINKS) this.scan.links.push(targetPath(mount, source));
  }

  private async add(source: string, mount: SearchedMount): Promise<void> {
    if (this.seen.has(source)) return;
    this.seen.add(source);
    const stat = await statOf(source);
    // Gone again, or replaced by a link after the folder was read: nothing is bound over a link.
    if (stat === null || stat.isSymbolicLink()) return;
    const kind = stat.isDirectory() ? 'folder' : stat.isFile() ? 'file' : 'special';
    this.scan.found.push({ source, target: targetPath(mount, source), kind, identity: identityOf(stat) });
  }
}

export const statOf = async (source: string): Promise<BigIntStats | null> =>
  lstat(source, { bigint: true }).catch(() => null);

const isBelow = (root: string, inner: string): boolean => inner.startsWith(root + path.sep);

const relativePath = (mount: ResolvedMount, source: string): string =>
  source.slice(mount.source.length).split(path.sep).join('/').replace(/^\//, '');

const targetPath = (mount: ResolvedMount, source: string): string =>
  `${mount.target}/${relativePath(mount, source)}`;
