/** Cells that live, in the panel: edited and run in place, added, moved, deleted, and marked when out of date. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Locator } from 'playwright-core';
import { type NewSessionEvent } from '../../../src/shared/events.ts';
import { cellAnswers, ranAgain, result, worked } from './cellScenes.ts';
import { panelFlow } from './flow.ts';
import { type OpenOptions, type OpenPanel } from './harness.ts';
import { conversation, Log, panelState, stdout } from './scenes.ts';

const opened = (): OpenOptions => ({
  state: panelState(),
  events: conversation().events,
  answers: cellAnswers,
});
const atWork = (): OpenOptions => ({ state: panelState(), events: worked().events, answers: cellAnswers });

const cell = ({ page }: OpenPanel, id: string): Locator => page.locator(`[data-cell=${id}]`);
const editorOf = ({ page }: OpenPanel): Locator => page.getByRole('textbox', { name: /^Code of/ });
const focused = async ({ page }: OpenPanel): Promise<string> =>
  page.evaluate(
    'document.activeElement?.closest("[data-cell]")?.dataset.cell ?? document.activeElement?.textContent',
  );

/** Further events of the log, as the host pushes them. */
let seq = 1000;
const tell = async (panel: OpenPanel, ...events: NewSessionEvent[]): Promise<void> =>
  panel.push({ type: 'events', events: events.map((event) => ({ ...event, seq: seq++, at: Date.now() })) });

/** What the page has asked for, once it has done so that often: what is typed is sent a moment later. */
async function asked(panel: OpenPanel, name: string, times = 1): Promise<unknown[]> {
  for (let tries = 0; ; tries++) {
    const all = (await panel.posted(name)).map(({ params }) => params);
    if (all.length >= times || tries === 100) return all;
    await panel.page.waitForTimeout(40);
  }
}

async function edited(panel: OpenPanel, id = 'c1'): Promise<Locator> {
  await cell(panel, id).focus();
  await panel.page.keyboard.press('Enter');
  await panel.page.locator('.cm-focused').waitFor();
  await panel.page.keyboard.press('Control+End');
  return editorOf(panel);
}
const textIn = async (editor: Locator): Promise<string> =>
  (await editor.innerText()).replaceAll('\u200b', '');

const LOADED =
  'import pandas as pd\n\ndf = pd.read_csv("/workspace/data/sales.csv", parse_dates=["month"])\ndf.head(8)';

describe('a cell is edited in place', () => {
  const { shown, panels } = panelFlow();

  it('by an editor that is loaded when it is wanted, and not before', () => {
    const chunk = panels().files.find(({ path }) => /codeEditor-/.test(path));
    assert.equal(chunk?.eager, false);
  });

  shown('what is typed is kept, and Shift+Enter runs it and goes on', opened, async (panel) => {
    await edited(panel);
    await panel.page.keyboard.press('Enter');
    await panel.page.keyboard.type('df.tail(2)');
    const code = `${LOADED}\ndf.tail(2)`;
    assert.deepEqual((await asked(panel, 'editCell')).at(-1), { cellId: 'c1', code });
    await tell(panel, { type: 'cell_edited', cellId: 'c1', code });
    await cell(panel, 'c1').getByText('Edited, not run').waitFor();
    await panel.page.keyboard.press('Shift+Enter');
    assert.deepEqual(await asked(panel, 'runCells'), [
      { cells: { kind: 'one', cellId: 'c1' }, restart: false },
    ]);
    assert.equal(await editorOf(panel).count(), 0);
    assert.equal(await focused(panel), 'c2');
  });

  shown('what was typed last runs, though it was not sent yet', opened, async (panel) => {
    const editor = await edited(panel);
    await panel.page.keyboard.type('  # now');
    await panel.page.keyboard.press('Control+Enter');
    await asked(panel, 'runCells');
    const names = (await panel.posted()).map(({ name }) => name).filter((name) => /Cell/.test(name));
    assert.deepEqual(names, ['editCell', 'runCells']);
    assert.equal(await editor.count(), 1, 'Ctrl+Enter stays');
  });

  shown(
    'Escape leaves the editor and keeps the draft; nothing stops, and Tab goes on from the cell',
    () => ({ ...opened(), state: panelState({ turn: 'running' }) }),
    async (panel) => {
      await edited(panel);
      await panel.page.keyboard.type('  # draft');
      await panel.page.keyboard.press('Escape');
      assert.equal(await editorOf(panel).count(), 0);
      assert.equal(await focused(panel), 'c1');
      assert.match(await cell(panel, 'c1').locator('pre').first().innerText(), /df\.head\(8\) {2}# draft/);
      await asked(panel, 'editCell');
      await panel.page.keyboard.press('Tab');
      assert.equal(
        await panel.page.evaluate('document.activeElement.className'),
        'cell-toggle',
        'Tab is not caught',
      );
      assert.deepEqual(await panel.posted('stop'), []);
    },
  );

  shown('Tab indents, and Ctrl+Z takes back one step at a time', opened, async (panel) => {
    const editor = await edited(panel);
    await panel.page.keyboard.press('Home');
    await panel.page.keyboard.press('Tab');
    assert.match(await textIn(editor), /\n {4}df\.head\(8\)/);
    const keys = await panel.page.evaluate<number>(
      'window.__z = 0, window.addEventListener("keydown", (e) => { if (e.key === "z") window.__z++; }), 0',
    );
    assert.equal(keys, 0);
    await panel.page.keyboard.press('Control+z');
    assert.doesNotMatch(await textIn(editor), /\n {4}df\.head/);
    assert.equal(await panel.page.evaluate('window.__z'), 0, 'VS Code would undo a second time');
    assert.match((await editor.getAttribute('aria-description')) ?? '', /Escape, then Tab, leaves/);
  });

  shown('an input method composes while events stream', opened, async (panel) => {
    const editor = await edited(panel);
    const cdp = await panel.page.context().newCDPSession(panel.page);
    for (const text of ['に', 'にほ', 'にほん']) {
      await cdp.send('Input.imeSetComposition', {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      });
      await tell(panel, { type: 'cell_output', cellId: 'c1', output: stdout('more\n') });
    }
    // Enter that chooses a word: it is the input method's.
    const enter = { key: 'Process', code: 'Enter', windowsVirtualKeyCode: 229, modifiers: 8 };
    await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enter });
    await cdp.send('Input.insertText', { text: '日本' });
    await tell(panel, { type: 'cell_output', cellId: 'c2', output: stdout('more\n') });
    assert.match(await textIn(editor), /df\.head\(8\)日本$/);
    assert.equal(await panel.page.locator('.cm-focused').count(), 1);
    assert.deepEqual(await panel.posted('runCells'), []);
  });

  shown('an echo of what was typed before does not take back what is typed now', opened, async (panel) => {
    const editor = await edited(panel);
    await panel.page.keyboard.type('1');
    await asked(panel, 'editCell');
    await panel.page.keyboard.type('2');
    await tell(panel, { type: 'cell_edited', cellId: 'c1', code: `${LOADED}1` });
    assert.match(await textIn(editor), /12$/);
    assert.deepEqual((await asked(panel, 'editCell', 2)).at(-1), { cellId: 'c1', code: `${LOADED}12` });
  });

  shown('what is typed while it runs is sent when it has run', opened, async (panel) => {
    await edited(panel);
    await tell(panel, {
      type: 'cell_running',
      cellId: 'c1',
      purpose: 'Open the file and look at the first rows',
      code: LOADED,
      executionCount: 3,
    });
    await panel.page.keyboard.type('  # later');
    await panel.page.waitForTimeout(600);
    assert.deepEqual(await panel.posted('editCell'), []);
    await tell(panel, { type: 'cell_done', cellId: 'c1', result: result(3) });
    assert.deepEqual(await asked(panel, 'editCell'), [{ cellId: 'c1', code: `${LOADED}  # later` }]);
  });

  shown('Revert gives back what ran, in the open editor too', opened, async (panel) => {
    const editor = await edited(panel);
    await panel.page.keyboard.type('x');
    await asked(panel, 'editCell');
    await tell(panel, { type: 'cell_edited', cellId: 'c1', code: `${LOADED}x` });
    await cell(panel, 'c1').getByText('Revert', { exact: true }).click();
    assert.deepEqual((await asked(panel, 'editCell', 2)).at(-1), { cellId: 'c1', code: LOADED });
    await tell(panel, { type: 'cell_edited', cellId: 'c1', code: LOADED });
    assert.match(await textIn(editor), /df\.head\(8\)$/);
    assert.equal(await cell(panel, 'c1').getByText('Edited, not run').count(), 0);
  });

  shown('a draft is there after a reload; a double click on it opens the editor', atWork, async (panel) => {
    await cell(panel, 'u2').locator('.code pre').dblclick();
    await panel.page.locator('.cm-focused').waitFor();
    assert.equal(await textIn(editorOf(panel)), 'ls -la /workspace');
  });
});

describe('a cell is run, moved, deleted, and gets company', () => {
  const { shown } = panelFlow();

  shown('by its row of buttons: one stop for Tab, arrows between them', opened, async (panel) => {
    await cell(panel, 'c2').focus();
    await panel.page.keyboard.press('Tab');
    await panel.page.keyboard.press('Tab');
    const label = 'document.activeElement.getAttribute("aria-label")';
    assert.equal(await panel.page.evaluate(label), 'Run cell');
    assert.equal(
      await panel.page.evaluate(
        'getComputedStyle(document.querySelector("[data-cell=c2] .cell-tools")).opacity',
      ),
      '1',
    );
    await panel.page.keyboard.press('ArrowRight');
    assert.equal(await panel.page.evaluate(label), 'Edit code');
    await panel.page.keyboard.press('ArrowRight');
    await panel.page.keyboard.press('Enter');
    assert.deepEqual(await asked(panel, 'runCells'), [
      { cells: { kind: 'from', cellId: 'c2' }, restart: false },
    ]);
    await panel.page.keyboard.press('ArrowRight');
    assert.equal(await panel.page.evaluate(label), 'More actions');
  });

  shown(
    'by its menu; Escape closes only the menu',
    () => ({ ...opened(), state: panelState({ turn: 'running' }) }),
    async (panel) => {
      await cell(panel, 'c1').hover();
      await cell(panel, 'c1').getByRole('button', { name: 'More actions' }).click();
      const menu = panel.page.getByRole('menu');
      await menu.waitFor();
      await panel.page.keyboard.press('Escape');
      assert.equal(await menu.count(), 0);
      assert.deepEqual(await panel.posted('stop'), []);
      await panel.page.keyboard.press('Enter');
      await menu.waitFor();
      await panel.page.keyboard.press('ArrowUp');
      assert.match(await panel.page.evaluate('document.activeElement.textContent'), /Delete cell/);
      await panel.page.keyboard.press('c');
      await panel.page.keyboard.press('Enter');
      assert.deepEqual(await asked(panel, 'copyText'), [{ text: LOADED }]);
      assert.equal(await menu.count(), 0);
    },
  );

  shown('a cell is added below, in another language, and is edited at once', opened, async (panel) => {
    await cell(panel, 'c1').hover();
    await cell(panel, 'c1').getByRole('button', { name: 'More actions' }).click();
    await panel.page.getByRole('menuitem', { name: 'Insert Bash below' }).click();
    assert.deepEqual(await asked(panel, 'insertCell'), [{ afterCellId: 'c1', language: 'bash', code: '' }]);
    await tell(panel, { type: 'cell_inserted', cellId: 'u1', afterCellId: 'c1', language: 'bash', code: '' });
    await panel.page.locator('.cm-focused').waitFor();
    assert.equal(await focused(panel), 'u1');
    const order = await panel.page.evaluate(
      '[...document.querySelectorAll("[data-cell]")].map((e) => e.dataset.cell)',
    );
    assert.deepEqual(order, ['c1', 'u1', 'c2']);
  });

  shown(
    'A adds one above in the same answer, the row between cells and the end of the session do, too',
    opened,
    async (panel) => {
      await cell(panel, 'c1').focus();
      await panel.page.keyboard.press('a');
      assert.deepEqual(await asked(panel, 'moveCell'), [{ cellId: 'c1', afterCellId: 'u1' }]);
      await panel.page.locator('.cell-place').first().locator('.insert').focus();
      await panel.page.keyboard.press('Enter');
      await panel.page.getByRole('group', { name: 'Add a cell' }).getByText('JavaScript').click();
      assert.deepEqual(await asked(panel, 'insertCell', 3), [
        { afterCellId: 'c1', language: 'python', code: '' },
        { afterCellId: 'c1', language: 'python', code: '' },
        { afterCellId: null, language: 'javascript', code: '' },
      ]);
    },
  );

  shown('Alt and arrows move it, and the focus goes with it', opened, async (panel) => {
    await cell(panel, 'c2').focus();
    await panel.page.keyboard.press('Alt+ArrowUp');
    assert.deepEqual(await asked(panel, 'moveCell'), [{ cellId: 'c2', afterCellId: null }]);
    await tell(panel, { type: 'cell_moved', cellId: 'c2', afterCellId: null });
    await panel.page.waitForTimeout(100);
    assert.equal(await focused(panel), 'c2');
    await panel.page.keyboard.press('Alt+ArrowDown');
    assert.deepEqual((await asked(panel, 'moveCell', 2))[1], { cellId: 'c2', afterCellId: 'c1' });
    await panel.page.keyboard.press('ArrowDown');
    assert.equal(await focused(panel), 'c1');
  });

  shown('Delete leaves a line with Undo, which has the focus', opened, async (panel) => {
    await cell(panel, 'c1').focus();
    await panel.page.keyboard.press('Delete');
    assert.deepEqual(await asked(panel, 'deleteCell'), [{ cellId: 'c1' }]);
    await tell(panel, { type: 'cell_deleted', cellId: 'c1' });
    assert.equal(await cell(panel, 'c1').count(), 0);
    assert.equal(await focused(panel), 'Undo');
    await panel.page.keyboard.press('Enter');
    assert.deepEqual(await asked(panel, 'restoreCell'), [{ cellId: 'c1' }]);
    await tell(panel, { type: 'cell_restored', cellId: 'c1' });
    assert.equal(await cell(panel, 'c1').count(), 1);
  });

  shown('a question about it begins in the composer', opened, async (panel) => {
    await cell(panel, 'c2').hover();
    await cell(panel, 'c2').getByRole('button', { name: 'More actions' }).click();
    await panel.page.getByRole('menuitem', { name: 'Ask about this cell' }).click();
    const composer = panel.page.getByRole('textbox', { name: 'Ask about your data' });
    assert.equal(await composer.inputValue(), 'About cell [2] “Revenue by month”: ');
    assert.equal(await panel.page.evaluate('document.activeElement.tagName'), 'TEXTAREA');
  });

  shown('letters that are typed into its editor and its buttons do nothing to it', opened, async (panel) => {
    const editor = await edited(panel);
    await panel.page.keyboard.type('ab');
    await panel.page.keyboard.press('Delete');
    assert.match(await textIn(editor), /ab$/);
    await cell(panel, 'c1').locator('.cell-toggle').focus();
    await panel.page.keyboard.press('b');
    await panel.page.keyboard.press('Delete');
    await panel.page.waitForTimeout(100);
    assert.deepEqual([...(await panel.posted('insertCell')), ...(await panel.posted('deleteCell'))], []);
  });
});

describe('runs of the notebook', () => {
  const { shown } = panelFlow();

  shown('all, all anew, and those out of date, from the session row', atWork, async (panel) => {
    const row = panel.page.getByRole('toolbar', { name: 'Session' });
    await row.getByRole('button', { name: 'Run all cells' }).click();
    await row.getByRole('button', { name: 'Restart and run all' }).click();
    await row.getByRole('button', { name: 'Refresh 2 cells out of date' }).click();
    assert.deepEqual(await asked(panel, 'runCells', 3), [
      { cells: { kind: 'all' }, restart: false },
      { cells: { kind: 'all' }, restart: true },
      { cells: { kind: 'stale' }, restart: false },
    ]);
  });

  shown('a cell says what changed where, and one click runs it', atWork, async (panel) => {
    const stale = cell(panel, 'c2');
    assert.match(await stale.locator('.cell-mark').innerText(), /Out of date: df changed in \[3\]/);
    await stale.getByText('Refresh', { exact: true }).click();
    assert.deepEqual(await asked(panel, 'runCells'), [
      { cells: { kind: 'one', cellId: 'c2' }, restart: false },
    ]);
    await tell(panel, ...ranAgain('c2', 'Revenue by month', 'plot(df)', 4));
    assert.equal(await stale.locator('.cell-mark').count(), 0);
    await panel.page.getByRole('button', { name: 'Refresh 1 cell out of date' }).waitFor();
  });

  shown('a cell whose code was not read says so, unless it is no code at all', atWork, async (panel) => {
    const words = panel.page.getByText(
      'What this cell changes could not be read; later cells are not marked.',
    );
    const unread = async (cellId: string): Promise<void> =>
      tell(panel, { type: 'cell_names', cellId, uses: [], sets: [], unread: true });
    await tell(panel, ...ranAgain('u1', '', 'df.dtypes', 4));
    assert.equal(await words.count(), 0);
    await unread('u1');
    await cell(panel, 'u1')
      .and(panel.page.locator('.cell').filter({ has: words }))
      .waitFor();
    // What ran last is not what is there now: that is said instead.
    await tell(panel, { type: 'cell_edited', cellId: 'u1', code: 'df.size' });
    await cell(panel, 'u1').getByText('Edited, not run').waitFor();
    assert.equal(await words.count(), 0);
    await tell(
      panel,
      { type: 'cell_running', cellId: 'u1', purpose: '', code: 'df..size', executionCount: 5 },
      {
        type: 'cell_output',
        cellId: 'u1',
        output: { output_type: 'error', ename: 'SyntaxError', evalue: 'invalid syntax', traceback: [] },
      },
      { type: 'cell_done', cellId: 'u1', result: result(5, { status: 'error' }) },
    );
    await unread('u1');
    await cell(panel, 'u1').getByText('SyntaxError').first().waitFor();
    assert.equal(await words.count(), 0, 'nothing has run');
    await tell(panel, { type: 'cell_names', cellId: 'u1', uses: [], sets: [] });
    assert.equal(await words.count(), 0);
  });

  shown('a cell keeps its chart until its new run shows something; the rest wait', opened, async (panel) => {
    const chart = cell(panel, 'c2').locator('.figure img');
    await tell(
      panel,
      { type: 'run_started', runId: 'r', cellIds: ['c2', 'c1'], restarted: false },
      { type: 'cell_running', cellId: 'c2', purpose: 'Revenue by month', code: 'plot()', executionCount: 9 },
    );
    await panel.push({ type: 'state', state: panelState({ turn: 'running' }) });
    assert.equal(await chart.count(), 1);
    assert.match(await cell(panel, 'c2').innerText(), /\[9\]/);
    assert.match(await cell(panel, 'c1').innerText(), /Queued/);
    await panel.page.getByText('Stop', { exact: true }).click();
    assert.equal((await asked(panel, 'stop')).length, 1);
    await tell(panel, { type: 'cell_output', cellId: 'c2', output: stdout('new\n') });
    assert.equal(await chart.count(), 0);
    await tell(
      panel,
      { type: 'cell_done', cellId: 'c2', result: result(9, { status: 'interrupted' }) },
      { type: 'run_ended', runId: 'r', end: { kind: 'stopped' } },
    );
    assert.match(await panel.page.getByTestId('live').innerText(), /Run stopped/);
    assert.doesNotMatch(await cell(panel, 'c1').innerText(), /Queued/);
  });

  shown(
    'nothing can be run where the workspace is not trusted',
    () => ({ ...opened(), state: panelState({ trusted: false }) }),
    async (panel) => {
      await cell(panel, 'c1').focus();
      for (const key of ['Enter', 'Shift+Enter', 'a', 'b', 'Delete']) await panel.page.keyboard.press(key);
      assert.equal(await editorOf(panel).count(), 0);
      assert.equal(await panel.page.locator('.insert').count(), 0);
      const names = (await panel.posted()).map(({ name }) => name);
      assert.deepEqual(
        names.filter((name) => /Cell/.test(name)),
        [],
      );
    },
  );
});

/** A function of one cell fails when another one calls it: as IPython writes it. */
function nested(): Log {
  const log = new Log();
  log.ask('Sum it');
  const define = 'def monthly(frame):\n    total = 0\n    return frame["month"]\n\n' + '# more\n'.repeat(14);
  log.cell('c1', 'Define', define);
  log.cell(
    'c2',
    'Call it',
    'import helpers\nmonthly({})',
    [
      {
        output_type: 'error',
        ename: 'KeyError',
        evalue: "'month'",
        traceback: [
          '\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[2]\x1b[39m\x1b[32m, line 2\x1b[39m\n----> 2 monthly({})',
          '\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[1]\x1b[39m\x1b[32m, line 3\x1b[39m, in monthly(frame)\n----> 3 return frame["month"]',
          '\x1b[36mFile \x1b[39m\x1b[32m/workspace/lib/helpers.py:12\x1b[39m, in load(path)',
          'Cell In[77], line 1\nFile /usr/lib/python3/x.py:3, in f()',
        ],
      },
    ],
    { status: 'error' },
  );
  log.end();
  return log;
}

describe('a traceback', () => {
  const { shown } = panelFlow();
  const failed = (): OpenOptions => ({
    state: panelState(),
    events: nested().events,
    answers: { ...cellAnswers, openWorkspaceFile: {} },
  });

  shown(
    'leads to the line of the cell that was called: open, marked, with the focus',
    failed,
    async (panel) => {
      assert.equal(await cell(panel, 'c1').locator('.code').count(), 0, 'long and fine: closed');
      await panel.page.getByRole('button', { name: 'Cell In[1], line 3' }).focus();
      await panel.page.keyboard.press('Enter');
      await cell(panel, 'c1').getByRole('region', { name: 'Code, line 3' }).waitFor();
      assert.equal(await focused(panel), 'c1');
      const [mark, line] = await panel.page.evaluate<[number, number]>(`(() => {
      const cell = document.querySelector('[data-cell=c1]');
      const code = cell.querySelector('pre code');
      const range = document.createRange();
      const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
      let at = walker.nextNode();
      while (!at.data.includes('return')) at = walker.nextNode();
      range.setStart(at, at.data.indexOf('return'));
      range.setEnd(at, at.data.indexOf('return') + 3);
      return [cell.querySelector('.marked-line').getBoundingClientRect(), range.getBoundingClientRect()]
        .map((box) => Math.round(box.top + box.height / 2));
    })()`);
      assert.ok(Math.abs(mark - line) <= 2, `the mark is at ${String(mark)}, the line at ${String(line)}`);
    },
  );

  shown('puts the caret there where the cell is being edited', failed, async (panel) => {
    await cell(panel, 'c1').focus();
    await panel.page.keyboard.press('Enter');
    await panel.page.locator('.cm-focused').waitFor();
    await panel.page.getByRole('button', { name: 'Cell In[1], line 3' }).click();
    await panel.page.locator('.cm-focused .cm-activeLine').getByText('return').waitFor();
  });

  shown('opens a file of the workspace, and offers nothing else', failed, async (panel) => {
    await panel.page.getByRole('button', { name: 'File /workspace/lib/helpers.py:12' }).click();
    assert.deepEqual(await asked(panel, 'openWorkspaceFile'), [
      { containerPath: '/workspace/lib/helpers.py', line: 12 },
    ]);
    const links = await panel.page.locator('.frame-link').allInnerTexts();
    assert.deepEqual(links, [
      'Cell In[2], line 2',
      'Cell In[1], line 3',
      'File /workspace/lib/helpers.py:12',
    ]);
  });
});
