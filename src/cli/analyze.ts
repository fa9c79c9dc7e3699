/** `analyze`: one turn about files, printed while it happens. */
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { DEFAULT_TURN_LIMITS } from '../agent/loop.ts';
import { targetOf } from '../container/mounts.ts';
import { FORMATS, type Format } from '../export/formats.ts';
import { badUsage, pathUnusable } from '../failures.ts';
import { CLOSED } from '../kernel/sandbox.ts';
import { Session, type SendRequest } from '../session/session.ts';
import type { FileRef, TurnEnd } from '../shared/events.ts';
import { parse, positiveNumber, sandboxArgs, SANDBOX_OPTIONS, SANDBOX_USAGE } from './args.ts';
import { EXIT } from './exitCodes.ts';
import { SIGNAL_EXIT_CODES } from './lifetime.ts';
import { modelFor } from './modelFor.ts';
import { allowedHosts, NETWORK_OPTIONS, NETWORK_USAGE } from './network.ts';
import { OutFolder, reasonOf } from './outFolder.ts';
import { insideSandbox, mountsFor } from './place.ts';
import { ownSandbox } from './sandbox.ts';
import { TurnReport } from './turnReport.ts';
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
  --format LIST      of the session in --out: ${FORMATS.join(', ')}, apart by commas (default: ipynb)
  --without-rows     the session in --out without data: outputs are reduced to kind, shape and types; no charts, no files
  --json             print the session's events as JSON lines instead of text; a line answer_notes before
                     turn_ended when the answer follows a failed step or has figures that no output has
  --cell-timeout S   seconds a cell may take (default: 120)
  --max-steps N      replies of the model (default: ${DEFAULT_TURN_LIMITS.maxSteps})
  --max-minutes N    of the whole turn (default: ${DEFAULT_TURN_LIMITS.maxMinutes})
  --max-tokens N     output, and input not read from the prompt cache (default: ${DEFAULT_TURN_LIMITS.maxTokens})
${NETWORK_USAGE}
${SANDBOX_USAGE}

Ctrl+C stops the turn, twice quits.`;

const OPTIONS = {
  ...SANDBOX_OPTIONS,
  ...NETWORK_OPTIONS,
  question: { type: 'string' },
  workspace: { type: 'string' },
  model: { type: 'string' },
  'base-url': { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean' },
  'cell-timeout': { type: 'string' },
  'max-steps': { type: 'string' },
  'max-minutes': { type: 'string' },
  'max-tokens': { type: 'string' },
  format: { type: 'string' },
  'without-rows': { type: 'boolean' },
} as const;

const DEFAULT_TIMEOUT_S = 120;
const OUTPUT_LIMIT_BYTES = 10 * 1024 * 1024;

async function run(args: readonly string[], world: World): Promise<number> {
  const { values, positionals } = parse('analyze', args, OPTIONS, { positionals: Infinity });
  if (positionals.length === 0) throw badUsage('analyze', 'No file was named.');
  const resolve = (given: string): string => path.resolve(world.cwd, given);
  const timeoutS = positiveNumber('analyze', '--cell-timeout', values['cell-timeout']) ?? DEFAULT_TIMEOUT_S;
  const most = (option: 'max-steps' | 'max-minutes' | 'max-tokens'): number | null =>
    positiveNumber('analyze', `--${option}`, values[option]);
  const limits = {
    ...DEFAULT_TURN_LIMITS,
    maxSteps: most('max-steps') ?? DEFAULT_TURN_LIMITS.maxSteps,
    maxMinutes: most('max-minutes') ?? DEFAULT_TURN_LIMITS.maxMinutes,
    maxTokens: most('max-tokens') ?? DEFAULT_TURN_LIMITS.maxTokens,
  };
  const files = positionals.map(resolve);
  files.forEach(checkExists);
  const mounts = mountsFor(values.workspace === undefined ? null : resolve(values.workspace), files);
  const out = values.out === undefined ? null : await OutFolder.open(resolve(values.out));
  const formats = formatsOf(values.format);
  const request = requestOf(values.question, files, (file) => refOf(mounts, file));
  const allow = allowedHosts('analyze', values['allow-host']);
  const owned = ownSandbox(sandboxArgs('analyze', values), mounts, world, { allow });
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

  const folder = await mkdtemp(path.join(tmpdir(), 'code-interpreter-'));
  const sessionFolder = path.join(folder, 'session');
  const report = new TurnReport(out, values.json ?? false, world, {
    ...{ formats, rows: values['without-rows'] !== true, sessionFolder },
    mounts: mounts.map((mount) => ({ target: targetOf(mount), source: mount.source })),
  });
  world.lifetime.own(async () => {
    await session?.dispose();
    await rm(folder, { recursive: true, force: true });
  });
  session = await Session.open({
    id: randomUUID(),
    title: positionals.map((file) => path.basename(file)).join(', '),
    folder: sessionFolder,
    sandbox: owned.sandbox,
    model: async () =>
      Promise.resolve({
        ...model,
        reply: async (...asked) => {
          try {
            return await model.reply(...asked);
          } catch (error) {
            modelFailed = !stop.signal.aborted;
            throw error;
          }
        },
      }),
    cellTimeoutMs: timeoutS * 1000,
    outputLimitBytes: OUTPUT_LIMIT_BYTES,
    limits,
    network: async () => Promise.resolve({ ...CLOSED, rules: allow }),
    now: () => Date.now(),
    onEvents: (events) => {
      report.take(events);
    },
    onState: () => undefined,
    log: owned.log,
  });
  if (stop.signal.aborted) return SIGNAL_EXIT_CODES.SIGINT;
  const end = await session.send(request);
  await report.finish(session);
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

/** @throws Failure `bad-usage` */
function formatsOf(given: string | undefined): Format[] {
  const wanted = [...new Set((given ?? 'ipynb').split(',').map((name) => name.trim()))];
  return wanted.map((name) => {
    const format = FORMATS.find((known) => known === name);
    if (format === undefined)
      throw badUsage('analyze', `--format has ${FORMATS.join(', ')}, not ${JSON.stringify(name)}.`);
    return format;
  });
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
