/** The files an image is made of: listed in a fixed order, hashed, and packed as a tar stream. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { buildContextMissing } from '../failures.ts';

export interface ContextFile {
  /** Relative to the context, `/` separated. */
  name: string;
  mode: 0o644 | 0o755;
  content: Buffer;
}

/** Where the Dockerfile finds the extra certificate authority; empty when there is none. */
export const CA_FILE_NAME = 'extra-ca.pem';

/** What lies in the folder for people and tests, and changes nothing in the image. */
const EXCLUDED_NAMES = new Set(['__pycache__', 'tests', 'node_modules', '.git', '.DS_Store', CA_FILE_NAME]);
const EXCLUDED_FILES = new Set(['README.md', 'make-base.sh', '.dockerignore']);

/**
 * @param caFile host path of a PEM file that becomes `extra-ca.pem`; null: an empty one.
 * @throws Failure `build-context-missing`
 */
export async function readContext(folder: string, caFile: string | null): Promise<ContextFile[]> {
  try {
    const names = await listFiles(folder, '');
    const files = await Promise.all(names.map(async (name) => readOne(folder, name)));
    const ca = caFile === null ? Buffer.alloc(0) : await readFile(caFile);
    const all: ContextFile[] = [...files, { name: CA_FILE_NAME, mode: 0o644, content: ca }];
    return all.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw buildContextMissing(folder, error);
  }
}

async function listFiles(folder: string, prefix: string): Promise<string[]> {
  const entries = await readdir(path.join(folder, prefix), { withFileTypes: true });
  const nested = entries.map(async (entry): Promise<string[]> => {
    const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (EXCLUDED_NAMES.has(entry.name) || entry.name.endsWith('.pyc')) return [];
    if (prefix === '' && EXCLUDED_FILES.has(entry.name)) return [];
    if (entry.isDirectory()) return listFiles(folder, name);
    // Links would be another file on another machine.
    return entry.isFile() ? [name] : [];
  });
  return (await Promise.all(nested)).flat();
}

async function readOne(folder: string, name: string): Promise<ContextFile> {
  const file = path.join(folder, name);
  const [content, { mode }] = await Promise.all([readFile(file), stat(file)]);
  // Only the executable bit counts: the rest depends on the umask of whoever checked the files out.
  return { name, mode: (mode & 0o100) === 0 ? 0o644 : 0o755, content };
}

/**
 * First 16 hex digits of SHA-256 over names, modes and bytes of the context, and the build arguments: an image is never
 * taken for one that was built with other arguments.
 */
export function contextHash(files: ContextFile[], args: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256');
  const add = (field: string | Buffer): void => {
    const bytes = Buffer.from(field);
    hash.update(`${bytes.length}:`);
    hash.update(bytes);
  };
  for (const [name, value] of Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1))) {
    add(name);
    add(value);
  }
  for (const { name, mode, content } of files) {
    add(name);
    add(mode.toString(8));
    add(content);
  }
  return hash.digest('hex').slice(0, 16);
}

/** Same files, same bytes: times and owners are fixed, so that the engine's build cache works. */
export function packContext(files: ContextFile[]): Readable {
  const tar = pack();
  for (const { name, mode, content } of files) {
    tar.entry({ name, mode, mtime: new Date(0), uid: 0, gid: 0 }, content);
  }
  tar.finalize();
  return Readable.from(tar);
}
