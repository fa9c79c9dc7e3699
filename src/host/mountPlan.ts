/** What a session may read: the open folders, and single files the user pointed at. */
import * as path from 'node:path';
import type { HostMount } from '../container/policy.ts';

export interface Folder {
  /** Absolute host path. */
  path: string;
  /** As VS Code shows it. */
  name: string;
}

/**
 * A single folder is `/workspace` itself; as soon as there is more, each has its own name below it (a mount
 * point cannot be made inside a read-only folder). Names are made unique, and harmless as folder names.
 */
export function planMounts(folders: readonly Folder[], files: readonly string[]): HostMount[] {
  const only = folders[0];
  if (only !== undefined && folders.length === 1 && files.length === 0) {
    return [{ source: only.path, name: null }];
  }
  const taken = new Set<string>();
  const named = [
    ...folders.map((folder) => ({ source: folder.path, wanted: folder.name })),
    ...files.map((file) => ({ source: file, wanted: path.basename(file) })),
  ];
  return named.map(({ source, wanted }) => ({ source, name: unique(wanted, taken) }));
}

function unique(wanted: string, taken: Set<string>): string {
  const plain = wanted.replaceAll(/[/\\\u0000-\u001f]/g, '_').slice(0, 200);
  const base = plain === '' || plain === '.' || plain === '..' ? 'folder' : plain;
  const { name: stem, ext } = path.posix.parse(base);
  let name = base;
  for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${stem} (${n})${ext}`;
  taken.add(name.toLowerCase());
  return name;
}
