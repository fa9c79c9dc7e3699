/** One cell at a time waits here for the user: run it, perhaps changed, or skip it. Nothing of it outlives the turn. */
import type { Decision } from '../agent/tool.ts';

interface Waiting {
  cellId: string;
  resolve: (decision: Decision) => void;
}

export class Decisions {
  private waiting: Waiting | null = null;

  /** @param onChange called when a cell begins or ends to wait. */
  constructor(private readonly onChange: () => void) {}

  get isWaiting(): boolean {
    return this.waiting !== null;
  }

  /** Resolves with the user's decision; an abort rejects with the signal's reason. */
  async on(cellId: string, signal: AbortSignal): Promise<Decision> {
    signal.throwIfAborted();
    try {
      return await new Promise<Decision>((resolve, reject) => {
        this.waiting = { cellId, resolve };
        signal.addEventListener('abort', () => reject(reasonOf(signal)), { once: true });
        this.onChange();
      });
    } finally {
      if (this.waiting?.cellId === cellId) this.waiting = null;
      this.onChange();
    }
  }

  /** False: this cell does not wait (any more): it was decided already, or its turn was stopped. */
  decide(cellId: string, decision: Decision): boolean {
    if (this.waiting?.cellId !== cellId) return false;
    const { resolve } = this.waiting;
    // At once, so that a second press on the button is no second decision.
    this.waiting = null;
    resolve(decision);
    return true;
  }
}

const reasonOf = ({ reason }: AbortSignal): Error =>
  reason instanceof Error ? reason : new Error('Stopped.', { cause: reason });
