/** What tokens cost: the API does not say, so only what the user wrote into the settings is known. */
import * as z from 'zod/mini';
import type { Usage } from './model.ts';

const dollars = z.number().check(z.nonnegative());

/** Dollars for a million tokens of each kind. */
const priceSchema = z.strictObject({
  input: dollars,
  output: dollars,
  cacheRead: dollars,
  cacheWrite: dollars,
});
export type Price = z.infer<typeof priceSchema>;

/** Beginning of a model id → its price. */
export const pricesSchema = z.record(z.string(), priceSchema);
export type Prices = z.infer<typeof pricesSchema>;

/** The price with the longest fitting beginning, or null: not known. */
export function priceOf(prices: Prices, modelId: string): Price | null {
  const fitting = Object.entries(prices).filter(([start]) => start !== '' && modelId.startsWith(start));
  fitting.sort(([a], [b]) => b.length - a.length);
  return fitting[0]?.[1] ?? null;
}

export function dollarsFor(usage: Usage, price: Price): number {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  const millionths =
    inputTokens * price.input +
    outputTokens * price.output +
    cacheReadTokens * price.cacheRead +
    cacheWriteTokens * price.cacheWrite;
  return millionths / 1_000_000;
}
