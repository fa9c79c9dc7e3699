import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { matching } from '../../../src/host/mentions.ts';

const file = (label: string, isOpen = false) => ({ path: `/w/${label}`, label, isOpen });
const labels = (query: string, files: ReturnType<typeof file>[], limit = 20) =>
  matching(query, files, limit).map(({ label }) => label);

describe('an @ mention', () => {
  it('finds files by letters of their path, in order but with gaps, whatever the case', () => {
    const files = ['data/Sales-2024.csv', 'src/main.ts', 'docs/README.md'].map((label) => file(label));
    assert.deepEqual(labels('sal24', files), ['data/Sales-2024.csv']);
    assert.deepEqual(labels('readme', files), ['docs/README.md']);
    assert.deepEqual(labels('xyz', files), []);
  });

  it('puts data before code, and open files before others', () => {
    const files = [file('src/sales.ts'), file('lib/sales.csv'), file('old/sales.csv', true)];
    assert.deepEqual(labels('sales', files), ['old/sales.csv', 'lib/sales.csv', 'src/sales.ts']);
  });

  it('puts the better match first among data, and offers no tool files as data', () => {
    const files = [file('a/s-a-l-e-s.csv'), file('sales.csv'), file('package.json'), file('packages.csv')];
    assert.equal(labels('sales', files)[0], 'sales.csv');
    assert.deepEqual(labels('package', files), ['packages.csv', 'package.json']);
  });

  it('gives no more than asked for', () => {
    const files = Array.from({ length: 500 }, (_, n) => file(`part-${n}.csv`));
    assert.equal(labels('part', files, 20).length, 20);
  });
});
