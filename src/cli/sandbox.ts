/** The sandbox of one run: made from the command line, reported on standard error, removed when the run ends. */
import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import * as path from 'node:path';
import { DEFAULT_BASE } from '../container/image.ts';
import { DEFAULT_LIMITS, type HostMount } from '../container/policy.ts';
import { Failure, networkRefused } from '../failures.ts';
import { CLOSED, type Progress, type Sandbox, type SandboxFacts } from '../kernel/sandbox.ts';
import type { NetworkRule } from '../shared/network.ts';
import type { SandboxArgs } from './args.ts';
import { noteDenied } from './network.ts';
import { buildContextFolder } from './place.ts';
import type { World } from './world.ts';

/** Lines of the log that are shown when the start fails; a failed build says why in its last ones. */
const TAIL_LINES = 25;

export function imageSource(args: SandboxArgs, world: Pick<World, 'cwd' | 'env'>) {
  if (args.image !== null) return { kind: 'ready', reference: args.image } as const;
  const caFile = args.caFile ?? (world.env.NODE_EXTRA_CA_CERTS || null);
  return {
    kind: 'build',
    contextFolder: buildContextFolder(),
    base: args.baseImage ?? DEFAULT_BASE,
    caFile: caFile === null ? null : path.resolve(world.cwd, caFile),
    office: args.office,
  } as const;
}

/** What it runs on, and where trials of it are noted: with other things that can be made again. */
export function runtimeOptions(args: SandboxArgs, { env }: Pick<World, 'env'>) {
  const cache = env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache');
  return {
    runtime: args.runtime,
    trialsFile: path.join(cache, 'code-interpreter', 'runtime-trials.json'),
  };
}

export interface OwnedSandbox {
  sandbox: Sandbox;
  /** @throws Failure; the end of the log is on standard error then. */
  start(signal?: AbortSignal): Promise<SandboxFacts>;
  log: (line: string) => void;
}

/** `allow`: what the command line opens. `workFolder`: as `SandboxOptions` has it. */
export function ownSandbox(
  args: SandboxArgs,
  mounts: HostMount[],
  world: World,
  { allow = [], workFolder = null }: { allow?: readonly NetworkRule[]; workFolder?: string | null } = {},
): OwnedSandbox {
  const tail: string[] = [];
  const log = (line: string): void => {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
  };
  const sandbox = world.createSandbox({
    sessionId: randomUUID(),
    mounts,
    workFolder,
    limits: {
      ...DEFAULT_LIMITS,
      ...(args.memoryMb === null ? {} : { memoryBytes: Math.round(args.memoryMb * 1024 * 1024) }),
    },
    image: imageSource(args, world),
    docker: { host: args.dockerHost },
    ...runtimeOptions(args, world),
    log,
  });
  world.lifetime.own(async () => sandbox.dispose());
  noteDenied(sandbox, world);
  // It lasts over a sandbox that is made anew.
  const opened = allow.length === 0 ? null : sandbox.setNetwork({ ...CLOSED, rules: allow });
  opened?.catch(() => undefined);
  const report = progressReporter(world);
  return {
    sandbox,
    log,
    async start(signal) {
      try {
        await opened;
        const facts = await sandbox.start(report, signal);
        if (allow.length > 0 && facts.networkProblem !== undefined)
          throw networkRefused(facts.networkProblem);
        return facts;
      } catch (error) {
        if (error instanceof Failure && error.area === 'sandbox')
          for (const line of tail) world.stderr.line(`  | ${line}`);
        throw error;
      }
    },
  };
}

/** Each message once; a build tells the same step many times. */
export function progressReporter(world: Pick<World, 'stderr'>): (progress: Progress) => void {
  let last = '';
  return ({ message }) => {
    if (message !== last) world.stderr.line(message);
    last = message;
  };
}
