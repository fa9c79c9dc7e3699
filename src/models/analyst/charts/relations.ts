/** How numbers go together: heat map of correlations, scatter of a pair, points on a map. */
import * as z from 'zod/mini';
import type { Column } from '../facts.ts';
import { pyLiteral } from '../pyLiteral.ts';
import * as say from '../wording.ts';
import { cell, scaled, type Chart, type Source } from './chart.ts';

const pairSchema = z.object({ x: z.string(), y: z.string(), r: z.number() });
const heatSchema = z.object({ pairs: z.array(pairSchema) });
const scatterSchema = z.object({
  slope: z.nullable(z.number()),
  r: z.nullable(z.number()),
  rank: z.nullable(z.number()),
  count: z.int(),
});
const MAX_HEAT = 10;

export function heatMap({ frame }: Source, wanted: readonly Column[]): Chart | null {
  const shown = wanted.slice(0, MAX_HEAT);
  if (shown.length < 3) return null;
  const names = shown.map(({ name }) => name);
  const size = names.length;
  return {
    key: 'heat',
    what: `the correlations of ${size} numeric columns`,
    purpose: `Chart the correlations of ${size} numeric columns`,
    code: cell(
      `columns = ${pyLiteral(names)}`,
      `labels = ${pyLiteral(names.map((name) => say.titleName(name, 16)))}`,
      `matrix = ${frame}[columns].corr(min_periods=8)`,
      '',
      `fig, ax = plt.subplots(figsize=(5.4, ${(2 + 0.32 * size).toFixed(1)}))`,
      "image = ax.imshow(matrix, cmap='RdBu_r', vmin=-1, vmax=1, aspect='auto')",
      "ax.set_xticks(range(len(columns)), labels, rotation=45, ha='right', rotation_mode='anchor', fontsize=9)",
      'ax.set_yticks(range(len(columns)), labels, fontsize=9)',
      'ax.grid(False)',
      'ax.spines[:].set_visible(False)',
      'for row, column in np.ndindex(matrix.shape):',
      '    value = matrix.iat[row, column]',
      '    if np.isfinite(value):',
      "        ax.text(column, row, f'{value:.2f}', ha='center', va='center', fontsize=8,",
      "                color='white' if abs(value) > 0.6 else '#222222')",
      "fig.colorbar(image, ax=ax, shrink=0.8, ticks=[-1, -0.5, 0, 0.5, 1], label='correlation (Pearson)')",
      "ax.set_title('Correlations of numeric columns')",
      'plt.show()',
      '',
      "pairs = matrix.where(np.triu(np.ones(matrix.shape, dtype=bool), k=1)).rename_axis('x').stack().reset_index()",
      "pairs.columns = ['x', 'y', 'r']",
      "report(pairs=pairs.sort_values('r', key=abs, ascending=False).head(5).to_dict('records'))",
    ),
    finding: (facts) => {
      const found = heatSchema.safeParse(facts).data?.pairs[0];
      if (found === undefined) return null;
      const { x, y, r } = found;
      return `Of these columns, ${say.code(x)} and ${say.code(y)} go together most closely: their correlation is ${signed(r)} (${strength(r)}).`;
    },
  };
}

/** A pair of numbers; points are coloured by a group of at most six values, if there is one. */
export function scatter({ table, frame }: Source, x: Column, y: Column, group: Column | null): Chart {
  const names = [x, y, ...(group === null ? [] : [group])].map(({ name }) => name);
  const small = table.rows > 3000;
  const straight = [x, y].every(({ wide, tail }) => wide !== true && tail !== true);
  const style = `s=${small ? 5 : 16}, alpha=${table.rows > 20_000 ? 0.15 : small ? 0.3 : 0.65}, linewidths=0`;
  const [px, py] = [pyLiteral(x.name), pyLiteral(y.name)];
  return {
    key: `scatter-${table.columns.indexOf(x)}-${table.columns.indexOf(y)}`,
    what: `${say.code(y.name)} against ${say.code(x.name)}`,
    purpose: `Chart ${say.oneLine(y.name, 40)} against ${say.oneLine(x.name, 40)}`,
    code: cell(
      `points = ${frame}[${pyLiteral(names)}].dropna(subset=[${px}, ${py}])`,
      table.rows > 40_000
        ? 'drawn = points.sample(min(len(points), 20_000), random_state=0)  # enough to see the shape'
        : 'drawn = points',
      '',
      `fig, ax = plt.subplots(figsize=(5.4, ${group === null ? 3.6 : 4}))`,
      ...(group === null
        ? [`ax.scatter(drawn[${px}], drawn[${py}], ${style})`]
        : [
            `for name, part in drawn.groupby(${pyLiteral(group.name)}, observed=True):`,
            `    ax.scatter(part[${px}], part[${py}], label=str(name)[:20], ${style})`,
            `fig.legend(loc='outside lower center', ncols=3, fontsize=9, title=${pyLiteral(say.titleName(group.name))}, title_fontsize=9, markerscale=1.4)`,
          ]),
      'slope = None',
      straight ? `if points[${px}].nunique() > 1 and abs(points[${px}].corr(points[${py}])) >= 0.3:` : null,
      ...(straight
        ? [
            `    slope, start = np.polyfit(points[${px}].astype(float), points[${py}].astype(float), 1)`,
            `    ends = np.array([points[${px}].min(), points[${px}].max()], dtype=float)`,
            "    ax.plot(ends, start + slope * ends, color='#444444', linestyle='--', linewidth=1.2)",
          ]
        : []),
      ...scaled('x', x, 6),
      ...scaled('y', y, 6),
      `ax.set_xlabel(${pyLiteral(say.axisLabel(x.name, x.unit, 44))})`,
      `ax.set_ylabel(${pyLiteral(say.axisLabel(y.name, y.unit))})`,
      `ax.set_title(${pyLiteral(say.title(`${say.titleName(y.name)} against ${say.titleName(x.name)}`))})`,
      'plt.show()',
      '',
      `report(slope=slope, r=points[${px}].corr(points[${py}]), rank=points[${px}].corr(points[${py}], method='spearman'), count=len(points))`,
    ),
    finding: (facts) => {
      const parsed = scatterSchema.safeParse(facts);
      if (!parsed.success || parsed.data.r === null) return null;
      const { r, rank, count, slope } = parsed.data;
      const fit =
        slope === null
          ? ''
          : ` In a straight-line fit (dashed), 1 more ${say.code(x.name)} goes with ${say.number(Math.abs(slope))} ${slope < 0 ? 'less' : 'more'} ${say.code(y.name)}.`;
      const curved =
        rank !== null && Math.abs(rank) - Math.abs(r) > 0.15
          ? ` The order of the values agrees more closely (rank correlation ${signed(rank)}): the relation is not a straight line.`
          : '';
      return `Over ${say.count(count, 'row')} the correlation of ${say.code(x.name)} and ${say.code(y.name)} is ${signed(r)}: ${strength(r)}.${fit}${curved}`;
    },
  };
}

const mapSchema = z.object({
  count: z.int(),
  south: z.number(),
  north: z.number(),
  west: z.number(),
  east: z.number(),
});

export function placesMap(
  { table, frame }: Source,
  latitude: Column,
  longitude: Column,
  size: Column | null,
): Chart {
  const [lat, lon] = [pyLiteral(latitude.name), pyLiteral(longitude.name)];
  const dots = table.rows > 3000 ? 3 : 10;
  return {
    key: 'map',
    what: `where the rows lie (${say.code(longitude.name)}, ${say.code(latitude.name)})`,
    purpose: 'Chart where the rows lie',
    code: cell(
      `places = ${frame}.dropna(subset=[${lat}, ${lon}])`,
      size === null ? null : `places = places.sort_values(${pyLiteral(size.name)})  # the highest on top`,
      '',
      'fig, ax = plt.subplots(figsize=(5.4, 3.7))',
      `dots = ax.scatter(places[${lon}], places[${lat}], s=${dots}, linewidths=0, alpha=0.7${size === null ? '' : `, c=places[${pyLiteral(size.name)}], cmap='viridis'`})`,
      size === null
        ? null
        : `fig.colorbar(dots, ax=ax, label=${pyLiteral(say.axisLabel(size.name, size.unit, 28))}, shrink=0.85)`,
      `middle = places[${lat}].median()`,
      "ax.set_aspect(1 / max(0.2, np.cos(np.radians(middle))), adjustable='box')",
      'ax.xaxis.set_major_locator(plt.MaxNLocator(6))',
      "ax.set_xlabel('longitude (°)')",
      "ax.set_ylabel('latitude (°)')",
      `ax.set_title(${pyLiteral(say.title(`Places of the rows${size === null ? '' : `, coloured by ${say.titleName(size.name)}`}`))})`,
      'plt.show()',
      '',
      `report(count=len(places), south=places[${lat}].min(), north=places[${lat}].max(), west=places[${lon}].min(), east=places[${lon}].max())`,
    ),
    finding: (facts) => {
      const parsed = mapSchema.safeParse(facts);
      if (!parsed.success) return null;
      const { count, south, north, west, east } = parsed.data;
      return `${say.count(count, 'row')} with a place lie between ${say.number(south)}° and ${say.number(north)}° latitude and ${say.number(west)}° and ${say.number(east)}° longitude.`;
    },
  };
}

const signed = (r: number): string => r.toFixed(2).replace('-', '−');

/** Cohen's thresholds for |r|, in plain words. */
export function strength(r: number): string {
  const size = Math.abs(r);
  const way = r < 0 ? 'when one is high, the other tends to be low' : 'they tend to be high together';
  if (size < 0.1) return 'practically no linear relation';
  if (size < 0.3) return `a weak relation, ${way}`;
  if (size < 0.5) return `a moderate relation, ${way}`;
  return `${size < 0.9 ? 'a strong' : 'a very strong'} relation, ${way}`;
}
