/** Lines over time: a few measures, or one measure with a line for each group. */
import type { Column } from '../facts.ts';
import * as z from 'zod/mini';
import { lineSchema } from '../facts.ts';
import { pyLiteral } from '../pyLiteral.ts';
import * as say from '../wording.ts';
import { cell, COMPACT_TICKS, tickFormat, type Chart, type Source } from './chart.ts';
import { compareLines, course } from './lineFindings.ts';
import { addsUp, periodFor, spanSeconds, type Period } from './timing.ts';

const factsSchema = z.object({ lines: z.array(lineSchema) });
const MAX_LINES = 6;
/** Points of each of several lines that cross. */
const MAX_LINE_POINTS = 60;

/** The measures over time, one panel each. At most three. `period` overrides the steps that fit the data. */
export function timeSeries(
  { table, frame }: Source,
  time: Column,
  wanted: readonly Column[],
  period: Period | null = periodFor(time, table.rows),
): Chart | null {
  const shown = wanted.slice(0, 3);
  if (shown.length === 0) return null;
  const names = shown.map(({ name }) => name);
  const sum = period !== null && shown.every(addsUp);
  const how = period === null ? yearly(time) : `${period.adjective} ${sum ? 'total' : 'mean'}`;
  const heading = [say.list(names.map((name) => say.titleName(name))), how].filter(Boolean).join(', ');
  const span = spanOf(time);
  return {
    key: 'time',
    what: `${say.list(names.map((name) => say.code(name)))} over ${say.code(time.name)}`,
    purpose: `Chart ${say.list(names.map((name) => say.oneLine(name, 40)))} over time`,
    code: cell(
      ...series(frame, time, names, period, sum),
      '',
      shown.length === 1
        ? 'fig, ax = plt.subplots()'
        : `fig, axes = plt.subplots(${shown.length}, 1, figsize=(5.4, ${1.1 + 1.5 * shown.length}), sharex=True)`,
      ...(shown.length === 1
        ? [
            'ax.plot(line.index, line.iloc[:, 0])',
            `ax.set_ylabel(${pyLiteral(say.axisLabel(names[0] ?? '', shown[0]?.unit ?? null))})`,
            sum || isFar(shown[0]) ? null : 'ax.margins(y=0.1)',
            `ax.yaxis.set_major_formatter(${tickFormat(shown[0]?.low ?? 0, shown[0]?.high ?? 0)})`,
            ...dateAxis(time, 'ax'),
            `ax.set_title(${pyLiteral(say.title(`${heading}${span}`))})`,
          ]
        : [
            `labels = ${pyLiteral(shown.map(({ name, unit }) => say.axisLabel(name, unit)))}`,
            'for ax, name, label, colour in zip(axes, line.columns, labels, plt.rcParams["axes.prop_cycle"]):',
            '    ax.plot(line.index, line[name], **colour)',
            "    ax.set_title(label, fontsize=10.5, fontweight='normal', pad=4)",
            '    ax.yaxis.set_major_locator(plt.MaxNLocator(4))',
            `    ax.yaxis.set_major_formatter(${COMPACT_TICKS})`,
            ...dateAxis(time, 'axes[-1]'),
            `fig.suptitle(${pyLiteral(say.title(`${period === null ? 'Over time' : capital(how)}${span}`))}, x=0.01, ha='left')`,
          ]),
      'plt.show()',
      '',
      'report(lines=line)',
    ),
    finding: (facts) => {
      const parsed = factsSchema.safeParse(facts);
      if (!parsed.success) return null;
      const first = parsed.data.lines[0];
      if (first === undefined) return null;
      const column = shown.find(({ name }) => name === first.name) ?? null;
      return course(first, column?.unit ?? null, period?.seconds ?? time.stepSeconds ?? null, how);
    },
  };
}

/** One line for each value of `group`; of many, the ones with the highest mean. */
export function seriesByGroup({ table, frame }: Source, time: Column, group: Column, measure: Column): Chart {
  const many = group.distinct > MAX_LINES;
  const period =
    table.rows / group.distinct > MAX_LINE_POINTS
      ? periodFor({ ...time, unique: false }, table.rows, MAX_LINE_POINTS)
      : null;
  const sum = period !== null && addsUp(measure);
  const how = period === null ? '' : `${period.adjective} ${sum ? 'total' : 'mean'}`;
  const heading = `${[say.titleName(measure.name), how].filter(Boolean).join(', ')} by ${say.titleName(group.name)}${spanOf(time)}`;
  const [t, g, m] = [time.name, group.name, measure.name].map((name) => pyLiteral(name));
  return {
    key: 'lines',
    what: `${say.code(measure.name)} over ${say.code(time.name)}, a line for each ${say.code(group.name)}`,
    purpose: `Chart ${say.oneLine(measure.name, 40)} over time by ${say.oneLine(group.name, 40)}`,
    code: cell(
      `wide = ${frame}.pivot_table(index=${t}, columns=${g}, values=${m}, aggfunc='mean', observed=True).sort_index()`,
      period === null ? null : `wide = wide${resampled(period, sum)}`,
      ...(period !== null && sum ? complete(time, period, 'wide') : []),
      many
        ? `wide = wide[wide.mean().nlargest(${MAX_LINES}).index]  # the ${MAX_LINES} with the highest mean of ${group.distinct}`
        : 'wide = wide[wide.mean().sort_values(ascending=False).index]',
      '',
      'fig, ax = plt.subplots(figsize=(5.4, 3.9))',
      'for name in wide.columns:',
      '    line = wide[name].dropna()',
      "    label = str(name) if len(str(name)) <= 20 else str(name)[:19] + '…'",
      "    ax.plot(line.index, line, label=label, marker='o' if len(line) < 2 else None)",
      `ax.set_ylabel(${pyLiteral(say.axisLabel(measure.name, measure.unit))})`,
      `ax.yaxis.set_major_formatter(${tickFormat(measure.low ?? 0, measure.high ?? 0)})`,
      ...dateAxis(time, 'ax'),
      "fig.legend(loc='outside lower center', ncols=3, fontsize=9, handlelength=1.2, columnspacing=1.2)",
      `ax.set_title(${pyLiteral(say.title(heading))})`,
      'plt.show()',
      '',
      'report(lines=wide)',
    ),
    finding: (facts) => {
      const parsed = factsSchema.safeParse(facts);
      if (!parsed.success || parsed.data.lines.length === 0) return null;
      return compareLines(parsed.data.lines, group, measure, {
        how,
        step: period?.seconds ?? time.stepSeconds ?? null,
        many,
      });
    },
  };
}

/** How many rows fall into each period. */
export function eventsOverTime({ table, frame }: Source, time: Column): Chart | null {
  if (time.role === 'year') return rowsByYear({ table, frame }, time);
  const period = periodFor({ ...time, unique: false }, table.rows);
  if (period === null) return null;
  const what = `rows per ${period.noun}`;
  return {
    key: 'events',
    what: `the number of rows over ${say.code(time.name)}`,
    purpose: `Count rows per ${period.noun}`,
    code: cell(
      `moments = ${frame}[${pyLiteral(time.name)}].dropna()`,
      `line = pd.DataFrame({'rows': 1}, index=moments.to_numpy())${resampled(period, true)}.fillna(0)`,
      ...complete(time, period),
      '',
      'fig, ax = plt.subplots()',
      'ax.fill_between(line.index, line["rows"], alpha=0.25)',
      'ax.plot(line.index, line["rows"])',
      'ax.set_ylim(bottom=0)',
      'ax.yaxis.set_major_locator(plt.MaxNLocator(integer=True, nbins=6))',
      "ax.yaxis.set_major_formatter('{x:,.0f}')",
      `ax.set_ylabel('${what}')`,
      ...dateAxis(time, 'ax'),
      `ax.set_title(${pyLiteral(say.title(`${capital(what)} of ${say.titleName(time.name)}${spanOf(time)}`))})`,
      'plt.show()',
      '',
      'report(lines=line)',
    ),
    finding: (facts) => {
      const first = factsSchema.safeParse(facts).data?.lines[0];
      return first === undefined ? null : course({ ...first, name: what }, null, period.seconds, '', false);
    },
  };
}

function rowsByYear({ frame }: Source, time: Column): Chart {
  return {
    key: 'events',
    what: `the number of rows over ${say.code(time.name)}`,
    purpose: 'Count rows per year',
    code: cell(
      `line = ${frame}[${pyLiteral(time.name)}].value_counts().sort_index().to_frame('rows')`,
      '',
      'fig, ax = plt.subplots()',
      'ax.bar(line.index, line["rows"])',
      "ax.yaxis.set_major_formatter('{x:,.0f}')",
      "ax.set_ylabel('rows per year')",
      ...dateAxis(time, 'ax'),
      `ax.set_title(${pyLiteral(say.title(`Rows per ${say.titleName(time.name)}${spanOf(time)}`))})`,
      'plt.show()',
      '',
      'report(lines=line)',
    ),
    finding: (facts) => {
      const first = factsSchema.safeParse(facts).data?.lines[0];
      return first === undefined
        ? null
        : course({ ...first, name: 'rows per year' }, null, time.stepSeconds ?? null, '', false);
    },
  };
}

function series(frame: string, time: Column, names: string[], period: Period | null, sum: boolean): string[] {
  const t = pyLiteral(time.name);
  const wanted = pyLiteral(names);
  if (period === null) {
    return time.unique === true
      ? [`line = ${frame}.dropna(subset=[${t}]).set_index(${t})[${wanted}].sort_index()`]
      : [`line = ${frame}.groupby(${t})[${wanted}].mean()  # several rows a moment: their mean`];
  }
  return [
    `line = ${frame}.dropna(subset=[${t}]).set_index(${t})[${wanted}]${resampled(period, sum)}`,
    ...(sum ? complete(time, period) : []),
  ];
}

function resampled(period: Period, sum: boolean): string {
  const week = period.rule.startsWith('W') ? ", label='left', closed='left'" : '';
  return `.resample('${period.rule}'${week})${sum ? '.sum(min_count=1)' : '.mean()'}`;
}

/** A period that the data cover only in part would look like a fall. */
function complete(time: Column, period: Period, line = 'line'): string[] {
  const step = Math.max(1, Math.round(Math.min(time.stepSeconds ?? 0, period.seconds)));
  return [
    `# The first and last ${period.noun} count only when the data cover them.`,
    `step = pd.Timedelta(seconds=${Math.max(step, Math.round(period.seconds * 0.1))})`,
    `start, end = pd.Timestamp('${time.first ?? ''}'), pd.Timestamp('${time.last ?? ''}')`,
    `covered = (${line}.index >= start - step) & (${line}.index + ${line}.index.freq <= end + step)`,
    `${line} = ${line}[covered] if covered.sum() >= 3 else ${line}`,
  ];
}

function dateAxis(time: Column, axis: string): (string | null)[] {
  if (time.role === 'year') {
    return [
      `${axis}.xaxis.set_major_locator(plt.MaxNLocator(7, integer=True))`,
      `${axis}.xaxis.set_major_formatter('{x:.0f}')`,
    ];
  }
  return [
    'ticks = mdates.AutoDateLocator(minticks=3, maxticks=7)',
    `${axis}.xaxis.set_major_locator(ticks)`,
    `${axis}.xaxis.set_major_formatter(mdates.ConciseDateFormatter(ticks))`,
  ];
}

const isFar = (column: Column | undefined): boolean =>
  (column?.low ?? 0) > 0 && (column?.low ?? 0) < 0.3 * (column?.high ?? 0);
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const yearly = (time: Column): string => (time.unique === true ? '' : 'mean');

function spanOf(time: Column): string {
  if (time.role === 'year') return `, ${String(time.low)}–${String(time.high)}`;
  const fine = spanSeconds(time) > 3 * 365 * 86_400 ? 366 * 86_400 : (time.stepSeconds ?? 0);
  const from = say.moment(time.first ?? '', Math.max(fine, 86_400));
  const to = say.moment(time.last ?? '', Math.max(fine, 86_400));
  return from === to ? `, ${from}` : fine > 300 * 86_400 ? `, ${from}–${to}` : `, ${from} – ${to}`;
}
