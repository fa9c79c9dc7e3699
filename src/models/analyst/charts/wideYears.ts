/** Years side by side (`Country, 1990, 1991, …`): turned into lines. */
import * as z from 'zod/mini';
import { lineSchema, type Column } from '../facts.ts';
import { pyLiteral } from '../pyLiteral.ts';
import * as say from '../wording.ts';
import { cell, COMPACT_TICKS, type Chart, type Source } from './chart.ts';

const factsSchema = z.object({ lines: z.array(lineSchema) });
const MAX_LINES = 6;

export function wideYears({ table, frame }: Source, years: readonly Column[]): Chart | null {
  const name = table.columns.find(
    ({ role, distinct }) =>
      (role === 'label' || role === 'id' || role === 'category' || role === 'text') &&
      distinct > 0.8 * table.rows,
  );
  const first = years[0]?.name;
  const last = years.at(-1)?.name;
  if (name === undefined || first === undefined || last === undefined) return null;
  const many = table.rows > MAX_LINES;
  const heading = `By ${say.titleName(name.name)}, ${first}–${last}${many ? `: the ${MAX_LINES} highest in ${last}` : ''}`;
  return {
    key: 'years',
    what: `the years ${first} to ${last}, a line for each ${say.code(name.name)}`,
    purpose: `Chart the years ${first} to ${last} as lines`,
    code: cell(
      `years = ${pyLiteral(years.map((column) => column.name))}`,
      `wide = ${frame}.drop_duplicates(${pyLiteral(name.name)}).set_index(${pyLiteral(name.name)})[years].T.astype(float)`,
      'wide.index = wide.index.astype(int)',
      many ? `wide = wide[wide.ffill().iloc[-1].nlargest(${MAX_LINES}).index]` : null,
      '',
      'fig, ax = plt.subplots(figsize=(5.4, 4))',
      'for column in wide.columns:',
      '    line = wide[column].dropna()',
      "    ax.plot(line.index, line, label=str(column) if len(str(column)) <= 20 else str(column)[:19] + '…')",
      `ax.yaxis.set_major_formatter(${COMPACT_TICKS})`,
      'ax.xaxis.set_major_locator(plt.MaxNLocator(7, integer=True))',
      "fig.legend(loc='outside lower center', ncols=3, fontsize=9, handlelength=1.2, columnspacing=1.2)",
      `ax.set_title(${pyLiteral(say.title(heading))})`,
      'plt.show()',
      '',
      'report(lines=wide)',
    ),
    finding: (facts) => {
      const lines = factsSchema.safeParse(facts).data?.lines.filter(({ end }) => end === last) ?? [];
      const top = lines.toSorted((a, b) => b.last - a.last)[0];
      if (top === undefined) return null;
      return `${say.code(top.name)} has the highest value in ${last}: ${say.number(top.last)}, after ${say.number(top.first)} in ${top.start}.`;
    },
  };
}
