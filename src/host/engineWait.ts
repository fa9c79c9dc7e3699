/** A missing or stopped engine is waited for: what was asked goes on by itself when the engine appears. */
import { Failure } from '../failures.ts';

/** Failures that end by themselves when the user starts, installs or unlocks Docker. */
const WAITABLE = new Set([
  'docker-wrong-place',
  'docker-paused',
  'docker-missing',
  'docker-denied',
  'docker-stopped',
  'docker-hung',
]);

/** By code, so that it also works for a failure that came out of the session's log. */
export const isWaitable = (failure: { code: string }): boolean => WAITABLE.has(failure.code);

/** Resolves after `ms`, or at once when the signal is aborted. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/**
 * Looks for the engine while somebody is looking at the panel, until it has answered once; again after
 * `lost`. Nothing is polled while all is well.
 */
export class EngineWatch {
  private timer: NodeJS.Timeout | null = null;
  private wanted = false;
  private state: 'unknown' | 'present' | 'absent' = 'unknown';
  private checking = false;
  private disposed = false;
  /** What the panel shows in place of the sandbox's own state; null: the engine is there or was not looked for. */
  failure: Failure | null = null;

  /**
   * @param check resolves when the engine answers; rejects with a Failure otherwise.
   * @param onChange `present` is told once for each time the engine appears.
   */
  constructor(
    private readonly check: () => Promise<void>,
    private readonly onChange: (state: 'present' | 'absent') => void,
    private readonly pollMs = 3000,
  ) {}

  /** Looked for only while `wanted`: the panel can be seen and the workspace is trusted. */
  setWanted(wanted: boolean): void {
    this.wanted = wanted;
    if (!wanted) this.cancel();
    else if (this.state !== 'present') void this.look();
  }

  /** Somebody else's attempt failed for want of an engine. */
  lost(failure: Failure): void {
    const isNew = this.failure?.code !== failure.code;
    this.failure = failure;
    this.state = 'absent';
    if (isNew) this.onChange('absent');
    this.again();
  }

  /** Somebody else's attempt found the engine. */
  found(): void {
    if (this.state === 'present') return;
    this.cancel();
    this.failure = null;
    this.state = 'present';
    this.onChange('present');
  }

  dispose(): void {
    this.disposed = true;
    this.cancel();
  }

  private async look(): Promise<void> {
    if (this.checking || this.disposed) return;
    this.checking = true;
    try {
      await this.check();
      this.checking = false;
      if (!this.disposed) this.found();
    } catch (error) {
      this.checking = false;
      if (this.disposed) return;
      // Anything else (a bad address in the settings) is shown, too, and may be mended while we look.
      if (error instanceof Failure) this.lost(error);
      else this.again();
    }
  }

  private again(): void {
    this.cancel();
    if (!this.wanted || this.disposed) return;
    this.timer = setTimeout(() => void this.look(), this.pollMs);
  }

  private cancel(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
