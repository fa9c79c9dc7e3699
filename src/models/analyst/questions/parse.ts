/** The few forms of question the analyst understands. What does not fit is null: never a guess. */
import type { Column, Table } from '../facts.ts';
import { timeColumn } from '../charts/choose.ts';
import { periodNamed, type Period } from '../charts/timing.ts';
import { findColumn } from './columns.ts';

export type Statistic = 'mean' | 'median' | 'sum' | 'min' | 'max';

export type Question =
  | { kind: 'overTime'; measure: Column | null; time: Column; period: Period | null }
  | { kind: 'by'; measure: Column; by: Column; how: 'mean' | 'total' | 'median' | null; limit: number | null }
  | { kind: 'compare'; measure: Column; by: Column }
  | { kind: 'correlation'; x: Column; y: Column }
  | { kind: 'correlations' }
  | { kind: 'column'; column: Column }
  | { kind: 'describe'; column: Column }
  | { kind: 'summary' }
  | { kind: 'top'; column: Column; limit: number }
  | { kind: 'statistic'; statistic: Statistic; column: Column; by: Column | null }
  | { kind: 'rows' }
  | { kind: 'columns' }
  | { kind: 'missing'; column: Column | null }
  | { kind: 'duplicates' }
  | { kind: 'distinct'; column: Column };

export type Parsed =
  { kind: 'question'; question: Question } | { kind: 'unknownColumn'; phrase: string } | null;

const DRAW = String.raw`(?:please\s+)?(?:can you\s+)?(?:chart|plot|graph|draw|show(?: me)?|visuali[sz]e|display)\s+(?:a |an |the )?(?:(?:bar |line |scatter )?(?:chart|plot|graph)\s+of\s+)?`;
const STATISTICS: Record<string, Statistic> = {
  average: 'mean', mean: 'mean', avg: 'mean', median: 'median', total: 'sum', sum: 'sum', max: 'max', maximum: 'max',
  highest: 'max', largest: 'max', min: 'min', minimum: 'min', lowest: 'min', smallest: 'min',
}; // prettier-ignore

type Rule = [RegExp, (match: RegExpExecArray, table: Table) => Parsed];

const ok = (question: Question): Parsed => ({ kind: 'question', question });

/** Columns of phrases; the first phrase that names none ends the reading. */
function withColumns(
  table: Table,
  phrases: readonly string[],
  make: (...columns: Column[]) => Parsed,
): Parsed {
  const columns: Column[] = [];
  for (const phrase of phrases) {
    const column = findColumn(table, phrase);
    if (column === null) return { kind: 'unknownColumn', phrase: phrase.trim() };
    columns.push(column);
  }
  return make(...columns);
}

const isTime = (column: Column): boolean => column.role === 'time' || column.role === 'year';
const isNumber = (column: Column): boolean => column.role === 'number' || column.role === 'year';

function overTime(table: Table, phrase: string, period: Period | null): Parsed {
  const time = timeColumn(table) ?? table.columns.find(isTime);
  if (time === undefined)
    return { kind: 'unknownColumn', phrase: 'time (no column of dates or years was found)' };
  if (/^(rows?|records?|entries|events|count|number of rows)$/i.test(phrase.trim()))
    return ok({ kind: 'overTime', measure: null, time, period });
  return withColumns(table, [phrase], (measure) =>
    measure !== undefined ? ok({ kind: 'overTime', measure, time, period }) : null,
  );
}

/** A measure and what it is laid out by, in whichever order the person said it. */
function by(
  table: Table,
  [first, second]: [string, string],
  how: 'mean' | 'total' | 'median' | null,
  limit: number | null,
): Parsed {
  return withColumns(table, [first, second], (a, b) => {
    if (a === undefined || b === undefined) return null;
    if (isTime(b) && isNumber(a)) return ok({ kind: 'overTime', measure: a, time: b, period: null });
    if (isTime(a) && isNumber(b)) return ok({ kind: 'overTime', measure: b, time: a, period: null });
    if (isNumber(a) && isNumber(b) && how === null && limit === null && b.coded !== true)
      return ok({ kind: 'correlation', x: b, y: a });
    if (isNumber(a)) return ok({ kind: 'by', measure: a, by: b, how, limit });
    if (isNumber(b)) return ok({ kind: 'by', measure: b, by: a, how, limit });
    return ok({ kind: 'top', column: a, limit: limit ?? 12 });
  });
}

const RULES: Rule[] = [
  [
    /^(?:how many|number of|count(?: the)?)\s+(?:rows|records|lines|entries)(?: are there.*)?$/i,
    () => ok({ kind: 'rows' }),
  ],
  [
    /^(?:how many|which|what|list(?: the)?|show(?: the)?)\s+columns(?:\s+(?:are there|exist|do i have).*)?$/i,
    () => ok({ kind: 'columns' }),
  ],
  [
    /^(?:how many |are there |any |count )?(?:duplicates|duplicated? rows|repeated rows)(?: are there)?$/i,
    () => ok({ kind: 'duplicates' }),
  ],
  [
    /^(?:how many |show |count |are there |any )?(?:missing|null|empty|blank)(?: values| cells)?(?: are there)?(?:\s+(?:in|of|for)\s+(.+))?$/i,
    ([, phrase], table) =>
      phrase === undefined || /^(there|(the |this )?(file|table|data))$/i.test(phrase)
        ? ok({ kind: 'missing', column: null })
        : withColumns(table, [phrase], (column) =>
            column === undefined ? null : ok({ kind: 'missing', column }),
          ),
  ],
  [
    /^(?:how many|count|number of)\s+(?:different|distinct|unique)\s+(?:values (?:of|in)\s+)?(.+?)(?:\s+(?:values )?(?:are there|exist))?$/i,
    ([, phrase = ''], table) =>
      withColumns(table, [phrase], (column) =>
        column === undefined ? null : ok({ kind: 'distinct', column }),
      ),
  ],
  [
    /^(?:show |chart |plot )?(?:all |the )?correlations?(?: (?:matrix|heat ?map|of all (?:columns|numbers)))?$/i,
    () => ok({ kind: 'correlations' }),
  ],
  [
    /^(?:what is |show |chart |plot )?(?:the )?correlation\s+(?:of|between)\s+(.+?)\s+(?:and|with|vs\.?|,)\s+(.+)$/i,
    ([, a = '', b = ''], table) =>
      withColumns(table, [a, b], (x, y) =>
        x === undefined || y === undefined ? null : ok({ kind: 'correlation', x, y }),
      ),
  ],
  [
    /^(?:show |chart |plot |what are )?(?:the )?top\s+(\d+)\s+(?:of\s+|values of\s+|most frequent\s+)?(.+?)(?:\s+by\s+(.+))?$/i,
    ([, n = '10', a = '', b], table) => {
      const limit = Math.min(50, Math.max(1, Number(n)));
      if (b !== undefined) return by(table, [b, a], null, limit);
      return withColumns(table, [a], (column) =>
        column === undefined ? null : ok({ kind: 'top', column, limit }),
      );
    },
  ],
  [
    /^compare\s+(.+?)\s+(?:by|across|between|per|among|for)\s+(.+)$/i,
    ([, a = '', b = ''], table) =>
      withColumns(table, [a, b], (x, y) => {
        if (x === undefined || y === undefined) return null;
        if (x.role === 'number') return ok({ kind: 'compare', measure: x, by: y });
        return y.role === 'number' ? ok({ kind: 'compare', measure: y, by: x }) : null;
      }),
  ],
  [
    /^(?:what is |what's |show |chart |plot |compute )?(?:the )?(average|mean|avg|median|total|sum|max|maximum|min|minimum|highest|largest|lowest|smallest)\s+(?:of\s+)?(.+?)(?:\s+(?:by|per|for each|in each)\s+(.+?))?$/i,
    ([, word = '', a = '', b], table) => {
      const statistic = STATISTICS[word.toLowerCase()] ?? 'mean';
      const period = b === undefined ? undefined : periodNamed(b.toLowerCase());
      if (period !== undefined && findColumn(table, b ?? '') === null) return overTime(table, a, period);
      return withColumns(table, b === undefined ? [a] : [a, b], (column, group) =>
        column === undefined || !isNumber(column)
          ? null
          : ok({ kind: 'statistic', statistic, column, by: group ?? null }),
      );
    },
  ],
  [
    /^(?:please )?(?:summari[sz]e|describe|overview|summary|statistics|stats)(?: of)?(?: (?:it|this|everything|all|(?:the |this )?(?:file|table|data)))?$/i,
    () => ok({ kind: 'summary' }),
  ],
  [
    /^(?:please )?(?:summari[sz]e|describe|summary of|statistics (?:of|for)|stats (?:of|for)|what is in|tell me about)\s+(.+)$/i,
    ([, phrase = ''], table) =>
      withColumns(table, [phrase], (column) =>
        column === undefined ? null : ok({ kind: 'describe', column }),
      ),
  ],
  [
    new RegExp(
      `^(?:${DRAW})?(.+?)\\s+(?:over time|over the years|by time|through time|as a time series)$`,
      'i',
    ),
    ([, phrase = ''], table) => overTime(table, phrase, null),
  ],
  [
    new RegExp(`^(?:${DRAW})?(?:the )?(?:distribution|histogram|spread)\\s+(?:of|for)\\s+(.+)$`, 'i'),
    ([, phrase = ''], table) =>
      withColumns(table, [phrase], (column) =>
        column === undefined ? null : ok({ kind: 'column', column }),
      ),
  ],
  [
    new RegExp(`^${DRAW}(.+?)\\s+(?:by|per|for each|against|vs\\.?|versus|over|and)\\s+(.+)$`, 'i'),
    ([, a = '', b = ''], table) => {
      const period = periodNamed(b.toLowerCase().trim());
      if (period !== undefined && findColumn(table, b) === null) return overTime(table, a, period);
      return by(table, [a, b], null, null);
    },
  ],
  [
    new RegExp(`^${DRAW}(.+)$`, 'i'),
    ([, phrase = ''], table) =>
      withColumns(table, [phrase], (column) =>
        column === undefined ? null : ok({ kind: 'column', column }),
      ),
  ],
  [
    /^(.+?)\s+(?:by|vs\.?|versus|per)\s+(.+)$/i,
    ([, a = '', b = ''], table) =>
      findColumn(table, a) === null || findColumn(table, b) === null ? null : by(table, [a, b], null, null),
  ],
];

/** Null when no form fits; `unknownColumn` when a form fits but names no column of the table. */
export function parseQuestion(text: string, table: Table): Parsed {
  const plain = text
    .trim()
    .replace(/[?.!\s]+$/, '')
    .replace(/\s+/g, ' ');
  if (plain === '' || plain.length > 400) return null;
  for (const [pattern, read] of RULES) {
    const match = pattern.exec(plain);
    const parsed = match === null ? null : read(match, table);
    // A form that fits but names an unknown column is not tried as another form: that would be a guess.
    if (parsed !== null) return parsed;
  }
  // The bare name of a column.
  const column = findColumn(table, plain);
  return column !== null && plain.split(' ').length <= 4 ? ok({ kind: 'column', column }) : null;
}
