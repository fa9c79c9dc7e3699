/** Types, gaps, repeated rows; then summaries of the numbers and of the categories. */
import * as z from 'zod/mini';
import { cell, type Source } from '../charts/chart.ts';
import { categories } from '../charts/choose.ts';
import { pyLiteral } from '../pyLiteral.ts';
import type { Part } from '../script.ts';
import * as say from '../wording.ts';

const checkSchema = z.object({
  duplicates: z.int(),
  missing: z.int(),
  gaps: z.array(z.object({ name: z.string(), value: z.nullable(z.number()) })),
});

/** Hands back what was found, in Markdown. */
export function* overview({ table, frame }: Source, place: number, lead: string): Part<string> {
  const step = yield {
    key: `check-${place}`,
    say: lead,
    purpose: 'Check types, missing values and repeated rows',
    code: cell(
      'import pandas as pd',
      '',
      'overview = pd.DataFrame({',
      `    'type': ${frame}.dtypes.astype(str),`,
      `    'missing': ${frame}.isna().sum(),`,
      `    'missing %': (${frame}.isna().mean() * 100).round(1),`,
      `    'different values': ${frame}.nunique(),`,
      '})',
      `duplicates = int(${frame}.duplicated().sum())`,
      `print(f'{len(${frame}):,} rows × {${frame}.shape[1]:,} columns, {duplicates:,} rows repeat an earlier one')`,
      'report(',
      "    duplicates=duplicates, missing=overview['missing'].sum(),",
      "    gaps=overview.loc[overview['missing'] > 0, 'missing'].nlargest(3),",
      ')',
      table.columnCount > 30 ? 'overview.head(30)' : 'overview',
    ),
  };
  const checked = checkSchema.safeParse(step.facts);
  if (!step.ok || !checked.success) return failedWords(step.problem, 'checking the table');
  const { duplicates, missing, gaps } = checked.data;
  const cells = table.rows * table.columnCount;
  const gapWords =
    missing === 0
      ? 'No value is missing'
      : `${say.count(missing, 'value')} are missing (${say.percent(missing / cells)} of all), most in ${say.list(gaps.map(({ name, value }) => `${say.code(name)} (${say.number(value)})`))}`;
  const repeatWords =
    duplicates === 0
      ? 'no row repeats another'
      : `${say.count(duplicates, 'row')} ${duplicates === 1 ? 'repeats an earlier one' : 'repeat an earlier one'}`;
  return `${gapWords}; ${repeatWords}.`.replace('1 value are', '1 value is');
}

/** Numeric and categorical summaries, as tables. Hands back a remark, or nothing. */
export function* summaries({ table, frame }: Source, place: number, lead: string): Part<string> {
  const numbers = table.columns.filter(({ role }) => role === 'number').map(({ name }) => name);
  const groups = [...categories(table), ...table.columns.filter(({ role }) => role === 'label')].map(
    ({ name }) => name,
  );
  const times = table.columns.filter(({ role }) => role === 'time').map(({ name }) => name);
  if (numbers.length + groups.length + times.length === 0) return lead;
  const step = yield {
    key: `summary-${place}`,
    say: lead,
    purpose: 'Summarise numbers, categories and times',
    code: cell(
      numbers.length === 0 ? null : `numbers = ${frame}[${pyLiteral(numbers.slice(0, 20))}].describe().T`,
      numbers.length === 0 ? null : "numbers['count'] = numbers['count'].astype(int)",
      numbers.length === 0
        ? null
        : "display(numbers.style.format('{:,.6g}', na_rep='–') if len(numbers) else numbers)",
      groups.length === 0
        ? null
        : `categories = ${frame}[${pyLiteral(groups.slice(0, 20))}].astype(object).describe().T`,
      groups.length === 0
        ? null
        : "display(categories.rename(columns={'unique': 'different', 'top': 'most frequent', 'freq': 'times'}))",
      times.length === 0 ? null : `times = ${frame}[${pyLiteral(times)}].agg(['min', 'max']).T`,
      times.length === 0 ? null : "display(times.rename(columns={'min': 'from', 'max': 'to'}))",
    ),
  };
  return step.ok ? spans(table) : failedWords(step.problem, 'summarising the table');
}

function spans(table: Source['table']): string {
  const time = table.columns.find(({ role }) => role === 'time');
  if (time?.first == null || time.last == null) return '';
  const step = time.stepSeconds ?? null;
  return `${say.code(time.name)} runs from ${say.moment(time.first, step)} to ${say.moment(time.last, step)}.`;
}

/** A step that failed is said, never passed over. */
export const failedWords = (problem: string, what: string): string =>
  `This step (${what}) did not succeed${problem === '' ? '' : `: ${say.prose(problem, 200)}`}.`;
