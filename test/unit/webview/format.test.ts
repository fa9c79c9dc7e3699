import assert from 'node:assert/strict';
import { it } from 'node:test';
import { formatBytes, formatDuration, plural, slug } from '../../../webview/format.ts';

it('durations: milliseconds, seconds, minutes, without a jump at the borders', () => {
  const cases = [
    [0, '0 ms'],
    [-5, '0 ms'],
    [340.4, '340 ms'],
    [999.4, '999 ms'],
    [999.9, '1.0 s'],
    [2140, '2.1 s'],
    [59_949, '59.9 s'],
    [59_960, '1 min 00 s'],
    [125_000, '2 min 05 s'],
  ] as const;
  for (const [ms, text] of cases) assert.equal(formatDuration(ms), text);
});

it('sizes', () => {
  const cases = [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [31_245, '31 kB'],
    [999_600, '1.0 MB'],
    [2_130_000_000, '2.1 GB'],
  ] as const;
  for (const [bytes, text] of cases) assert.equal(formatBytes(bytes), text);
});

it('counts and names', () => {
  assert.equal(
    plural(1, '1 chart', (n) => `${n} charts`),
    '1 chart',
  );
  assert.equal(
    plural(12_000, '1 entry', (n) => `${n} entries`),
    '12,000 entries',
  );
  assert.equal(slug('Revenue by month (k€)'), 'revenue-by-month-k');
  assert.equal(slug('売上 2026'), '売上-2026');
  assert.equal(slug('../../etc'), 'etc');
  assert.equal(slug('***'), 'chart');
});
