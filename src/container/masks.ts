/** What is laid over the things of a mounted folder that code must not see. */
import * as path from 'node:path';
import { badMount } from '../failures.ts';
import type { Hidden } from '../shared/hidden.ts';
import type { CreateOptions } from './docker.ts';
import type { ResolvedMount } from './mounts.ts';
import { WORKSPACE } from './policy.ts';
import type { Found, Scan } from './scan.ts';

/** A path in the container that is empty there. */
export interface Mask {
  target: string;
  kind: 'file' | 'folder';
}

/** A container with 2,000 starts half a second later than one without; nobody has as many by accident. */
const MOST_MASKS = 1_000;
const LISTED = 100;

type MountSettings = NonNullable<NonNullable<CreateOptions['HostConfig']>['Mounts']>;

/**
 * Masks for all that was found. Where they would be too many, a folder that holds several is masked as a whole.
 * @throws Failure `bad-mount` when a folder's own top holds too many.
 */
export function planMasks(
  found: readonly Found[],
  mounts: readonly ResolvedMount[],
  most = MOST_MASKS,
): Mask[] {
  const roots = new Set([WORKSPACE, ...mounts.map(({ target }) => target)]);
  let masks = found.map(({ target, kind }): Mask => ({
    target,
    kind: kind === 'folder' ? 'folder' : 'file',
  }));
  while (masks.length > most) {
    const folders = foldable(masks, roots);
    if (folders.size === 0)
      throw badMount(topOf(masks, mounts), `more than ${most} files in it are to be hidden`);
    const isCovered = ({ target }: Mask): boolean => ancestors(target).some((folder) => folders.has(folder));
    const whole = [...folders].map((target): Mask => ({ target, kind: 'folder' }));
    masks = [...masks.filter((mask) => !isCovered(mask)), ...whole];
  }
  return masks.sort((a, b) => (a.target < b.target ? -1 : 1));
}

/** Folders to mask as a whole: the one with the most masks in it, or, when none holds several, all of them. */
function foldable(masks: readonly Mask[], roots: ReadonlySet<string>): Set<string> {
  const counts = new Map<string, number>();
  for (const { target } of masks) {
    const folder = path.posix.dirname(target);
    if (!roots.has(folder)) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  const most = Math.max(...counts.values());
  const [largest] = [...counts].filter(([, count]) => count === most && count > 1);
  return new Set(largest === undefined ? counts.keys() : [largest[0]]);
}

function ancestors(target: string): string[] {
  const parent = path.posix.dirname(target);
  return parent === target ? [] : [parent, ...ancestors(parent)];
}

function topOf(masks: readonly Mask[], mounts: readonly ResolvedMount[]): string {
  const inside = mounts.find(({ target }) => masks[0]?.target.startsWith(`${target}/`) === true);
  return inside?.source ?? mounts[0]?.source ?? '';
}

/** An empty device over a file, as the engine itself masks files; an empty file system over a folder. */
export function maskMounts(masks: readonly Mask[]): MountSettings {
  return masks.map(({ target, kind }) =>
    kind === 'folder'
      ? {
          Type: 'tmpfs' as const,
          Source: '',
          Target: target,
          ReadOnly: true,
          TmpfsOptions: { SizeBytes: 4096, Mode: 0o555 },
        }
      : {
          Type: 'bind' as const,
          Source: '/dev/null',
          Target: target,
          ReadOnly: true,
          BindOptions: { Propagation: 'rprivate' as const },
        },
  );
}

/** What the user and the model are told. */
export function hiddenFacts(masks: readonly Mask[], { cut, links, linkCount }: Scan): Hidden {
  const names = masks.map(({ target, kind }) => shortName(target) + (kind === 'folder' ? '/' : ''));
  return {
    count: masks.length,
    names: names.sort().slice(0, LISTED),
    cut,
    linkCount,
    links: links.map(shortName).sort(),
  };
}

const shortName = (target: string): string => target.slice(WORKSPACE.length + 1);
