/** The chart that answers a question, when a chart does. */
import { barsBy, counts } from '../charts/bars.ts';
import type { Chart, Source } from '../charts/chart.ts';
import { categories, measures } from '../charts/choose.ts';
import { distribution } from '../charts/distribution.ts';
import { compareGroups } from '../charts/groups.ts';
import { heatMap, scatter } from '../charts/relations.ts';
import { eventsOverTime, timeSeries } from '../charts/timeSeries.ts';
import { addsUp, periodFor } from '../charts/timing.ts';
import type { Column } from '../facts.ts';
import type { Question } from '../questions/parse.ts';

/** Null when the answer is a figure or a table instead. */
export function answerChart(question: Question, source: Source): Chart | null {
  switch (question.kind) {
    case 'overTime': {
      const { measure, time, period } = question;
      if (measure === null) return eventsOverTime(source, time);
      if (measure.role !== 'number') return null;
      return timeSeries(source, time, [measure], period ?? periodFor(time, source.table.rows));
    }
    case 'by':
      return byChart(source, question.measure, question.by, question.how, question.limit ?? 12);
    case 'compare':
      return question.by.distinct <= 12
        ? compareGroups(source, question.by, question.measure)
        : byChart(source, question.measure, question.by, 'mean', 12);
    case 'correlation':
      return isNumber(question.x) && isNumber(question.y)
        ? scatter(source, question.x, question.y, colour(source, question))
        : null;
    case 'correlations':
      return heatMap(source, measures(source.table)) ?? null;
    case 'column':
      return columnChart(source, question.column);
    case 'top':
      return question.column.role === 'number' && question.column.coded !== true
        ? null
        : counts(source, question.column, question.limit);
    case 'statistic': {
      const { statistic, column, by } = question;
      if (by === null || statistic === 'min' || statistic === 'max') return null;
      return barsBy(source, by, { kind: statistic === 'sum' ? 'total' : statistic, column });
    }
    default:
      return null;
  }
}

const isNumber = ({ role }: Column): boolean => role === 'number' || role === 'year';

function byChart(
  source: Source,
  measure: Column,
  by: Column,
  how: 'mean' | 'total' | 'median' | null,
  limit: number,
): Chart {
  const single = by.distinct >= source.table.rows - by.missing;
  const kind = single ? 'rows' : (how ?? (addsUp(measure) ? 'total' : 'mean'));
  return barsBy(source, by, { kind, column: measure }, limit);
}

function colour({ table }: Source, { x, y }: { x: Column; y: Column }): Column | null {
  return (
    categories(table).find(
      (column) => column !== x && column !== y && column.distinct <= 6 && column.missing === 0,
    ) ?? null
  );
}

/** What one column alone shows: its spread, its most frequent values, its course. */
function columnChart(source: Source, column: Column): Chart | null {
  if (column.role === 'time' || column.role === 'year') return eventsOverTime(source, column);
  if (column.role === 'number' && column.coded !== true) return distribution(source, [column]);
  return column.role === 'constant' || column.role === 'empty' ? null : counts(source, column);
}
