import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alternate, describe as describeComparison, median, ratio } from '../../bench/measure.ts';

describe('measuring by turns', () => {
  it('one run of each does not count, and who goes first changes', async () => {
    const order: string[] = [];
    const contender = (label: string) => ({
      label,
      run: async () => Promise.resolve(order.push(label)),
    });
    const { ours, peer } = await alternate(2, contender('a'), contender('b'));
    assert.equal(order.join(''), 'abbaab');
    assert.deepEqual(
      [ours.ms, peer.ms],
      [
        [4, 5],
        [3, 6],
      ],
    );
  });

  it('a run that fails ends the measurement', async () => {
    const bad = { label: 'bad', run: async () => Promise.reject(new Error('crashed')) };
    await assert.rejects(alternate(1, bad, bad), /crashed/);
  });

  it('median, ratio and text', () => {
    assert.equal(median([9, 1, 5]), 5);
    assert.equal(median([4, 1, 2, 3]), 2.5);
    assert.throws(() => median([]));
    const comparison = {
      name: 'Thing',
      unit: 'ms',
      ours: { label: 'us', ms: [10, 30, 20] },
      peer: { label: 'them', ms: [50] },
    };
    assert.equal(ratio(comparison), 2.5);
    assert.match(describeComparison(comparison), /20\.0 \(10\.0–30\.0, n=3\)/);
    assert.match(describeComparison(comparison), /ratio 2\.50/);
  });
});
