/**
 * The session's sandbox in VS Code: made at the first start from the settings of that moment, and patient:
 * when the engine is missing it waits for it, so that the pending question goes on by itself.
 */
import type { Readable } from 'node:stream';
import { Failure, sandboxClosed, startCancelled } from '../failures.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Progress, Sandbox, SandboxFacts } from '../kernel/sandbox.ts';
import { isWaitable, sleep } from './engineWait.ts';

export interface HostSandboxOptions {
  /** A new sandbox by the settings of this moment; loads what talks to Docker. */
  create(): Promise<Sandbox>;
  /** A start is waiting for the engine (again told with each attempt). */
  onEngineLost(failure: Failure): void;
  onEngineFound(): void;
  pollMs?: number;
}

interface Start {
  done: Promise<SandboxFacts>;
  abort: AbortController;
  /** Callers that have not given up. The start is aborted with the last of them. */
  callers: number;
  progress: Set<(progress: Progress) => void>;
}

export class HostSandbox implements Sandbox {
  private inner: Sandbox | null = null;
  private starting: Start | null = null;
  private disposed = false;
  private readonly listeners: ((sentence: string) => void)[] = [];

  constructor(private readonly options: HostSandboxOptions) {}

  get kernel(): Kernel {
    if (this.inner === null) throw sandboxClosed();
    return this.inner.kernel;
  }

  async start(onProgress: (progress: Progress) => void, signal?: AbortSignal): Promise<SandboxFacts> {
    return this.join(async (progress, abort) => this.startPatiently(progress, abort), onProgress, signal);
  }

  async reset(onProgress: (progress: Progress) => void, signal?: AbortSignal): Promise<SandboxFacts> {
    // A new one from scratch rather than `inner.reset`: settings may have changed since.
    return this.join(
      async (progress, abort) => {
        await this.discard();
        return this.startPatiently(progress, abort);
      },
      onProgress,
      signal,
    );
  }

  async readArtifact(name: string, limitBytes: number): Promise<Readable> {
    if (this.inner === null) throw sandboxClosed();
    return this.inner.readArtifact(name, limitBytes);
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    this.starting?.abort.abort();
    await this.starting?.done.catch(() => undefined);
    await this.discard();
  }

  onLost(listener: (sentence: string) => void): void {
    this.listeners.push(listener);
    this.inner?.onLost(listener);
  }

  /** Concurrent callers share one start; each can give up by its own signal. */
  private async join(
    begin: (progress: (progress: Progress) => void, signal: AbortSignal) => Promise<SandboxFacts>,
    onProgress: (progress: Progress) => void,
    signal?: AbortSignal,
  ): Promise<SandboxFacts> {
    // A start that everybody gave up on is on its way out: it is nobody's to join.
    while (this.starting?.abort.signal.aborted) await this.starting.done.catch(() => undefined);
    if (this.disposed) throw sandboxClosed();
    if (signal?.aborted) throw startCancelled();
    const start = this.starting ?? this.begin(begin);
    start.callers += 1;
    start.progress.add(onProgress);
    let giveUp: (() => void) | null = null;
    const givenUp = new Promise<never>((_resolve, reject) => {
      giveUp = () => reject(startCancelled());
      signal?.addEventListener('abort', giveUp, { once: true });
    });
    try {
      return await Promise.race([start.done, givenUp]);
    } finally {
      if (giveUp !== null) signal?.removeEventListener('abort', giveUp);
      start.progress.delete(onProgress);
      start.callers -= 1;
      if (start.callers === 0 && this.starting === start) start.abort.abort();
    }
  }

  private begin(
    run: (progress: (progress: Progress) => void, signal: AbortSignal) => Promise<SandboxFacts>,
  ): Start {
    const abort = new AbortController();
    const progress = new Set<(progress: Progress) => void>();
    const tell = (step: Progress): void => progress.forEach((listener) => listener(step));
    const done = run(tell, abort.signal).finally(() => {
      if (this.starting === start) this.starting = null;
    });
    done.catch(() => undefined); // Each caller gets the rejection; the last may have given up before.
    const start: Start = { done, abort, callers: 0, progress };
    this.starting = start;
    return start;
  }

  private async startPatiently(
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ): Promise<SandboxFacts> {
    for (;;) {
      if (this.disposed || signal.aborted) throw startCancelled();
      try {
        this.inner ??= await this.make();
        const facts = await this.inner.start(onProgress, signal);
        this.options.onEngineFound();
        return facts;
      } catch (error) {
        if (!(error instanceof Failure) || !isWaitable(error)) throw error;
        this.options.onEngineLost(error);
        // The address of the engine may be mended in the settings meanwhile: the next attempt reads them anew.
        await this.discard();
        await sleep(this.options.pollMs ?? 3000, signal);
      }
    }
  }

  private async make(): Promise<Sandbox> {
    const inner = await this.options.create();
    for (const listener of this.listeners) inner.onLost(listener);
    return inner;
  }

  private async discard(): Promise<void> {
    const inner = this.inner;
    this.inner = null;
    await inner?.dispose();
  }
}
