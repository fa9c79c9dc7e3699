/** `notebook`: runs a notebook file in one sandbox and writes it again with its outputs. */
import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { containerPathOf } from '../container/dockerSandbox.ts';
import type { HostMount } from '../container/policy.ts';
import { badUsage, pathUnusable } from '../failures.ts';
import { limitNote } from '../shared/limitWords.ts';
import type { CellResult } from '../shared/outputs.ts';
import { parse, positiveNumber, sandboxArgs, SANDBOX_OPTIONS, SANDBOX_USAGE } from './args.ts';
import { ArtifactCopies } from './artifactCopies.ts';
import { EXIT } from './exitCodes.ts';
import { allowedHosts, NETWORK_OPTIONS, NETWORK_USAGE } from './network.ts';
import {
  kernelMetadata,
  parseNotebook,
  PYTHON_KERNELSPEC,
  serializeNotebook,
  type FileNotebook,
} from '../export/notebookFile.ts';
import { runNotebookCells, type NotebookEnd } from './notebookRun.ts';
import { checkParent, exists, firstFree, reasonOf, writeAtomically } from './outFolder.ts';
import { mountsFor } from './place.ts';
import { ownSandbox, type OwnedSandbox } from './sandbox.ts';
import { SIGNAL_EXIT_CODES } from './lifetime.ts';
import type { World } from './world.ts';

const USAGE = `Usage: code-interpreter notebook IN.ipynb [options]

Runs every code cell of a Python notebook in one sandbox and writes the notebook with its outputs (nbformat 4.5).
The path of what was written goes to standard output. Cells see their folder as usual; existing files are read-only,
and new files are gone with the sandbox unless --artifacts keeps them. Stops at the first cell that fails and
writes the notebook as far as it came. Outputs of several MB lose their middle, which is told. The tags
raises-exception and skip-execution of a cell are honoured.

  --out OUT.ipynb    where to write; "-" is standard output, IN.ipynb itself is replaced when named here
                     (default: IN.executed.ipynb beside IN.ipynb, with a number when that exists)
  --workspace DIR    folder that the code sees, read-only, as /workspace (default: the notebook's folder)
  --timeout S        seconds a cell may take (default: no limit); also --cell-timeout
  --allow-errors     go on after cells that fail
  --artifacts DIR    copy the files that cells write to this folder
${NETWORK_USAGE}
${SANDBOX_USAGE}`;

const OPTIONS = {
  ...SANDBOX_OPTIONS,
  ...NETWORK_OPTIONS,
  out: { type: 'string' },
  workspace: { type: 'string' },
  timeout: { type: 'string' },
  'cell-timeout': { type: 'string' },
  'allow-errors': { type: 'boolean' },
  artifacts: { type: 'string' },
} as const;

/** "No limit" that every timer can hold. */
const NO_LIMIT_S = 7 * 24 * 3600;
/** The most the sandbox gives. */
const OUTPUT_LIMIT_BYTES = 24 * 1024 * 1024;

interface Job {
  input: string;
  /** Null: standard output. */
  output: string | null;
  mounts: HostMount[];
  timeoutMs: number;
  allowErrors: boolean;
}

async function run(args: readonly string[], world: World): Promise<number> {
  const { values, positionals } = parse('notebook', args, OPTIONS, { positionals: 1 });
  const [name] = positionals;
  if (name === undefined) throw badUsage('notebook', 'No notebook was named.');
  const resolve = (given: string): string => path.resolve(world.cwd, given);
  const timeoutS =
    positiveNumber('notebook', '--timeout', values.timeout) ??
    positiveNumber('notebook', '--cell-timeout', values['cell-timeout']);
  const input = resolve(name);
  const notebook = parseNotebook(name, await readText(input));
  const job: Job = {
    input,
    output: values.out === '-' ? null : await outputFile(input, values.out && resolve(values.out)),
    mounts: mountsFor(values.workspace === undefined ? null : resolve(values.workspace), [input]),
    timeoutMs: Math.min(timeoutS ?? NO_LIMIT_S, NO_LIMIT_S) * 1000,
    allowErrors: values['allow-errors'] ?? false,
  };
  const allow = allowedHosts('notebook', values['allow-host']);
  const workFolder = containerPathOf(job.mounts, path.dirname(input));
  const owned = ownSandbox(sandboxArgs('notebook', values), job.mounts, world, { allow, workFolder });
  const artifacts = await ArtifactCopies.open(values.artifacts && resolve(values.artifacts), owned.sandbox);
  return execute(notebook, job, owned, artifacts, world);
}

export const notebook = { usage: USAGE, run };

async function execute(
  notebook: FileNotebook,
  job: Job,
  owned: OwnedSandbox,
  artifacts: ArtifactCopies,
  world: World,
): Promise<number> {
  const interrupt = new AbortController();
  world.lifetime.onInterrupt(() => {
    world.stderr.line('Stopping: the notebook is written as far as it came. Ctrl+C again quits.');
    interrupt.abort();
  });
  const facts = await owned.start(interrupt.signal);
  notebook.metadata.language_info = kernelMetadata(facts.manifest.python);
  notebook.metadata.kernelspec ??= PYTHON_KERNELSPEC;
  let end: NotebookEnd;
  try {
    end = await runNotebookCells(notebook, owned.sandbox.kernel, {
      timeoutMs: job.timeoutMs,
      outputLimitBytes: OUTPUT_LIMIT_BYTES,
      allowErrors: job.allowErrors,
      signal: interrupt.signal,
      onCell: (number, total, source) => {
        world.stderr.line(`[${number}/${total}] ${firstLine(source)}`);
      },
      onResult: async (result) => {
        for (const line of remarks(result)) world.stderr.line(line);
        await artifacts.take(result.artifacts);
      },
    });
  } finally {
    await write(notebook, job, world);
  }
  for (const line of artifacts.summary()) world.stderr.line(line);
  return exitCode(end, world);
}

async function write(notebook: FileNotebook, job: Job, world: World): Promise<void> {
  const text = serializeNotebook(notebook);
  if (job.output === null) {
    world.stdout.write(text);
    return;
  }
  try {
    await writeAtomically(job.output, text);
  } catch (error) {
    throw pathUnusable(job.output, reasonOf(error));
  }
  world.stdout.line(job.output);
}

function exitCode(end: NotebookEnd, world: World): number {
  switch (end.kind) {
    case 'finished':
      return EXIT.ok;
    case 'interrupted':
      return SIGNAL_EXIT_CODES.SIGINT;
    case 'failed':
      world.stderr.line(`Cell ${end.cell} failed: ${end.sentence}`);
      return EXIT.codeFailed;
  }
}

async function outputFile(input: string, wanted: string | undefined): Promise<string> {
  if (wanted !== undefined) {
    await checkParent(wanted);
    return wanted;
  }
  const { dir, name } = path.parse(input);
  const beside = path.join(dir, `${name}.executed.ipynb`);
  return firstFree(beside, async (candidate) => !(await exists(candidate)));
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw pathUnusable(file, reasonOf(error));
  }
}

const firstLine = (source: string): string => (source.trim().split('\n')[0] ?? '').slice(0, 100);

function remarks({ truncated, stateLost, limits = [] }: CellResult): string[] {
  return [
    ...limits.map((hit) => limitNote(hit, 'flag')),
    ...truncated.map(({ stream, droppedBytes }) => `${droppedBytes} bytes of ${stream} were dropped.`),
    ...(stateLost ? ['The kernel was replaced: its variables are gone.'] : []),
  ];
}
