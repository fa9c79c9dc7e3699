/**
 * The user's files by their paths in the sandbox, for proposed changes: where one really lies, what it is, whether it
 * may be changed at all. A link that leads out of its folder leads nowhere. No VS Code in here.
 */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { hiddenIn } from '../container/hiding.ts';
import { hostPathOf, targetOf } from '../container/mounts.ts';
import { WORKSPACE, type HostMount } from '../container/policy.ts';
import { errorCode } from '../errorCode.ts';
import { Problem, saidDetail } from '../failures.ts';
import { insideFolder } from '../insideFolder.ts';
import { USER_FILE_LIMIT_BYTES, type UserFile, type UserFiles } from '../session/changes/sessionChanges.ts';
import { words, type Words } from '../shared/l10n.ts';
import { placeVerdict } from './savePlaces.ts';
import { TargetFolder, type ReadFile } from './targetFolder.ts';

/** Where a file lies, or will. */
export interface UserPlace {
  /** Real path, with links followed. */
  path: string;
  /** The nearest folder on the way that is there, as a real path; `missing` are the folders below it that are not. */
  folder: string;
  missing: string[];
  name: string;
  /** Real path of the folder or file that the sandbox sees, and the way from there, `/` separated. */
  root: string;
  relative: string;
}

export class MountedFiles implements UserFiles {
  constructor(private readonly mounts: readonly HostMount[]) {}

  async refusal(containerPath: string): Promise<Words | null> {
    return this.place(containerPath).then(
      () => null,
      (error: unknown) => saidDetail(error),
    );
  }

  async read(containerPath: string): Promise<UserFile> {
    try {
      const place = await this.place(containerPath);
      const { mtimeMs, ctimeMs } = await fs.stat(place.path).catch(() => ({ mtimeMs: 0, ctimeMs: 0 }));
      const found = await this.inFolder(place, async (folder) =>
        folder.read(place.name, USER_FILE_LIMIT_BYTES),
      );
      if (found === null) return { kind: 'none' };
      // A file that took the name later has an old time of its own.
      return {
        kind: 'file',
        bytes: found.bytes,
        changedAt: Math.max(mtimeMs, ctimeMs, found.file.changedAt),
      };
    } catch (error) {
      return { kind: 'refused', why: saidDetail(error) };
    }
  }

  /** The folder is held while that runs; null: it is not there. */
  async inFolder<T>(
    place: UserPlace,
    run: (folder: TargetFolder) => Promise<T | null>,
    { make = false }: { make?: boolean } = {},
  ): Promise<T | null> {
    const inner = path.join(place.folder, ...place.missing);
    if (place.missing.length > 0) {
      if (!make) return null;
      await fs.mkdir(inner, { recursive: true });
    }
    const folder = await TargetFolder.open(inner);
    try {
      // Somebody may have put a link in its place meanwhile.
      if (folder.realPath !== inner) throw outside();
      return await run(folder);
    } finally {
      await folder.close();
    }
  }

  /** @throws Problem why it cannot be changed */
  async place(containerPath: string): Promise<UserPlace> {
    const plain = path.posix.normalize(containerPath);
    const found = plain.startsWith(`${WORKSPACE}/`) ? hostPathOf(this.mounts, plain) : null;
    const mount = this.mounts.find((one) => hostPathOf([one], plain) === found);
    if (found === null || mount === undefined) throw notInFolder();
    const root = await fs.realpath(mount.source);
    const real = await realPlace(found);
    const relative = insideFolder(root, path.join(real.folder, ...real.missing, real.name));
    if (relative === null) throw outside();
    const slashed = relative.split(path.sep).join('/');
    // A file that the user named by itself is shown to code whatever it is called.
    if (relative !== '') await refuseHidden(root, [slashed, inMount(mount, plain)]);
    const place: UserPlace = {
      ...real,
      path: path.join(real.folder, ...real.missing, real.name),
      root,
      relative: relative === '' ? real.name : slashed,
    };
    const verdict = placeVerdict(place.path);
    if (verdict.kind === 'refused') throw new Problem(verdict.reason);
    return place;
  }

  /** The file as it is, to be replaced. Null: there is none. @throws Problem when it cannot be written */
  async current(place: UserPlace): Promise<{ bytes: Buffer; file: ReadFile } | null> {
    const found = await this.inFolder(place, async (folder) =>
      folder.read(place.name, USER_FILE_LIMIT_BYTES),
    );
    if (found === null) return null;
    // The name could be given to another file all the same; who made it read-only does not want that.
    const denied = await fs.access(place.path, fs.constants.W_OK).then(
      () => false,
      () => true,
    );
    if (denied || (found.file.mode & 0o222) === 0) throw new Problem(words('it is read-only'));
    return found;
  }
}

const notInFolder = (): Problem => new Problem(words('it is in no folder that the sandbox sees'));
const outside = (): Problem => new Problem(words('a link on the way to it leads out of its folder'));

const inMount = (mount: HostMount, containerPath: string): string =>
  path.posix.relative(targetOf(mount), containerPath);

async function refuseHidden(root: string, relatives: readonly string[]): Promise<void> {
  const isHidden = await hiddenIn(root);
  if (relatives.some((relative) => isHidden(relative)))
    throw new Problem(words('it is hidden from code, because it holds secrets'));
}

/** Links followed, as far as there is something. @throws Problem for what is no file */
async function realPlace(wanted: string): Promise<Pick<UserPlace, 'folder' | 'missing' | 'name'>> {
  const real = await fs.realpath(wanted).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (real !== null) {
    if (!(await fs.stat(real)).isFile()) throw new Problem(words('there is something else than a file'));
    return { folder: path.dirname(real), missing: [], name: path.basename(real) };
  }
  // A link to nothing would be followed by whoever writes next.
  if ((await fs.lstat(wanted).catch(() => null)) !== null)
    throw new Problem(words('there is a link that leads nowhere'));
  const missing: string[] = [];
  let folder = path.dirname(wanted);
  for (;;) {
    const found = await fs.realpath(folder).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    });
    if (found !== null) return { folder: found, missing, name: path.basename(wanted) };
    missing.unshift(path.basename(folder));
    folder = path.dirname(folder);
  }
}
