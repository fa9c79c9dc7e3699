/**
 * The engine, as far as we use it: the one import of dockerode, loaded when first needed. Every call has its own
 * time limit; when one passes, a short ping tells an engine that hangs from an engine that is busy. Answers are
 * parsed down to the fields that are used.
 */
import { existsSync, readFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import * as path from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import * as z from 'zod/mini';
import {
  dockerAddress,
  dockerCertificates,
  dockerHung,
  engineRefused,
  Failure,
  startCancelled,
} from '../failures.ts';
import { engineFailure, isConflict, isNotFound } from './engineErrors.ts';
import type { DockerAddress, Endpoint } from './engineAddress.ts';
import { findEndpoint } from './enginePlaces.ts';

const PING_MS = 2_000;
const QUERY_MS = 10_000;
const CHANGE_MS = 45_000;

const idSchema = z.object({ Id: z.string() });
const labelsSchema = z.pipe(
  z.nullish(z.record(z.string(), z.string())),
  z.transform((labels) => labels ?? {}),
);
const versionSchema = z.object({
  Version: z.string(),
  ApiVersion: z.string(),
  Components: z.nullish(z.array(z.object({ Name: z.string() }))),
});
const infoSchema = z.object({
  OSType: z.string(),
  Architecture: z.string(),
  NCPU: z.int(),
  MemTotal: z.number(),
  DefaultRuntime: z.optional(z.string()),
  Runtimes: z.optional(z.nullable(z.record(z.string(), z.unknown()))),
  SecurityOptions: z.optional(z.nullable(z.array(z.string()))),
  ID: z.optional(z.string()),
  KernelVersion: z.optional(z.string()),
  CgroupVersion: z.optional(z.string()),
});
const containerSchema = z.object({
  Id: z.string(),
  State: z.object({
    Running: z.boolean(),
    Paused: z.optional(z.boolean()),
    ExitCode: z.int(),
    OOMKilled: z.optional(z.boolean()),
    Error: z.optional(z.string()),
  }),
});
const imageSchema = z.object({
  Id: z.string(),
  Size: z.number(),
  Config: z.object({ Labels: labelsSchema }),
});
const containerListSchema = z.array(z.object({ Id: z.string(), Labels: labelsSchema }));
const volumeListSchema = z.object({
  Volumes: z.nullish(z.array(z.object({ Name: z.string(), Labels: labelsSchema }))),
});
const imageListSchema = z.array(
  z.object({
    Id: z.string(),
    RepoTags: z.nullish(z.array(z.string())),
    Created: z.number(),
    Labels: labelsSchema,
  }),
);
const execSchema = z.object({ Running: z.boolean(), ExitCode: z.nullish(z.int()) });
const waitSchema = z.object({ StatusCode: z.int() });

export interface EngineFacts {
  /** Socket path or host:port. */
  where: string;
  /** False: over TCP without TLS. */
  isPrivate: boolean;
  product: 'Docker' | 'Podman';
  version: string;
  apiVersion: string;
  os: string;
  architecture: string;
  cpus: number;
  memoryBytes: number;
  defaultRuntime: string;
  runtimes: string[];
  /** Runtime → how the engine runs it, as text; differs when its configuration does. */
  runtimeConfigs: Record<string, string>;
  /** Of this engine in this version on this kernel. */
  fingerprint: string;
  cgroupVersion: string;
  securityOptions: string[];
}

export type ContainerState = z.infer<typeof containerSchema>['State'];
export type CreateOptions = Dockerode.ContainerCreateOptions;
export type BuildOptions = Pick<
  Dockerode.ImageBuildOptions,
  'buildargs' | 'labels' | 'networkmode' | 'forcerm' | 'rm' | 'version'
>;

/** @throws Failure `docker-address`, `docker-context`, `docker-certificates` */
export async function connectEngine(address: DockerAddress): Promise<Engine> {
  const endpoint = await findEndpoint(address);
  const { default: Docker } = await import('dockerode');
  try {
    return new Engine(new Docker(dockerodeOptions(endpoint)), endpoint);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw dockerAddress(endpoint.label, error);
  }
}

/** Names every field that dockerode would otherwise take from the environment. */
function dockerodeOptions(endpoint: Endpoint): Dockerode.DockerOptions & { agent: http.Agent } {
  if (endpoint.kind === 'socket') {
    // A socket kept from before an engine's restart would fail the first call after it.
    const agent = new http.Agent({ keepAlive: false });
    const none = { host: undefined, port: undefined, ca: undefined, cert: undefined, key: undefined };
    return { ...none, socketPath: endpoint.socketPath, protocol: 'http', agent };
  }
  const { host, port, certificatesFolder: folder } = endpoint;
  const agentOptions = { keepAlive: false };
  if (folder === null) return { host, port, protocol: 'http', agent: new http.Agent(agentOptions) };
  const { ca, cert, key } = readCertificates(folder);
  return { host, port, protocol: 'https', ca, cert, key, agent: new https.Agent(agentOptions) };
}

/** The engine is always checked; who we are is shown where the files for it are there. */
function readCertificates(folder: string): { ca: Buffer; cert?: Buffer; key?: Buffer } {
  const read = (name: string): Buffer => readFileSync(path.join(folder, name));
  try {
    const ca = read('ca.pem');
    const isKnown = existsSync(path.join(folder, 'cert.pem'));
    return isKnown ? { ca, cert: read('cert.pem'), key: read('key.pem') } : { ca };
  } catch (error) {
    throw dockerCertificates(folder, error);
  }
}

export class Engine {
  readonly where: string;
  /** Null when the engine is reached over TCP. */
  readonly socketPath: string | null;
  /** False: over TCP without TLS. */
  readonly isPrivate: boolean;
  private readonly namedBy: string | null;

  constructor(
    private readonly docker: Dockerode,
    endpoint: Endpoint,
  ) {
    this.namedBy = endpoint.namedBy;
    this.isPrivate = endpoint.kind === 'socket' || endpoint.certificatesFolder !== null;
    this.where = endpoint.label;
    this.socketPath = endpoint.kind === 'socket' ? endpoint.socketPath : null;
  }

  /** @throws Failure `docker-…` */
  async ping(): Promise<void> {
    const abortSignal = AbortSignal.timeout(PING_MS);
    try {
      await new Promise<void>((resolve, reject) => {
        const request = { path: '/_ping', method: 'GET', statusCodes: { 200: true }, abortSignal };
        this.docker.modem.dial(request, (error: Error | null) => {
          if (error === null) resolve();
          else reject(error);
        });
      });
    } catch (error) {
      if (abortSignal.aborted) throw dockerHung(this.where, error);
      throw this.failure(error, 'a ping');
    }
  }

  async facts(): Promise<EngineFacts> {
    const ask = 'to describe itself';
    const [version, info] = await Promise.all([
      this.call(ask, QUERY_MS, async () => versionSchema.parse(await this.docker.version())),
      this.call(ask, QUERY_MS, async () => infoSchema.parse(await this.docker.info())),
    ]);
    return {
      where: this.where,
      isPrivate: this.isPrivate,
      product: version.Components?.some(({ Name }) => /podman/i.test(Name)) === true ? 'Podman' : 'Docker',
      version: version.Version,
      apiVersion: version.ApiVersion,
      os: info.OSType,
      architecture: info.Architecture,
      cpus: info.NCPU,
      memoryBytes: info.MemTotal,
      defaultRuntime: info.DefaultRuntime ?? 'runc',
      runtimes: Object.keys(info.Runtimes ?? {}),
      runtimeConfigs: Object.fromEntries(
        Object.entries(info.Runtimes ?? {}).map(([name, config]) => [name, JSON.stringify(config)]),
      ),
      fingerprint: [info.ID ?? this.where, version.Version, info.KernelVersion ?? ''].join(' '),
      cgroupVersion: info.CgroupVersion ?? '1',
      securityOptions: info.SecurityOptions ?? [],
    };
  }

  async createVolume(name: string, labels: Record<string, string>): Promise<void> {
    await this.call('to make a volume', CHANGE_MS, async (abortSignal) =>
      this.docker.createVolume({ Name: name, Driver: 'local', Labels: labels, abortSignal }),
    );
  }

  async listVolumes(label: string): Promise<{ name: string; labels: Record<string, string> }[]> {
    const list = await this.call('a list of volumes', QUERY_MS, async (abortSignal) =>
      volumeListSchema.parse(await this.docker.listVolumes({ filters: { label: [label] }, abortSignal })),
    );
    return (list.Volumes ?? []).map(({ Name, Labels }) => ({ name: Name, labels: Labels }));
  }

  /** Waits while the container that used it is still being removed. No error when it is gone already. */
  async removeVolume(name: string): Promise<void> {
    await this.call('to remove a volume', CHANGE_MS, async (abortSignal) =>
      untilFree(abortSignal, async () => this.docker.getVolume(name).remove({ abortSignal })),
    );
  }

  /** The new container's id. */
  async createContainer(options: CreateOptions, signal?: AbortSignal): Promise<string> {
    return this.call(
      'to make a container',
      CHANGE_MS,
      async (abortSignal) => (await this.docker.createContainer({ ...options, abortSignal })).id,
      signal,
    );
  }

  async startContainer(id: string, signal?: AbortSignal): Promise<void> {
    const start = async (abortSignal: AbortSignal): Promise<unknown> =>
      this.docker.getContainer(id).start({ abortSignal });
    await this.call('to start a container', CHANGE_MS, start, signal);
  }

  /** Null: there is no such container. */
  async containerState(id: string): Promise<ContainerState | null> {
    return this.call('to inspect a container', QUERY_MS, async (abortSignal) => {
      const answer = await orNull(async () => this.docker.getContainer(id).inspect({ abortSignal }));
      return answer === null ? null : containerSchema.parse(answer).State;
    });
  }

  /** Resolves with the exit code when the container stops; has no time limit of its own. */
  async waitForExit(id: string, signal: AbortSignal): Promise<number> {
    try {
      const answer: unknown = await this.docker.getContainer(id).wait({ abortSignal: signal });
      return waitSchema.parse(answer).StatusCode;
    } catch (error) {
      throw this.failure(error, 'to wait for a container');
    }
  }

  async listContainers(label: string): Promise<{ id: string; labels: Record<string, string> }[]> {
    const list = await this.call('a list of containers', QUERY_MS, async (abortSignal) =>
      containerListSchema.parse(
        await this.docker.listContainers({ all: true, filters: { label: [label] }, abortSignal }),
      ),
    );
    return list.map(({ Id, Labels }) => ({ id: Id, labels: Labels }));
  }

  /** Asks it to end, and kills it after `graceS`. No error when it has ended, or is gone. */
  async stopContainer(id: string, graceS: number): Promise<void> {
    await this.call('to stop a container', CHANGE_MS, async (abortSignal) =>
      orNull(async () => this.docker.getContainer(id).stop({ t: graceS, abortSignal })),
    );
  }

  /** Kills and removes it, and its anonymous volumes; ends when it is gone. No error when it is gone already. */
  async removeContainer(id: string): Promise<void> {
    await this.call('to remove a container', CHANGE_MS, async (abortSignal) =>
      // A conflict: somebody else is removing it just now.
      untilFree(abortSignal, async () =>
        this.docker.getContainer(id).remove({ force: true, v: true, abortSignal }),
      ),
    );
  }

  /** What the container itself prints, from now on; the stream is multiplexed. For a container not yet started. */
  async attach(id: string): Promise<Readable> {
    return this.call('to attach to a container', QUERY_MS, async () => {
      const options = { stream: true, stdout: true, stderr: true, stdin: false, hijack: false };
      const stream: unknown = await this.docker.getContainer(id).attach(options);
      return stream as Readable;
    });
  }

  /** A file of a container, running or not, as a tar stream of one entry. */
  async archive(id: string, path: string): Promise<Readable> {
    const read = async (abortSignal: AbortSignal): Promise<unknown> =>
      this.docker.getContainer(id).getArchive({ path, abortSignal });
    return this.call(
      'to read a file',
      QUERY_MS,
      async (abortSignal) => (await read(abortSignal)) as Readable,
    );
  }

  /** Starts a command in the container; the stream is multiplexed (`demux.ts`). */
  async exec(id: string, command: string[], stdin: 'open' | 'none'): Promise<{ id: string; stream: Duplex }> {
    const hasStdin = stdin === 'open';
    return this.call('to run a command', QUERY_MS, async (abortSignal) => {
      const created: unknown = await this.docker.getContainer(id).exec({
        Cmd: command,
        AttachStdin: hasStdin,
        AttachStdout: true,
        AttachStderr: true,
        Tty: false,
        abortSignal,
      });
      const execId = idSchema.parse({ Id: (created as { id?: unknown }).id }).Id;
      // No signal here: it would go on to govern the open stream.
      const stream = await this.docker.getExec(execId).start({ hijack: true, stdin: hasStdin, Tty: false });
      if (abortSignal.aborted) stream.destroy();
      return { id: execId, stream };
    });
  }

  /** Null while it runs. */
  async execExitCode(execId: string): Promise<number | null> {
    return this.call('to inspect a command', QUERY_MS, async (abortSignal) => {
      const { Running, ExitCode } = execSchema.parse(
        await this.docker.getExec(execId).inspect({ abortSignal }),
      );
      return Running ? null : (ExitCode ?? null);
    });
  }

  /** Null: not on this engine. */
  async inspectImage(
    reference: string,
  ): Promise<{ id: string; sizeBytes: number; labels: Record<string, string> } | null> {
    return this.call('to inspect an image', QUERY_MS, async () => {
      const answer = await orNull(async () => this.docker.getImage(reference).inspect());
      if (answer === null) return null;
      const image = imageSchema.parse(answer);
      return { id: image.Id, sizeBytes: image.Size, labels: image.Config.Labels };
    });
  }

  /** `createdAt` in milliseconds since the epoch. */
  async listImages(
    label: string,
  ): Promise<{ id: string; tags: string[]; createdAt: number; labels: Record<string, string> }[]> {
    const list = await this.call('a list of images', QUERY_MS, async (abortSignal) =>
      imageListSchema.parse(await this.docker.listImages({ filters: { label: [label] }, abortSignal })),
    );
    return list.map(({ Id, RepoTags, Created, Labels }) => ({
      id: Id,
      tags: (RepoTags ?? []).filter((tag) => tag !== '<none>:<none>'),
      createdAt: Created * 1000,
      labels: Labels,
    }));
  }

  async tagImage(id: string, repo: string, tag: string): Promise<void> {
    await this.call('to tag an image', QUERY_MS, async () => {
      await this.docker.getImage(id).tag({ repo, tag });
    });
  }

  /** @throws Failure; `isConflict` when a container uses it. */
  async removeImage(reference: string): Promise<void> {
    await this.call('to remove an image', CHANGE_MS, async (abortSignal) =>
      orNull(async () => this.docker.getImage(reference).remove({ abortSignal })),
    );
  }

  /** Starts a build of the context (a tar stream); the answer is its events, one JSON object a line. */
  async build(context: Readable, options: BuildOptions, signal: AbortSignal): Promise<Readable> {
    return this.stream('to build an image', signal, async () =>
      this.docker.buildImage(context, { ...options, abortSignal: signal }),
    );
  }

  /** Starts to pull an image; the answer is its events. */
  async pull(reference: string, signal: AbortSignal): Promise<Readable> {
    const pulling = async (): Promise<unknown> => this.docker.pull(reference, { abortSignal: signal });
    return this.stream('to pull an image', signal, pulling);
  }

  /** What went wrong, in the words of `failures.ts`. @param doing follows "Docker refused …" */
  failure(error: unknown, doing: string): Failure {
    return engineFailure(error, this.where, doing, { namedBy: this.namedBy });
  }

  private async stream(doing: string, signal: AbortSignal, start: () => Promise<unknown>): Promise<Readable> {
    try {
      return (await start()) as Readable;
    } catch (error) {
      if (signal.aborted) throw startCancelled();
      throw this.failure(error, doing);
    }
  }

  private async call<T>(
    doing: string,
    timeoutMs: number,
    request: (signal: AbortSignal) => Promise<T>,
    cancel?: AbortSignal,
  ): Promise<T> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = cancel === undefined ? timeout : AbortSignal.any([timeout, cancel]);
    try {
      return await Promise.race([request(signal), rejectWhenAborted(signal)]);
    } catch (error) {
      if (cancel?.aborted === true) throw startCancelled();
      if (!timeout.aborted) throw this.failure(error, doing);
      await this.ping();
      throw engineRefused(doing, `no answer within ${timeoutMs / 1000} s`, error);
    }
  }
}

async function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const onAbort = (): void => {
      reject(new Error('No answer in time.'));
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

const REMOVAL_PAUSE_MS = 100;

/** Repeats a removal that conflicts with another one, until it succeeded or nothing is left to remove. */
async function untilFree(signal: AbortSignal, remove: () => Promise<unknown>): Promise<void> {
  while (true) {
    try {
      await orNull(remove);
      return;
    } catch (error) {
      if (!isConflict(error) || signal.aborted) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, REMOVAL_PAUSE_MS));
  }
}

async function orNull(request: () => Promise<unknown>): Promise<unknown> {
  try {
    return await request();
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}
