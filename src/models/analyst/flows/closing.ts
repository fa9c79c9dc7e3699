/** How a turn ends: what files have in common, code to go on with, what else can be asked. */
import type { FileRef } from '../../../shared/events.ts';
import type { Source } from '../charts/chart.ts';
import { categories, measures, timeColumn } from '../charts/choose.ts';
import type { Table } from '../facts.ts';
import * as say from '../wording.ts';

/** A fenced block whose fence is longer than any run of backticks inside. */
function fenced(code: string): string {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}python\n${code}\n${fence}`;
}

/** Columns of the same name in two files are where they could be joined. */
export function linkWords(tables: readonly { file: FileRef; source: Source }[]): string {
  const lines: string[] = [];
  for (const [index, a] of tables.entries()) {
    for (const b of tables.slice(index + 1)) {
      const names = new Set(b.source.table.columns.map(({ name }) => name.toLowerCase()));
      const shared = a.source.table.columns.filter(({ name }) => names.has(name.toLowerCase()));
      const keys = shared.filter(({ role }) => role !== 'number' && role !== 'constant' && role !== 'empty');
      if (keys.length === 0) continue;
      lines.push(
        `- ${say.code(a.file.label)} and ${say.code(b.file.label)} both have ${say.list(keys.slice(0, 4).map(({ name }) => say.code(name)))}: they may be joined on ${keys.length === 1 ? 'it' : 'these'}, with \`${a.source.frame}.merge(${b.source.frame}, on=…)\`.`,
      );
    }
  }
  return lines.length === 0 ? '' : ['**Across the files**', '', ...lines].join('\n');
}

/** The variables in the sandbox, and plain pandas that reads the same table elsewhere. */
export function continueWords(tables: readonly { file: FileRef; source: Source }[]): string {
  if (tables.length === 0) return '';
  const frames = say.list(tables.map(({ source }) => `\`${source.frame}\``));
  const plain = tables.filter(({ source }) => source.table.code !== '');
  const intro = `To go on, ${tables.length === 1 ? 'the table is' : 'the tables are'} in the sandbox as ${frames}.`;
  if (plain.length === 0) return intro;
  const lines = plain.map(({ source }) =>
    source.table.code
      .replace(/^df\b/gm, source.frame)
      .replaceAll(' pd.to_datetime(df[', ` pd.to_datetime(${source.frame}[`),
  );
  const code = `import pandas as pd\n\n${lines.join('\n')}\nreport = print  # stands in for the helper that tells the analyst a cell's numbers`;
  return `${intro} Elsewhere, this reads the same data with plain pandas, and the cells after the first run on it:\n\n${fenced(code)}`;
}

export const keyWords = (): string =>
  'I follow fixed steps and use no language model. For free questions, add an API key: command “Code Interpreter: Set API Key”.';

/** Questions of the known forms over this table's own columns. */
export function exampleQuestions(table: Table): string[] {
  const [first, second] = measures(table);
  const group = categories(table).find(({ distinct }) => distinct <= 30) ?? categories(table)[0];
  const time = timeColumn(table);
  const q = (name: string): string => say.code(name, 40);
  return [
    first !== undefined && time !== null ? `chart ${q(first.name)} over time` : '',
    first !== undefined && group !== undefined ? `compare ${q(first.name)} by ${q(group.name)}` : '',
    first !== undefined && second !== undefined
      ? `correlation of ${q(first.name)} and ${q(second.name)}`
      : '',
    group !== undefined ? `top 5 of ${q(group.name)}` : '',
    first !== undefined ? `describe ${q(first.name)}` : '',
    'how many rows',
    'how many missing',
  ].filter((text) => text !== '');
}
