/** The first cell of every file: open it, show how it was read and its first rows. */
import type { FileRef } from '../../../shared/events.ts';
import { cell, type Source } from '../charts/chart.ts';
import { openedSchema } from '../facts.ts';
import { pyLiteral } from '../pyLiteral.ts';
import type { Part } from '../script.ts';
import * as say from '../wording.ts';

export type Opened = { kind: 'table'; source: Source } | { kind: 'refused'; sentence: string };

/** @param place index of the file in the turn; decides the variable's name. */
export function* openFile(file: FileRef, place: number, lead: string): Part<Opened> {
  const frame = place === 0 ? 'df' : `df${place + 1}`;
  const step = yield {
    key: `open-${place}`,
    say: lead,
    purpose: `Open ${say.oneLine(file.label, 80)}`,
    code: cell(
      'from analyst import CannotOpen, open_table, report',
      '',
      'try:',
      `    table = open_table(${pyLiteral(file.containerPath)})`,
      'except CannotOpen as problem:',
      '    print(problem)',
      '    report(problem)',
      'else:',
      `    ${frame} = table.frame`,
      '    print(table.reading)',
      '    report(table)',
      `    display(${frame}.head())`,
    ),
  };
  const parsed = openedSchema.safeParse(step.facts);
  if (step.ok && parsed.success) {
    return parsed.data.kind === 'refusal'
      ? { kind: 'refused', sentence: say.prose(parsed.data.sentence, 600) }
      : { kind: 'table', source: { table: parsed.data, frame } };
  }
  const why = step.problem === '' ? 'the cell gave no result' : say.prose(step.problem, 200);
  return { kind: 'refused', sentence: `${say.code(file.label)} could not be opened: ${why}.` };
}

/** What the opening found, in Markdown: size, how it was read, what was assumed. */
export function readingWords(file: FileRef, { table }: Source): string {
  const details = Object.entries(table.details).map(
    ([name, value]) => `${say.prose(name)} ${say.prose(value, 80)}`,
  );
  const columns = say.count(table.columnCount, 'column');
  const size = `${say.count(table.rows, 'row')} and ${columns}`;
  const head = `${say.code(file.label)}: ${size}, read as ${say.prose([table.format].join(''))}${details.length > 0 ? ` (${details.join(', ')})` : ''}.`;
  const notes = table.notes.map((note) => `- ${say.prose(note)}`);
  if (table.others.length > 0) {
    notes.push(
      `- Also in this file: ${table.others
        .slice(0, 12)
        .map((other) => say.prose(other, 80))
        .join(', ')}${table.others.length > 12 ? ' …' : ''}.`,
    );
  }
  if (table.columnCount > table.columns.length) {
    notes.push(`- Only the first ${table.columns.length} of ${columns} are described here.`);
  }
  return [head, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

/** The note on sampling again, for the closing words: a figure of a sample must not pass for one of the file. */
export const sampleWords = ({ table }: Source): string =>
  table.totalRows === null || table.totalRows <= table.rows
    ? ''
    : `All figures describe ${say.count(table.rows, 'row')} of ${table.totalIsExact ? '' : 'about '}${say.number(table.totalRows)}.`;
