/** The bundled sample data, copied out of the extension's folder so that the sandbox mounts nothing else of it. */
import * as fs from 'node:fs/promises';
import * as path from 'node:path';

/** The file the sample starts with. */
export const SAMPLE_FILE = 'sales.csv';

/** Copies what is missing or changed; returns the folder. */
export async function sampleFolder(bundled: string, target: string): Promise<string> {
  await fs.mkdir(target, { recursive: true });
  for (const name of await fs.readdir(bundled)) {
    const to = path.join(target, name);
    const wanted = await fs.readFile(path.join(bundled, name));
    const present = await fs.readFile(to).catch(() => null);
    if (present !== null && wanted.equals(present)) continue;
    const partial = `${to}.${process.pid}.part`;
    await fs.writeFile(partial, wanted, { mode: 0o644 });
    await fs.rename(partial, to);
  }
  return target;
}
