/**
 * The session's sandbox in VS Code: made at the first start from the settings of that moment, and patient:
 * when the engine is missing it waits for it, so that the pending question goes on by itself.
 */
import type { Readable } from 'node:stream';
import { Failure, sandboxClosed, startCancelled } from '../failures.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { CLOSED, type Network, type Progress, type Sandbox, type SandboxFacts } from '../kernel/sandbox.ts';
import type { NetworkAttempt } from '../shared/network.ts';
import { SharedWork } from '../container/sharedWork.ts';
import { isWaitable, sleep } from './engineWait.ts';
import type { Said } from '../shared/l10n.ts';

export interface HostSandboxOptions {
  /** A new sandbox by the settings of this moment; loads what talks to Docker. */
  create(): Promise<Sandbox>;
  /** A start is waiting for the engine (again told with each attempt). */
  onEngineLost(failure: Failure): void;
  onEngineFound(): void;
  pollMs?: number;
}

export class HostSandbox implements Sandbox {
  private inner: Sandbox | null = null;
  private readonly starts = new SharedWork<SandboxFacts, Progress>();
  private readonly closing = new AbortController();
  /** The start under way, also one that everybody gave up on: the next waits for its end. */
  private starting: Promise<unknown> = Promise.resolve();
  private readonly removals = new Set<Promise<void>>();
  private readonly listeners: ((sentence: Said) => void)[] = [];
  private readonly attemptListeners: ((attempt: NetworkAttempt) => void)[] = [];
  private network = CLOSED;

  constructor(private readonly options: HostSandboxOptions) {}

  get kernel(): Kernel {
    if (this.inner === null) throw sandboxClosed();
    return this.inner.kernel;
  }

  async start(onProgress: (progress: Progress) => void, signal?: AbortSignal): Promise<SandboxFacts> {
    return this.bring('start', onProgress, signal);
  }

  async reset(onProgress: (progress: Progress) => void, signal?: AbortSignal): Promise<SandboxFacts> {
    return this.bring('reset', onProgress, signal);
  }

  async readArtifact(name: string, limitBytes: number): Promise<Readable> {
    if (this.inner === null) throw sandboxClosed();
    return this.inner.readArtifact(name, limitBytes);
  }

  async dispose(): Promise<void> {
    this.closing.abort();
    await this.starting.catch(() => undefined);
    await this.discard();
    await Promise.all(this.removals);
  }

  onLost(listener: (sentence: Said) => void): void {
    this.listeners.push(listener);
    this.inner?.onLost(listener);
  }

  async setNetwork(network: Network): Promise<void> {
    this.network = network;
    await this.inner?.setNetwork(network);
  }

  onAttempt(listener: (attempt: NetworkAttempt) => void): void {
    this.attemptListeners.push(listener);
    this.inner?.onAttempt(listener);
  }

  /**
   * Concurrent callers share one start; each can give up by its own signal. A reset is a new sandbox from
   * scratch, because settings may have changed since.
   */
  private async bring(
    how: 'start' | 'reset',
    onProgress: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<SandboxFacts> {
    if (this.closing.signal.aborted) throw sandboxClosed();
    const work = async (
      progress: (progress: Progress) => void,
      cancel: AbortSignal,
    ): Promise<SandboxFacts> => {
      const before = this.starting;
      const mine = (async () => {
        const stop = AbortSignal.any([cancel, this.closing.signal]);
        await Promise.race([before.catch(() => undefined), aborted(stop)]);
        if (stop.aborted) throw startCancelled();
        if (how === 'reset') await this.discard();
        return this.startPatiently(progress, stop);
      })();
      this.starting = mine;
      return mine;
    };
    return this.starts.run(how, work, onProgress, startCancelled, signal);
  }

  private async startPatiently(
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<SandboxFacts> {
    for (;;) {
      if (signal.aborted) throw startCancelled();
      try {
        this.inner ??= await this.make();
        const facts = await this.inner.start(onProgress, signal);
        this.options.onEngineFound();
        return facts;
      } catch (error) {
        if (!(error instanceof Failure) || !isWaitable(error)) throw error;
        this.options.onEngineLost(error);
        // The address of the engine may be mended in the settings meanwhile: the next attempt reads them anew.
        // Not awaited: an engine that hangs takes its time.
        void this.discard();
        await sleep(this.options.pollMs ?? 3000, signal);
      }
    }
  }

  private async make(): Promise<Sandbox> {
    const inner = await this.options.create();
    for (const listener of this.listeners) inner.onLost(listener);
    for (const listener of this.attemptListeners) inner.onAttempt(listener);
    await inner.setNetwork(this.network);
    return inner;
  }

  private async discard(): Promise<void> {
    const inner = this.inner;
    this.inner = null;
    if (inner === null) return;
    const removal = inner.dispose().finally(() => this.removals.delete(removal));
    this.removals.add(removal);
    await removal;
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
