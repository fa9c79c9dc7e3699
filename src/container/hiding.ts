/** Secrets, sockets and pipes of the mounted folders: found before a start, masked in it, watched afterwards. */
import { constants, type BigIntStats } from 'node:fs';
import { open } from 'node:fs/promises';
import * as path from 'node:path';
import { badMount } from '../failures.ts';
import type { Hidden } from '../shared/hidden.ts';
import { hiddenNames, IGNORE_FILE, IGNORE_FILE_LIMIT_BYTES, type IsHidden } from './hiddenNames.ts';
import { hiddenFacts, planMasks, type Mask } from './masks.ts';
import type { ResolvedMount } from './mounts.ts';
import {
  identityOf,
  scanFolder,
  scanMounts,
  statOf,
  type Found,
  type SearchedMount,
  type SeenFolder,
} from './scan.ts';

/** Folders looked at again before each cell, those nearest to the top; a few milliseconds. */
const WATCHED_FOLDERS = 2_000;

/**
 * What is hidden in these folders now.
 * @throws Failure `bad-mount` when a list of names cannot be read or too much is to be hidden; `cancelled`
 */
export async function hideSecrets(mounts: readonly ResolvedMount[], signal?: AbortSignal): Promise<Hiding> {
  const lists: IgnoreList[] = [];
  const searched: SearchedMount[] = [];
  for (const mount of mounts) {
    const list = await readIgnoreList(mount);
    lists.push(list);
    const isHidden = hiddenNames(list.text);
    refuseSecretFolder(mount);
    searched.push({ ...mount, isHidden });
  }
  const scan = await scanMounts(searched, signal);
  const masks = planMasks(scan.found, mounts);
  return new Hiding(masks, hiddenFacts(masks, scan), searched, lists, scan.found, scan.folders);
}

/**
 * Which files of a folder are hidden from code, by their names.
 * @throws Failure `bad-mount` when the folder's own list of names cannot be read
 */
export async function hiddenIn(source: string): Promise<IsHidden> {
  return hiddenNames((await readIgnoreList({ source, target: '' })).text);
}

export class Hiding {
  private readonly identities: Map<string, string>;
  private readonly folders: SeenFolder[];
  private readonly known: Set<string>;

  constructor(
    private readonly masks: readonly Mask[],
    readonly facts: Hidden,
    private readonly mounts: readonly SearchedMount[],
    private readonly lists: readonly IgnoreList[],
    private readonly found: readonly Found[],
    folders: readonly SeenFolder[],
  ) {
    this.identities = new Map(found.map(({ source, identity }) => [source, identity]));
    this.folders = folders.slice(0, WATCHED_FOLDERS);
    this.known = new Set(folders.map(({ source }) => source));
  }

  /** gVisor lets nobody reach sockets and pipes of the host by itself, and does not start with something over one. */
  masksFor(runtime: { isGvisor: boolean }): Mask[] {
    const special = new Set(this.found.flatMap(({ kind, target }) => (kind === 'special' ? [target] : [])));
    return this.masks.filter(({ target }) => !runtime.isGvisor || !special.has(target));
  }

  /**
   * The path in the container of something that is to be hidden and is not: it came later, or a program replaced the
   * file on which the mask lies. Null: what was looked at is hidden.
   * @param secretsOnly cells cannot reach sockets and pipes anyway; programs of the host make them often.
   */
  async exposed(secretsOnly = false): Promise<string | null> {
    const counts = ({ kind }: Found): boolean => kind !== 'special' || !secretsOnly;
    for (const { source, target, text } of this.lists) {
      if ((await readIgnoreList({ source, target })).text !== text) return `${target}/${IGNORE_FILE}`;
    }
    const stats = await statsOf(this.found);
    const replaced = this.found.find(
      (thing, n) => counts(thing) && !isGone(stats[n]) && !isSame(stats[n], thing.identity),
    );
    if (replaced !== undefined) return replaced.target;
    const times = await statsOf(this.folders);
    for (const [n, folder] of [...this.folders].entries()) {
      const mtimeNs = times[n]?.mtimeNs;
      if (mtimeNs === undefined || mtimeNs === folder.mtimeNs) continue;
      const exposed = await this.lookAgain(folder, counts);
      if (exposed !== null) return exposed;
    }
    return null;
  }

  /** True when something that was to be masked is not there any more: a start with its mask fails. */
  async vanished(): Promise<boolean> {
    const stats = await statsOf(this.found);
    return this.found.some(({ identity }, n) => !isSame(stats[n], identity));
  }

  private async lookAgain(folder: SeenFolder, counts: (thing: Found) => boolean): Promise<string | null> {
    const { found, folders } = await scanFolder(folder, this.known, this.mounts);
    const [itself, ...below] = folders;
    if (itself !== undefined) folder.mtimeNs = itself.mtimeNs;
    for (const seen of below) {
      this.known.add(seen.source);
      if (this.folders.length < WATCHED_FOLDERS) this.folders.push(seen);
    }
    const isNew = ({ source, identity }: Found): boolean => this.identities.get(source) !== identity;
    return found.find((thing) => counts(thing) && isNew(thing))?.target ?? null;
  }
}

type Stat = BigIntStats | null | undefined;

const statsOf = async (things: readonly { source: string }[]): Promise<Stat[]> =>
  Promise.all(things.map(async ({ source }) => statOf(source)));
const isGone = (stat: Stat): boolean => (stat ?? null) === null;
const isSame = (stat: Stat, identity: string): boolean =>
  stat !== null && stat !== undefined && identityOf(stat) === identity;

/** `source` and `target` of the mount that it lies in. */
interface IgnoreList {
  source: string;
  target: string;
  /** Null: there is none. */
  text: string | null;
}

/** A list that is there but cannot be read must not be passed over: its writer relies on it. */
async function readIgnoreList({ source, target }: ResolvedMount): Promise<IgnoreList> {
  const file = path.join(source, IGNORE_FILE);
  const stat = await statOf(file);
  if (stat === null) return { source, target, text: null };
  const refuse = (why: string): Error => badMount(source, `${IGNORE_FILE} in it ${why}`);
  if (!stat.isFile()) throw refuse('is not an ordinary file');
  if (stat.size > IGNORE_FILE_LIMIT_BYTES) throw refuse('is too large');
  try {
    const handle = await open(
      file,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
    try {
      const buffer = Buffer.alloc(IGNORE_FILE_LIMIT_BYTES);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
      return { source, target, text: buffer.toString('utf8', 0, bytesRead) };
    } finally {
      await handle.close();
    }
  } catch {
    throw refuse('cannot be read');
  }
}

/** A folder like `.ssh`, opened itself or from within, would be shown with everything that has an ordinary name. */
function refuseSecretFolder({ source }: ResolvedMount): void {
  const isHidden = hiddenNames(null);
  const secret = source.split(path.sep).find((name) => name.startsWith('.') && isHidden(`${name}/`));
  if (secret !== undefined) throw badMount(source, `${secret} is a place for secrets`);
}
