import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkVegaLimits } from '../../../../webview/render/vegaLimits.ts';

describe('a Vega specification', () => {
  const refused: [string, unknown, unknown][] = [
    [
      'values made from nothing',
      { data: { sequence: { start: 0, stop: 1e9 } } },
      { data: { sequence: { start: 0, stop: 1000 } } },
    ],
    [
      'a tiny step',
      { transform: [{ type: 'sequence', stop: 10, step: 1e-9 }] },
      { transform: [{ stop: 10, step: 0.1 }] },
    ],
    ['a giant', { hconcat: [{ width: 1e9 }] }, { hconcat: [{ width: 900 }] }],
    [
      'bins without end',
      { encoding: { x: { bin: { maxbins: 1e9 } } } },
      { encoding: { x: { bin: { maxbins: 50 } } } },
    ],
    [
      'lists of expressions',
      { transform: [{ calculate: 'sequence(0, 1e9)' }] },
      { transform: [{ calculate: 'datum.sequence + 1' }] },
    ],
    [
      'a net of a globe',
      { data: { graticule: { stepMinor: [1e-6, 1e-6] } } },
      { data: { graticule: { stepMinor: [10, 10] } } },
    ],
    ['a deep one', JSON.parse(`${'{"a":'.repeat(100)}1${'}'.repeat(100)}`), { a: { b: { c: 1 } } }],
  ];
  for (const [name, bad, good] of refused) {
    it(`may not ask for ${name}; in measure it may`, () => {
      assert.throws(() => checkVegaLimits(bad), Error);
      assert.doesNotThrow(() => checkVegaLimits(good));
    });
  }

  it('may hold very many values of its own, with any words', () => {
    const values = Array.from({ length: 100_000 }, (_, n) => ({ width: 1e9 + n, text: 'sequence(1)' }));
    assert.doesNotThrow(() => checkVegaLimits({ data: { values }, datasets: { a: values } }));
  });
});
