import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Column, Table } from '../../../../src/models/analyst/facts.ts';
import { findColumn } from '../../../../src/models/analyst/questions/columns.ts';
import { parseQuestion } from '../../../../src/models/analyst/questions/parse.ts';
import { column, table } from './tables.ts';

const sales: Table = table([
  column('Order Date', 'time', {
    first: '2024-01-01T00:00:00',
    last: '2024-12-31T00:00:00',
    stepSeconds: 86_400,
    unique: false,
  }),
  column('Revenue', 'number', { low: 0, high: 100 }),
  column('unit_price', 'number', { low: 1, high: 9 }),
  column('Region', 'category', { distinct: 4 }),
  column('Product Category', 'category', { distinct: 6 }),
  column('customerId', 'id'),
]);

const names = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_, item: unknown) =>
      typeof item === 'object' && item !== null && 'role' in item ? (item as Column).name : item,
    ),
  );

describe('the forms of a question', () => {
  const cases: [string, unknown][] = [
    ['chart Revenue by Region', { kind: 'by', measure: 'Revenue', by: 'Region', how: null, limit: null }],
    ['Plot region by revenue!', { kind: 'by', measure: 'Revenue', by: 'Region', how: null, limit: null }],
    ['show me revenue over time', { kind: 'overTime', measure: 'Revenue', time: 'Order Date', period: null }],
    ['revenue over time', { kind: 'overTime', measure: 'Revenue', time: 'Order Date', period: null }],
    ['chart rows over time', { kind: 'overTime', measure: null, time: 'Order Date', period: null }],
    ['plot unit price vs revenue', { kind: 'correlation', x: 'Revenue', y: 'unit_price' }],
    ['compare revenue across regions', { kind: 'compare', measure: 'Revenue', by: 'Region' }],
    ['correlation between revenue and unit price', { kind: 'correlation', x: 'Revenue', y: 'unit_price' }],
    ['correlations', { kind: 'correlations' }],
    ['top 5 of Region', { kind: 'top', column: 'Region', limit: 5 }],
    [
      'top 3 product category by revenue',
      { kind: 'by', measure: 'Revenue', by: 'Product Category', how: null, limit: 3 },
    ],
    ['describe `unit_price`', { kind: 'describe', column: 'unit_price' }],
    ['summarise', { kind: 'summary' }],
    ['summarize the file', { kind: 'summary' }],
    ['how many rows?', { kind: 'rows' }],
    ['how many rows are there', { kind: 'rows' }],
    ['how many missing', { kind: 'missing', column: null }],
    ['missing values in revenue', { kind: 'missing', column: 'Revenue' }],
    ['how many duplicates', { kind: 'duplicates' }],
    ['how many different regions', { kind: 'distinct', column: 'Region' }],
    ['what is the average revenue', { kind: 'statistic', statistic: 'mean', column: 'Revenue', by: null }],
    ['total revenue by region', { kind: 'statistic', statistic: 'sum', column: 'Revenue', by: 'Region' }],
    ['histogram of revenue', { kind: 'column', column: 'Revenue' }],
    ['Region', { kind: 'column', column: 'Region' }],
    ['plot revnue by regoin', { kind: 'by', measure: 'Revenue', by: 'Region', how: null, limit: null }],
  ];
  for (const [text, question] of cases) {
    it(text, () => assert.deepEqual(names(parseQuestion(text, sales)), { kind: 'question', question }));
  }

  it('takes a period from the words', () => {
    const parsed = parseQuestion('chart revenue per month', sales);
    assert.ok(parsed?.kind === 'question' && parsed.question.kind === 'overTime');
    assert.equal(parsed.question.period?.rule, 'MS');
  });

  it('names a column that does not exist instead of taking another', () => {
    assert.deepEqual(parseQuestion('chart profit by region', sales), {
      kind: 'unknownColumn',
      phrase: 'profit',
    });
  });

  for (const text of [
    'why did sales fall in March?',
    'write me a poem',
    'forecast the next year',
    'Is the difference significant',
    '',
  ]) {
    it(`does not pretend to understand: ${JSON.stringify(text)}`, () =>
      assert.equal(parseQuestion(text, sales), null));
  }

  it('does not stall on long or hostile text', () => {
    const startedAt = performance.now();
    for (const text of ['chart ' + 'a by '.repeat(5000), ' '.repeat(100_000), 'top '.repeat(20_000)])
      parseQuestion(text, sales);
    assert.ok(performance.now() - startedAt < 500);
  });
});

describe('finding a column', () => {
  const both = table([
    column('date', 'category'),
    column('Date', 'category'),
    column('rate_a', 'number'),
    column('rate_b', 'number'),
  ]);
  it('prefers the exact name', () => {
    assert.equal(findColumn(both, 'Date')?.name, 'Date');
    assert.equal(findColumn(both, '"date"')?.name, 'date');
  });
  it('never chooses between two that fit equally well', () => assert.equal(findColumn(both, 'rate'), null));
  it('reads words, cases and plurals', () => {
    assert.equal(findColumn(sales, 'product categories')?.name, 'Product Category');
    assert.equal(findColumn(sales, 'customer id')?.name, 'customerId');
    assert.equal(findColumn(sales, 'the unit price column')?.name, 'unit_price');
  });
});
