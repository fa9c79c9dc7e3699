/** Cells that live, in the panel: edited and run in place, added, moved, deleted, and marked when out of date. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { type Locator } from 'playwright-core';
import { type NewSessionEvent } from '../../../src/shared/events.ts';
import { panelFlow } from './flow.ts';
import { type OpenOptions, type OpenPanel } from './harness.ts';
import { conversation, panelState } from './scenes.ts';
import { seriousProblems } from './axe.ts';

const answers = {
  runCells: { accepted: true },
  editCell: {},
  insertCell: { cellId: 'u1' },
  moveCell: {},
  deleteCell: {},
  restoreCell: {},
};
const opened = (): OpenOptions => ({ state: panelState(), events: conversation().events, answers });

const cell = ({ page }: OpenPanel, name: string): Locator =>
  page.getByRole('region', { name: `Code cell: ${name}` });
const FIRST = 'Open the file and look at the first rows';
const CHART = 'Revenue by month';
const editorOf = ({ page }: OpenPanel): Locator => page.getByRole('textbox', { name: /^Code of/ });

/** Further events of the log, as the host pushes them. */
let seq = 1000;
const tell = async (panel: OpenPanel, ...events: NewSessionEvent[]): Promise<void> =>
  panel.push({ type: 'events', events: events.map((event) => ({ ...event, seq: seq++, at: Date.now() })) });

const params = async (panel: OpenPanel, name: string): Promise<unknown[]> =>
  (await panel.posted(name)).map((request) => request.params);

/** Until the page has asked for it that often: what is typed is sent a moment later. */
async function asked(panel: OpenPanel, name: string, times: number): Promise<unknown[]> {
  for (let waited = 0; waited < 50; waited++) {
    const all = await params(panel, name);
    if (all.length >= times) return all;
    await panel.page.waitForTimeout(40);
  }
  return params(panel, name);
}

const LOADED =
  'import pandas as pd\n\ndf = pd.read_csv("/workspace/data/sales.csv", parse_dates=["month"])\ndf.head(8)';

describe('a cell is edited in place', () => {
  const { shown } = panelFlow();

  shown('by Enter; what is typed is kept, and Shift+Enter runs it', opened, async (panel) => {
    await cell(panel, FIRST).focus();
    await panel.page.keyboard.press('Enter');
    await editorOf(panel).waitFor();
    await panel.page.keyboard.press('Control+End');
    await panel.page.keyboard.press('Enter');
    await panel.page.keyboard.type('df.tail(2)');
    const code = `${LOADED}\ndf.tail(2)`;
    const sent = await asked(panel, 'editCell', 1);
    assert.deepEqual(sent.at(-1), { cellId: 'c1', code });
    await tell(panel, { type: 'cell_edited', cellId: 'c1', code });
    await cell(panel, FIRST).getByText('Edited, not run').waitFor();
    await panel.page.keyboard.press('Shift+Enter');
    assert.deepEqual(await asked(panel, 'runCells', 1), [
      { cells: { kind: 'one', cellId: 'c1' }, restart: false },
    ]);
    assert.equal(await editorOf(panel).count(), 0);
    assert.equal(await panel.page.evaluate('document.activeElement.dataset.cell'), 'c2');
  });
});

void seriousProblems;
void CHART;
