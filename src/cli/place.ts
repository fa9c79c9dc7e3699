/** Where things are: the build context shipped with the program, the folder to show to the sandbox. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import * as path from 'node:path';
import { containerPathOf } from '../container/dockerSandbox.ts';
import type { HostMount } from '../container/policy.ts';
import { pathUnusable } from '../failures.ts';
import { reasonOf } from './outFolder.ts';

/** The `sandbox/` folder beside `dist/` (the shipped layout) or beside `src/` (run from source). */
export function buildContextFolder(from: string = __dirname): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'sandbox');
    if (existsSync(path.join(candidate, 'Dockerfile'))) return candidate;
    if (path.dirname(folder) === folder) return path.join(from, '..', 'sandbox');
  }
}

/** @throws Failure `path-unusable` when there is nothing, or not a folder. */
export function existingFolder(folder: string): string {
  try {
    if (!statSync(folder).isDirectory()) throw new Error('it is not a folder');
    return realpathSync(folder);
  } catch (error) {
    throw pathUnusable(folder, reasonOf(error));
  }
}

/** The deepest folder that holds all these paths. */
export function commonParent(files: readonly string[]): string {
  const [first = path.sep, ...rest] = files.map((file) => path.dirname(file));
  return rest.reduce((common, folder) => {
    let shared = common;
    while (shared !== folder && !folder.startsWith(shared.endsWith(path.sep) ? shared : shared + path.sep)) {
      shared = path.dirname(shared);
    }
    return shared;
  }, first);
}

/**
 * What the sandbox sees: the folder the user named, or the folder that holds the files. When that folder would be
 * the home folder or one of the system's, only the files themselves are shown.
 * @param files absolute paths that exist.
 */
export function mountsFor(workspace: string | null, files: readonly string[]): HostMount[] {
  if (workspace !== null) return [{ source: existingFolder(workspace), name: null }];
  const real = files.map((file) => realpathSync(file));
  if (real.length === 0) return [];
  const folder = commonParent(real);
  const tooWide = folder === path.parse(folder).root || folder === realpathSync(homedir());
  return tooWide ? uniquelyNamed(real) : [{ source: folder, name: null }];
}

function uniquelyNamed(files: readonly string[]): HostMount[] {
  const taken = new Set<string>();
  return [...new Set(files)].map((source) => {
    const { name, ext } = path.parse(source);
    let unique = name + ext;
    for (let n = 2; taken.has(unique); n++) unique = `${name}-${n}${ext}`;
    taken.add(unique);
    return { source, name: unique };
  });
}

/** @throws Failure `path-unusable` when the sandbox does not see the file. */
export function insideSandbox(mounts: HostMount[], file: string): string {
  const inside = containerPathOf(mounts, file);
  if (inside === null) throw pathUnusable(file, 'it is outside of the folder given by --workspace');
  return inside;
}
