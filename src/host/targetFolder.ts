/**
 * Writes a file into a folder that the user chose: whole or not at all, and nowhere else. On Linux the folder is
 * held open and reached through its descriptor, so that a link put in its place later leads nowhere; elsewhere its
 * real path is compared once more before the file gets its name. No VS Code in here.
 */
import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { processExists } from '../container/owner.ts';
import { errorCode } from '../errorCode.ts';
import { Problem } from '../failures/failure.ts';
import { words } from '../shared/l10n.ts';

/** What stands under a name. `bytes` and `changedAt` (milliseconds since the epoch) are the link's own for a link. */
export interface Existing {
  kind: 'file' | 'link';
  bytes: number;
  changedAt: number;
}

/** A file that was read: it is replaced only while it has this content, and hands its permissions on. */
export interface ReadFile extends Existing {
  sha256: string;
  /** Permission bits, and whose it is. */
  mode: number;
  uid: number;
  gid: number;
}

export interface Content {
  /** Called once. */
  read: () => Readable;
  /** Of what is written; anything else is an error, and nothing is saved. */
  sha256: string;
}

/** A place to save files in. */
export interface Folder {
  /** With links followed: what the folder really is. */
  readonly realPath: string;
  names(): Promise<string[]>;
  /** Null: nothing is there. @throws for folders, devices and the like, which are never replaced. */
  look(name: string): Promise<Existing | null>;
  /**
   * @param replaces what the user agreed to replace (from `look`); null: a new file.
   * @throws when the disk is full, the content is not what it should be, or something else stands there by now.
   */
  write(name: string, content: Content, replaces: Existing | null): Promise<void>;
  close(): Promise<void>;
}

export const contentOf = (bytes: Uint8Array): Content => ({
  read: () => Readable.from([bytes]),
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

// Not blocking: a pipe without a writer would hold us for ever.
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);

const PART = /^\.code-interpreter-(\d+)-[0-9a-f-]{36}\.part$/;
/** A folder may be shared with another machine, whose processes are not known here. */
const PART_AGE_MS = 60 * 60 * 1000;

export class TargetFolder implements Folder {
  private swept = false;

  private constructor(
    readonly realPath: string,
    private readonly handle: fs.FileHandle | null,
  ) {}

  /** @throws what the file system says; an error for what is no folder. */
  static async open(folder: string): Promise<TargetFolder> {
    if (process.platform !== 'linux') return new TargetFolder(await fs.realpath(folder), null);
    const handle = await fs.open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      return new TargetFolder(await fs.readlink(`/proc/self/fd/${handle.fd}`), handle);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.handle?.close();
  }

  async names(): Promise<string[]> {
    return fs.readdir(this.handle === null ? this.realPath : `/proc/self/fd/${this.handle.fd}`);
  }

  async look(name: string): Promise<Existing | null> {
    try {
      const status = await fs.lstat(this.at(name));
      if (!status.isFile() && !status.isSymbolicLink())
        throw new Problem(words`${name} is there already, and is no file`);
      return {
        kind: status.isFile() ? 'file' : 'link',
        bytes: status.size,
        changedAt: status.mtimeMs,
      };
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    }
  }

  /** Null: nothing is there. No link is followed. @throws for what is no ordinary file, or larger than that */
  async read(name: string, limitBytes: number): Promise<{ bytes: Buffer; file: ReadFile } | null> {
    if ((await this.look(name)) === null) return null;
    const handle = await fs.open(this.at(name), READ).catch((error: unknown) => {
      if (errorCode(error) === 'ELOOP') throw new Problem(words`${name} is a link`, { cause: error });
      throw error;
    });
    try {
      const status = await handle.stat();
      if (!status.isFile()) throw new Problem(words`${name} is there already, and is no file`);
      if (status.size > limitBytes)
        throw new Problem(words`${name} is larger than ${limitBytes / 1024 ** 2} MiB`);
      const bytes = await handle.readFile();
      const { mtimeMs, mode, uid, gid } = status;
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return {
        bytes,
        file: { kind: 'file', bytes: bytes.length, changedAt: mtimeMs, sha256, mode: mode & 0o777, uid, gid },
      };
    } finally {
      await handle.close();
    }
  }

  /** Takes a file away that is still what was read. @throws when it is not */
  async remove(name: string, file: ReadFile): Promise<void> {
    await this.unmoved();
    await this.unchanged(name, file);
    await fs.unlink(this.at(name));
    await this.handle?.sync().catch(() => undefined);
  }

  /**
   * When it throws, what was there before is unchanged, and no part of the new file is left.
   * @param replaces what was read is compared by its content, too, and its permissions are kept
   */
  async write(name: string, content: Content, replaces: Existing | ReadFile | null): Promise<void> {
    const part = `.code-interpreter-${process.pid}-${randomUUID()}.part`;
    await this.sweep();
    try {
      await this.writePart(part, content, replaces !== null && 'mode' in replaces ? replaces : null);
      await this.unmoved();
      if (replaces === null) await this.giveFreeName(part, name);
      else {
        await this.unchanged(name, replaces);
        // Of a link the name is replaced, never what it leads to.
        await fs.rename(this.at(part), this.at(name));
      }
    } finally {
      await fs.rm(this.at(part), { force: true }).catch(() => undefined);
    }
    await this.handle?.sync().catch(() => undefined);
  }

  private async unchanged(name: string, before: Existing | ReadFile): Promise<void> {
    const changed = new Problem(words`${name} was changed meanwhile`);
    if ('sha256' in before) {
      const now = await this.read(name, before.bytes).catch(() => null);
      if (now?.file.sha256 !== before.sha256) throw changed;
    }
    // Last, so that next to nothing lies between the look and what follows it.
    const now = await this.look(name);
    if (now?.kind !== before.kind || now.bytes !== before.bytes || now.changedAt !== before.changedAt)
      throw changed;
  }

  /** What a program that was killed while it saved has left half written. Once for each folder. */
  private async sweep(): Promise<void> {
    if (this.swept) return;
    this.swept = true;
    for (const name of await this.names().catch(() => [])) {
      const pid = PART.exec(name)?.[1];
      if (pid === undefined || processExists(Number(pid))) continue;
      const status = await fs.lstat(this.at(name)).catch(() => null);
      if (status?.isFile() !== true || Date.now() - status.mtimeMs < PART_AGE_MS) continue;
      await fs.rm(this.at(name), { force: true }).catch(() => undefined);
    }
  }

  private at(name: string): string {
    if (name === '' || name === '.' || name === '..' || /[\\/\0]/.test(name))
      throw new Problem(words`${JSON.stringify(name)} is no file name`);
    return this.handle === null ? path.join(this.realPath, name) : `/proc/self/fd/${this.handle.fd}/${name}`;
  }

  /** A file of the sandbox is never executable, unless it is a new content of one that is. */
  private async writePart(
    part: string,
    { read, sha256 }: Content,
    like: Pick<ReadFile, 'mode' | 'uid' | 'gid'> | null,
  ): Promise<void> {
    const file = await fs.open(this.at(part), CREATE, 0o644);
    try {
      const hash = createHash('sha256');
      for await (const chunk of read() as AsyncIterable<Uint8Array>) {
        hash.update(chunk);
        for (let done = 0; done < chunk.length;)
          done += (await file.write(chunk, done, chunk.length - done)).bytesWritten;
      }
      if (hash.digest('hex') !== sha256) throw new Problem(words('the stored file was changed'));
      if (like !== null) {
        // Only root can; for everybody else it is theirs already.
        await file.chown(like.uid, like.gid).catch(() => undefined);
        await file.chmod(like.mode);
      }
      await file.sync();
    } finally {
      await file.close();
    }
  }

  /** Without replacing what appeared under that name meanwhile: a second link to a file takes only a free name. */
  private async giveFreeName(part: string, name: string): Promise<void> {
    try {
      await fs.link(this.at(part), this.at(name));
    } catch (error) {
      const code = errorCode(error);
      if (code === 'EEXIST') throw new Problem(words`${name} is there by now`, { cause: error });
      // File systems without hard links.
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EOPNOTSUPP') throw error;
      if ((await this.look(name)) !== null)
        throw new Problem(words`${name} is there by now`, { cause: error });
      await fs.rename(this.at(part), this.at(name));
    }
  }

  private async unmoved(): Promise<void> {
    if (this.handle === null && (await fs.realpath(this.realPath)) !== this.realPath)
      throw new Problem(words('the folder was replaced meanwhile'));
  }
}
