/** With what a session was made: versions, packages, input files. So that others can make it again. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { insideFolder } from '../insideFolder.ts';
import type { Environment } from '../session/environment.ts';
import type { SessionEvent } from '../shared/events.ts';
import type { NamedPackage } from '../shared/packages.ts';
import type { DocumentCell } from './document.ts';
import { pathsIn } from './paths.ts';

/** A file of the user that cells read, as it is when the session is exported. */
export interface InputFile {
  /** Below `/workspace`. */
  name: string;
  bytes: number;
  /** Null: too large to be read again for this. */
  sha256: string | null;
}

const LIMIT_FILES = 50;
const LIMIT_HASHED_BYTES = 2 * 1024 ** 3;
const ROOT = '/workspace/';

/** Container paths of what the user attached and of what code names; existing or not. */
export function namedInputs(events: readonly SessionEvent[]): string[] {
  const paths = events.flatMap((event) => {
    if (event.type === 'user_message') return event.files.map(({ containerPath }) => containerPath);
    return event.type === 'cell_running' ? pathsIn(event.code) : [];
  });
  return [...new Set(paths)].filter((name) => name.startsWith(ROOT)).slice(0, LIMIT_FILES);
}

/** @param mounts container path → host path. Files that are gone, hidden by a link or no files are left out. */
export async function inputFiles(
  events: readonly SessionEvent[],
  mounts: readonly { target: string; source: string }[],
  isHidden: (containerPath: string) => boolean = () => false,
): Promise<InputFile[]> {
  const found: InputFile[] = [];
  for (const name of namedInputs(events)) {
    const input = isHidden(name) ? null : await inputFile(name, mounts).catch(() => null);
    if (input !== null) found.push(input);
  }
  return found;
}

async function inputFile(
  containerPath: string,
  mounts: readonly { target: string; source: string }[],
): Promise<InputFile | null> {
  const mount = mounts.find(
    ({ target }) => containerPath === target || containerPath.startsWith(`${target}/`),
  );
  if (mount === undefined) return null;
  const root = await realpath(mount.source);
  // The sandbox sees nothing that a link leads to outside of the folder, so nothing of it is told here.
  const real = await realpath(mount.source + containerPath.slice(mount.target.length));
  if (insideFolder(root, real) === null) return null;
  const facts = await stat(real);
  if (!facts.isFile()) return null;
  const sha256 = facts.size > LIMIT_HASHED_BYTES ? null : await hashOf(real);
  return { name: containerPath.slice(ROOT.length), bytes: facts.size, sha256 };
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const part of createReadStream(file)) hash.update(part as Buffer);
  return hash.digest('hex');
}

/** Import name → distribution, where they differ. */
const DISTRIBUTIONS: Readonly<Record<string, string>> = {
  PIL: 'pillow',
  bs4: 'beautifulsoup4',
  docx: 'python-docx',
  odf: 'odfpy',
  pptx: 'python-pptx',
  sklearn: 'scikit-learn',
};
/** What the sandbox's own helpers are made of. */
const HELPERS: Readonly<Record<string, readonly string[]>> = {
  analyst: ['numpy', 'pandas'],
  code_interpreter: ['duckdb', 'pandas'],
};

/** Top-level modules that Python code imports. */
export const importsOf = (code: string): string[] =>
  [...code.matchAll(/^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w., \t]+))/gm)].flatMap(
    ([, from, plain = '']) =>
      (from === undefined ? plain.split(',') : [from]).map((name) => name.trim().split(/[. \t]/)[0] ?? ''),
  );

export interface Used {
  python: string;
  node: string | null;
  image: string;
  /** Distribution → version: those that cells import. */
  packages: Record<string, string>;
}

/** Of the sandbox's environment what these cells use. */
export function usedBy(cells: readonly DocumentCell[], environment: Environment): Used {
  const modules = cells.flatMap(({ language, code }) => (language === 'python' ? importsOf(code) : []));
  const wanted = new Set(modules.flatMap((name) => HELPERS[name] ?? [DISTRIBUTIONS[name] ?? name]));
  const versions = Object.entries(environment.pythonPackages).filter(([name]) => wanted.has(name));
  return {
    python: environment.python,
    node: cells.some(({ language }) => language === 'javascript') ? environment.node : null,
    image: environment.image,
    packages: Object.fromEntries(versions),
  };
}

/** What a person would type to have the same. */
export const requirements = ({ packages }: Used, installed: readonly NamedPackage[]): string[] => {
  const own = installed.filter(({ manager }) => manager === 'pip');
  const names = new Map([
    ...Object.entries(packages),
    ...own.map(({ name, version }) => [name, version] as const),
  ]);
  return [...names].map(([name, version]) => `${name}==${version}`);
};
