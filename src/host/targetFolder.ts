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

  /** When it throws, what was there before is unchanged, and no part of the new file is left. */
  async write(name: string, content: Content, replaces: Existing | null): Promise<void> {
    const part = `.code-interpreter-${process.pid}-${randomUUID()}.part`;
    await this.sweep();
    try {
      await this.writePart(part, content);
      await this.unmoved();
      if (replaces === null) await this.giveFreeName(part, name);
      else {
        const now = await this.look(name);
        if (now?.bytes !== replaces.bytes || now.changedAt !== replaces.changedAt)
          throw new Problem(words`${name} was changed meanwhile`);
        // Of a link the name is replaced, never what it leads to.
        await fs.rename(this.at(part), this.at(name));
      }
    } finally {
      await fs.rm(this.at(part), { force: true }).catch(() => undefined);
    }
    await this.handle?.sync().catch(() => undefined);
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

  /** A file of the sandbox is never executable. */
  private async writePart(part: string, { read, sha256 }: Content): Promise<void> {
    const file = await fs.open(this.at(part), CREATE, 0o644);
    try {
      const hash = createHash('sha256');
      for await (const chunk of read() as AsyncIterable<Uint8Array>) {
        hash.update(chunk);
        for (let done = 0; done < chunk.length;)
          done += (await file.write(chunk, done, chunk.length - done)).bytesWritten;
      }
      if (hash.digest('hex') !== sha256) throw new Problem(words('the stored file was changed'));
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
