/** Where a path lies, by its text alone: links are the caller's. */
import * as path from 'node:path';

/** The way from the folder to a place in it (empty: the folder itself); null: it lies elsewhere. Both absolute. */
export function insideFolder(folder: string, place: string): string | null {
  const inside = path.relative(folder, place);
  const isOutside = inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside);
  return isOutside ? null : inside;
}
