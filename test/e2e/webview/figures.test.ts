/** Figures of an answer lead to the cell they come from; what is nowhere says so. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { checkNumbers, cellSources } from '../../../src/agent/numbersCheck.ts';
import { panelFlow } from './flow.ts';
import { Log, panelState, recorded, stdout } from './scenes.ts';

const ANSWER = `Revenue grew from **1,204.50** to **1,622.75**, up *34.7 %*; the mean is 1,376.4 and the best month 1,999.99.

| Region | Orders | Share |
|:-------|-------:|------:|
| North  | 341 | 47.2 % |
| South  | 355 | 41.3 % |

- The correlation is −0.83; see \`df.corr()\` and [the method of 1998](https://example.com/12.5).
- In 2025 there were 3 charts.`;

const LONG = Array.from({ length: 30 }, (_, n) => `step_${String(n)} = ${String(n)}`).join('\n');

/** The answer as the loop would have it checked. */
function answered(): Log {
  const log = new Log();
  log.ask('How did revenue develop?', ['data/sales.csv']);
  log.cell('c1', 'Revenue by quarter', LONG, [
    stdout('Q1 1204.5\nQ2 1388.25\nQ3 1290.0\nQ4 1622.75\nmean 1376.375\n'),
  ]);
  log.cell('c2', 'Orders by region', 'print(orders)', [
    stdout('North 341 0.4718\nSouth 298 0.4125\ncorrelation -0.8312\n'),
  ]);
  log.cell('c3', 'Look at the table', 'df.head()', [
    { output_type: 'execute_result', execution_count: 3, data: recorded.table, metadata: {} },
  ]);
  log.say(ANSWER, 'answer');
  const sources = { cells: cellSources(log.events), earlier: [], question: 'How did revenue develop?' };
  const numbers = checkNumbers(ANSWER, sources);
  log.add({ type: 'answer_checked', turnId: 't1', blockId: 'answer', numbers });
  log.end();
  return log;
}

function afterFailure(): Log {
  const log = answered();
  log.ask('And the forecast?', [], 't2');
  log.cell(
    'c4',
    'Fit a model',
    recorded.errorCode,
    [{ output_type: 'error', ...recorded.error }],
    { status: 'error' },
    't2',
  );
  log.say('The forecast for next year is fine.', 'forecast', 't2');
  log.end({ kind: 'finished' }, 't2');
  return log;
}

const focusedCell = '(document.activeElement?.getAttribute("aria-label") ?? "")';

describe('figures', () => {
  const { shown } = panelFlow();

  shown(
    'a click leads to the cell: it is opened, in view and has the focus',
    () => ({ state: panelState(), events: answered().events, height: 500 }),
    async ({ page }) => {
      const toggle = page.getByRole('button', { name: /Revenue by quarter/ });
      assert.equal(await toggle.getAttribute('aria-expanded'), 'false', 'long code is closed by itself');
      await page.getByRole('link', { name: '1,204.50' }).click();
      await page.waitForFunction(`${focusedCell} === "Code cell: Revenue by quarter"`);
      assert.equal(await toggle.getAttribute('aria-expanded'), 'true');
      const top = (await toggle.boundingBox())?.y ?? -1;
      assert.ok(top >= 0 && top < 500, `${String(top)} px`);
    },
  );

  shown(
    'Enter does the same, again and again',
    () => ({ state: panelState(), events: answered().events, height: 500 }),
    async ({ page }) => {
      for (let times = 0; times < 2; times++) {
        await page.getByRole('link', { name: '341' }).focus();
        await page.keyboard.press('Enter');
        await page.waitForFunction(`${focusedCell} === "Code cell: Orders by region"`);
      }
      await page.getByRole('link', { name: '−0.83' }).press('Enter');
      await page.waitForFunction(`${focusedCell} === "Code cell: Orders by region"`);
    },
  );

  shown(
    'figures found nowhere are marked, counted, and not altered',
    () => ({ state: panelState(), events: answered().events }),
    async ({ page }) => {
      const missing = await page.locator('.figure-missing').allTextContents();
      assert.deepEqual(missing, ['1,999.99 (not found in the outputs)', '355 (not found in the outputs)']);
      assert.equal(
        await page.getByText('2 figures in this answer were not found in the outputs.').count(),
        1,
      );
      const selected = await page.evaluate<string>(`(() => {
        getSelection().selectAllChildren(document.querySelector('.markdown p'));
        return getSelection().toString();
      })()`);
      assert.match(selected, /up 34\.7 %; the mean is 1,376\.4 and the best month 1,999\.99\./);
      assert.equal(await page.locator('.figure', { hasText: /^(1998|3|2025)$/ }).count(), 0);
    },
  );

  shown(
    'an answer after a failed last step says so and leads to it',
    () => ({ state: panelState(), events: afterFailure().events, height: 500 }),
    async ({ page }) => {
      const note = page.locator('.answer-note-failed');
      assert.equal(await note.textContent(), 'Warning: The last step failed: Fit a model');
      await note.getByRole('button', { name: 'Fit a model' }).click();
      await page.waitForFunction(`${focusedCell} === "Code cell: Fit a model"`);
    },
  );
});
