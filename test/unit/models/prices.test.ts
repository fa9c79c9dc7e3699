import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dollarsFor, priceOf, pricesSchema } from '../../../src/models/prices.ts';

const price = (input: number) => ({ input, output: 15, cacheRead: 0.3, cacheWrite: 3.75 });

describe('prices', () => {
  it('are of the longest beginning that fits the model, and of no other', () => {
    const prices = {
      'claude-': price(1),
      'claude-sonnet-5': price(3),
      'claude-sonnet-5-5x': price(9),
      '': price(7),
    };
    assert.equal(priceOf(prices, 'claude-sonnet-5-5')?.input, 3);
    assert.equal(priceOf(prices, 'claude-haiku-5-5')?.input, 1);
    assert.equal(priceOf(prices, 'analyst'), null);
    assert.equal(priceOf({}, 'claude-sonnet-5-5'), null, 'none is made up');
  });

  it('count each kind of token by itself', () => {
    const usage = {
      inputTokens: 1_000_000,
      outputTokens: 100_000,
      cacheReadTokens: 2_000_000,
      cacheWriteTokens: 400_000,
    };
    assert.ok(Math.abs(dollarsFor(usage, price(3)) - (3 + 1.5 + 0.6 + 1.5)) < 1e-9);
  });

  it('are not taken in part, below zero, or as text', () => {
    for (const bad of [
      { input: 3 },
      { ...price(3), output: -1 },
      { ...price(3), input: '3' },
      { ...price(3), x: 1 },
    ]) {
      assert.equal(pricesSchema.safeParse({ claude: bad }).success, false, JSON.stringify(bad));
    }
  });
});
