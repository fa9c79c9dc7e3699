/** One running container with its volume and its kernel client; made whole, or not at all. */
import { randomBytes } from 'node:crypto';
import { pipeline } from 'node:stream';
import {
  Failure,
  sandboxInsecure,
  sandboxLost,
  sandboxNotReady,
  startCancelled,
  detail,
} from '../failures.ts';
import { BridgeError } from '../kernel/bridgeConnection.ts';
import { KernelClient, type SecurityStatus } from '../kernel/kernelClient.ts';
import type { Manifest, Network, SandboxFacts } from '../kernel/sandbox.ts';
import { connectToBridge, describeEnd } from './bridgeLink.ts';
import { containerSpec, labelsOf, userFor, type ContainerIds } from './containerSpec.ts';
import { Demux } from './demux.ts';
import { Egress, type EgressTesting } from './egress/egress.ts';
import type { Engine, EngineFacts } from './docker.ts';
import { runCommand } from './execStream.ts';
import { removeAtExit } from './exitRemoval.ts';
import type { Hiding } from './hiding.ts';
import { EGRESS_LABEL, IMAGE_LABEL } from './labels.ts';
import { MANIFEST_LIMIT_BYTES, MANIFEST_PATH, parseManifest } from './manifest.ts';
import type { ResolvedMount } from './mounts.ts';
import { formatOwner, ownOwner } from './owner.ts';
import { endStrays } from './strays.ts';
import type { Limits } from './policy.ts';
import { specFor } from './podmanSpec.ts';
import type { Runtime } from './runtime.ts';
import type { NetworkAttempt } from '../shared/network.ts';

/** Enough for a traceback, too little to flood the log. */
const PRINTED_CHARACTERS = 20_000;

export interface BoxOptions {
  engine: Engine;
  product: EngineFacts['product'];
  runtime: Runtime;
  sessionId: string;
  limits: Limits;
  mounts: ResolvedMount[];
  hiding: Hiding;
  /** Reference of an image that is on the engine. */
  image: string;
  /** Variables for all programs in it. */
  environment: Readonly<Record<string, string>>;
  /** Below `/workspace`; null: cells begin in `/outputs`. */
  workFolder: string | null;
  /** What is open from the start. */
  network: Network;
  onAttempt: (attempt: NetworkAttempt) => void;
  networkTesting?: EgressTesting;
  /** The box went away by itself; called at most once. It has not been removed yet. */
  onLost: (box: Box, failure: Failure) => void;
  log: (line: string) => void;
}

export class Box {
  readonly client: KernelClient;
  facts: SandboxFacts | null = null;
  /** Cells cannot reach sockets and pipes of the host, masked or not. */
  private cellsAreKeptOff = false;
  private readonly exitWatch = new AbortController();
  private readonly forgetAtExit: () => void;
  private removal: Promise<void> | null = null;
  private readonly egress: Egress;
  private readonly volumes: readonly string[];

  private constructor(
    private readonly options: BoxOptions,
    readonly containerId: string,
    { ids, hasProxy }: Plan,
  ) {
    const { engine, log } = options;
    this.volumes = volumesOf(ids);
    this.forgetAtExit = removeAtExit({
      engine,
      containers: [ids.proxyName, containerId],
      volumes: this.volumes,
    });
    const { runtime, product, networkTesting = null, onAttempt } = options;
    this.egress = new Egress({
      engine,
      containerId,
      ids,
      hasProxy,
      isGvisor: runtime.isGvisor,
      product,
      testing: networkTesting,
      onAttempt,
      log,
    });
    this.client = new KernelClient({
      connect: async () => connectToBridge(engine, containerId, log),
      kill: async () => engine.removeContainer(containerId),
      lost: (failure) => {
        options.onLost(this, failure);
      },
      log,
    });
  }

  /**
   * Volume, container, bridge, Python. What was made is removed again when a step fails.
   * @throws Failure
   */
  static async start(options: BoxOptions, onPython: () => void, signal: AbortSignal): Promise<Box> {
    const { engine, log } = options;
    const plan = await newPlan(options);
    const { ids } = plan;
    let box: Box | null = null;
    try {
      await Promise.all(volumesOf(ids).map(async (name) => engine.createVolume(name, labelsOf(ids))));
      throwIfAborted(signal);
      const wanted = containerSpec(
        options.limits,
        options.mounts,
        ids,
        options.hiding.masksFor(options.runtime),
        {
          certificates: options.network.certificates,
          environment: options.environment,
          workFolder: options.workFolder,
        },
      );
      const id = await engine.createContainer(specFor(options.product, wanted), signal);
      box = new Box(options, id, plan);
      log(`container ${ids.containerName} (${id.slice(0, 12)}) as ${ids.user.uid}:${ids.user.gid}`);
      await box.logPrinted();
      await engine.startContainer(id, signal);
      throwIfAborted(signal);
      await orAborted(box.makeReady(onPython), signal);
      return box;
    } catch (error) {
      const failure = signal.aborted ? startCancelled() : await whyNotReady(error, box);
      log(`start failed: ${failure.sentence}`);
      if (box !== null) {
        await box.remove(failure);
        if (options.runtime.isGvisor) endStrays(box.containerId, log);
      } else await removeByName(engine, ids, log);
      throw failure;
    }
  }

  /** The path in the container of something that is to be hidden and is not (any more); null: there is none. */
  async exposed(): Promise<string | null> {
    return this.options.hiding.exposed(this.cellsAreKeptOff);
  }

  /** @throws Failure `network-…` */
  async setNetwork(network: Network): Promise<void> {
    await this.egress.set(network);
  }

  async state(): Promise<string> {
    return describeEnd(await this.options.engine.containerState(this.containerId));
  }

  /** Closes the client and removes container and volume. Idempotent. Never throws: what stays is logged. */
  async remove(failure?: Failure): Promise<void> {
    this.removal ??= this.removeNow(failure);
    return this.removal;
  }

  private async removeNow(failure?: Failure): Promise<void> {
    const { engine, log } = this.options;
    this.exitWatch.abort();
    this.client.close(failure);
    try {
      await Promise.all([this.egress.close(), engine.removeContainer(this.containerId)]);
      await Promise.all(this.volumes.map(async (name) => engine.removeVolume(name)));
      this.forgetAtExit();
    } catch (error) {
      // The label keeps its owner; a later activation removes it when this process is gone.
      log(`could not remove the sandbox: ${detail(error)}`);
    }
  }

  private async makeReady(onPython: () => void): Promise<void> {
    const { engine, limits, mounts, image, runtime, hiding, network } = this.options;
    this.watchExit();
    const manifest = this.readManifest();
    manifest.catch(() => undefined);
    const networkProblem = this.egress.open(network);
    networkProblem.catch(() => undefined);
    this.cellsAreKeptOff = checkSecurity(await this.client.open(), runtime, hiding.facts.cut);
    onPython();
    await this.client.waitUntilReady();
    this.facts = {
      manifest: await manifest,
      mounts: mounts.map(({ source, target }) => ({ source, target })),
      memoryBytes: limits.memoryBytes,
      cpus: limits.cpus,
      canOpenNetwork: this.egress.canOpen,
      ...(await networkProblem),
      runtime: runtime.name,
      runtimeWhy: runtime.why,
      hidden: hiding.facts,
      image,
    };
    this.options.log(`ready on ${engine.where}`);
  }

  /** The container's own words go nowhere else (it has no log on the host): a bridge that crashes says why here. */
  private async logPrinted(): Promise<void> {
    const { engine, log } = this.options;
    let leftCharacters = PRINTED_CHARACTERS;
    const print = (chunk: Buffer): void => {
      const text = chunk.toString('utf8').slice(0, leftCharacters);
      leftCharacters -= text.length;
      for (const line of text.split('\n')) if (line.trim() !== '') log(`container: ${line}`);
    };
    const printed = await engine.attach(this.containerId);
    const stdout = new Demux(print);
    stdout.on('data', print);
    pipeline(printed, stdout, () => undefined);
    this.exitWatch.signal.addEventListener('abort', () => printed.destroy(), { once: true });
  }

  private watchExit(): void {
    const { engine } = this.options;
    engine.waitForExit(this.containerId, this.exitWatch.signal).then(
      async () => {
        const state = await engine.containerState(this.containerId).catch(() => null);
        this.client.lose(sandboxLost(describeEnd(state)));
      },
      (error: unknown) => {
        // Without the engine nothing is known of the container: the client's own connection decides.
        if (!this.exitWatch.signal.aborted) this.options.log(`exit watch ended: ${String(error)}`);
      },
    );
  }

  private async readManifest(): Promise<Manifest> {
    const command = ['cat', MANIFEST_PATH];
    const { engine } = this.options;
    const { exitCode, stdout } = await runCommand(engine, this.containerId, command, MANIFEST_LIMIT_BYTES);
    if (exitCode !== 0) throw sandboxNotReady(`its image has no ${MANIFEST_PATH}`);
    try {
      return parseManifest(stdout.toString('utf8'));
    } catch (error) {
      throw sandboxNotReady(`${MANIFEST_PATH} in its image cannot be understood`, error);
    }
  }
}

/**
 * The protections that only the running process can vouch for. gVisor is a kernel of its own: it needs no filter, and
 * lets nobody reach sockets and pipes of the host. Elsewhere, where cells cannot be kept from these, masks lie on all
 * that were found, which is enough only when everything was searched.
 * @returns whether cells are kept off sockets and pipes without masks.
 */
export function checkSecurity(status: SecurityStatus, runtime: Runtime, searchWasCut: boolean): boolean {
  const { seccomp, noNewPrivs, capEff, gvisor, cells } = status;
  if (runtime.isGvisor && gvisor !== true) throw sandboxInsecure(`${runtime.name} is not gVisor`);
  if (!runtime.isGvisor && seccomp !== 2) throw sandboxInsecure('no system call filter is active');
  if (noNewPrivs !== 1) throw sandboxInsecure('programs could gain privileges');
  if (!/^0+$/.test(capEff)) throw sandboxInsecure(`it has capabilities (${capEff})`);
  const keepsOff = runtime.isGvisor || (cells?.sockets === true && cells.writes);
  if (!keepsOff && searchWasCut) {
    throw sandboxInsecure(
      'code could reach programs through sockets and pipes in this folder, which is too large to be searched for them',
    );
  }
  return keepsOff;
}

interface Plan {
  ids: ContainerIds;
  /** The image brings door and proxy. */
  hasProxy: boolean;
}

const volumesOf = ({ volumeName, doorName, packagesName }: ContainerIds): string[] => [
  volumeName,
  doorName,
  packagesName,
];

async function newPlan({ engine, sessionId, image, runtime }: BoxOptions): Promise<Plan> {
  const name = `code-interpreter-${sessionId.replace(/[^a-zA-Z0-9]/g, '').slice(0, 12)}-${randomBytes(4).toString('hex')}`;
  const labels = (await engine.inspectImage(image))?.labels ?? {};
  const ids = {
    containerName: name,
    volumeName: `${name}-outputs`,
    doorName: `${name}-door`,
    proxyName: `${name}-proxy`,
    packagesName: `${name}-packages`,
    owner: formatOwner(await ownOwner()),
    sessionId,
    image: { reference: image, tag: labels[IMAGE_LABEL] ?? '' },
    runtime: runtime.name,
    user: userFor({
      platform: process.platform,
      uid: process.getuid?.() ?? 0,
      gid: process.getgid?.() ?? 0,
    }),
  };
  return { ids, hasProxy: EGRESS_LABEL in labels };
}

/** For a create request that was cut off: the container may exist without our knowing its id. */
async function removeByName(engine: Engine, ids: ContainerIds, log: (line: string) => void): Promise<void> {
  try {
    await engine.removeContainer(ids.containerName);
    await Promise.all(volumesOf(ids).map(async (volume) => engine.removeVolume(volume)));
  } catch (error) {
    log(`could not clean up after a failed start: ${String(error)}`);
  }
}

async function whyNotReady(error: unknown, box: Box | null): Promise<Failure> {
  if (error instanceof BridgeError || (error instanceof Failure && error.code === 'sandbox-lost')) {
    // "The connection ended" is what we see; that the container ended is why.
    const state = await box?.state().catch(() => null);
    const ended = state !== null && state !== undefined && state !== describeEndOfRunning;
    return sandboxNotReady(ended ? state : error.message, error);
  }
  if (error instanceof Failure) return error;
  return sandboxNotReady(detail(error), error);
}

const describeEndOfRunning = 'its container did not answer';

function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw startCancelled();
}

async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  throwIfAborted(signal);
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => {
      reject(startCancelled());
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
