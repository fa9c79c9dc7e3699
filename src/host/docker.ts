/** The settings and the part that talks to Docker, brought together. That part is loaded with its first use. */
import { detail } from '../failures.ts';
import * as path from 'node:path';
import type { SandboxOptions } from '../container/dockerSandbox.ts';
import { DEFAULT_LIMITS, type HostMount } from '../container/policy.ts';
import type { DoctorProbes } from '../doctor.ts';
import type { Progress, Sandbox } from '../kernel/sandbox.ts';
import { DEFAULT_BASE_URL, validateKey } from '../models/anthropic.ts';
import { PackageHosts } from './packageHosts.ts';
import type { ApiKeys } from './secrets.ts';
import { parseBaseUrl, type Settings } from './settings.ts';

export interface EngineOptions {
  /** Absolute paths of the open folders: nothing in them has a say in what is opened. */
  workspaceFolders(): readonly string[];
  /** Read anew for each use. */
  settings(): Settings;
  /** The extension's folder: the image is built from `sandbox/` below it. */
  extensionFolder: string;
  /** Ours on this machine: for what is known of its engine. */
  storageFolder: string;
  keys: ApiKeys;
  log: (line: string) => void;
}

/** A trial of gVisor ends by itself before. */
const TRIAL_MS = 90_000;

export class Docker {
  /** Where pip and npm load packages from. */
  readonly packages: PackageHosts;

  constructor(private readonly options: EngineOptions) {
    this.packages = new PackageHosts({
      workspaceFolders: () => options.workspaceFolders(),
      ofImage: async () => {
        const { packageIndexes } = await import('../container/dockerSandbox.ts');
        return packageIndexes(this.address(), this.image());
      },
    });
  }

  /** @param workFolder where cells begin, as `SandboxOptions` has it */
  async createSandbox(sessionId: string, mounts: HostMount[], workFolder: string | null): Promise<Sandbox> {
    const { createDockerSandbox } = await import('../container/dockerSandbox.ts');
    const { memoryBytes, cpus, runtime } = this.options.settings();
    return createDockerSandbox({
      sessionId,
      mounts,
      workFolder,
      limits: { ...DEFAULT_LIMITS, memoryBytes, cpus },
      image: this.image(),
      docker: this.address(),
      runtime,
      trialsFile: this.trialsFile,
      environment: async () => this.packageEnvironment(),
      log: this.options.log,
    });
  }

  /** What is wrong with it is told where the network is opened. */
  private async packageEnvironment(): Promise<Record<string, string>> {
    if (!this.options.settings().network.packages) return {};
    return this.packages.environment().catch((error: unknown) => {
      this.options.log(`packages: ${detail(error)}`);
      return {};
    });
  }

  /** @throws Failure `docker-…` when no engine answers. */
  async check(): Promise<void> {
    const { checkEngine } = await import('../container/dockerSandbox.ts');
    await checkEngine(this.address());
  }

  /** What dead owners left behind, on this machine; another window's things are not touched. */
  async removeLeftovers(): Promise<void> {
    const { removeLeftovers } = await import('../container/dockerSandbox.ts');
    const removed = await removeLeftovers(this.address(), this.options.log);
    if (removed > 0) this.options.log(`Removed ${removed} leftovers of windows that no longer exist.`);
  }

  /** Builds the image if it is not there. @throws Failure */
  async buildImage(onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<string> {
    const [{ connectEngine }, { ensureImage }] = await Promise.all([
      import('../container/docker.ts'),
      import('../container/image.ts'),
    ]);
    const engine = await connectEngine(this.address());
    return ensureImage(engine, this.image(), onProgress, this.options.log, signal);
  }

  /** Removes images of ours that are neither current nor in use; returns how many. */
  async removeOldImages(): Promise<number> {
    const { removeOldImages } = await import('../container/dockerSandbox.ts');
    return removeOldImages(this.address(), this.image(), this.options.log);
  }

  doctorProbes(): DoctorProbes {
    return {
      engine: async () => {
        const { checkEngine } = await import('../container/dockerSandbox.ts');
        return checkEngine(this.address());
      },
      places: async () => {
        const { surveyEngines } = await import('../container/dockerSandbox.ts');
        return surveyEngines(this.address());
      },
      runtime: async () => {
        const { runtimeStatus } = await import('../container/dockerSandbox.ts');
        const { runtime } = this.options.settings();
        const { trialsFile } = this;
        const options = { docker: this.address(), image: this.image(), runtime, trialsFile };
        return runtimeStatus({ ...options, log: this.options.log }, AbortSignal.timeout(TRIAL_MS));
      },
      image: async () => {
        const { imageStatus } = await import('../container/dockerSandbox.ts');
        const image = this.image();
        const { reference, sizeBytes, office } = await imageStatus(this.address(), image);
        return { reference, source: image.kind, sizeBytes, office };
      },
      key: async () => {
        const baseUrl = parseBaseUrl(this.options.settings().apiBaseUrl) ?? DEFAULT_BASE_URL;
        const key = await this.options.keys.get(baseUrl);
        if (key === null) return null;
        await validateKey(key, baseUrl);
        return { address: new URL(baseUrl).host };
      },
    };
  }

  private get trialsFile(): string {
    return path.join(this.options.storageFolder, 'runtime-trials.json');
  }

  private address(): SandboxOptions['docker'] {
    return { host: this.options.settings().dockerHost };
  }

  private image(): SandboxOptions['image'] {
    const { image } = this.options.settings();
    if (image.kind === 'ready') return image;
    return { ...image, contextFolder: path.join(this.options.extensionFolder, 'sandbox') };
  }
}
