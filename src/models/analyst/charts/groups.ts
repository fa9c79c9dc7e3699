/** Box plots of a measure by group. */
import * as z from 'zod/mini';
import type { Column } from '../facts.ts';
import { pyLiteral } from '../pyLiteral.ts';
import * as say from '../wording.ts';
import { cell, scaled, type Chart, type Source } from './chart.ts';

const factsSchema = z.object({
  groups: z.array(z.object({ name: z.string(), median: z.number(), count: z.int() })),
});
const MAX_GROUPS = 12;

export function compareGroups({ table, frame }: Source, group: Column, measure: Column): Chart {
  const [g, m] = [pyLiteral(group.name), pyLiteral(measure.name)];
  const many = group.distinct > MAX_GROUPS;
  return {
    key: `groups-${table.columns.indexOf(group)}-${table.columns.indexOf(measure)}`,
    what: `${say.code(measure.name)} compared by ${say.code(group.name)}`,
    purpose: `Compare ${say.oneLine(measure.name, 40)} by ${say.oneLine(group.name, 40)}`,
    code: cell(
      `values = ${frame}[[${g}, ${m}]].dropna()`,
      many
        ? `values = values[values[${g}].isin(values[${g}].value_counts().head(${MAX_GROUPS}).index)]  # the ${MAX_GROUPS} most frequent`
        : null,
      `summary = values.groupby(${g}, observed=True)[${m}].agg(['median', 'mean', 'count']).sort_values('median', ascending=False)`,
      "labels = [(str(name) if len(str(name)) <= 22 else str(name)[:21] + '…') + f'  (n={n:,})' for name, n in summary['count'].items()]",
      '',
      'fig, ax = plt.subplots(figsize=(5.4, 1.4 + 0.36 * len(summary)))',
      'ax.boxplot(',
      `    [values.loc[values[${g}] == name, ${m}] for name in summary.index], orientation='horizontal', widths=0.6,`,
      "    patch_artist=True, boxprops={'facecolor': '#cfe3f1', 'edgecolor': '#0072B2'},",
      "    medianprops={'color': '#D55E00', 'linewidth': 2}, whiskerprops={'color': '#0072B2'}, capprops={'color': '#0072B2'},",
      "    flierprops={'marker': 'o', 'markersize': 2, 'markerfacecolor': '#888888', 'markeredgewidth': 0, 'alpha': 0.5},",
      ')',
      'ax.set_yticks(range(1, len(summary) + 1), labels, fontsize=9)',
      'ax.invert_yaxis()',
      "ax.grid(axis='y', visible=False)",
      ...scaled('x', measure, 5),
      `ax.set_xlabel(${pyLiteral(say.axisLabel(measure.name, measure.unit, 40))})`,
      `ax.set_title(${pyLiteral(say.title(`${say.titleName(measure.name)} by ${say.titleName(group.name)}`, 44))}, x=-0.2)`,
      'plt.show()',
      '',
      "report(groups=[{'name': str(name), 'median': row['median'], 'count': int(row['count'])} for name, row in summary.iterrows()])",
    ),
    finding: (facts) => {
      const parsed = factsSchema.safeParse(facts);
      if (!parsed.success) return null;
      const steady = parsed.data.groups.filter(({ count }) => count >= 3);
      const [top, last] = [steady[0], steady.at(-1)];
      if (top === undefined || last === undefined || top === last) return null;
      const value = (amount: number): string => say.quantity(amount, measure.unit);
      if (top.median === last.median)
        return `The median ${say.code(measure.name)} is the same in all groups with at least three rows: ${value(top.median)}.`;
      return `The median ${say.code(measure.name)} is highest for ${say.code(top.name)} (${value(top.median)}) and lowest for ${say.code(last.name)} (${value(last.median)}), among groups with at least three rows.`;
    },
  };
}
