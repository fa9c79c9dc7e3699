/** A free question, answered only where it has one of the known forms over the file's own columns. */
import type { FileRef, Intent } from '../../../shared/events.ts';
import { bestFirst } from '../charts/plan.ts';
import type { Source } from '../charts/chart.ts';
import { parseQuestion, type Question } from '../questions/parse.ts';
import type { Part, Script } from '../script.ts';
import * as say from '../wording.ts';
import { analyze, analyzeTable } from './analyze.ts';
import { answerChart } from './answers.ts';
import { askFigures } from './figures.ts';
import { chart } from './chart.ts';
import { exampleQuestions, keyWords } from './closing.ts';
import { drawAll } from './drawing.ts';
import { openFile, sampleWords } from './opening.ts';

const NO_FILE =
  'I am the built-in analyst: I open data files, chart and summarise them in fixed steps, without a language model. ' +
  'Attach a file (CSV, Excel, JSON, Parquet, SQLite) or right-click one and choose “Analyze with Code Interpreter”.';

/** @param intent what to do with the file when the words are none of the known forms. */
export function* ask(text: string, files: readonly FileRef[], intent: Intent = 'ask'): Script {
  const [file] = files;
  if (file === undefined) return `${NO_FILE}\n\n${keyWords()}`;
  const whole = wholeRequest(text, files) ?? (saysNothingMore(text, files) ? intent : null);
  if (whole === 'analyze') return yield* analyze(files, '');
  if (whole === 'chart') return yield* chart(files);
  const opened = yield* openFile(file, 0, '');
  if (opened.kind === 'refused') return opened.sentence;
  const { source } = opened;
  const parsed = parseQuestion(text, source.table);
  if (parsed?.kind === 'question') {
    const answer = yield* answered(parsed.question, source);
    return [answer, sampleWords(source)].filter((words) => words !== '').join('\n\n');
  }
  if (intent === 'ask') {
    const unknown =
      parsed === null
        ? ''
        : `I find no column called “${say.prose(parsed.phrase, 80)}” in ${say.code(file.label)}. `;
    return `${unknown}${canDo(file, source, parsed === null)}`;
  }
  const lead = 'I follow fixed steps and cannot answer this in your own words; here is what the file shows.';
  if (intent === 'analyze') {
    const done = yield* analyzeTable(file, source, 0, 1, lead);
    return [done.last, done.closing, keyWords()].filter((words) => words !== '').join('\n\n');
  }
  const drawn = yield* drawAll(bestFirst(source).slice(0, 1), 0, lead, false);
  return [drawn.last, keyWords()].filter((words) => words !== '').join('\n\n');
}

function* answered(question: Question, source: Source): Part<string> {
  const chart = answerChart(question, source);
  if (chart === null) return yield* askFigures(question, source);
  const drawn = yield* drawAll([chart], 0, '', false);
  return drawn.last;
}

/** "Analyze this file", "make a chart". */
function wholeRequest(text: string, files: readonly FileRef[]): Intent | null {
  const words = withoutNames(text, files);
  if (
    /^(please )?(analy[sz]e|explore|profile)( (it|this|all|everything|data|file|the|of|again)*)*$/.test(words)
  )
    return 'analyze';
  if (
    /^(please )?((make|draw|show|create)( me)? )?(a |the |best |another )*(chart|plot|graph)( (it|this|file|data|of|the|again)*)*$/.test(
      words,
    )
  )
    return 'chart';
  return null;
}

/** The commands put "Analyze sales.csv" or nothing into the text: that is no question. */
const saysNothingMore = (text: string, files: readonly FileRef[]): boolean =>
  withoutNames(text, files) === '';

function withoutNames(text: string, files: readonly FileRef[]): string {
  let rest = text;
  for (const { label } of files) {
    rest = rest.replaceAll(label, ' ').replaceAll(label.split('/').at(-1) ?? label, ' ');
  }
  return rest
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function canDo(file: FileRef, { table }: Source, isFree: boolean): string {
  const start = isFree
    ? `I am the built-in analyst: I follow fixed steps and cannot answer free questions. On ${say.code(file.label)} I understand, for example:`
    : 'I understand, for example:';
  const names = table.columns.slice(0, 30).map(({ name }) => say.code(name, 40));
  const examples = exampleQuestions(table).map((example) => `- ${example}`);
  return [
    start,
    '',
    ...examples,
    '- analyze, or chart, for the whole file',
    '',
    `Its columns: ${names.join(', ')}${table.columnCount > 30 ? ' …' : ''}.`,
    '',
    'For free questions, add an API key: command “Code Interpreter: Set API Key”.',
  ].join('\n');
}
