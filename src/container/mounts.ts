/** Which host paths the sandbox sees, and under which name. */
import { lstatSync, realpathSync } from 'node:fs';
import * as path from 'node:path';
import { badMount } from '../failures.ts';
import { WORKSPACE, type HostMount } from './policy.ts';
import { isSystemPlace } from './systemPlaces.ts';
import { insideFolder } from '../insideFolder.ts';
import { words } from '../shared/l10n.ts';

/** A mount with its real source (no symlinks) and its place in the container. */
export interface ResolvedMount {
  source: string;
  target: string;
}

/** Where a mount appears in the container. */
export const targetOf = (mount: HostMount): string =>
  mount.name === null ? WORKSPACE : `${WORKSPACE}/${mount.name}`;

function realPath(hostPath: string): string | null {
  try {
    return realpathSync.native(hostPath);
  } catch {
    return null;
  }
}

/**
 * The container path of a host file: below `/workspace`, or null when the file is in no mount. Symlinks are
 * resolved first, because the container sees only what really lies inside a mount.
 */
export function containerPathOf(mounts: HostMount[], hostPath: string): string | null {
  const real = realPath(hostPath);
  if (real === null) return null;
  for (const mount of mounts) {
    const root = realPath(mount.source);
    if (root === null) continue;
    const relative = insideFolder(root, real);
    if (relative === null) continue;
    if (relative === '') return targetOf(mount);
    return `${targetOf(mount)}/${relative.split(path.sep).join('/')}`;
  }
  return null;
}

/** The way back: where a container path lies on the host, or null when it is in no mount. Looks at no file. */
export function hostPathOf(mounts: readonly HostMount[], containerPath: string): string | null {
  for (const mount of mounts) {
    const inside = path.posix.relative(targetOf(mount), containerPath);
    if (inside === '..' || inside.startsWith('../') || path.posix.isAbsolute(inside)) continue;
    return path.join(mount.source, ...inside.split('/'));
  }
  return null;
}

/**
 * Checks the mounts and resolves symlinks in their sources.
 * @param forbidden further paths that may not be inside a mount or be one (the engine's socket), and folders
 *   that may not be one themselves nor be inside one (the home folder).
 * @throws Failure `bad-mount`
 */
export function resolveMounts(
  mounts: HostMount[],
  forbidden: { socketPath: string | null; homeFolder: string },
): ResolvedMount[] {
  const seen = new Set<string>();
  return mounts.map((mount) => {
    const { source, name } = mount;
    if (!path.isAbsolute(source)) throw badMount(source, words('its path is not absolute'));
    if (name === null && mounts.length > 1)
      throw badMount(source, words('it has no name among several folders'));
    if (name !== null && !isPlainName(name))
      throw badMount(source, words('its name cannot be a folder name'));
    if (name !== null && seen.has(name))
      throw badMount(source, words`another folder is called "${name}", too`);
    if (name !== null) seen.add(name);
    const real = realPath(source);
    if (real === null) throw badMount(source, words('it does not exist or cannot be read'));
    const stat = lstatSync(real);
    if (!stat.isDirectory() && !stat.isFile())
      throw badMount(source, words('it is not an ordinary file or folder'));
    const home = realPath(forbidden.homeFolder);
    if (real === home) throw badMount(source, words('it is the home folder, with everything in it'));
    if (isSystemPlace(real)) throw badMount(source, words('it belongs to the system'));
    const socket = forbidden.socketPath === null ? null : realPath(forbidden.socketPath);
    if (socket !== null && isInside(real, socket))
      throw badMount(source, words('the Docker socket is inside it'));
    if (home !== null && isInside(real, home)) throw badMount(source, words('the home folder is inside it'));
    return { source: real, target: targetOf(mount) };
  });
}

function isInside(root: string, inner: string): boolean {
  const relative = path.relative(root, inner);
  return relative === '' || !(relative.startsWith('..') || path.isAbsolute(relative));
}

function isPlainName(name: string): boolean {
  return (
    name !== '' && name !== '.' && name !== '..' && name.length <= 255 && !/[/\\\u0000-\u001f]/.test(name)
  );
}
