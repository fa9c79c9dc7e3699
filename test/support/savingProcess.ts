/**
 * A program that saves files one after the other, as the extension does, until somebody ends it. Each file begins
 * with the hash of what follows. Arguments: the folder, a seed, and `endless` or `full` (until the disk is full,
 * often, with what was found as one line of JSON).
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { contentOf, TargetFolder } from '../../src/host/targetFolder.ts';

export const OURS = 7;
export const THEIRS = 'theirs.txt';

/** mulberry32. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Its hash, and as many bytes behind it. */
function contentFor(n: number, length: number): Buffer {
  const body = Buffer.alloc(length, `${n};`);
  return Buffer.concat([Buffer.from(hashOf(body)), body]);
}

export const isWhole = (bytes: Buffer): boolean =>
  bytes.length >= 64 && bytes.subarray(0, 64).toString() === hashOf(bytes.subarray(64));

async function endless(folder: TargetFolder, seed: number): Promise<never> {
  const next = random(seed);
  for (let n = 0; ; n += 1) {
    const name = `ours${n % OURS}.csv`;
    const bytes = contentFor(n, Math.floor(next() ** 3 * 60_000));
    await folder.write(name, contentOf(bytes), await folder.look(name));
    // What somebody else has put there is not ours to replace without a question.
    const kept = await folder.write(THEIRS, contentOf(bytes), null).then(
      () => 'replaced',
      () => 'kept',
    );
    process.stdout.write(`${kept}\n`);
  }
}

/** On a small disk. */
async function full(folder: TargetFolder, place: string, seed: number): Promise<object> {
  const next = random(seed);
  const found = { saved: 0, refused: 0, partial: 0, overwritten: 0, other: 0 };
  const known = new Map<string, string>();
  for (let n = 0; n < 600; n += 1) {
    const name = `ours${Math.floor(next() * 40)}.csv`;
    const bytes = contentFor(n, Math.floor(next() * 120_000));
    try {
      await folder.write(name, contentOf(bytes), await folder.look(name));
      known.set(name, hashOf(bytes));
      found.saved += 1;
    } catch (error) {
      found.refused += 1;
      if (!/ENOSPC|no space/i.test(String(error))) found.other += 1;
    }
    const names = await fs.readdir(place);
    found.partial += names.filter((one) => !known.has(one)).length;
    const there = known.get(name);
    if (there !== undefined && hashOf(await fs.readFile(path.join(place, name))) !== there)
      found.overwritten += 1;
    // Room again, now and then.
    if (n % 50 === 49)
      for (const one of [...known.keys()].slice(0, 20)) {
        await fs.rm(path.join(place, one));
        known.delete(one);
      }
  }
  return found;
}

async function main(place: string, seed: number, mode: string): Promise<void> {
  const folder = await TargetFolder.open(place);
  if (mode === 'full') process.stdout.write(`${JSON.stringify(await full(folder, place, seed))}\n`);
  else await endless(folder, seed);
}

// Imported by its test, it does nothing.
const [place, seed, mode] = process.argv.slice(2);
if (place !== undefined && mode !== undefined) void main(place, Number(seed), mode);
