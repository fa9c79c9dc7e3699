/** Golden texts: `UPDATE_GOLDEN=1` writes them, every other run compares. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param name of the file below `test/golden`. */
export function assertGolden(name: string, actual: string): void {
  const file = join(import.meta.dirname, '..', 'golden', name);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, actual);
  assert.equal(actual, readFileSync(file, 'utf8'), `${name} differs; UPDATE_GOLDEN=1 writes the new text`);
}
