/** Which Python, packages and image a session runs with: kept beside its log, so that an export can say it later. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { detail } from '../failures.ts';
import type { SandboxFacts } from '../kernel/sandbox.ts';

const versions = z.record(z.string(), z.string());
const environmentSchema = z.object({
  /** Versions of the languages. */
  python: z.string(),
  node: z.string(),
  /** Distribution → version. */
  pythonPackages: versions,
  /** Image reference. */
  image: z.string(),
});
export type Environment = z.infer<typeof environmentSchema>;

const ENVIRONMENT_FILE = 'environment.json';

const environmentOf = ({ manifest, image }: SandboxFacts): Environment => ({
  ...{ python: manifest.python, node: manifest.node, pythonPackages: manifest.pythonPackages, image },
});

/** Never rejects: an export without versions is still an export. @param also what else waits for the same facts */
export async function keepEnvironment(
  options: { folder: string; log(line: string): void },
  facts: SandboxFacts,
  also: Promise<void>,
): Promise<void> {
  const written = writeFile(
    join(options.folder, ENVIRONMENT_FILE),
    JSON.stringify(environmentOf(facts)),
  ).catch((error: unknown) => options.log(`environment: ${detail(error)}`));
  await Promise.all([also, written]);
}

/** Of the newest sandbox of the session; null: none has started. */
export async function readEnvironment(folder: string): Promise<Environment | null> {
  try {
    const text = await readFile(join(folder, ENVIRONMENT_FILE), 'utf8');
    return environmentSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
