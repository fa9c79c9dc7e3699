/** The host's file that a line of a traceback names by its path in the container. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { containerPathOf, hostPathOf } from '../container/mounts.ts';
import { WORKSPACE, type HostMount } from '../container/policy.ts';
import { fileGone, notInWorkspace } from '../failures.ts';

/**
 * Code writes tracebacks, so the path can be anything: only an ordinary file that really lies in a folder which the
 * sandbox sees is given back.
 * @throws Failure `not-in-workspace`, `file-gone`
 */
export function hostFileOf(mounts: readonly HostMount[], containerPath: string): string {
  const plain = path.posix.normalize(containerPath);
  const found = plain.startsWith(`${WORKSPACE}/`) ? hostPathOf(mounts, plain) : null;
  if (found === null) throw notInWorkspace(containerPath);
  const stat = fs.statSync(found, { throwIfNoEntry: false });
  if (stat === undefined) throw fileGone(containerPath);
  if (!stat.isFile() || containerPathOf([...mounts], found) === null) throw notInWorkspace(containerPath);
  return found;
}
