/**
 * Programs of the user, run for what they know of their own configuration. Nothing of the workspace has a say in it:
 * its folders are left out of the search, its variables are not handed on, and the programs run in an empty folder.
 */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { insideFolder } from '../insideFolder.ts';

export interface Surroundings {
  /** Variables of this process. */
  env: NodeJS.ProcessEnv;
  /** Absolute paths of the folders of the workspace. */
  workspaceFolders: readonly string[];
  platform: NodeJS.Platform;
}

/** Where programs find the user's own files, and what they need to start at all. */
const HANDED_ON = [
  ...['HOME', 'USER', 'LOGNAME', 'LANG', 'XDG_CONFIG_HOME', 'XDG_CONFIG_DIRS'],
  ...['USERPROFILE', 'HOMEDRIVE', 'HOMEPATH', 'APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA', 'ProgramFiles'],
  ...['SystemRoot', 'SystemDrive', 'windir', 'ComSpec', 'PATHEXT'],
];
const OUTPUT_LIMIT_BYTES = 1024 * 1024;

export class OwnPrograms {
  private constructor(
    private readonly folders: readonly string[],
    private readonly env: Record<string, string>,
    private readonly emptyFolder: string,
    private readonly platform: NodeJS.Platform,
  ) {}

  /** Makes the empty folder, which is gone when `use` has ended. */
  static async use<T>(
    { env, workspaceFolders, platform }: Surroundings,
    use: (programs: OwnPrograms) => Promise<T>,
  ): Promise<T> {
    const kept = await Promise.all(workspaceFolders.map(real));
    const isOutside = async (place: string): Promise<boolean> => {
      const found = [place, await real(place)];
      return !kept.some((folder) => found.some((each) => insideFolder(folder, each) !== null));
    };
    const windows = platform === 'win32';
    const delimiter = windows ? ';' : ':';
    const search = (env['PATH'] ?? env['Path'] ?? '')
      .split(delimiter)
      .filter((folder) => path.isAbsolute(folder));
    const outside = await Promise.all(search.map(isOutside));
    const folders = search.filter((_, index) => outside[index]);
    const handedOn: Record<string, string> = { PATH: folders.join(delimiter) };
    for (const name of HANDED_ON) {
      const value = env[name];
      if (value !== undefined && (!path.isAbsolute(value) || (await isOutside(value))))
        handedOn[name] = value;
    }
    const emptyFolder = await mkdtemp(path.join(tmpdir(), 'code-interpreter-'));
    try {
      // Here npm stops to look for a project; it would go on in the folders above.
      await writeFile(path.join(emptyFolder, 'package.json'), '{"private":true}');
      return await use(new OwnPrograms(folders, handedOn, emptyFolder, platform));
    } finally {
      await rm(emptyFolder, { recursive: true, force: true });
    }
  }

  /** The first one of these names in the user's search path; null: there is none. */
  async find(...names: readonly string[]): Promise<string | null> {
    for (const folder of this.folders) {
      for (const name of names) {
        const file = path.join(folder, this.platform === 'win32' ? `${name}.exe` : name);
        if (await isAllowed(file, constants.X_OK)) return file;
      }
    }
    return null;
  }

  /** The file of a script that comes with Node beside its program, e.g. npm's; null: there is none. */
  async findBesideNode(script: string): Promise<{ node: string; script: string } | null> {
    const node = await this.find('node');
    if (node === null) return null;
    const file = path.join(path.dirname(node), 'node_modules', script);
    return (await isAllowed(file, constants.R_OK)) ? { node, script: file } : null;
  }

  /** What it prints on standard output; null: it failed, or took longer. Never a shell. */
  async run(file: string, args: readonly string[], timeoutMs: number): Promise<string | null> {
    return new Promise((resolve) => {
      const options = {
        cwd: this.emptyFolder,
        env: this.env,
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: OUTPUT_LIMIT_BYTES,
        windowsHide: true,
      } as const;
      const child = execFile(file, args, options, (error, stdout) => resolve(error === null ? stdout : null));
      child.stdin?.end();
    });
  }
}

const real = async (place: string): Promise<string> => realpath(place).catch(() => path.resolve(place));

const isAllowed = async (file: string, mode: number): Promise<boolean> =>
  access(file, mode).then(
    () => true,
    () => false,
  );
