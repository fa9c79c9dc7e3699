/**
 * VS Code gives the second window on one workspace a storage folder of its own (`ID-1` beside `ID`), since most files
 * cannot have two writers. Sessions can: each has a lock. In the other folder they would be found by nobody as soon as
 * one window alone is open again.
 */
import { existsSync } from 'node:fs';
import * as path from 'node:path';

/** @param folder of this extension, below the one of the workspace */
export function sharedStorage(folder: string): string {
  const workspace = path.dirname(folder);
  const [, first] = /^(-?[0-9a-f]+)-\d$/.exec(path.basename(workspace)) ?? [];
  if (first === undefined) return folder;
  const shared = path.join(path.dirname(workspace), first);
  return existsSync(shared) ? path.join(shared, path.basename(folder)) : folder;
}
