/** Stop in two steps: the first press interrupts, the second kills. */

/** A double click, or a key that is held down, is one press: no decision to lose the variables. */
export const SECOND_PRESS_MS = 700;

/** Of a key. */
export class StopPresses {
  private last = -Infinity;

  /** One more. True: it is the second, and by force. @param stopping the first has been heard */
  press(stopping: boolean, nowMs: number): boolean {
    const pauseMs = nowMs - this.last;
    this.last = nowMs;
    return stopping && pauseMs >= SECOND_PRESS_MS;
  }
}
