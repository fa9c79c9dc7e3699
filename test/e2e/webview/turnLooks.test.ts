/**
 * What a turn with a model shows beside text and charts, in four themes and three widths: axe finds nothing serious,
 * nothing is wider than the panel, no fact of a cell is broken in two. Pictures to look at: `test-results/panel/`.
 */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe } from 'node:test';
import { cellSources, checkNumbers } from '../../../src/agent/numbersCheck.ts';
import { THEMES } from '../../support/themes.ts';
import { seriousProblems } from './axe.ts';
import { panelFlow } from './flow.ts';
import type { OpenOptions } from './harness.ts';
import { artifact, claude, display, Log, panelState, recorded, stdout } from './scenes.ts';

const OUT = join(import.meta.dirname, '../../../test-results/panel');
const WIDTHS = [290, 480, 1100];

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
function answered(): Log {
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
  const result = { stateLost: false, truncated: [], artifacts: [], refused: [] };
  log.add({
    type: 'cell_done',
    cellId: 'c1',
    result: { ...result, status: 'ok', executionCount: 1, durationMs: 182 },
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
    result: { ...result, status: 'killed', executionCount: 3, durationMs: 64_000, stateLost: true },
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

function waiting(): Log {
  const log = new Log();
  log.ask('How many orders are there in each month?', [], 't1', 'Claude Sonnet');
  log.add({ type: 'thinking', turnId: 't1', blockId: 'th', delta: 'The file has a month column.' });
  log.say('I will sum the revenue of each month first.');
  log.write('c1', 'Sum the revenue of each month', CODE);
  log.add({ type: 'cell_waiting', cellId: 'c1', purpose: 'Sum the revenue of each month', code: CODE });
  return log;
}

function countdown(): Log {
  const log = new Log();
  log.ask('How many orders are there in each month?', [], 't1', 'Claude Sonnet');
  log.say('I will sum the revenue of each month first.');
  log.add({
    type: 'model_waiting',
    turnId: 't1',
    reason: 'The API has too many requests of this key at the moment.',
    untilMs: Date.now() + 100_000,
  });
  return log;
}

const queue = [
  { id: 'q1', text: 'And by region, please, for the last three years?', labels: ['data/sales.csv'] },
  { id: 'q2', text: 'Then save it', labels: [] },
];
const model = { ...claude, effort: 'auto' };
const SCENES: Readonly<Record<string, { height: number; options: () => OpenOptions }>> = {
  answer: {
    height: 2400,
    options: () => ({
      state: panelState({ model, privacy: 'schema' }),
      events: answered().events,
    }),
  },
  approval: {
    height: 640,
    options: () => ({
      state: panelState({ model, turn: 'deciding', mode: 'ask', queue }),
      events: waiting().events,
    }),
  },
  countdown: {
    height: 480,
    options: () => ({ state: panelState({ model, turn: 'running' }), events: countdown().events }),
  },
};

/** Facts beside a cell's title, notes and buttons that are higher than one line has to be. */
const BROKEN = `[...document.querySelectorAll('.cell-meta > *, .composer-buttons vscode-button, .cell-decision vscode-button')]
  .filter((element) => element.getBoundingClientRect().height > 30).map((element) => element.textContent.trim())`;

/** An icon before a line of text has the middle of that line as its own, give or take two pixels. */
const OFF_LINE = `[...document.querySelectorAll('.cell-note, .answer-note, .edit-line, .working, .cell-notes li')].flatMap((line) => {
  const icon = line.querySelector('.codicon');
  if (icon === null) return [];
  const range = document.createRange();
  range.selectNodeContents(line);
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.data.trim() === '' || node.parentElement.closest('.sr-only') !== null) continue;
    range.selectNodeContents(node);
    const text = range.getClientRects()[0];
    const box = icon.getBoundingClientRect();
    const off = box.top + Math.min(box.height, 18) / 2 - (text.top + text.bottom) / 2;
    return Math.abs(off) > 2 ? [line.textContent.trim().slice(0, 60) + ': ' + off.toFixed(1) + ' px'] : [];
  }
  return [];
})`;

describe('a turn with a model', () => {
  const { shown } = panelFlow();
  before(async () => void (await mkdir(OUT, { recursive: true })));

  for (const theme of THEMES) {
    for (const width of WIDTHS) {
      for (const [name, { height, options }] of Object.entries(SCENES)) {
        shown(
          `${name}, ${theme.name}, ${String(width)} px`,
          () => ({ ...options(), theme, width, height }),
          async ({ page }) => {
            if (name === 'answer') await page.locator('.receipt summary').click();
            await page.waitForTimeout(150);
            await page.screenshot({ path: join(OUT, `${name}-${theme.name}-${String(width)}.png`) });
            const wide = await page.evaluate<number>(
              'document.querySelector(".scroller").scrollWidth - document.querySelector(".scroller").clientWidth',
            );
            assert.equal(wide, 0, 'px beyond the panel');
            assert.deepEqual(await page.evaluate(BROKEN), [], 'in more than one line');
            assert.deepEqual(await page.evaluate(OFF_LINE), [], 'icons beside their line');
            assert.deepEqual(await seriousProblems(page), []);
          },
        );
      }
    }
  }
});
