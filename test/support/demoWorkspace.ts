/** What both kinds of demo start from: a copy of the sample data, and the settings this machine needs. */
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { extraCertificates } from './certificates.ts';

export const REPOSITORY = resolve(import.meta.dirname, '../..');
export const VSIX = join(REPOSITORY, 'dist/code-interpreter.vsix');
export const DEMO_FILE = 'sales.csv';

/** A folder of its own with the sample data; the caller removes it. */
export async function sampleWorkspace(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'code-interpreter-sample-'));
  await cp(join(REPOSITORY, 'media/sample'), folder, { recursive: true });
  return folder;
}

/** Settings of the extension for a machine whose network inspects TLS; empty elsewhere. */
export function machineSettings(): Record<string, unknown> {
  const caFile = extraCertificates();
  return caFile === null ? {} : { 'codeInterpreter.sandbox.caFile': caFile };
}
