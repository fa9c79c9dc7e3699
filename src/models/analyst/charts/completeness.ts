/** How many cells of each column are filled: what can be said of a table of names, ids and free text. */
import * as z from 'zod/mini';
import { valuesSchema } from '../facts.ts';
import { pyLiteral } from '../pyLiteral.ts';
import * as say from '../wording.ts';
import { cell, type Chart, type Source } from './chart.ts';

const factsSchema = z.object({ bars: valuesSchema, rows: z.int() });

export function completeness({ table, frame }: Source): Chart {
  return {
    key: 'filled',
    what: 'how many values each column has',
    purpose: 'Chart how many values each column has',
    code: cell(
      `filled = ${frame}.notna().sum().head(25)`,
      `different = ${frame}.nunique().head(25)`,
      "labels = [name if len(name) <= 26 else name[:25] + '…' for name in filled.index]",
      '',
      'fig, ax = plt.subplots(figsize=(5.4, 1.5 + 0.3 * len(filled)))',
      'rows = np.arange(len(filled))',
      "ax.barh(rows - 0.18, filled, height=0.36, label='with a value')",
      "ax.barh(rows + 0.18, different, height=0.36, label='different values')",
      'ax.set_yticks(rows, labels, fontsize=9.5)',
      'ax.invert_yaxis()',
      "ax.grid(axis='y', visible=False)",
      'ax.xaxis.set_major_locator(plt.MaxNLocator(5, integer=True))',
      "ax.xaxis.set_major_formatter('{x:,.0f}')",
      "ax.set_xlabel('rows')",
      "fig.legend(loc='outside lower center', ncols=2, fontsize=9)",
      `ax.set_title(${pyLiteral(say.title(`Values in ${say.count(table.rows, 'row')}`))})`,
      'plt.show()',
      '',
      `report(bars=filled, rows=len(${frame}))`,
    ),
    finding: (facts) => {
      const parsed = factsSchema.safeParse(facts);
      if (!parsed.success) return null;
      const { bars, rows } = parsed.data;
      const gaps = bars
        .filter(({ value }) => value !== null && value < rows)
        .toSorted((a, b) => (a.value ?? 0) - (b.value ?? 0));
      const worst = gaps[0];
      if (worst?.value == null) return `All columns are filled in all ${say.count(rows, 'row')}.`;
      return `${say.code(worst.name)} has the fewest values: ${say.number(worst.value)} of ${say.count(rows, 'row')}.`;
    },
  };
}
