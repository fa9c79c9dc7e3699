/** Findings are sentences about numbers: each must be true of the numbers given, and silent without them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { counts, barsBy } from '../../../../src/models/analyst/charts/bars.ts';
import type { Chart } from '../../../../src/models/analyst/charts/chart.ts';
import { distribution } from '../../../../src/models/analyst/charts/distribution.ts';
import { compareGroups } from '../../../../src/models/analyst/charts/groups.ts';
import { scatter, strength } from '../../../../src/models/analyst/charts/relations.ts';
import { seriesByGroup, timeSeries } from '../../../../src/models/analyst/charts/timeSeries.ts';
import { periodFor } from '../../../../src/models/analyst/charts/timing.ts';
import type { Line } from '../../../../src/models/analyst/facts.ts';
import { column, table } from './tables.ts';

const day = column('day', 'time', {
  first: '2020-01-01T00:00:00',
  last: '2020-12-31T00:00:00',
  stepSeconds: 86_400,
  unique: true,
});
const price = column('price', 'number', { low: 1, high: 9, unit: '€' });
const shop = column('shop', 'category', { distinct: 3 });
const source = { table: table([day, price, shop]), frame: 'df' };

const line: Line = {
  name: 'price',
  count: 10,
  start: '2020-01-01T00:00:00',
  end: '2020-12-31T00:00:00',
  first: 2,
  last: 8,
  low: 1,
  lowAt: '2020-03-01T00:00:00',
  high: 9,
  highAt: '2020-06-01T00:00:00',
  trend: 0.9,
};
const over = (change: Partial<Line>): string =>
  timeSeries(source, day, [price])?.finding({ lines: [{ ...line, ...change }] }) ?? '';

describe('a line over time', () => {
  it('rises only when its order says so', () => {
    assert.match(over({}), /rises from €2 .* to €8 .*\(\+300 %\)/);
    assert.match(over({ trend: 0.3 }), /goes from €2/);
    assert.match(over({ trend: -0.9, first: 8, last: 2 }), /falls from €8 .*\(−75 %\)/);
    assert.match(over({ trend: -0.9, first: 2, last: 8 }), /goes from/);
    assert.match(over({ trend: 0.99 }), /rises steadily/);
  });
  it('names the extremes where they are', () =>
    assert.match(over({}), /highest value is €9 \(1 Jun 2020\), its lowest €1 \(1 Mar 2020\)/));
  it('gives no percentage from a start of zero or below', () => assert.doesNotMatch(over({ first: 0 }), /%/));
});

describe('several lines', () => {
  const lines = (rows: Partial<Line>[]): string =>
    seriesByGroup(source, day, shop, price).finding({ lines: rows.map((row) => ({ ...line, ...row })) }) ??
    '';
  it('name the highest value, and growth only of lines with a trend', () => {
    assert.match(
      lines([
        { name: 'a', high: 5 },
        { name: 'b', high: 9, trend: 0.1 },
      ]),
      /is €9, of `b` on 1 Jun 2020; .*`a` gains most .*\(\+300 %\)/,
    );
    assert.doesNotMatch(
      lines([
        { name: 'a', trend: 0.2 },
        { name: 'b', trend: null },
      ]),
      /gains/,
    );
  });
  it('that never change are said to be constant', () =>
    assert.match(over({ low: 4, high: 4 }), /is €4 throughout/));
});

describe('findings without their numbers', () => {
  const charts: (Chart | null)[] = [
    timeSeries(source, day, [price]), counts(source, shop), barsBy(source, shop, { kind: 'mean', column: price }),
    distribution(source, [price]), compareGroups(source, shop, price), scatter(source, price, price, null),
  ]; // prettier-ignore
  for (const chart of charts) {
    it(`are silent: ${chart?.key}`, () => {
      for (const facts of [undefined, null, {}, [], { lines: [] }, { bars: [], groups: 0, total: 0 }, 'text'])
        assert.equal(chart?.finding(facts), null);
    });
  }
});

describe('bars', () => {
  const found = (bars: [string, number][], total: number): string | null =>
    counts(source, shop).finding({
      bars: bars.map(([name, value]) => ({ name, value })),
      groups: bars.length,
      total,
    });
  it('name the leader with its share', () =>
    assert.match(
      found(
        [
          ['a', 6],
          ['b', 4],
        ],
        10,
      ) ?? '',
      /`a` is the most frequent `shop`: 6 rows, 60 %.*before `b` with 4/,
    ));
  it('do not call one of several equals the most frequent', () => {
    assert.match(
      found(
        [
          ['a', 5],
          ['b', 5],
          ['c', 1],
        ],
        11,
      ) ?? '',
      /`a` and `b` are the most frequent/,
    );
    assert.match(
      found(
        [
          ['a', 5],
          ['b', 5],
        ],
        10,
      ) ?? '',
      /All 2 values .* equally often/,
    );
  });
});

describe('groups', () => {
  const found = (rows: [string, number, number][]): string | null =>
    compareGroups(source, shop, price).finding({
      groups: rows.map(([name, median, count]) => ({ name, median, count })),
    });
  it('leave out groups too small to compare', () =>
    assert.match(
      found([
        ['tiny', 99, 1],
        ['a', 5, 9],
        ['b', 2, 9],
      ]) ?? '',
      /highest for `a` \(€5\) and lowest for `b` \(€2\)/,
    ));
  it('do not rank equals', () =>
    assert.match(
      found([
        ['a', 5, 9],
        ['b', 5, 9],
      ]) ?? '',
      /is the same in all groups/,
    ));
});

describe('the spread of a number', () => {
  const words = (change: object): string | null =>
    distribution(source, [price])?.finding({
      columns: [
        { name: 'price', count: 9, mean: 6, median: 4, q1: 2, q3: 7, low: 1, high: 90, skew: 3, ...change },
      ],
    }) ?? null;
  it('speaks of high values only where they pull the mean', () => {
    assert.match(words({}) ?? '', /few high values, up to €90/);
    assert.doesNotMatch(words({ mean: 3 }) ?? '', /high values/);
    assert.doesNotMatch(words({ skew: 0.2 }) ?? '', /pull/);
  });
});

describe('the strength of a correlation', () => {
  const cases: [number, RegExp][] = [
    [0.05, /no linear/],
    [-0.2, /weak.*low/],
    [0.4, /moderate.*high together/],
    [0.7, /^a strong/],
    [-0.95, /very strong.*low/],
  ];
  for (const [r, words] of cases) it(String(r), () => assert.match(strength(r), words));
});

describe('steps of time', () => {
  it('leave a short series alone and resample a long one to at most 400 points', () => {
    assert.equal(periodFor(day, 366), null);
    const hourly = { ...day, stepSeconds: 3600 };
    assert.equal(periodFor(hourly, 8784)?.rule, 'D');
    assert.equal(periodFor({ ...day, unique: false, last: '2023-01-01T00:00:00' }, 100)?.rule, 'W-MON');
  });

  it('put several unrelated rows into each step, as long as enough points are left', () => {
    const scattered = { ...day, unique: false };
    assert.equal(periodFor(scattered, 454)?.rule, 'W-MON');
    assert.equal(periodFor(scattered, 5 * 366)?.rule, 'D');
    assert.equal(periodFor(scattered, 60)?.rule, 'D');
  });
});
