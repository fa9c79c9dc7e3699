/** What turns took, as the session's log says. */
import { paidTokens, type Spent } from '../agent/budget.ts';
import type { Usage } from '../models/model.ts';
import { dollarsFor, type Price } from '../models/prices.ts';
import type { Receipt, SessionEvent } from '../shared/events.ts';

/** Of all turns so far. Dollars are those of the prices at the time. */
export function spentSoFar(events: readonly SessionEvent[]): Spent {
  let [tokens, dollars] = [0, 0];
  for (const event of events) {
    if (event.type !== 'turn_ended') continue;
    tokens += paidTokens(event.usage);
    dollars += event.receipt?.dollars ?? 0;
  }
  return { tokens, dollars };
}

/** @param price null: not known. */
export const receiptOf = (
  { steps, usage }: { steps: number; usage: Usage },
  price: Price | null,
  durationMs: number,
): Receipt => ({
  steps,
  durationMs: Math.round(durationMs),
  dollars: price === null ? null : dollarsFor(usage, price),
});
