/** "Analyze": each file in turn: open, check, summarise, chart; then the main findings and how to go on. */
import type { FileRef } from '../../../shared/events.ts';
import type { Source } from '../charts/chart.ts';
import { plannedCharts } from '../charts/plan.ts';
import type { Part, Script } from '../script.ts';
import * as say from '../wording.ts';
import { continueWords, keyWords, linkWords } from './closing.ts';
import { drawAll } from './drawing.ts';
import { openFile, readingWords, sampleWords } from './opening.ts';
import { overview, summaries } from './overview.ts';

const MAX_FILES = 6;

/** Charts for each file, so that a turn stays within its steps. */
const chartsPerFile = (files: number): number => (files === 1 ? 7 : files <= 3 ? 3 : 1);

export function* analyze(files: readonly FileRef[], lead: string): Script {
  const taken = files.slice(0, MAX_FILES);
  const tables: { file: FileRef; source: Source }[] = [];
  const closing: string[] = [];
  let pending = lead;
  for (const [place, file] of taken.entries()) {
    const done = yield* analyzeFile(file, place, taken.length, pending);
    pending = done.last;
    closing.push(done.closing);
    if (done.source !== null) tables.push({ file, source: done.source });
  }
  if (files.length > taken.length) {
    closing.push(
      `${say.count(files.length - taken.length, 'file')} more ${files.length - taken.length === 1 ? 'was' : 'were'} not opened: ${MAX_FILES} are analysed at a time.`,
    );
  }
  const words = [
    pending,
    ...closing,
    linkWords(tables),
    continueWords(tables),
    tables.length > 0 ? keyWords() : '',
  ];
  return words.filter((text) => text !== '').join('\n\n');
}

export interface Done {
  source: Source | null;
  /** Said before the next cell. */
  last: string;
  /** Said at the end of the turn. */
  closing: string;
}

function* analyzeFile(file: FileRef, place: number, files: number, before: string): Part<Done> {
  const lead = [before, `Opening ${say.code(file.label)}.`].filter(Boolean).join('\n\n');
  const opened = yield* openFile(file, place, lead);
  if (opened.kind === 'refused') {
    return files === 1
      ? { source: null, last: opened.sentence, closing: '' }
      : {
          source: null,
          last: opened.sentence,
          closing: `**${say.prose(file.label, 80)}**: not analysed. ${opened.sentence}`,
        };
  }
  return yield* analyzeTable(file, opened.source, place, files, '');
}

/** Everything after the opening. `files` is the number of files in the turn. */
export function* analyzeTable(
  file: FileRef,
  source: Source,
  place: number,
  files: number,
  before: string,
): Part<Done> {
  const gaps = yield* overview(
    source,
    place,
    [before, readingWords(file, source)].filter(Boolean).join('\n\n'),
  );
  const about = files > 3 ? gaps : yield* summaries(source, place, gaps);
  const charts = plannedCharts(source).slice(0, chartsPerFile(files));
  const drawn = yield* drawAll(charts, place, about, place > 0);
  const lost = drawn.lost
    ? 'The Python process was lost on the way, so the remaining charts were not drawn.'
    : '';
  return {
    source,
    last: [drawn.last, lost].filter(Boolean).join(' '),
    closing: findingsWords(file, source, gaps, drawn.findings),
  };
}

function findingsWords(file: FileRef, source: Source, gaps: string, findings: readonly string[]): string {
  const size = `${say.count(source.table.rows, 'row')}, ${say.count(source.table.columnCount, 'column')}.`;
  const points = [`${size} ${gaps}`, ...findings, sampleWords(source)].filter((text) => text !== '');
  return [`**Summary of ${say.prose(file.label, 80)}**`, '', ...points.map((point) => `- ${point}`)].join(
    '\n',
  );
}
