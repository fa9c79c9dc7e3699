/** Jupyter's own notebook client, which the sandbox image carries: what our notebook runs are compared with. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { ReadNotebook } from './notebookCompare.ts';

const RUN = `
import json, sys
import nbformat
from nbclient import NotebookClient
nb = nbformat.reads(sys.stdin.read(), as_version=4)
NotebookClient(nb, timeout=120, kernel_name="python3", allow_errors=True).execute()
nb.metadata.setdefault("kernelspec", {})
sys.stdout.write(json.dumps(nb))
`;

/** One kernel after the other, each in a folder of its own with the links that ours makes there. */
const RUN_ALL = `
import json, os, shutil, sys
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
os.makedirs(os.environ["HOME"], exist_ok=True)
source, target = "/workspace/nb", "/outputs/nb"
done = {}
for name, text in json.load(sys.stdin).items():
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(target)
    for entry in os.listdir(source):
        os.symlink(os.path.join(source, entry), os.path.join(target, entry))
    nb = nbformat.reads(text, as_version=4)
    client = NotebookClient(nb, timeout=60, kernel_name="python3", allow_errors=True,
        resources={"metadata": {"path": target}})
    try:
        client.execute()
    except DeadKernelError:
        pass
    done[name] = nb
print()
print(json.dumps(done))
`;

const VALIDATE = `
import json, sys, warnings
warnings.simplefilter("error")
import nbformat
given = json.load(sys.stdin)
for notebook in given if isinstance(given, list) else [given]:
    nbformat.validate(notebook)
print("valid", nbformat.__version__)
`;

const UPGRADE = `
import json, sys
import nbformat
print(json.dumps(nbformat.convert(nbformat.reads(sys.stdin.read(), as_version=nbformat.NO_CONVERT), 4)))
`;

/** The text of an older notebook as Jupyter's own library upgrades it. */
export function upgradeWithNbformat(image: string, notebook: string): string {
  const args = ['run', '--rm', '-i', '--network', 'none', image, 'python3', '-c', UPGRADE];
  const { status, stdout, stderr } = spawnSync('docker', args, { input: notebook, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

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

/**
 * Runs many notebooks with nbclient in one container, each in `/outputs/nb` with links to `nb` of `folder`. A kernel
 * that dies ends its notebook. Name → the notebook as far as it came.
 */
export function runAllWithNbclient(
  image: string,
  notebooks: Record<string, string>,
  folder: string,
  limits: readonly string[] = ['--network', 'none'],
): Record<string, ReadNotebook> {
  const mount = ['-v', `${folder}:/workspace:ro`, ...limits];
  const printed = python(image, RUN_ALL, JSON.stringify(notebooks), mount);
  // Kernels repeat there what their cells' programs write.
  const last = printed.trimEnd().split('\n').at(-1) ?? '';
  return JSON.parse(last) as Record<string, ReadNotebook>;
}

/** Checks a notebook, or a list of them, against the nbformat schema; warnings count as errors. */
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
