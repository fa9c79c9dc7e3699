/** Stop has two steps: the first interrupts, the second kills and waits for nothing. */

/** What was stopped by force and does not end by itself in this time is left behind. */
const FORCED_MS = 2000;

export class Stop {
  private readonly gentle = new AbortController();
  private readonly force = new AbortController();

  /** Aborted by the first step. */
  get signal(): AbortSignal {
    return this.gentle.signal;
  }

  get isForced(): boolean {
    return this.force.signal.aborted;
  }

  /** The first step; again: nothing. */
  ask(): void {
    this.gentle.abort(new Error('Stopped by the user.'));
  }

  /** The second step, and the first if that was left out. */
  insist(): void {
    this.ask();
    this.force.abort();
  }

  /** Resolves some time after the second step, or never. */
  async patienceOver(): Promise<void> {
    const { signal } = this.force;
    if (!signal.aborted) {
      await new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    await new Promise<void>((resolve) => setTimeout(resolve, FORCED_MS));
  }
}
