/** Variables, values and the grid, with a host of ten million rows. */
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { cellAt, dataScene, opened, READY, ROWS, withOtherLanguages, withTable } from './dataScenes.ts';
import { seriousProblems } from './axe.ts';
import { panelFlow } from './flow.ts';
import { Log, panelState } from './scenes.ts';

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail('It did not come to pass within 5 s.');
}

describe('variables', () => {
  const { shown } = panelFlow();

  shown('are listed, sorted, filtered and opened by keyboard', dataScene, async (panel) => {
    const { page } = panel;
    await opened(panel, null);
    const names = async () => page.locator('.variables tbody .v-name').allTextContents();
    assert.deepEqual(await names(), ['alpha', 'config', 'orders']);
    await page.getByRole('button', { name: 'Size' }).click();
    await page.getByRole('button', { name: 'Size' }).click();
    assert.deepEqual(await names(), ['orders', 'config', 'alpha']);
    await page.getByRole('textbox', { name: 'Filter variables' }).fill('dict');
    assert.deepEqual(await names(), ['config']);
    await page.getByRole('textbox', { name: 'Filter variables' }).fill('');
    await page.getByRole('row', { name: /^orders/ }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Value of config' }).getByText('depth: ').waitFor();
    await page.keyboard.press('Escape');
    assert.match((await page.locator('tr:focus').textContent()) ?? '', /^config/);
    assert.deepEqual(await seriousProblems(page), []);
  });

  shown('of several languages are grouped, and each opens its own', dataScene, async (panel) => {
    const { page } = panel;
    await withOtherLanguages(panel);
    await opened(panel, null);
    await page.getByRole('rowheader', { name: 'Bash', exact: true }).waitFor();
    const rows = async () => page.locator('.variables tbody tr th').allTextContents();
    const python = ['Python', 'alpha', 'config', 'orders'];
    assert.deepEqual(await rows(), [
      ...python,
      'JavaScript',
      'alpha',
      'rows',
      'total',
      'Bash',
      'clean()',
      'files',
    ]);
    // An order holds within a language; a language without a match has no title.
    await page.getByRole('button', { name: 'Name' }).click();
    await page.getByRole('textbox', { name: 'Filter variables' }).fill('al');
    await page.getByText('3 match').waitFor();
    assert.deepEqual(await rows(), ['Python', 'alpha', 'JavaScript', 'total', 'alpha']);
    await page.getByRole('row', { name: /^alpha float/ }).focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Value of alpha' }).getByText('of javascript').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('tr:focus').waitFor();
    assert.match((await page.locator('tr:focus').textContent()) ?? '', /^alphastring/);
    assert.deepEqual(await seriousProblems(page), []);
  });

  shown('are read again after a cell, and not while one runs', dataScene, async (panel) => {
    const { page } = panel;
    await opened(panel, null);
    const asked = async () => (await panel.posted('variables')).length;
    const before = await asked();
    const busy = panelState({ sandbox: { kind: 'busy', detail: 'Counting' }, turn: 'running' });
    await page.evaluate(
      `window.__variables = [{ name: 'fresh', type: 'int', shape: null, bytes: 28, preview: '1', table: false }]`,
    );
    await panel.push({ type: 'state', state: busy });
    await page.getByText('as of the last cell').waitFor();
    assert.equal(await page.getByText('fresh').count(), 0);
    const log = new Log();
    log.ask('Count', []);
    log.cell('c1', 'Counting', 'fresh = 1', []);
    await panel.push({ type: 'events', events: log.events });
    assert.equal(await asked(), before);
    await panel.push({ type: 'state', state: panelState({ sandbox: READY }) });
    await page.getByRole('row', { name: /^fresh/ }).waitFor();
    // A restart leaves none.
    await page.evaluate('window.__variables = []');
    await panel.push({ type: 'state', state: panelState({ sandbox: { kind: 'off' } }) });
    await page.getByText('No variables yet').waitFor();
  });
});

describe('the grid', () => {
  const { shown } = panelFlow();

  shown('reaches the last of ten million rows, and holds few of them', dataScene, async (panel) => {
    const { page } = panel;
    await opened(panel);
    await page.getByText('10,000,000 rows × 3 columns').waitFor();
    await cellAt(panel, 0, 1).getByText('0', { exact: true }).waitFor();
    await page.getByRole('grid', { name: 'Table orders' }).focus();
    await page.keyboard.press('Control+End');
    await cellAt(panel, ROWS - 1, 0)
      .getByText(String(ROWS - 1), { exact: true })
      .waitFor();
    const box = await cellAt(panel, ROWS - 1, 0).boundingBox();
    assert.ok(box !== null && box.y + box.height <= 900, 'the last row is in sight');
    await page.locator('.grid-scroll').evaluate((element) => (element.scrollTop = element.scrollHeight / 2));
    const firstRow = async () =>
      Number(await page.locator('.grid-row').first().getAttribute('aria-rowindex'));
    await until(async () => Math.abs((await firstRow()) - ROWS / 2) < 50_000);
    const first = await firstRow();
    await page.locator('.grid-scroll').hover();
    await page.mouse.wheel(0, 240);
    await until(async () => (await firstRow()) === first + 10);
    assert.ok((await page.locator('.grid-row').count()) < 60);
    assert.ok((await panel.posted('tablePage')).every(({ params }) => Number(params['rows']) <= 200));
    assert.deepEqual(await seriousProblems(page), []);
  });

  shown(
    'says what is missing, sorts by its header, filters, and shows a column',
    dataScene,
    async (panel) => {
      const { page } = panel;
      await opened(panel);
      await cellAt(panel, 7, 2).getByText('missing').waitFor();
      assert.equal(await cellAt(panel, 1, 0).evaluate((cell) => getComputedStyle(cell).textAlign), 'right');
      await page.getByRole('grid', { name: 'Table orders' }).focus();
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      await cellAt(panel, 0, 0).getByText('9999999', { exact: true }).waitFor();
      assert.equal(
        await page.getByRole('columnheader', { name: /^id/ }).getAttribute('aria-sort'),
        'descending',
      );
      const sorted = (await panel.posted('tablePage')).at(-1)?.params['view'];
      assert.deepEqual(sorted, { sorts: [{ column: 0, descending: true }], filters: [] });
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Alt+ArrowDown');
      const column = page.getByRole('region', { name: 'Column value' });
      await column.getByText('9999999.0').waitFor();
      assert.equal(await column.locator('.column-bins span').count(), 12);
      assert.deepEqual(await seriousProblems(page), []);
      await column.getByRole('combobox').selectOption('between');
      await column.getByRole('textbox', { name: 'From' }).fill('10');
      await column.getByRole('textbox', { name: 'To' }).fill('20');
      await page.keyboard.press('Enter');
      await page.getByText('1,000 match').waitFor();
      const filtered = (await panel.posted('tablePage')).at(-1)?.params['view'] as { filters: unknown };
      assert.deepEqual(filtered.filters, [{ column: 1, op: 'between', values: ['10', '20'] }]);
      await page.getByRole('button', { name: 'Remove the filter value is between 10 and 20' }).click();
      assert.equal(await page.getByText('1,000 match').count(), 0);
    },
  );

  shown('copies what is selected with headers', dataScene, async (panel) => {
    const { page } = panel;
    await opened(panel);
    await cellAt(panel, 6, 1).click();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Control+c');
    await page.getByText('Copied 2 rows with headers.').waitFor();
    assert.deepEqual((await panel.posted('copyText'))[0]?.params, { text: 'value\tnote\n12\tnote 6\n14\t' });
  });

  shown('a slow order can be cancelled, and all rows are shown again', dataScene, async (panel) => {
    const { page } = panel;
    await opened(panel);
    await cellAt(panel, 0, 0).waitFor();
    await page.evaluate('window.__slow = true');
    await page.getByRole('columnheader', { name: /^value/ }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('It was stopped. Variables are kept.').waitFor();
    await page.getByRole('button', { name: 'Show all rows' }).click();
    await cellAt(panel, 3, 0).getByText('3', { exact: true }).waitFor();
  });

  shown(
    'opens from an output, and says that the table has changed since',
    () => dataScene(withTable('h-1')),
    async (panel) => {
      const { page } = panel;
      await page.getByRole('button', { name: 'Open as grid' }).click();
      await page.getByText('It has changed since this output, which had 100 × 3.').waitFor();
      await cellAt(panel, 1, 1).getByText('2', { exact: true }).waitFor();
      assert.deepEqual((await panel.posted('tablePage'))[0]?.params['ref'], { handle: 'h-1' });
    },
  );

  shown(
    'says that the table of an output is gone',
    () => dataScene(withTable('gone')),
    async (panel) => {
      await panel.page.getByRole('button', { name: 'Open as grid' }).click();
      await panel.page.getByText('The table of this output is gone.').waitFor();
    },
  );
});
