/**
 * `exec`: cells as JSON lines on standard input, outputs as JSON lines on standard output, one sandbox for all.
 * Input is read while cells run, so that `interrupt` reaches the running one; everything else waits its turn.
 */
import * as path from 'node:path';
import * as z from 'zod/mini';
import { unexpected } from '../failures.ts';
import { LineReader } from '../kernel/lineReader.ts';
import { limitNote, settingOf } from '../shared/limitWords.ts';
import { languageSchema, withoutModelOnly, type CellResult } from '../shared/outputs.ts';
import { parse, positiveNumber, sandboxArgs, SANDBOX_OPTIONS, SANDBOX_USAGE } from './args.ts';
import { ArtifactCopies } from './artifactCopies.ts';
import { EXIT } from './exitCodes.ts';
import { allowedHosts, NETWORK_OPTIONS, NETWORK_USAGE } from './network.ts';
import { existingFolder } from './place.ts';
import { ownSandbox, type OwnedSandbox } from './sandbox.ts';
import type { World } from './world.ts';

const USAGE = `Usage: code-interpreter exec [--workspace DIR] [options]

Runs cells in one sandbox. Requests are JSON lines on standard input:
  {"op":"execute","id":"1","language":"python","code":"x = 1"}   python, bash or javascript; state is kept
  {"op":"interrupt"}          stops the running cell at once (variables stay where the code allows it)
  {"op":"restart"}            new kernels, after the cells asked for so far; with an "id" it is answered
Answers are JSON lines on standard output, in the order of the requests:
  {"id":"1","type":"output","output":{…}}    an nbformat output
  {"id":"1","type":"done","status":"ok","executionCount":1,"durationMs":3,"artifacts":[{"name","bytes","sha256"}]}
      with "limits":[{"kind":"memory","figure":2147483648,"ended":"process","setting":"…"}] when it ran into some
  {"id":null,"type":"error","message":"…"}   a line that is no request
The end of input ends it, after the last cell.

  --workspace DIR    folder that the code sees, read-only, as /workspace (default: none)
  --cell-timeout S   seconds a cell may take (default: 120)
  --artifacts DIR    copy the files that cells write to this folder
${NETWORK_USAGE}
${SANDBOX_USAGE}`;

const OPTIONS = {
  ...SANDBOX_OPTIONS,
  ...NETWORK_OPTIONS,
  workspace: { type: 'string' },
  'cell-timeout': { type: 'string' },
  artifacts: { type: 'string' },
} as const;

const MAX_REQUEST_BYTES = 64 * 1024 * 1024;
/** The most the sandbox gives. */
const OUTPUT_LIMIT_BYTES = 24 * 1024 * 1024;
const DEFAULT_TIMEOUT_S = 120;

const idSchema = z.union([z.string(), z.number()]);
const requestSchema = z.discriminatedUnion('op', [
  z.object({ op: z.literal('execute'), id: idSchema, language: languageSchema, code: z.string() }),
  z.object({ op: z.literal('interrupt') }),
  z.object({ op: z.literal('restart'), id: z.optional(idSchema) }),
]);
type Request = z.infer<typeof requestSchema>;
type Job = Exclude<Request, { op: 'interrupt' }>;

async function run(args: readonly string[], world: World): Promise<number> {
  const { values } = parse('exec', args, OPTIONS, { positionals: 0 });
  const workspace = values.workspace === undefined ? null : path.resolve(world.cwd, values.workspace);
  const timeoutS = positiveNumber('exec', '--cell-timeout', values['cell-timeout']) ?? DEFAULT_TIMEOUT_S;
  const mounts = workspace === null ? [] : [{ source: existingFolder(workspace), name: null }];
  const allow = allowedHosts('exec', values['allow-host']);
  const owned = ownSandbox(sandboxArgs('exec', values), mounts, world, { allow });
  const folder = values.artifacts === undefined ? undefined : path.resolve(world.cwd, values.artifacts);
  const artifacts = await ArtifactCopies.open(folder, owned.sandbox);
  return new ExecServer(owned, artifacts, world, timeoutS * 1000).serve();
}

export const exec = { usage: USAGE, run };

class ExecServer {
  private readonly jobs: Job[] = [];
  private wake: () => void = () => undefined;
  private inputEnded = false;
  private malformed = false;
  private codeFailed = false;
  /** Of the cell at the head of the queue, also while the sandbox still starts. */
  private interrupt = new AbortController();

  constructor(
    private readonly owned: OwnedSandbox,
    private readonly artifacts: ArtifactCopies,
    private readonly world: World,
    private readonly timeoutMs: number,
  ) {}

  async serve(): Promise<number> {
    const reading = this.read();
    // The start is under way while the first request is still being typed.
    await this.owned.start();
    for (let job = await this.next(); job !== null; job = await this.next()) {
      await this.carryOut(job);
      await this.world.stdout.flush();
    }
    await reading;
    for (const line of this.artifacts.summary()) this.world.stderr.line(line);
    if (this.malformed) return EXIT.usage;
    return this.codeFailed ? EXIT.codeFailed : EXIT.ok;
  }

  private async read(): Promise<void> {
    const lines = new LineReader(MAX_REQUEST_BYTES);
    try {
      for await (const chunk of this.world.stdin) {
        for (const line of lines.push(toBytes(chunk))) this.accept(line);
      }
      // A last line without its newline counts.
      if (lines.unfinishedBytes > 0) for (const line of lines.push(Buffer.from('\n'))) this.accept(line);
    } catch (error) {
      this.complain(null, `The input cannot be read any further: ${unexpected(error).message}`);
    }
    this.inputEnded = true;
    this.wake();
  }

  private accept(line: string): void {
    const request = parseRequest(line);
    if ('problem' in request) this.complain(request.id, request.problem);
    else if (request.op !== 'interrupt') {
      this.jobs.push(request);
      this.wake();
    } else if (this.jobs.length > 0) this.interrupt.abort();
  }

  private complain(id: string | number | null, message: string): void {
    this.malformed = true;
    this.answer({ id, type: 'error', message });
  }

  private async next(): Promise<Job | null> {
    while (this.jobs.length === 0 && !this.inputEnded) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return this.jobs[0] ?? null;
  }

  private async carryOut(job: Job): Promise<void> {
    try {
      if (job.op === 'execute') await this.execute(job);
      else await this.restart(job.id);
    } finally {
      this.jobs.shift();
      this.interrupt = new AbortController();
    }
  }

  private async execute({ id, language, code }: Extract<Job, { op: 'execute' }>): Promise<void> {
    const startedAt = performance.now();
    let result: ExecDone;
    try {
      result = await this.runCell({ id, language, code });
    } catch (error) {
      const failure = unexpected(error);
      if (failure.code !== 'sandbox-lost') throw failure;
      this.world.stderr.line(failure.message);
      result = { ...NOT_RUN, status: 'killed', durationMs: Math.round(performance.now() - startedAt) };
    }
    // Interrupted means that the user asked for it; everything else but `ok` is a failure of the code.
    if (result.status !== 'ok' && result.status !== 'interrupted') this.codeFailed = true;
    const { status, executionCount, durationMs, artifacts, limits } = result;
    const reached = limits?.map((hit) => ({ ...hit, setting: settingOf(hit) }));
    this.answer({ id, type: 'done', status, executionCount, durationMs, artifacts, limits: reached });
  }

  private async runCell({
    id,
    language,
    code,
  }: Omit<Extract<Job, { op: 'execute' }>, 'op'>): Promise<ExecDone> {
    const { signal } = this.interrupt;
    if (signal.aborted) return { ...NOT_RUN, status: 'interrupted', durationMs: 0 };
    const { timeoutMs } = this;
    // A no-op unless the sandbox was lost; then this makes a new one.
    await this.owned.start();
    const result = await this.owned.sandbox.kernel.execute(
      { language, code, timeoutMs, outputLimitBytes: OUTPUT_LIMIT_BYTES },
      (sent) => {
        const output = withoutModelOnly(sent);
        if (output !== null) this.answer({ id, type: 'output', output });
      },
      signal,
    );
    for (const line of remarks(result)) this.world.stderr.line(line);
    await this.artifacts.take(result.artifacts);
    return result;
  }

  private async restart(id: string | number | undefined): Promise<void> {
    await this.owned.start();
    await this.owned.sandbox.kernel.restart();
    if (id !== undefined) this.answer({ id, type: 'restarted' });
  }

  private answer(line: object): void {
    this.world.stdout.line(JSON.stringify(line));
  }
}

type ExecDone = Pick<CellResult, 'status' | 'executionCount' | 'durationMs' | 'artifacts' | 'limits'>;
const NOT_RUN = { executionCount: null, artifacts: [] };

function parseRequest(line: string): Request | { id: string | number | null; problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { id: null, problem: 'The line is not JSON.' };
  }
  const request = requestSchema.safeParse(value);
  if (request.success) return request.data;
  const id = z.object({ id: idSchema }).safeParse(value);
  return { id: id.success ? id.data.id : null, problem: problemOf(value, request.error) };
}

function problemOf(value: unknown, error: z.core.$ZodError): string {
  const op = z.object({ op: z.unknown() }).safeParse(value);
  if (!op.success) return 'A request is an object with "op": execute, interrupt or restart.';
  const issue = error.issues[0];
  const field = issue?.path.join('.') ?? '';
  if (field === 'op') return `There is no op ${JSON.stringify(op.data.op)}: execute, interrupt, restart.`;
  const wanted: Record<string, string> = {
    id: 'a text or a number',
    language: 'python, bash or javascript',
    code: 'a text',
  };
  return `"${field}" must be ${wanted[field] ?? 'something else'}.`;
}

/** What is true about a cell and has no place in its line. */
function remarks(result: CellResult): string[] {
  return [
    ...(result.limits ?? []).map((hit) => limitNote(hit, 'flag')),
    ...(result.stateLost ? ['The kernel was replaced: its variables are gone.'] : []),
    ...result.truncated.map(
      (cut) => `${cut.droppedBytes} bytes of ${cut.stream} were dropped (output limit).`,
    ),
    ...result.refused.map(({ name, reason }) => `${JSON.stringify(name)} is no artifact: ${reason}`),
  ];
}

function toBytes(chunk: unknown): Uint8Array {
  return chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
}
