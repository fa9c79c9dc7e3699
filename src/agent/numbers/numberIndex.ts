/** Finds the source of a figure among many numbers. Pure. */
import type { Figure } from './answerFigures.ts';
import type { SourceNumber } from './sources.ts';

/** Room for a figure that is said to be rough. */
const ABOUT = 0.05;
const BOUND = 0.25;

/** Bounds of the values that the reading stands for: what rounds to it, or what "about", "over" and "under" allow. */
function range({ hedge }: Figure, value: number, step: number): [low: number, high: number] {
  const half = (step / 2) * (1 + 1e-9) + value * 1e-12;
  switch (hedge) {
    case 'about':
      return [value - Math.max(half, value * ABOUT), value + Math.max(half, value * ABOUT)];
    case 'over':
      return [value - half, value * (1 + BOUND) + half];
    case 'under':
      return [value * (1 - BOUND) - half, value + half];
    case 'none':
    case 'open':
      return [value - half, value + half];
  }
}

/** Whether the figure may stand for this number, sign included: "fell by 5" is −5, but "−5" is not 5. */
export function standsFor(figure: Figure, number: number): boolean {
  if (figure.sign === '-' && number > 0) return false;
  if (figure.sign === '+' && number < 0) return false;
  const size = Math.abs(number);
  return figure.readings.some(({ value, step }) => {
    const [low, high] = range(figure, value, step);
    return size >= low && size <= high;
  });
}

export class NumberIndex {
  private readonly sorted: SourceNumber[];

  /** @param numbers in the order in which they came */
  constructor(numbers: readonly SourceNumber[]) {
    this.sorted = [...numbers].sort((a, b) => a.value - b.value);
  }

  /** The nearest number that the figure may stand for; of equal ones the latest. */
  find(figure: Figure): SourceNumber | null {
    let best: SourceNumber | null = null;
    let bestError = Infinity;
    for (const { value, step } of figure.readings) {
      const [low, high] = range(figure, value, step);
      // The first reading is the likelier one: another has to be nearer.
      const earlier = bestError;
      for (let at = this.firstFrom(low); at < this.sorted.length; at += 1) {
        const number = this.sorted[at];
        if (number === undefined || number.value > high) break;
        if (figure.sign === '-' && number.sign !== -1) continue;
        if (figure.sign === '+' && number.sign === -1) continue;
        const error = Math.abs(number.value - value) / step;
        if (error <= bestError && error < earlier) [best, bestError] = [number, error];
      }
    }
    return best;
  }

  private firstFrom(low: number): number {
    let [from, to] = [0, this.sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.sorted[middle]?.value ?? 0) < low) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
