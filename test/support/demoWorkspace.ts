/** What both kinds of demo start from: a copy of the sample data, and the settings this machine needs. */
import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { extraCertificates } from './certificates.ts';

export const REPOSITORY = resolve(import.meta.dirname, '../..');
export const VSIX = join(REPOSITORY, 'dist/code-interpreter.vsix');
const SAMPLE = join(REPOSITORY, 'media/sample');
export const DEMO_FILE = 'sales.csv';

/** A folder of its own with the sample data; the caller removes it. */
export async function sampleWorkspace(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'code-interpreter-sample-'));
  // Where the host user is root the sandbox runs as somebody else, who must be able to read it.
  await chmod(folder, 0o755);
  for (const name of await readdir(SAMPLE)) {
    await copyFile(join(SAMPLE, name), join(folder, name));
    await chmod(join(folder, name), 0o644);
  }
  return folder;
}

/** Settings of the extension for a machine whose network inspects TLS; empty elsewhere. */
export function machineSettings(): Record<string, unknown> {
  const caFile = extraCertificates();
  return caFile === null ? {} : { 'codeInterpreter.sandbox.caFile': caFile };
}

/**
 * Packs the small extension that starts the analysis when the demo's window opens: the product itself knows
 * nothing of a demo. Returns the path of the package, in `folder`.
 */
export async function packStarter(folder: string): Promise<string> {
  const vsix = join(folder, 'demo-starter.vsix');
  const vsce = join(REPOSITORY, 'node_modules/@vscode/vsce/vsce');
  const quiet = ['--no-dependencies', '--skip-license', '--allow-missing-repository'];
  const cwd = join(REPOSITORY, 'test/support/demo-starter');
  await promisify(execFile)(process.execPath, [vsce, 'package', ...quiet, '--out', vsix], { cwd });
  return vsix;
}
