/** Starts the session's sandbox when it is needed and says how it is. */
import { unexpected, viewOf } from '../failures.ts';
import type { Progress, Sandbox, SandboxFacts } from '../kernel/sandbox.ts';
import type { Hidden } from '../shared/hidden.ts';
import type { SandboxState } from '../shared/protocol.ts';
import { t, type Said } from '../shared/l10n.ts';

export interface SandboxKeeperOptions {
  onState(state: SandboxState): void;
  onLost(sentence: Said): void;
  /** Before each start, also of a sandbox that is up. Never rejects. */
  beforeStart(): Promise<void>;
  /** Never rejects. */
  onFacts(facts: SandboxFacts): Promise<void>;
  /** What belongs into the sandbox before code runs in it. Never rejects. */
  furnish(facts: SandboxFacts, onProgress: (progress: Progress) => void, signal?: AbortSignal): Promise<void>;
  /** What is open: a phrase. */
  network(): string;
}

export class SandboxKeeper {
  private current: SandboxState = { kind: 'off' };
  private runtime = '';
  private hidden: { hidden?: Hidden } = {};
  private disposed = false;

  constructor(
    private readonly sandbox: Sandbox,
    private readonly options: SandboxKeeperOptions,
  ) {
    sandbox.onLost((sentence) => {
      if (this.disposed) return;
      this.set({ kind: 'off' });
      options.onLost(sentence);
    });
  }

  get state(): SandboxState {
    return this.current;
  }

  get isUp(): boolean {
    return this.current.kind === 'ready' || this.current.kind === 'busy';
  }

  private set(state: SandboxState): void {
    this.current = state;
    this.options.onState(state);
  }

  /** Idempotent, as the sandbox's own `start`. @throws Failure; an abort rejects with the signal's reason. */
  async start(signal?: AbortSignal): Promise<SandboxFacts> {
    return this.bring(async (onProgress) => this.sandbox.start(onProgress, signal), signal);
  }

  /** @throws Failure */
  async reset(): Promise<SandboxFacts> {
    return this.bring(async (onProgress) => this.sandbox.reset(onProgress));
  }

  private async bring(
    start: (onProgress: (progress: Progress) => void) => Promise<SandboxFacts>,
    signal?: AbortSignal,
  ): Promise<SandboxFacts> {
    let over = false;
    // A sandbox that is up answers at once: the status line does not flicker.
    if (this.current.kind !== 'ready') this.set({ kind: 'starting', message: t('Starting the sandbox') });
    try {
      await this.options.beforeStart();
      const onProgress = (progress: Progress): void => {
        if (!over) this.set({ kind: 'starting', ...progress });
      };
      const facts = await start(onProgress);
      const why = facts.runtimeWhy === undefined ? '' : ` (${facts.runtimeWhy})`;
      this.runtime = `${facts.runtime}${why}`;
      await this.options.onFacts(facts);
      this.hidden = facts.hidden === undefined ? {} : { hidden: facts.hidden };
      await this.options.furnish(facts, onProgress, signal);
      this.set(this.ready());
      return facts;
    } catch (error) {
      this.set(signal?.aborted ? { kind: 'off' } : { kind: 'failed', failure: viewOf(unexpected(error)) });
      throw error;
    } finally {
      over = true;
    }
  }

  cellStarted(purpose: string): void {
    if (this.current.kind === 'ready') this.set({ kind: 'busy', detail: purpose, ...this.hidden });
  }

  cellEnded(): void {
    if (this.current.kind === 'busy') this.set(this.ready());
  }

  /** Something else is open now. */
  networkChanged(): void {
    this.set(this.current.kind === 'ready' ? this.ready() : this.current);
  }

  private ready(): SandboxState {
    return { kind: 'ready', detail: `${this.runtime}, ${this.options.network()}`, ...this.hidden };
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    await this.sandbox.dispose();
    this.set({ kind: 'off' });
  }
}
