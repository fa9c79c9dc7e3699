import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_TURN_LIMITS, NO_SESSION_LIMITS, usedUp, type Budget } from '../../../src/agent/budget.ts';

const usage = { inputTokens: 1000, outputTokens: 500, cacheReadTokens: 50_000, cacheWriteTokens: 2000 };
const price = { input: 10, output: 100, cacheRead: 1, cacheWrite: 10 };
/** 0.01 + 0.05 + 0.05 + 0.02 dollars, 3,500 tokens. */
const budget = (limits: Partial<Budget['limits']>, more: Partial<Budget> = {}): Budget => ({
  limits: { ...DEFAULT_TURN_LIMITS, ...limits },
  price,
  session: { limits: NO_SESSION_LIMITS, spent: { tokens: 0, dollars: 0 } },
  ...more,
});

describe('a budget', () => {
  it('of steps, tokens and dollars ends the turn at the limit, not before', () => {
    assert.equal(usedUp(budget({}), 3, usage), null);
    assert.equal(usedUp(budget({ maxSteps: 4 }), 3, usage), null);
    assert.match(usedUp(budget({ maxSteps: 3 }), 3, usage) ?? '', /after 3 steps/);
    assert.equal(usedUp(budget({ maxTokens: 3501 }), 3, usage), null, 'what the cache gave does not count');
    assert.match(usedUp(budget({ maxTokens: 3500 }), 3, usage) ?? '', /after 3,500 tokens/);
    assert.equal(usedUp(budget({ maxDollars: 0.14 }), 3, usage), null);
    assert.match(usedUp(budget({ maxDollars: 0.12 }), 3, usage) ?? '', /after \$0\.13/);
  });

  it('in dollars has no effect without a price', () => {
    assert.equal(usedUp(budget({ maxDollars: 0.000001 }, { price: null }), 3, usage), null);
  });

  it('of the session counts what was used before, and names the setting', () => {
    const session = { limits: { maxTokens: 10_000, maxDollars: 1 }, spent: { tokens: 6499, dollars: 0.5 } };
    assert.equal(usedUp(budget({}, { session }), 1, usage), null);
    const tokens = usedUp(
      budget({}, { session: { ...session, spent: { tokens: 6500, dollars: 0 } } }),
      1,
      usage,
    );
    assert.match(tokens ?? '', /10,000 tokens.*codeInterpreter\.session\.maxTokens/);
    const dollars = usedUp(
      budget({}, { session: { ...session, spent: { tokens: 0, dollars: 0.9 } } }),
      1,
      usage,
    );
    assert.match(dollars ?? '', /\$1\.03.*codeInterpreter\.session\.maxDollars/);
  });
});
