/** One sandbox on a Docker engine: from nothing to a running container, and back to nothing. */
import { homedir } from 'node:os';
import type { Readable } from 'node:stream';
import { dockerWindowsContainers, sandboxClosed, sandboxLost, startCancelled, Failure } from '../failures.ts';
import type { Kernel } from '../kernel/kernel.ts';
import {
  CLOSED,
  type Network,
  type PackageIndexes,
  type Progress,
  type Sandbox,
  type SandboxFacts,
} from '../kernel/sandbox.ts';
import type { NetworkAttempt } from '../shared/network.ts';
import { openArtifact } from './artifacts.ts';
import { Box } from './box.ts';
import { connectEngine, type Engine, type EngineFacts } from './docker.ts';
import type { EgressTesting } from './egress/egress.ts';
import type { DockerAddress } from './engineAddress.ts';
import {
  ensureImage,
  imageReference,
  imageStatusOn,
  removeOldImagesOn,
  type ImageSource,
  type ImageStatus,
} from './image.ts';
import { guardKernel } from './guardedKernel.ts';
import { hideSecrets, type Hiding } from './hiding.ts';
import { removeLeftoversOn } from './leftovers.ts';
import { resolveMounts } from './mounts.ts';
import { capLimits, checkLimits, type HostMount, type Limits } from './policy.ts';
import { chooseRuntime, withoutGvisor, type Runtime, type RuntimeQuestion } from './runtime.ts';
import type { RuntimeChoice } from './runtimeChoice.ts';
import { SharedWork } from './sharedWork.ts';
import { Trials } from './trials.ts';
import { t, type Said } from '../shared/l10n.ts';

export { containerPathOf } from './mounts.ts';
export type { DockerAddress } from './engineAddress.ts';
export type { EngineFacts } from './docker.ts';
export type { ImageSource, ImageStatus } from './image.ts';
export { surveyEngines } from './enginePlaces.ts';
export type { Runtime } from './runtime.ts';
export type { RuntimeChoice } from './runtimeChoice.ts';

export interface SandboxOptions {
  sessionId: string;
  mounts: HostMount[];
  limits: Limits;
  image: ImageSource;
  docker: DockerAddress;
  /** `auto` when not given. */
  runtime?: RuntimeChoice;
  /** Where trials of runtimes are noted; not given: in memory. */
  trialsFile?: string;
  /** For tests only: the proxy's surroundings are theirs. */
  networkTesting?: EgressTesting;
  /** Variables for all programs in the sandbox, asked at each start. */
  environment?: () => Promise<Readonly<Record<string, string>>>;
  /**
   * Container path of the folder of a notebook, in which cells seem to begin (sandbox/kernel/work_folder.py): relative
   * paths lead to what lies there, and what cells write beside it lies in `/outputs`. Null or absent: `/outputs` itself.
   */
  workFolder?: string | null;
  log: (line: string) => void;
}

export function createDockerSandbox(options: SandboxOptions): Sandbox {
  return new DockerSandbox(options);
}

class DockerSandbox implements Sandbox {
  private box: Box | null = null;
  private engine: Engine | null = null;
  private disposal: Promise<void> | null = null;
  private readonly starts = new SharedWork<Box, Progress>();
  private readonly stopStarting = new AbortController();
  private starting: Promise<unknown> = Promise.resolve();
  /** Boxes whose removal is under way; a window that closes waits for them. */
  private readonly removals = new Set<Promise<void>>();
  private readonly lostListeners: ((sentence: Said) => void)[] = [];
  private readonly attemptListeners: ((attempt: NetworkAttempt) => void)[] = [];
  private network = CLOSED;
  private readonly trials: Trials;
  /** Why this sandbox did not come up on gVisor; it is not tried again for it. */
  private gvisorFault: string | null = null;

  constructor(private readonly options: SandboxOptions) {
    this.trials = trialsOf(options.trialsFile);
  }

  get kernel(): Kernel {
    const { box } = this;
    if (box === null) throw sandboxClosed();
    return guardKernel(box.client, async () => {
      const failure = await this.exposure(box);
      if (failure === null) return;
      this.lost(box, failure);
      throw failure;
    });
  }

  /** Masks cannot be laid in a running container: where something to be hidden came later, another one is needed. */
  private async exposure(box: Box): Promise<Failure | null> {
    const path = await box.exposed();
    return path === null
      ? null
      : sandboxLost(`${JSON.stringify(path)} is to be hidden and came after the start`);
  }

  async start(onProgress: (progress: Progress) => void, signal?: AbortSignal): Promise<SandboxFacts> {
    if (this.disposal !== null) throw sandboxClosed();
    const { box: old } = this;
    const failure = old === null ? null : await this.exposure(old);
    if (old !== null && failure !== null) this.lost(old, failure);
    const box =
      this.box ??
      (await this.starts.run(
        'start',
        async (progress, cancel) => this.startBox(progress, cancel),
        onProgress,
        startCancelled,
        signal,
      ));
    if (box.facts === null) throw sandboxClosed();
    return box.facts;
  }

  async reset(onProgress: (progress: Progress) => void, signal?: AbortSignal): Promise<SandboxFacts> {
    const { box } = this;
    this.box = null;
    if (box !== null) await this.discard(box, sandboxLost('it was replaced by a new one'));
    return this.start(onProgress, signal);
  }

  async readArtifact(name: string, limitBytes: number): Promise<Readable> {
    if (this.box === null || this.engine === null) throw sandboxClosed();
    return openArtifact(this.engine, this.box.containerId, name, limitBytes);
  }

  async dispose(): Promise<void> {
    this.disposal ??= this.disposeNow();
    return this.disposal;
  }

  onLost(listener: (sentence: Said) => void): void {
    this.lostListeners.push(listener);
  }

  async setNetwork(network: Network): Promise<void> {
    this.network = network;
    await this.box?.setNetwork(network);
  }

  onAttempt(listener: (attempt: NetworkAttempt) => void): void {
    this.attemptListeners.push(listener);
  }

  private async disposeNow(): Promise<void> {
    this.stopStarting.abort();
    const { box } = this;
    this.box = null;
    if (box !== null) void this.discard(box, sandboxClosed());
    // A start under way removes what it made, after its current request to the engine.
    await this.starting.catch(() => undefined);
    await Promise.all(this.removals);
  }

  private async startBox(onProgress: (progress: Progress) => void, cancel: AbortSignal): Promise<Box> {
    const signal = AbortSignal.any([cancel, this.stopStarting.signal]);
    const made = this.makeBox(onProgress, signal);
    this.starting = made;
    const box = await made;
    if (signal.aborted) {
      await this.discard(box, startCancelled());
      throw startCancelled();
    }
    if (box.client.closed !== null) {
      await this.discard(box, box.client.closed);
      throw box.client.closed;
    }
    this.box = box;
    return box;
  }

  private async makeBox(onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<Box> {
    const { sessionId, networkTesting, log } = this.options;
    checkLimits(this.options.limits);
    onProgress({ message: t('Connecting to Docker') });
    const engine = await connectEngine(this.options.docker);
    const engineFacts = await usableFacts(engine);
    const forbidden = { socketPath: engine.socketPath, homeFolder: homedir() };
    const mounts = resolveMounts(this.options.mounts, forbidden);
    const image = await ensureImage(engine, this.options.image, onProgress, log, signal);
    const environment = (await this.options.environment?.()) ?? {};
    onProgress({ message: t('Starting the sandbox') });
    // The engine may have come back after it was lost, with the old container still on it.
    await Promise.all(this.removals);
    this.engine = engine;
    const startHiding = async (runtime: Runtime, hiding: Hiding): Promise<Box> => {
      log(`runtime: ${runtime.name} (${runtime.why})`);
      return Box.start(
        {
          engine,
          product: engineFacts.product,
          runtime,
          sessionId,
          limits: capLimits(this.options.limits, engineFacts),
          mounts,
          hiding,
          image,
          environment,
          workFolder: this.options.workFolder ?? null,
          log,
          network: this.network,
          ...(networkTesting === undefined ? {} : { networkTesting }),
          onLost: (box, failure) => {
            this.lost(box, failure);
          },
          onAttempt: (attempt) => {
            for (const listener of this.attemptListeners) listener(attempt);
          },
        },
        () => {
          onProgress({ message: t('Starting Python') });
        },
        signal,
      );
    };
    const start = async (runtime: Runtime): Promise<Box> => {
      for (let triesLeft = STARTS_WITH_MASKS; ;) {
        const hiding = await hideSecrets(mounts, signal);
        try {
          return await startHiding(runtime, hiding);
        } catch (error) {
          triesLeft -= 1;
          if (triesLeft === 0 || signal.aborted || !(await hiding.vanished())) throw error;
          log('a file that was to be hidden went away during the start; once more');
        }
      }
    };
    const question: RuntimeQuestion = { engine, facts: engineFacts, image, trials: this.trials, log };
    const choice = this.options.runtime ?? 'auto';
    const onTrial = (): void => {
      onProgress({ message: t('Trying out gVisor') });
    };
    const { gvisorFault } = this;
    const runtime =
      gvisorFault !== null && choice === 'auto'
        ? withoutGvisor(engineFacts, gvisorFault)
        : await chooseRuntime(choice, question, onTrial, signal);
    try {
      return await start(runtime);
    } catch (error) {
      const isItsFault = error instanceof Failure && RUNTIME_FAULTS.has(error.code);
      if (!runtime.isGvisor || choice !== 'auto' || !isItsFault || signal.aborted) throw error;
      this.gvisorFault = error.sentence.replace(/\.$/, '');
      return start(withoutGvisor(engineFacts, this.gvisorFault));
    }
  }

  private lost(box: Box, failure: Failure): void {
    // While it starts, the start itself fails, and says why.
    if (this.box !== box) return;
    this.options.log(failure.sentence);
    this.box = null;
    void this.discard(box, failure);
    for (const listener of this.lostListeners)
      listener({ english: failure.sentence, local: failure.shown.sentence });
  }

  private async discard(box: Box, failure: Failure): Promise<void> {
    const removal = box.remove(failure);
    this.removals.add(removal);
    await removal;
    this.removals.delete(removal);
  }
}

/** The engine refuses to mask what is not there any more. */
const STARTS_WITH_MASKS = 3;

/** Failures of a start that a runtime can be to blame for. */
const RUNTIME_FAULTS = new Set(['sandbox-not-ready', 'sandbox-insecure', 'engine-refused']);

const memories = new Map<string, Trials>();

/** One for each file in this process. */
function trialsOf(file: string | undefined): Trials {
  const known = memories.get(file ?? '') ?? new Trials(file ?? null);
  memories.set(file ?? '', known);
  return known;
}

/** Which runtime a sandbox would get; may try gVisor out. The image must be there. @throws Failure */
export async function runtimeStatus(
  options: Pick<SandboxOptions, 'docker' | 'image' | 'runtime' | 'trialsFile' | 'log'>,
  signal: AbortSignal,
): Promise<Runtime> {
  const engine = await connectEngine(options.docker);
  const question: RuntimeQuestion = {
    engine,
    facts: await usableFacts(engine),
    image: await imageReference(options.image),
    trials: trialsOf(options.trialsFile),
    log: options.log,
  };
  return chooseRuntime(options.runtime ?? 'auto', question, () => undefined, signal);
}

async function usableFacts(engine: Engine): Promise<EngineFacts> {
  await engine.ping();
  const facts = await engine.facts();
  if (facts.os === 'windows') throw dockerWindowsContainers();
  return facts;
}

/**
 * Is there an engine that can be used?
 * @throws Failure `docker-missing`, `docker-denied`, `docker-stopped`, `docker-hung`, `docker-address`,
 *   `docker-windows-containers`
 */
export async function checkEngine(docker: DockerAddress): Promise<EngineFacts> {
  return usableFacts(await connectEngine(docker));
}

/** Removes containers and volumes of dead owners on this host. @returns how many. @throws Failure `docker-…` */
export async function removeLeftovers(docker: DockerAddress, log: (line: string) => void): Promise<number> {
  const engine = await connectEngine(docker);
  await engine.ping();
  return removeLeftoversOn(engine, log);
}

/** Removes images of ours except the one in use now. @returns how many. @throws Failure `docker-…` */
export async function removeOldImages(
  docker: DockerAddress,
  current: ImageSource,
  log: (line: string) => void,
): Promise<number> {
  const engine = await connectEngine(docker);
  return removeOldImagesOn(engine, await imageReference(current), log);
}

/** Which image would be used, and whether it is there. @throws Failure `docker-…` */
export async function imageStatus(docker: DockerAddress, image: ImageSource): Promise<ImageStatus> {
  return imageStatusOn(await connectEngine(docker), image);
}

/** What pip and npm of the image load from, empty when it has none; null: there is no image yet. @throws Failure `docker-…` */
export async function packageIndexes(
  docker: DockerAddress,
  image: ImageSource,
): Promise<PackageIndexes | null> {
  const { readImageManifest } = await import('./imageManifest.ts');
  const engine = await connectEngine(docker);
  const reference = await imageReference(image);
  if ((await engine.inspectImage(reference)) === null) return null;
  return (await readImageManifest(engine, reference))?.packageIndexes ?? { pip: [], npm: [] };
}
