/** Answers that are figures: counts, statistics, descriptions. The sandbox computes, the sentence reports. */
import * as z from 'zod/mini';
import { cell, type Source } from '../charts/chart.ts';
import type { Column } from '../facts.ts';
import { pyLiteral } from '../pyLiteral.ts';
import type { Question } from '../questions/parse.ts';
import type { Part } from '../script.ts';
import * as say from '../wording.ts';
import { failedWords, overview, summaries } from './overview.ts';

const valueSchema = z.object({ value: z.nullable(z.number()) });

export function* askFigures(question: Question, source: Source): Part<string> {
  const { frame } = source;
  const of = (column: Column): string => `${frame}[${pyLiteral(column.name)}]`;
  switch (question.kind) {
    case 'rows': {
      const value = yield* figure('Count the rows', `len(${frame})`);
      return value.ok ? `The table has ${say.count(value.value ?? 0, 'row')}.` : value.words;
    }
    case 'columns':
      return `The table has ${say.count(source.table.columnCount, 'column')}: ${source.table.columns.map(({ name, dtype }) => `${say.code(name)} (${say.prose(dtype)})`).join(', ')}${source.table.columnCount > source.table.columns.length ? ' …' : ''}.`;
    case 'duplicates': {
      const value = yield* figure('Count repeated rows', `int(${frame}.duplicated().sum())`);
      return value.ok
        ? `${say.count(value.value ?? 0, 'row')} of ${say.number(source.table.rows)} ${value.value === 1 ? 'repeats' : 'repeat'} an earlier one.`
        : value.words;
    }
    case 'missing': {
      const { column } = question;
      if (column === null) return yield* overview(source, 0, '');
      const value = yield* figure('Count missing values', `int(${of(column)}.isna().sum())`);
      return value.ok
        ? `${say.count(value.value ?? 0, 'value')} of ${say.number(source.table.rows)} ${value.value === 1 ? 'is' : 'are'} missing in ${say.code(column.name)}.`
        : value.words;
    }
    case 'distinct': {
      const value = yield* figure('Count different values', `int(${of(question.column)}.nunique())`);
      return value.ok
        ? `${say.code(question.column.name)} has ${say.count(value.value ?? 0, 'different value')}.`
        : value.words;
    }
    case 'statistic':
      return yield* statistic(question, source);
    case 'summary': {
      const gaps = yield* overview(source, 0, '');
      const rest = yield* summaries(source, 0, gaps);
      return rest;
    }
    case 'describe':
    case 'column':
    case 'top':
      return yield* describe(question.column, source);
    default:
      return 'These columns do not fit this question: it needs numbers (and, over time, dates).';
  }
}

type Figure = { ok: true; value: number | null } | { ok: false; words: string };

function* figure(purpose: string, expression: string): Part<Figure> {
  const step = yield {
    key: 'figure-0',
    say: '',
    purpose,
    code: cell(`value = ${expression}`, 'report(value=value)', 'value'),
  };
  const parsed = valueSchema.safeParse(step.facts);
  return step.ok && parsed.success
    ? { ok: true, value: parsed.data.value }
    : { ok: false, words: failedWords(step.problem, purpose.toLowerCase()) };
}

function* statistic(
  { statistic: name, column, by }: Extract<Question, { kind: 'statistic' }>,
  source: Source,
): Part<string> {
  const words = { mean: 'mean', median: 'median', sum: 'total', min: 'lowest value', max: 'highest value' }[
    name
  ];
  const target = `${source.frame}[${pyLiteral(column.name)}]`;
  if (by !== null) {
    const step = yield {
      key: 'figure-0',
      say: '',
      purpose: `${words} of ${say.oneLine(column.name, 40)} by ${say.oneLine(by.name, 40)}`,
      code: cell(
        `values = ${source.frame}.groupby(${pyLiteral(by.name)}, observed=True)[${pyLiteral(column.name)}].${name}().sort_values(ascending=${name === 'min' ? 'True' : 'False'})`,
        'values.head(30).to_frame()',
      ),
    };
    return step.ok
      ? `The ${words} of ${say.code(column.name)} for each ${say.code(by.name)} is in the table above.`
      : failedWords(step.problem, words);
  }
  const value = yield* figure(`${words} of ${say.oneLine(column.name, 60)}`, `${target}.${name}()`);
  if (!value.ok) return value.words;
  const gaps =
    column.missing === 0
      ? ''
      : ` (over the ${say.number(source.table.rows - column.missing)} rows with a value)`;
  return `The ${words} of ${say.code(column.name)} is ${say.quantity(value.value, column.unit)}${gaps}.`;
}

function* describe(column: Column, { table, frame }: Source): Part<string> {
  const step = yield {
    key: 'describe-0',
    say: '',
    purpose: `Describe ${say.oneLine(column.name, 60)}`,
    code: `${frame}[${pyLiteral(column.name)}].describe().to_frame()`,
  };
  if (!step.ok) return failedWords(step.problem, 'describing the column');
  const gaps =
    column.missing === 0
      ? 'no value is missing'
      : `${say.count(column.missing, 'value')} of ${say.number(table.rows)} missing`;
  const value = (amount: number | null | undefined): string => say.quantity(amount ?? null, column.unit);
  const range =
    column.role === 'number'
      ? `, from ${value(column.low)} to ${value(column.high)}, median ${value(column.median)}`
      : column.role === 'time'
        ? `, from ${say.moment(column.first ?? '', column.stepSeconds ?? null)} to ${say.moment(column.last ?? '', column.stepSeconds ?? null)}`
        : column.top?.[0] !== undefined && column.top[0].count > 1
          ? `, most often ${say.code(column.top[0].value)} (${say.number(column.top[0].count)})`
          : '';
  return `${say.code(column.name)}: ${say.count(column.distinct, 'different value')}${range}; ${gaps}.`;
}
