/** A host with variables and a table of ten million rows. */
import { FRAME_MIME } from '../../../src/shared/outputs.ts';
import { type OpenOptions, type OpenPanel } from './harness.ts';
import { display, Log, panelState, recorded } from './scenes.ts';

export const ROWS = 10_000_000;

/** Answers as the kernel does: `value` is 2 × row, every seventh note is missing. */
const HOST = `{
  variables: ({ language }) => language !== 'python'
    ? window.__others?.[language] === undefined
      ? { ok: false, reason: 'gone', problem: 'The kernel is not running.' }
      : { ok: true, answer: { more: 0, variables: window.__others[language] } }
    : ({ ok: true, answer: { more: 0, variables: window.__variables ?? [
    { name: 'orders', type: 'DataFrame', shape: '10,000,000 × 3', bytes: 240000000, preview: 'id, value, note', table: true },
    { name: 'alpha', type: 'float', shape: null, bytes: 24, preview: '0.05', table: false },
    { name: 'config', type: 'dict', shape: '2', bytes: 184, preview: "{'depth': 3, 'names': ['a', 'b']}", table: false },
  ] } }),
  variableValue: ({ language, name }) => language !== 'python'
    ? { ok: true, answer: { name, type: 'string', text: 'of ' + language, tree: null } }
    : name === 'config'
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

export const READY = { kind: 'ready', detail: 'runc, no network' } as const;
/** A session with such a kernel. */
export const dataScene = (more: Partial<OpenOptions> = {}): OpenOptions => ({
  state: panelState({ sandbox: READY }),
  host: HOST,
  width: 1100,
  ...more,
});

/** Cells of JavaScript and bash have run, too; one name is in two languages. */
export async function withOtherLanguages(panel: OpenPanel): Promise<void> {
  const told = (name: string, type: string, shape: string | null, preview: string) =>
    ({ name, type, shape, bytes: null, preview, table: false }) as const;
  const others = {
    javascript: [
      told('alpha', 'string', '5', '"hallo"'),
      told('rows', 'Array', '3', '[1, "two", Object]'),
      told('total', 'function', null, 'function total(rows) { return rows.length }'),
    ],
    bash: [told('files', 'array', '2', 'orders.csv, notes.txt'), told('clean()', 'function', null, '')],
  };
  await panel.page.evaluate(`window.__others = ${JSON.stringify(others)}`);
}

/** The pane of variables, and in it this one; null: none. */
export async function opened(panel: OpenPanel, name: string | null = 'orders'): Promise<void> {
  await panel.push({ type: 'showPane', pane: 'variables' });
  await panel.page.getByRole('grid', { name: 'Variables' }).waitFor();
  if (name === null) return;
  await panel.page.getByRole('row', { name: new RegExp(`^${name}`) }).click();
}
export const cellAt = (panel: OpenPanel, row: number, column: number) =>
  panel.page.locator(`#grid-${String(row)}-${String(column)}`);

/** An output whose table can be opened. */
export const withTable = (handle: string): Partial<OpenOptions> => {
  const log = new Log();
  log.ask('Show it', []);
  const frame = { rows: 100, columnCount: 3, columns: [], handle };
  log.cell('c1', 'The table', 'orders', [display({ ...recorded.table, [FRAME_MIME]: frame })]);
  log.end();
  return { events: log.events };
};
