/** What a turn with a model shows beside text and charts. */
import { cellSources, checkNumbers } from '../../../src/agent/numbersCheck.ts';
import { FIGURE_MIME, type Figure } from '../../../src/shared/outputs.ts';
import { artifact, cellResult, display, Log, PICTURE_TIME, recorded, stdout } from './scenes.ts';

const ANSWER =
  'Revenue grew from **1,204.50** to **1,622.75**, up *34.7 %*. The best month had 1,999.99, and 355 orders came from the south.';

const DIFF = `--- a/report.md
+++ b/report.md
@@ -1,4 +1,5 @@
 # Revenue
-The figures of last year are not in yet, so this is a draft that somebody has to look at again.
+Revenue grew by 34.7 %.
+
+![by quarter](quarters.png)
 ## Method`;

/** A finished answer with everything that the panel says about it. */
export function answered(): Log {
  const log = new Log();
  log.ask('How did revenue develop? Write a report.', ['data/sales.csv'], 't1', 'Claude Sonnet');
  log.write('c1', 'Revenue by quarter', 'print(df.groupby("quarter").revenue.sum())');
  log.add({
    type: 'cell_running',
    cellId: 'c1',
    purpose: 'Revenue by quarter',
    code: 'print(df.groupby("quarter").revenue.sum().round(2))',
    executionCount: 1,
    edited: true,
  });
  log.add({
    type: 'cell_output',
    cellId: 'c1',
    output: stdout('Q1 1204.5\nQ2 1388.25\nQ3 1290.0\nQ4 1622.75\n'),
  });
  log.add({
    type: 'cell_done',
    cellId: 'c1',
    result: cellResult({ durationMs: 182 }),
    withheld: true,
  });
  log.cell('c2', 'Look at the first rows of the table', 'df.head(8)', [display(recorded.table)]);
  log.add({ type: 'output_released', cellId: 'c2' });
  log.write('c3', 'Wait for the file', 'while True: pass');
  log.add({
    type: 'cell_running',
    cellId: 'c3',
    purpose: 'Wait for the file',
    code: 'while True: pass',
    executionCount: 3,
  });
  log.add({
    type: 'cell_done',
    cellId: 'c3',
    result: cellResult({ status: 'killed', executionCount: 3, durationMs: 64_000, stateLost: true }),
  });
  log.cell(
    'c4',
    'Sum the revenue of each month',
    recorded.errorCode,
    [{ output_type: 'error', ...recorded.error }],
    { status: 'error', durationMs: 95 },
  );
  const edit = {
    type: 'file_edit' as const,
    turnId: 't1',
    path: 'report.md',
    command: 'str_replace' as const,
  };
  log.add({
    ...edit,
    callId: 'e1',
    ok: true,
    sentence: 'Changed report.md: +3 −1 lines',
    diff: DIFF,
    artifact: artifact('report.md', 2048),
  });
  log.add({
    ...edit,
    callId: 'e2',
    ok: false,
    sentence: 'Could not change report.md: old_str was not found',
    diff: '',
    artifact: null,
  });
  log.add({
    type: 'output_shown',
    turnId: 't1',
    callId: 's1',
    cellId: 'c1',
    ok: true,
    sentence: 'Read lines 1 to 9 of the output of “Revenue by quarter”',
  });
  log.add({
    type: 'opaque_block',
    turnId: 't1',
    blockId: 'o1',
    kind: 'web_search_tool_result',
    json: '{"type":"web_search_tool_result"}',
  });
  log.say(ANSWER, 'answer');
  const sources = { cells: cellSources(log.events), earlier: [], question: '' };
  log.add({
    type: 'answer_checked',
    turnId: 't1',
    blockId: 'answer',
    numbers: checkNumbers(ANSWER, sources),
  });
  log.add({
    type: 'turn_ended',
    turnId: 't1',
    end: { kind: 'finished' },
    usage: { inputTokens: 2000, outputTokens: 1210, cacheReadTokens: 37_000, cacheWriteTokens: 5000 },
    receipt: { steps: 3, durationMs: 12_000, dollars: 0.04 },
  });
  return log;
}

const CODE =
  'df = load("sales.csv")\nmonthly = df.groupby("month", as_index=False)["revenue"].sum()\nmonthly';

/** The model asks to run this. */
export function waiting(): Log {
  const log = new Log();
  log.ask('How many orders are there in each month?', [], 't1', 'Claude Sonnet');
  log.add({ type: 'thinking', turnId: 't1', blockId: 'th', delta: 'The file has a month column.' });
  log.say('I will sum the revenue of each month first.');
  log.write('c1', 'Sum the revenue of each month', CODE);
  log.add({ type: 'cell_waiting', cellId: 'c1', purpose: 'Sum the revenue of each month', code: CODE });
  return log;
}

/** The provider wants patience. */
export function countdown(): Log {
  const log = new Log();
  log.ask('How many orders are there in each month?', [], 't1', 'Claude Sonnet');
  log.say('I will sum the revenue of each month first.');
  log.add({
    type: 'model_waiting',
    turnId: 't1',
    reason: 'The API has too many requests of this key at the moment.',
    untilMs: PICTURE_TIME + 100_000,
  });
  return log;
}

export const queue = [
  { id: 'q1', text: 'And by region, please, for the last three years?', labels: ['data/sales.csv'] },
  { id: 'q2', text: 'Then save it', labels: [] },
];

/** Two charts, of which the first could not be read well. */
export function proofread(): Log {
  const findings: Figure['findings'] = [
    {
      kind: 'ticks',
      sentence: '12 of 24 tick labels of the x axis of subplot 1 ("<b>Sold</b>") overlap: rotate them.',
      axes: 0,
    },
    { kind: 'empty', sentence: 'Nothing is drawn in subplot 2: draw in it, or remove it.', axes: 1 },
  ];
  const figure: Figure = { title: '', axes: [], findings, size: { widthInches: 8, heightInches: 5 } };
  const log = new Log();
  log.ask('How did revenue develop?', ['data/sales.csv']);
  log.cell('c1', 'Revenue by month', 'draw()', [
    display({ ...recorded.png, [FIGURE_MIME]: figure }),
    display({ ...recorded.png, [FIGURE_MIME]: { ...figure, findings: [] } }),
  ]);
  log.end();
  return log;
}
