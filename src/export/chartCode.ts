/** The scripts of interactive charts, as they were built. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { ChartCode } from './html/page.ts';

/** @param from the folder of the running program: `dist/`, or a folder of the source when it was built */
export function chartCodeFrom(from: string): ChartCode {
  return async (kind) => {
    for (let folder = from; ; folder = path.dirname(folder)) {
      const found = ['report', 'dist/report']
        .map((place) => path.join(folder, place, `${kind}.js`))
        .find((file) => existsSync(file));
      if (found !== undefined) return readFile(found, 'utf8');
      if (path.dirname(folder) === folder) throw new Error(`The script for ${kind} charts is missing.`);
    }
  };
}
