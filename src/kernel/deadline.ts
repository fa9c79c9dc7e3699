/**
 * A deadline for a peer that may be slow without being dead: while the peer still says something it is put off,
 * up to a limit. A host that slept (suspended, stopped) gives the peer a moment to be heard first.
 */
export interface DeadlineTimes {
  /** Time for the answer. */
  answerMs: number;
  /** Silence of the peer, after the time for the answer, that ends the patience. */
  silenceMs: number;
  /** End of the patience, whatever the peer says, counted from the start. */
  longestMs: number;
}

const LATE_MS = 1000;
const SECOND_CHANCE_MS = 2000;

export class Deadline {
  private timer: NodeJS.Timeout | null = null;
  private readonly startedAt = performance.now();

  constructor(
    private readonly times: DeadlineTimes,
    /** `performance.now()` of the last sign of life. */
    private readonly lastHeardAt: () => number,
    private readonly onPassed: () => void,
  ) {
    this.wait(times.answerMs);
  }

  cancel(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private wait(ms: number): void {
    const dueAt = performance.now() + ms;
    this.timer = setTimeout(() => {
      this.look(dueAt);
    }, ms);
  }

  private look(dueAt: number): void {
    const now = performance.now();
    if (now - dueAt > LATE_MS) {
      this.wait(SECOND_CHANCE_MS);
      return;
    }
    const silenceEndsInMs = this.lastHeardAt() + this.times.silenceMs - now;
    const patienceEndsInMs = this.startedAt + this.times.longestMs - now;
    const moreMs = Math.min(silenceEndsInMs, patienceEndsInMs);
    if (moreMs > 1) this.wait(moreMs);
    else this.onPassed();
  }
}
