/**
 * A trial of gVisor: a container of our image, as locked up as a sandbox and without any mount, that imports pandas.
 * A runtime that starts and then crashes in real programs is common, so only the right answer counts.
 */
import { randomBytes } from 'node:crypto';
import { Failure, startCancelled, detail } from '../failures.ts';
import { containerSpec, userFor } from './containerSpec.ts';
import type { CreateOptions } from './docker.ts';
import { formatOwner, ownOwner } from './owner.ts';
import { specFor } from './podmanSpec.ts';
import { DEFAULT_LIMITS } from './policy.ts';
import type { RuntimeQuestion } from './runtime.ts';
import { endStrays } from './strays.ts';

const TRIAL_MS = 60_000;
/** No crash ends with this code by chance. */
const PROOF = 42;
const PROGRAM = `import pandas, sys; sys.exit(${PROOF} if pandas.Series([20, 22]).sum() == ${PROOF} else 1)`;

/** Null: it passed. Else what went wrong. Its container is removed. @throws Failure `cancelled`, `docker-…` */
export async function runTrial(
  runtime: string,
  { engine, facts, image, log }: RuntimeQuestion,
  signal: AbortSignal,
): Promise<string | null> {
  const timeout = AbortSignal.timeout(TRIAL_MS);
  const either = AbortSignal.any([signal, timeout]);
  const spec = await trialSpec(runtime, image);
  const request = specFor(facts.product, spec);
  let id: string | null = null;
  try {
    id = await engine.createContainer(request, either);
    await engine.startContainer(id, either);
    const code = await engine.waitForExit(id, either);
    return code === PROOF ? null : `a program that imports pandas ended with exit code ${code}`;
  } catch (error) {
    if (signal.aborted) throw startCancelled();
    if (timeout.aborted) return `a trial took longer than ${TRIAL_MS / 1000} s`;
    if (error instanceof Failure && error.code.startsWith('docker-')) throw error;
    return firstLine(error instanceof Failure ? causeOf(error) : error);
  } finally {
    await engine.removeContainer(id ?? spec.name).catch((error: unknown) => {
      // The label keeps its owner: it is removed as a leftover.
      log(`could not remove the trial's container: ${String(error)}`);
    });
    if (id !== null) endStrays(id, log);
  }
}

async function trialSpec(runtime: string, image: string): Promise<CreateOptions & { name: string }> {
  const name = `code-interpreter-trial-${randomBytes(6).toString('hex')}`;
  const host = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, platform: process.platform };
  const spec = containerSpec(DEFAULT_LIMITS, [], {
    containerName: name,
    volumeName: '',
    doorName: '',
    proxyName: '',
    packagesName: '',
    owner: formatOwner(await ownOwner()),
    sessionId: 'trial',
    image: { reference: image, tag: '' },
    user: userFor(host),
    runtime,
  });
  return {
    ...spec,
    name,
    WorkingDir: '/',
    Cmd: ['python3', '-I', '-c', PROGRAM],
    HostConfig: { ...spec.HostConfig, Mounts: [] },
  };
}

const causeOf = (failure: Failure): unknown => failure.cause ?? failure;

/** What the engine says of a runtime is long, and has parts in front that say nothing. */
function firstLine(error: unknown): string {
  const text = detail(error);
  const line = text.split('\n')[0] ?? '';
  return line
    .replace(/^\(HTTP code \d+\) [^-]* - /, '')
    .replace(/^OCI runtime \w+ failed: /, '')
    .trim()
    .slice(0, 200);
}
