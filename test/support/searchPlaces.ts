/** Where a secret lies: texts of many places, looked through for a string in the forms that programs write it in. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Name of a place → all its text. */
export type Places = Map<string, string>;

/** As it is, in a URL, in JSON, in hexadecimal, and in base64 at each offset of a group of three bytes. */
export function formsOf(secret: string): string[] {
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.from('-'.repeat(offset) + secret)
      .toString('base64')
      .slice(4, -4),
  );
  const forms = [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('hex'),
    ...base64,
  ];
  return [...new Set(forms)];
}

/** Names of the places that hold it in any form, with the form. */
export const holding = (places: Places, secret: string): string[] =>
  [...places].flatMap(([name, text]) =>
    formsOf(secret).flatMap((form) => (text.includes(form) ? [`${name}: ${form}`] : [])),
  );

/** Every file below a folder, a place each; what is gone meanwhile is left out. */
export async function filesBelow(folder: string, named: string): Promise<Places> {
  const places: Places = new Map();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const text = await readFile(file, 'latin1').catch(() => null);
    if (text !== null) places.set(`${named} ${file.slice(folder.length + 1)}`, text);
  }
  return places;
}

/** Environment and arguments of every process of a group (Linux). */
export async function processesOf(group: number): Promise<Places> {
  const places: Places = new Map();
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const read = async (name: string): Promise<string> =>
      readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => '');
    const after = (await read('stat')).split(') ').at(-1)?.split(' ') ?? [];
    if (after[2] === String(group))
      places.set(`process ${pid}`, `${await read('cmdline')}\0${await read('environ')}`);
  }
  return places;
}
