/** What an image says about itself; written when it is built (`sandbox/manifest.py`). */
import * as z from 'zod/mini';
import type { Manifest } from '../kernel/sandbox.ts';

export const MANIFEST_PATH = '/opt/code-interpreter/manifest.json';
export const MANIFEST_LIMIT_BYTES = 4 * 1024 * 1024;

const namesSchema = z.record(z.string(), z.string());
const addressesSchema = z.array(z.string());
const manifestSchema = z.object({
  python: z.string(),
  node: z.string(),
  pythonPackages: namesSchema,
  nodePackages: namesSchema,
  tools: namesSchema,
  fonts: z.array(z.string()),
  packageIndexes: z.optional(z.object({ pip: addressesSchema, npm: addressesSchema })),
});

/** @throws when it is none. */
export function parseManifest(text: string): Manifest {
  return manifestSchema.parse(JSON.parse(text));
}
