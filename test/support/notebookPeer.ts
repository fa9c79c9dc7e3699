/** Jupyter's own notebook client, which the sandbox image carries: what our notebook runs are compared with. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

const RUN = `
import json, sys
import nbformat
from nbclient import NotebookClient
nb = nbformat.reads(sys.stdin.read(), as_version=4)
NotebookClient(nb, timeout=120, kernel_name="python3", allow_errors=True).execute()
nb.metadata.setdefault("kernelspec", {})
sys.stdout.write(json.dumps(nb))
`;

const VALIDATE = `
import json, sys, warnings
warnings.simplefilter("error")
import nbformat
nbformat.validate(json.load(sys.stdin))
print("valid", nbformat.__version__)
`;

/** Runs a notebook with nbclient in `folder` (read-only); errors of cells are allowed. Returns the notebook's text. */
export function runWithNbclient(
  image: string,
  notebook: string,
  folder: string,
  cwd: string,
  limits: readonly string[] = ['--network', 'none'],
): string {
  const mount = ['-v', `${folder}:/workspace:ro`, '-w', cwd, ...limits];
  return python(image, RUN, notebook, mount);
}

/** Checks against the nbformat schema; warnings count as errors. */
export function validateWithNbformat(image: string, notebook: string): void {
  assert.match(python(image, VALIDATE, notebook, ['--network', 'none']), /^valid/);
}

function python(image: string, program: string, input: string, options: string[]): string {
  const args = ['run', '--rm', '-i', ...options, image, 'python3', '-c', program];
  const { status, stdout, stderr } = spawnSync('docker', args, {
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  assert.equal(status, 0, stderr);
  return stdout;
}
