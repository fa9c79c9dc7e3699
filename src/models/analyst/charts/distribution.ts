/** Histograms of up to six numbers. */
import * as z from 'zod/mini';
import type { Column } from '../facts.ts';
import { pyLiteral } from '../pyLiteral.ts';
import * as say from '../wording.ts';
import { cell, COMPACT_TICKS, type Chart, type Source } from './chart.ts';

const factsSchema = z.object({
  columns: z.array(
    z.object({
      name: z.string(),
      count: z.int(),
      mean: z.number(),
      median: z.number(),
      q1: z.number(),
      q3: z.number(),
      low: z.number(),
      high: z.number(),
      skew: z.nullable(z.number()),
    }),
  ),
});
type Spread = z.infer<typeof factsSchema>['columns'][number];

export function distribution({ table, frame }: Source, wanted: readonly Column[]): Chart | null {
  const shown = wanted.slice(0, 6);
  if (shown.length === 0) return null;
  const names = shown.map(({ name }) => name);
  const one = shown.length === 1;
  const columns = one ? 1 : 2;
  const rows = Math.ceil(shown.length / columns);
  const heading = one
    ? `Distribution of ${say.titleName(names[0] ?? '', 40)}`
    : 'Distributions (dashed: median)';
  const logs = shown.map(({ wide, tail }) => wide === true || tail === true);
  const labels = shown.map(
    ({ name, unit, tail }) => say.axisLabel(name, unit, one ? 40 : 24) + (tail === true ? ', above 0' : ''),
  );
  return {
    key: one ? `spread-${table.columns.findIndex(({ name }) => name === names[0])}` : 'spread',
    what: `the distribution of ${say.list(names.slice(0, 3).map((name) => say.code(name)))}`,
    purpose: `Chart the distribution of ${say.list(names.slice(0, 3).map((name) => say.oneLine(name, 30)))}`,
    code: cell(
      `columns = ${pyLiteral(names)}`,
      `labels = ${pyLiteral(labels)}`,
      logs.some(Boolean)
        ? `logarithmic = ${pyLiteral(names.filter((_, index) => logs[index] === true))}  # a few values far above the rest`
        : null,
      '',
      `fig, axes = plt.subplots(${rows}, ${columns}, figsize=(5.4, ${one ? 3.4 : (0.7 + 1.75 * rows).toFixed(2)}), squeeze=False)`,
      'def bins(values):',
      '    return int(min(40, max(5, min(values.nunique(), 2.5 * len(values) ** (1 / 3)))))',
      '',
      'for ax, name, label in zip(axes.flat, columns, labels):',
      `    values = ${frame}[name].dropna()`,
      '    values = values[np.isfinite(values)]',
      ...(logs.some(Boolean)
        ? [
            '    if name in logarithmic:',
            '        values = values[values > 0]',
            '        ax.hist(values, bins=np.geomspace(values.min(), values.max(), 31))',
            "        ax.set_xscale('log')",
            `        ax.xaxis.set_major_formatter(${COMPACT_TICKS})`,
            '        ax.xaxis.set_minor_formatter(plt.NullFormatter())',
            '    else:',
            '        ax.hist(values, bins=bins(values))',
            '        ax.xaxis.set_major_locator(plt.MaxNLocator(4))',
            `        ax.xaxis.set_major_formatter(${COMPACT_TICKS})`,
          ]
        : [
            '    ax.hist(values, bins=bins(values))',
            `    ax.xaxis.set_major_locator(plt.MaxNLocator(${one ? 6 : 4}))`,
            `    ax.xaxis.set_major_formatter(${COMPACT_TICKS})`,
          ]),
      "    ax.axvline(values.median(), color='#444444', linestyle='--', linewidth=1.2)",
      '    ax.yaxis.set_major_locator(plt.MaxNLocator(4, integer=True))',
      "    ax.yaxis.set_major_formatter('{x:,.0f}')",
      one ? "    ax.set_xlabel(label + ', dashed: median')" : '    ax.set_xlabel(label, fontsize=9.5)',
      one ? "    ax.set_ylabel('rows')" : '    ax.tick_params(labelsize=8.5)',
      `for ax in list(axes.flat)[len(columns):]:`,
      '    ax.remove()',
      one
        ? `axes[0, 0].set_title(${pyLiteral(say.title(heading))})`
        : `fig.suptitle(${pyLiteral(say.title(heading))}, x=0.01, ha='left')`,
      'plt.show()',
      '',
      'report(columns=[',
      "    {'name': name, 'count': v.count(), 'mean': v.mean(), 'median': v.median(), 'q1': v.quantile(0.25),",
      "     'q3': v.quantile(0.75), 'low': v.min(), 'high': v.max(), 'skew': v.skew()}",
      `    for name in columns for v in [${frame}[name].replace([np.inf, -np.inf], np.nan).dropna()]`,
      '])',
    ),
    finding: (facts) => {
      const parsed = factsSchema.safeParse(facts);
      const most = parsed.data?.columns.toSorted((a, b) => Math.abs(b.skew ?? 0) - Math.abs(a.skew ?? 0))[0];
      if (most === undefined) return null;
      return words(most, shown.find(({ name }) => name === most.name)?.unit ?? null);
    },
  };
}

function words(of: Spread, unit: string | null): string {
  const value = (amount: number): string => say.quantity(amount, unit);
  const half = `Half of the values of ${say.code(of.name)} lie between ${value(of.q1)} and ${value(of.q3)}, with a median of ${value(of.median)}`;
  const skew = of.skew ?? 0;
  const tail =
    skew > 1 && of.mean > of.median
      ? `; a few high values, up to ${value(of.high)}, pull the mean up to ${value(of.mean)}`
      : skew < -1 && of.mean < of.median
        ? `; a few low values, down to ${value(of.low)}, pull the mean down to ${value(of.mean)}`
        : ` and a mean of ${value(of.mean)}`;
  return `${half}${tail}.`;
}
