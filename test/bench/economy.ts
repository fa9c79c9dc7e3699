/**
 * Twenty steps of a scripted session over the real SDK: what its input costs with our cache markers and without,
 * told from the request bodies. Needs neither an engine nor a key. Tokens are bytes divided by four.
 */
import assert from 'node:assert/strict';
import { longSession, chart, table } from '../support/longSession.ts';
import { PromptCache, withoutMarkers, type CacheUse } from '../support/promptCache.ts';
import type { Comparison } from './measure.ts';

const STEPS = 20;
interface Cost {
  tokens: number;
  /** Part of the input that was read from the cache, from the second step on. */
  share: number;
  /** Input that was not: new to the provider. */
  fresh: number;
}

function costOf(bodies: readonly string[]): Cost {
  const cache = new PromptCache();
  const uses = bodies.map((body) => cache.use(body));
  const sum = (list: readonly CacheUse[], pick: (use: CacheUse) => number): number =>
    list.reduce((all, use) => all + pick(use), 0);
  const later = uses.slice(1);
  return {
    tokens: sum(uses, ({ input }) => input),
    share: sum(later, ({ read }) => read) / sum(later, ({ input }) => input),
    fresh: sum(uses, ({ input, read }) => input - read),
  };
}

const label = (how: string, { tokens, share }: Cost): string =>
  `${how}: ${Math.round(tokens).toLocaleString('en-US')} input tokens, ${Math.floor(share * 100)} % from cache`;

/** The same in every round: nothing in it is left to chance or to the clock. */
export async function economy(): Promise<Comparison> {
  const long = await longSession({
    stepsPerTurn: STEPS - 1,
    outputs: (n) => (n % 4 === 0 ? [chart(n), table(n, 800)] : [table(n, 4000)]),
  });
  try {
    await long.ask('Which region grows fastest, and why?');
    const bodies = long.bodies();
    assert.equal(bodies.length, STEPS);
    const [after, before] = [costOf(bodies), costOf(bodies.map(withoutMarkers))];
    assert.equal(before.share, 0);
    assert.ok(after.share >= 0.8, `only ${after.share} of the input is read from the cache`);
    return {
      name: `input of a session of ${STEPS} steps`,
      unit: 'tokens not read from the cache',
      ours: { label: label('with cache markers', after), ms: [after.fresh] },
      peer: { label: label('without', before), ms: [before.fresh] },
    };
  } finally {
    await long.close();
  }
}
