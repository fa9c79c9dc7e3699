/**
 * Paths of the sandbox in code, as they are beside the exported file: `/workspace/data/a.csv` becomes `data/a.csv` when
 * the file is saved in the workspace's root, `../data/a.csv` one folder below it. Cells start in `/outputs`, so what
 * they write there lies beside the exported file, whether they named the folder or not.
 */
import * as path from 'node:path';
import type { Language } from '../shared/outputs.ts';

/** A folder or file of the sandbox, and where it is from the exported file: `.`, `..`, `../data`, `a.csv`. */
export interface Place {
  target: string;
  relative: string;
}

const OUTPUTS: Place = { target: '/outputs', relative: '.' };

/**
 * @param mounts container path → host path.
 * @param folder of the host in which the file is saved; null: nobody knows, and paths stay as they are.
 * @param workFolder container path of the folder that cells seem to begin in; null: they begin in `/outputs`.
 */
export function placesFrom(
  mounts: readonly { target: string; source: string }[],
  folder: string | null,
  workFolder: string | null = null,
): Place[] {
  if (folder === null) return [];
  const places = mounts.flatMap(({ target, source }) => {
    const relative = path.relative(folder, source).split(path.sep).join('/');
    return path.isAbsolute(relative) ? [] : [{ target, relative: relative === '' ? '.' : relative }];
  });
  const beside = workFolder === null ? [] : [{ ...OUTPUTS, target: madeAgain(workFolder) }];
  return [...places, ...beside, OUTPUTS].sort((a, b) => b.target.length - a.target.length);
}

/** Where a folder of the workspace is made again for the cells of a notebook (sandbox/kernel/work_folder.py). */
const madeAgain = (folder: string): string => folder.replace(/^\/workspace/, OUTPUTS.target);

/** Names that could end a string, or that a shell would expand, are not put into code. */
const SAFE: Readonly<Record<Language, RegExp>> = {
  python: /^[^'"\\{}$`%\p{C}]*$/u,
  javascript: /^[^'"\\{}$`\p{C}]*$/u,
  bash: /^[\p{L}\p{N}._/@+=,-]*$/u,
};

/** Only where the path begins there: not in `data/workspace/x`, nor in an address. The longest place counts. */
const pattern = (places: readonly Place[]): RegExp =>
  new RegExp(
    `(?<![\\w./~})\\]-])(${places.map(({ target }) => escaped(target)).join('|')})(?![\\w.-])(/?)(?=(.?))`,
    'gs',
  );

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export function relativeCode(code: string, language: Language, places: readonly Place[]): string {
  if (places.length === 0) return code;
  const relatives = new Map(places.map(({ target, relative }) => [target, relative]));
  return code.replace(pattern(places), (whole, target: string, slash: string, next: string) => {
    const relative = relatives.get(target);
    if (relative === undefined || !SAFE[language].test(relative)) return whole;
    if (slash === '') return relative;
    // A bare name can be an option to a command, and a module to JavaScript.
    if (relative === '.') return language === 'python' && /\w/.test(next) ? '' : './';
    return `${relative}/`;
  });
}

/** Whether code names a place that is there in the sandbox only. */
export const namesSandbox = (code: string): boolean =>
  /(?<![\w./~})\]-])\/(?:workspace|outputs)(?![\w.-])/.test(code);

/** Paths below `/workspace` that stand in quotes in code, without those that are made while it runs. */
export function pathsIn(code: string): string[] {
  const found = code.matchAll(/(['"])(\/workspace\/[^'"\n{}*?$\\]+)\1/g);
  return [...new Set([...found].map(([, , name = '']) => name))];
}
