import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dollarsText, receiptLine, sumOf, tokenRows, type Took } from '../../../webview/receiptText.ts';
import { after, started } from './support.ts';

const none = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
const took = (dollars: number | null): Took => ({
  usage: { inputTokens: 2000, outputTokens: 1210, cacheReadTokens: 37_000, cacheWriteTokens: 5000 },
  receipt: { steps: 3, durationMs: 12_000, dollars },
});

describe('the receipt of an answer', () => {
  it('says steps, time, tokens, the share of the cache, and dollars if there is a price', () => {
    assert.equal(receiptLine(took(0.04)), '3 steps · 12.0 s · 45,210 tokens (84 % from cache) · $0.04');
    assert.equal(receiptLine(took(null)), '3 steps · 12.0 s · 45,210 tokens (84 % from cache)');
  });

  it('of the built-in analyst is steps and time only', () => {
    const analyst = { usage: none, receipt: { steps: 1, durationMs: 900, dollars: null } };
    assert.equal(receiptLine(analyst), '1 step · 900 ms');
    assert.deepEqual(tokenRows(analyst), []);
  });

  it('of a turn that was cut, or from before receipts, says what is known', () => {
    assert.equal(receiptLine({ usage: none, receipt: null }), '');
    assert.equal(receiptLine({ usage: took(null).usage, receipt: null }), '45,210 tokens (84 % from cache)');
  });

  it('adds up, and tells no sum of dollars when one of them is not known', () => {
    const all = sumOf([
      took(0.04),
      took(0.02),
      { usage: none, receipt: { steps: 2, durationMs: 1000, dollars: null } },
    ]);
    assert.equal(receiptLine(all), '8 steps · 25.0 s · 90,420 tokens (84 % from cache) · $0.06');
    assert.equal(sumOf([took(0.04), took(null)]).receipt?.dollars, null);
    assert.equal(sumOf([]).receipt?.dollars, null);
  });

  it('tells small sums apart', () => {
    assert.deepEqual([1.5, 0.04, 0.0012, 0.00001, 0].map(dollarsText), [
      '$1.50',
      '$0.04',
      '$0.0012',
      'less than $0.0001',
      '$0.00',
    ]);
  });

  it('comes with the end of the turn', () => {
    const { usage, receipt } = took(0.04);
    if (receipt === null) return assert.fail();
    const state = after([
      ...started(),
      { type: 'turn_ended', turnId: 't1', end: { kind: 'finished' }, usage, receipt },
    ]);
    assert.deepEqual(state.turns.get('t1')?.took, { usage, receipt });
    return undefined;
  });
});
