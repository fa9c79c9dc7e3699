/** Horizontal bars, sorted: counts of a category, a measure by category, or one bar for each row. */
import * as z from 'zod/mini';
import { valuesSchema, type Column } from '../facts.ts';
import { pyLiteral } from '../pyLiteral.ts';
import * as say from '../wording.ts';
import { cell, COMPACT_TICKS, tickFormat, type Chart, type Source } from './chart.ts';

const MAX_BARS = 12;
const factsSchema = z.object({
  bars: valuesSchema,
  groups: z.int(),
  total: z.number(),
  rest: z.optional(z.number()),
});
type Facts = z.infer<typeof factsSchema>;

/** `total` and `mean` of a measure, or `rows`: one bar for each row of the table. */
export type Measure = { kind: 'total' | 'mean' | 'median' | 'rows'; column: Column };

/** How often each value of a category occurs. */
export function counts(source: Source, category: Column, limit = MAX_BARS): Chart {
  const many = category.distinct > limit;
  const heading = many
    ? `Most frequent ${say.titleName(category.name)} (${limit} of ${category.distinct.toLocaleString('en-US')})`
    : `Rows by ${say.titleName(category.name)}`;
  return {
    key: `counts-${source.table.columns.indexOf(category)}`,
    what: `how often each ${say.code(category.name)} occurs`,
    purpose: `Count the values of ${say.oneLine(category.name, 50)}`,
    code: cell(
      `values = ${source.frame}[${pyLiteral(category.name)}].value_counts()`,
      `bars = values.head(${limit})`,
      ...drawing(heading, 'rows', "'{x:,.0f}'", true),
      'report(bars=bars, groups=len(values), total=values.sum(), rest=values.sum() - bars.sum())',
    ),
    finding: (facts) => withFacts(facts, (found) => countsFinding(found, category)),
  };
}

/** A measure for each value of a category (or of a label), the largest first. */
export function barsBy(source: Source, category: Column, { kind, column }: Measure, limit = MAX_BARS): Chart {
  const { frame } = source;
  const many = category.distinct > limit;
  const [c, m] = [pyLiteral(category.name), pyLiteral(column.name)];
  const word = { total: 'total', mean: 'mean', median: 'median', rows: '' }[kind];
  const measure = [word, say.titleName(column.name)].filter(Boolean).join(' ');
  const heading = `${capital(measure)} by ${say.titleName(category.name)}${many ? `, top ${limit} of ${category.distinct.toLocaleString('en-US')}` : ''}`;
  const grouping =
    kind === 'rows'
      ? `values = ${frame}.dropna(subset=[${c}, ${m}]).set_index(${c})[${m}].sort_values(ascending=False)`
      : `values = ${frame}.groupby(${c}, observed=True)[${m}].${kind === 'total' ? 'sum' : kind}().dropna().sort_values(ascending=False)`;
  return {
    key: `bars-${source.table.columns.indexOf(category)}-${source.table.columns.indexOf(column)}`,
    what: `${[word, say.code(column.name)].filter(Boolean).join(' ')} by ${say.code(category.name)}`,
    purpose: `Compare ${say.oneLine(measure, 50)} by ${say.oneLine(category.name, 50)}`,
    code: cell(
      grouping,
      `bars = values.head(${limit})`,
      ...drawing(
        heading,
        say.axisLabel(word === '' ? column.name : `${word} ${column.name}`, column.unit),
        kind === 'total' ? COMPACT_TICKS : tickFormat(0, column.high ?? 0),
        false,
      ),
      'report(bars=bars, groups=len(values), total=values.sum())',
    ),
    finding: (facts) => withFacts(facts, (found) => barsFinding(found, category, column, kind)),
  };
}

function drawing(heading: string, xLabel: string, format: string, isCount: boolean): string[] {
  return [
    "labels = [str(name) if len(str(name)) <= 26 else str(name)[:25] + '…' for name in bars.index]",
    '',
    'fig, ax = plt.subplots(figsize=(5.4, 1.3 + 0.27 * len(bars)))',
    'drawn = ax.barh(range(len(bars)), bars.to_numpy(), height=0.72)',
    'ax.set_yticks(range(len(bars)), labels, fontsize=9.5)',
    'ax.invert_yaxis()',
    "ax.grid(axis='y', visible=False)",
    `ax.bar_label(drawn, labels=[${isCount ? "f'{value:,.0f}'" : "f'{value:,.0f}' if abs(value) >= 1000 else f'{value:,.4g}'"} for value in bars], padding=3, fontsize=8.5)`,
    'ax.margins(x=0.14)',
    'ax.xaxis.set_major_locator(plt.MaxNLocator(5))',
    `ax.xaxis.set_major_formatter(${format})`,
    `ax.set_xlabel(${pyLiteral(xLabel)})`,
    `ax.set_title(${pyLiteral(say.title(heading, 44))}, x=0 if len(max(labels, key=len)) < 9 else -0.12)`,
    'plt.show()',
    '',
  ];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function withFacts(facts: unknown, words: (found: Facts) => string | null): string | null {
  const parsed = factsSchema.safeParse(facts);
  return parsed.success && parsed.data.bars.length > 0 ? words(parsed.data) : null;
}

function countsFinding({ bars, groups, total }: Facts, category: Column): string | null {
  const [first, second] = bars;
  if (first?.value == null || total <= 0) return null;
  const ties = bars.filter(({ value }) => value === first.value).length;
  if (ties === groups)
    return `All ${groups} values of ${say.code(category.name)} occur equally often (${say.count(first.value, 'row')} each).`;
  const lead =
    ties > 1
      ? `${say.list(bars.slice(0, ties).map(({ name }) => say.code(name)))} are the most frequent values of ${say.code(category.name)} (${say.count(first.value, 'row')} each)`
      : `${say.code(first.name)} is the most frequent ${say.code(category.name)}: ${say.count(first.value, 'row')}, ${say.percent(first.value / total)} of those with a value`;
  const next =
    ties === 1 && second?.value != null
      ? `, before ${say.code(second.name)} with ${say.number(second.value)}`
      : '';
  return `${lead}${next}.`;
}

function barsFinding(
  { bars, groups, total }: Facts,
  category: Column,
  column: Column,
  kind: Measure['kind'],
): string | null {
  const [first, second] = bars;
  if (first?.value == null) return null;
  const value = (amount: number | null): string => say.quantity(amount, column.unit);
  const share =
    kind === 'total' && total > 0 && (column.low ?? -1) >= 0
      ? `, ${say.percent(first.value / total)} of the total of ${value(total)}`
      : '';
  const what = kind === 'rows' ? say.code(column.name) : `${kind} ${say.code(column.name)}`;
  if (second?.value === first.value)
    return `${say.code(first.name)} and ${say.code(second.name)} share the highest ${what}: ${value(first.value)}.`;
  const next = second === undefined ? '' : `; next is ${say.code(second.name)} with ${value(second.value)}`;
  const last = bars.at(-1);
  const lowest =
    groups === bars.length && groups > 2 && last !== undefined
      ? `, the lowest is ${say.code(last.name)} with ${value(last.value)}`
      : '';
  return `${say.code(first.name)} has the highest ${what} of ${say.count(groups, `${say.code(category.name)} value`)}: ${value(first.value)}${share}${next}${lowest}.`;
}
