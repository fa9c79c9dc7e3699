/** `analyze`: one turn about files, printed while it happens. */
import { randomUUID } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { DEFAULT_TURN_LIMITS } from '../agent/loop.ts';
import { badUsage, pathUnusable } from '../failures.ts';
import { toNotebook } from '../session/notebook.ts';
import { Session, type SendRequest } from '../session/session.ts';
import type { FileRef, SessionEvent, TurnEnd } from '../shared/events.ts';
import { parse, positiveNumber, sandboxArgs, SANDBOX_OPTIONS, SANDBOX_USAGE } from './args.ts';
import { ChartNames, chartOf, type Chart } from './chartFiles.ts';
import { EXIT } from './exitCodes.ts';
import { SIGNAL_EXIT_CODES } from './lifetime.ts';
import { modelFor } from './modelFor.ts';
import { serializeNotebook } from './notebookFile.ts';
import { OutFolder, reasonOf } from './outFolder.ts';
import { insideSandbox, mountsFor } from './place.ts';
import { ownSandbox } from './sandbox.ts';
import { TurnPrinter } from './turnPrinter.ts';
import type { World } from './world.ts';

const USAGE = `Usage: code-interpreter analyze FILE… [options]

Runs one turn about the files in a sandbox and prints it. The sandbox sees the folder that holds the files,
read-only; when that is the home folder, the files alone. Nothing is written without --out.

  --question TEXT    what to find out (default: analyze the files)
  --workspace DIR    folder that the code sees, read-only, as /workspace
  --model ID         "analyst" (built in, no key, no language model) or a model id
                     (default: Claude when ANTHROPIC_API_KEY is set, else the analyst)
  --base-url URL     where the Messages API is: https, or http on this machine
  --out DIR          write session.ipynb, the charts and the files that cells made; names that are taken get a number
  --json             print the session's events as JSON lines instead of text
  --cell-timeout S   seconds a cell may take (default: 120)
${SANDBOX_USAGE}

Ctrl+C stops the turn, twice quits.`;

const OPTIONS = {
  ...SANDBOX_OPTIONS,
  question: { type: 'string' },
  workspace: { type: 'string' },
  model: { type: 'string' },
  'base-url': { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean' },
  'cell-timeout': { type: 'string' },
} as const;

const DEFAULT_TIMEOUT_S = 120;
const OUTPUT_LIMIT_BYTES = 10 * 1024 * 1024;

async function run(args: readonly string[], world: World): Promise<number> {
  const { values, positionals } = parse('analyze', args, OPTIONS, { positionals: Infinity });
  if (positionals.length === 0) throw badUsage('analyze', 'No file was named.');
  const resolve = (given: string): string => path.resolve(world.cwd, given);
  const timeoutS = positiveNumber('analyze', '--cell-timeout', values['cell-timeout']) ?? DEFAULT_TIMEOUT_S;
  const files = positionals.map(resolve);
  files.forEach(checkExists);
  const mounts = mountsFor(values.workspace === undefined ? null : resolve(values.workspace), files);
  const out = values.out === undefined ? null : await OutFolder.open(resolve(values.out));
  const owned = ownSandbox(sandboxArgs('analyze', values), mounts, world);
  const model = modelFor(values.model ?? null, values['base-url'] ?? null, world.env, owned.log);

  const stop = new AbortController();
  let session: Session | null = null;
  world.lifetime.onInterrupt(() => {
    world.stderr.line('Stopping. Ctrl+C again quits.');
    stop.abort();
    void session?.stop();
  });
  world.stderr.line(`Model: ${model.label}${model.provider === null ? '' : ` (${model.provider})`}`);
  let modelFailed = false;
  let sandboxLost = false;
  owned.sandbox.onLost(() => {
    sandboxLost = true;
  });
  await owned.start(stop.signal);

  const report = new Report(out, values.json ?? false, world);
  const folder = await mkdtemp(path.join(tmpdir(), 'code-interpreter-'));
  world.lifetime.own(async () => rm(folder, { recursive: true, force: true }));
  session = await Session.open({
    id: randomUUID(),
    title: positionals.map((file) => path.basename(file)).join(', '),
    folder: path.join(folder, 'session'),
    sandbox: owned.sandbox,
    model: async () =>
      Promise.resolve({
        ...model,
        reply: async (...request) => {
          try {
            return await model.reply(...request);
          } catch (error) {
            modelFailed = !stop.signal.aborted;
            throw error;
          }
        },
      }),
    cellTimeoutMs: timeoutS * 1000,
    outputLimitBytes: OUTPUT_LIMIT_BYTES,
    limits: DEFAULT_TURN_LIMITS,
    now: () => Date.now(),
    onEvents: (events) => {
      report.take(events);
    },
    onState: () => undefined,
    log: owned.log,
  });
  const opened = session;
  world.lifetime.own(async () => opened.dispose());
  const end = await opened.send(requestOf(values.question, files, (file) => refOf(mounts, file)));
  await report.finish(opened);
  return exitCode(end, { modelFailed, sandboxLost, lastCellFailed: report.lastCellFailed });
}

export const analyze = { usage: USAGE, run };

/** What was seen of the turn, beside its end. */
interface Seen {
  modelFailed: boolean;
  sandboxLost: boolean;
  lastCellFailed: boolean;
}

function exitCode(end: TurnEnd, seen: Seen): number {
  switch (end.kind) {
    case 'finished':
      return seen.lastCellFailed ? EXIT.codeFailed : EXIT.ok;
    case 'stopped':
      return SIGNAL_EXIT_CODES.SIGINT;
    case 'limit':
      return EXIT.model;
    case 'failed':
      if (seen.sandboxLost || end.failure.code.startsWith('sandbox')) return EXIT.noSandbox;
      return seen.modelFailed ? EXIT.model : EXIT.internal;
  }
}

/** Prints the events and writes what is kept, one thing after the other. */
class Report {
  lastCellFailed = false;
  private work: Promise<void> = Promise.resolve();
  private readonly names = new ChartNames();
  private readonly printer: TurnPrinter;

  constructor(
    private readonly out: OutFolder | null,
    private readonly asJson: boolean,
    private readonly world: World,
  ) {
    this.printer = new TurnPrinter({
      write: (text) => {
        world.stdout.write(text);
      },
      keepChart: async (chart) => this.keepChart(chart),
    });
  }

  take(events: readonly SessionEvent[]): void {
    this.work = this.work.then(async () => {
      for (const event of events) await this.one(event);
    });
    // Its rejection is met in `finish`.
    this.work.catch(() => undefined);
  }

  /** @throws Failure when something could not be written. */
  async finish(session: Session): Promise<void> {
    await this.work;
    if (this.out === null) return;
    const { out } = this;
    for (const { name, sha256 } of session.artifacts()) {
      const stored = session.artifactPath(sha256);
      if (stored !== null) await out.write(name, createReadStream(stored));
    }
    const written = { ...toNotebook(session.events()) };
    const name = await out.write('session.ipynb', serializeNotebook(written));
    this.world.stderr.line(`Written: ${path.join(out.folder, name)}`);
  }

  private async one(event: SessionEvent): Promise<void> {
    if (event.type === 'cell_done') this.lastCellFailed = event.result.status !== 'ok';
    if (event.type === 'notice') this.world.stderr.line(event.text);
    if (this.asJson) {
      this.world.stdout.line(JSON.stringify(event));
      const chart = event.type === 'cell_output' ? chartOf(event.output) : null;
      if (chart !== null) await this.keepChart(chart);
    } else await this.printer.print(event);
    await this.world.stdout.flush();
  }

  private async keepChart(chart: Chart): Promise<string | null> {
    return this.out === null ? null : this.out.write(this.names.nameOf(chart), chart.bytes);
  }
}

function requestOf(
  question: string | undefined,
  files: readonly string[],
  ref: (file: string) => FileRef,
): SendRequest {
  const text = question?.trim() ?? '';
  return { intent: text === '' ? 'analyze' : 'ask', text, files: files.map(ref) };
}

function refOf(mounts: Parameters<typeof insideSandbox>[0], file: string): FileRef {
  const containerPath = insideSandbox(mounts, file);
  return { label: path.basename(file), containerPath };
}

function checkExists(file: string): void {
  try {
    statSync(file);
  } catch (error) {
    throw pathUnusable(file, reasonOf(error));
  }
}
