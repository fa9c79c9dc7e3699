/** A sandbox of a notebook's own: made with its first cell, and its files kept until the notebook is closed. No VS Code in here. */
import * as fs from 'node:fs/promises';
import { unexpected } from '../../failures.ts';
import type { ExecuteRequest, Kernel } from '../../kernel/kernel.ts';
import type { Network, Progress, Sandbox } from '../../kernel/sandbox.ts';
import { storeArtifacts } from '../../session/artifacts.ts';
import { ArtifactStore } from '../../session/store.ts';
import type { Artifact, CellResult, Output, RefusedFile } from '../../shared/outputs.ts';
import { localOf } from '../../shared/l10n.ts';

export interface NotebookSandboxOptions {
  /** By the settings of this moment. */
  create(): Promise<Sandbox>;
  network(): Promise<Network>;
  /** For its artifacts; removed with it. */
  folder: string;
  onLost(sentence: string): void;
  log: (line: string) => void;
}

export interface Ran {
  result: CellResult;
  stored: Artifact[];
  refused: RefusedFile[];
}

export class NotebookSandbox {
  private sandbox: Sandbox | null = null;
  private starting: Promise<Kernel> | null = null;
  private store: ArtifactStore | null = null;
  private disposed = false;

  constructor(private readonly options: NotebookSandboxOptions) {}

  /** The kernel if there is one; nothing is started for it. */
  get kernel(): Kernel | null {
    return this.starting === null ? null : (this.sandbox?.kernel ?? null);
  }

  /** Concurrent calls share one start. @throws Failure; the next call tries again. */
  async start(onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<Kernel> {
    this.starting ??= this.bring(onProgress, signal).catch(async (error: unknown) => {
      await this.discard();
      throw error;
    });
    return this.starting;
  }

  private async bring(onProgress: (progress: Progress) => void, signal: AbortSignal): Promise<Kernel> {
    const sandbox = await this.options.create();
    this.sandbox = sandbox;
    sandbox.onLost((sentence) => {
      if (this.sandbox !== sandbox) return;
      void this.discard();
      this.options.onLost(localOf(sentence));
    });
    sandbox.onAttempt(({ host, port, verdict }) => {
      this.options.log(`notebook: ${host}:${port} ${verdict}`);
    });
    await sandbox.setNetwork(await this.options.network());
    await sandbox.start(onProgress, signal);
    return sandbox.kernel;
  }

  /** One cell, with its files copied out. @throws Failure when there is no sandbox, or it is lost. */
  async run(
    request: ExecuteRequest,
    onOutput: (output: Output) => void,
    signal: AbortSignal,
    onStarted: (executionCount: number | null) => void,
  ): Promise<Ran> {
    const { sandbox } = this;
    if (sandbox === null) throw unexpected(new Error('the sandbox of this notebook is gone'));
    const result = await sandbox.kernel.execute(request, onOutput, signal, onStarted);
    if (result.artifacts.length === 0) return { result, stored: [], refused: result.refused };
    this.store ??= await ArtifactStore.open(this.options.folder);
    // What a stopped cell has made is kept, too.
    const never = new AbortController().signal;
    const { stored, refused } = await storeArtifacts(sandbox, this.store, result.artifacts, never);
    return { result, stored, refused: [...result.refused, ...refused] };
  }

  /** Host path of an artifact's bytes, or null. */
  pathOf(sha256: string): string | null {
    return this.store?.path(sha256) ?? null;
  }

  /** New kernels; variables are gone, files stay. Without a sandbox there is nothing to do. @throws Failure */
  async restart(): Promise<void> {
    if (this.starting === null) return;
    const kernel = await this.starting;
    await kernel.restart();
  }

  private async discard(): Promise<void> {
    const { sandbox } = this;
    this.sandbox = null;
    this.starting = null;
    await sandbox?.dispose();
  }

  /** Removes the sandbox and the files of its cells. Never rejects. */
  async dispose(): Promise<void> {
    if (this.disposed) return;
    this.disposed = true;
    await this.starting?.catch(() => undefined);
    await this.discard();
    await fs.rm(this.options.folder, { recursive: true, force: true }).catch((error: unknown) => {
      this.options.log(`notebook: ${unexpected(error).sentence}`);
    });
  }
}
