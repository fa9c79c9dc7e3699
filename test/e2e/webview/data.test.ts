/** Variables, values and the grid, with a host of ten million rows; pictures in `test-results/data/`. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import { FRAME_MIME } from '../../../src/shared/outputs.ts';
import { THEMES, themeNamed } from '../../support/themes.ts';
import { seriousProblems } from './axe.ts';
import { panelFlow } from './flow.ts';
import { type OpenOptions, type OpenPanel } from './harness.ts';
import { display, Log, panelState, recorded } from './scenes.ts';

const OUT = join(import.meta.dirname, '../../../test-results/data');
const ROWS = 10_000_000;

/** Answers as the kernel does: `value` is 2 × row, every seventh note is missing. */
const HOST = `{
  variables: () => ({ ok: true, answer: { more: 0, variables: window.__variables ?? [
    { name: 'orders', type: 'DataFrame', shape: '10,000,000 × 3', bytes: 240000000, preview: 'id, value, note', table: true },
    { name: 'alpha', type: 'float', shape: null, bytes: 24, preview: '0.05', table: false },
    { name: 'config', type: 'dict', shape: '2', bytes: 184, preview: "{'depth': 3, 'names': ['a', 'b']}", table: false },
  ] } }),
  variableValue: ({ name }) => name === 'config'
    ? { ok: true, answer: { name, type: 'dict', text: null, tree: { depth: 3, names: ['a', 'b'] } } }
    : { ok: true, answer: { name, type: 'float', text: '0.05', tree: null } },
  tablePage: async ({ ref, view, row, rows, column, columns }) => {
    if (ref.handle === 'gone') return { ok: false, reason: 'refused', problem: 'The table of this output is gone.' };
    if (window.__slow) await new Promise((done) => { window.__finish = done; });
    if (window.__cancelled) { window.__cancelled = window.__slow = false; return { ok: false, reason: 'cancelled', problem: 'It was stopped. Variables are kept.' }; }
    const matched = view.filters.length > 0 ? 1000 : ${ROWS};
    const down = view.sorts[0]?.descending === true;
    const named = [{ name: 'id', dtype: 'int64', kind: 'number' }, { name: 'value', dtype: 'float64', kind: 'number' }, { name: 'note', dtype: 'object', kind: 'text' }];
    const last = Math.min(row + rows, matched), right = Math.min(column + columns, 3);
    const cells = [], labels = [];
    for (let at = row; at < last; at++) {
      const id = down ? ${ROWS} - 1 - at : at;
      labels.push(String(id));
      cells.push([String(id), String(2 * id), id % 7 === 0 ? null : 'note ' + id].slice(column, right));
    }
    return { ok: true, answer: { names: ['orders'], type: 'DataFrame', rowCount: ${ROWS}, matched, columnCount: 3,
      hiddenColumns: 0, row, column, columns: named.slice(column, right), labels, cells } };
  },
  columnSummary: ({ column }) => ({ ok: true, answer: column === 2
    ? { name: 'note', dtype: 'object', kind: 'text', rows: ${ROWS}, missing: 1428572, distinct: 8571428, min: null, max: null,
        mean: null, bins: null, top: [{ value: 'note 1', count: 1 }] }
    : { name: 'value', dtype: 'float64', kind: 'number', rows: ${ROWS}, missing: 0, distinct: ${ROWS}, min: '0', max: '19999998',
        mean: '9999999.0', bins: [1, 4, 9, 14, 18, 20, 17, 12, 8, 5, 2, 1], top: null } }),
  cancelData: () => { window.__cancelled = true; window.__finish(); return {}; },
}`;

const ready = { kind: 'ready', detail: 'runc, no network' } as const;
const scene = (more: Partial<OpenOptions> = {}): OpenOptions => ({
  state: panelState({ sandbox: ready }),
  host: HOST,
  width: 1100,
  ...more,
});

async function opened(panel: OpenPanel, name: string | null = 'orders'): Promise<void> {
  await panel.push({ type: 'showPane', pane: 'variables' });
  await panel.page.getByRole('grid', { name: 'Variables' }).waitFor();
  if (name === null) return;
  await panel.page.getByRole('row', { name: new RegExp(`^${name}`) }).click();
}
const cellAt = (panel: OpenPanel, row: number, column: number) =>
  panel.page.locator(`#grid-${String(row)}-${String(column)}`);

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail('It did not come to pass within 5 s.');
}

describe('variables', () => {
  const { shown } = panelFlow();

  shown('are listed, sorted, filtered and opened by keyboard', scene, async (panel) => {
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

  shown('are read again after a cell, and not while one runs', scene, async (panel) => {
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
    await panel.push({ type: 'state', state: panelState({ sandbox: ready }) });
    await page.getByRole('row', { name: /^fresh/ }).waitFor();
    // A restart leaves none.
    await page.evaluate('window.__variables = []');
    await panel.push({ type: 'state', state: panelState({ sandbox: { kind: 'off' } }) });
    await page.getByText('No variables yet').waitFor();
  });
});

describe('the grid', () => {
  const { shown, panels } = panelFlow();

  shown('reaches the last of ten million rows, and holds few of them', scene, async (panel) => {
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

  shown('says what is missing, sorts by its header, filters, and shows a column', scene, async (panel) => {
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
  });

  shown('copies what is selected with headers', scene, async (panel) => {
    const { page } = panel;
    await opened(panel);
    await cellAt(panel, 6, 1).click();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Control+c');
    await page.getByText('Copied 2 rows with headers.').waitFor();
    assert.deepEqual((await panel.posted('copyText'))[0]?.params, { text: 'value\tnote\n12\tnote 6\n14\t' });
  });

  shown('a slow order can be cancelled, and all rows are shown again', scene, async (panel) => {
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

  const withTable = (handle: string): Partial<OpenOptions> => {
    const log = new Log();
    log.ask('Show it', []);
    const frame = { rows: 100, columnCount: 3, columns: [], handle };
    log.cell('c1', 'The table', 'orders', [display({ ...recorded.table, [FRAME_MIME]: frame })]);
    log.end();
    return { events: log.events };
  };

  shown(
    'opens from an output, and says that the table has changed since',
    () => scene(withTable('h-1')),
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
    () => scene(withTable('gone')),
    async (panel) => {
      await panel.page.getByRole('button', { name: 'Open as grid' }).click();
      await panel.page.getByText('The table of this output is gone.').waitFor();
    },
  );

  shown('looks as it should in every theme and width', scene, async () => {
    await mkdir(OUT, { recursive: true });
    for (const [name, width] of [
      ...THEMES.map((theme) => [theme.name, 1100] as const),
      ['light', 290] as const,
      ['dark', 480] as const,
    ]) {
      const panel = await panels().open(scene({ theme: themeNamed(name), width, ...withTable('h-1') }));
      await opened(panel, null);
      await panel.page.screenshot({ path: join(OUT, `variables-${name}-${String(width)}.png`) });
      await panel.page.getByRole('row', { name: /^orders/ }).click();
      await cellAt(panel, 2, 1).click();
      await panel.page.keyboard.press('Shift+ArrowDown');
      await panel.page.screenshot({ path: join(OUT, `grid-${name}-${String(width)}.png`) });
      await panel.page.keyboard.press('Enter');
      await panel.page.getByText('9999999.0').waitFor();
      await panel.page.screenshot({ path: join(OUT, `column-${name}-${String(width)}.png`) });
      assert.deepEqual(await seriousProblems(panel.page), [], `${name} ${String(width)}`);
      await panel.close();
    }
  });
});
