import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cellOrder, cellsNow, isEdited, notebookCells } from '../../../src/shared/cellOrder.ts';
import type { NewSessionEvent, SessionEvent } from '../../../src/shared/events.ts';

const log = (...events: NewSessionEvent[]): SessionEvent[] =>
  events.map((event, index) => ({ ...event, seq: index + 1, at: 0 }));

const model = (cellId: string): NewSessionEvent => ({
  ...{ type: 'cell_started', turnId: 't1', cellId, language: 'python' },
});
const insert = (cellId: string, afterCellId: string | null): NewSessionEvent => ({
  ...{ type: 'cell_inserted', cellId, afterCellId, language: 'python', code: `# ${cellId}` },
});
const move = (cellId: string, afterCellId: string | null): NewSessionEvent => ({
  ...{ type: 'cell_moved', cellId, afterCellId },
});
const remove = (cellId: string): NewSessionEvent => ({ type: 'cell_deleted', cellId });
const restore = (cellId: string): NewSessionEvent => ({ type: 'cell_restored', cellId });
const edit = (cellId: string, code: string): NewSessionEvent => ({ type: 'cell_edited', cellId, code });
const run = (cellId: string, code: string, executionCount = 1): NewSessionEvent => ({
  ...{ type: 'cell_running', cellId, purpose: 'p', code, executionCount },
});
const done = (cellId: string): NewSessionEvent => ({
  type: 'cell_done',
  cellId,
  result: {
    ...{ status: 'ok', executionCount: 1, durationMs: 1, stateLost: false },
    ...{ truncated: [], artifacts: [], refused: [] },
  },
});
const order = (...events: NewSessionEvent[]): string => cellOrder(log(...events)).join(' ');

describe('the order of cells', () => {
  it('is that of the model, and the user inserts behind a cell or at the end', () => {
    assert.equal(order(), '');
    assert.equal(order(model('a'), model('b')), 'a b');
    assert.equal(order(model('a'), model('b'), insert('u', 'a')), 'a u b');
    assert.equal(order(model('a'), insert('u', null), model('b')), 'a u b');
    assert.equal(order(insert('u', null), insert('v', 'u'), model('a'), insert('w', null)), 'u v a w');
  });

  it('moves a cell behind another one or before the first, as often as wanted', () => {
    const abc = [model('a'), model('b'), model('c')];
    assert.equal(order(...abc, move('c', 'a')), 'a c b');
    assert.equal(order(...abc, move('c', null)), 'c a b');
    assert.equal(order(...abc, move('a', 'c'), move('b', 'a')), 'c a b');
    assert.equal(order(...abc, move('a', 'c'), model('d')), 'b c a d');
  });

  it('leaves deleted cells out and puts restored ones back where they were', () => {
    const abc = [model('a'), model('b'), model('c')];
    assert.equal(order(...abc, remove('b')), 'a c');
    assert.equal(order(...abc, remove('b'), insert('u', 'b'), move('a', 'c')), 'u c a');
    assert.equal(order(...abc, remove('b'), insert('u', 'a'), restore('b')), 'a u b c');
    assert.equal(order(...abc, remove('b'), move('b', 'c'), restore('b')), 'a c b');
  });

  it('takes no notice of what names no cell, or one twice', () => {
    const ab = [model('a'), model('b')];
    assert.equal(order(...ab, model('a'), insert('b', null)), 'a b');
    assert.equal(order(...ab, move('x', 'a'), move('a', 'x'), move('a', 'a')), 'a b');
    assert.equal(order(...ab, remove('x'), restore('a'), insert('u', 'x')), 'a b u');
  });
});

describe('a cell as it stands', () => {
  it('has the code that ran last until the user edits it, and then says so', () => {
    const [ran] = notebookCells(log(model('a'), run('a', '1'), done('a')));
    assert.ok(ran);
    assert.equal(ran.code, '1');
    assert.equal(ran.phase, 'done');
    assert.equal(isEdited(ran), false);
    const [edited] = notebookCells(log(model('a'), run('a', '1'), done('a'), edit('a', '2')));
    assert.ok(edited);
    assert.deepEqual([edited.code, edited.ran?.code, isEdited(edited)], ['2', '1', true]);
    assert.equal(edited.result?.status, 'ok');
    const back = notebookCells(log(model('a'), run('a', '1'), done('a'), edit('a', '2'), edit('a', '1')));
    assert.deepEqual(back.map(isEdited), [false]);
  });

  it('begins anew when it runs again', () => {
    const [again] = notebookCells(
      log(model('a'), run('a', '1'), done('a'), edit('a', '2'), run('a', '2', 7)),
    );
    assert.deepEqual(again?.ran, { code: '2', executionCount: 7, seq: 5, edited: false });
    assert.deepEqual([again?.phase, again?.result], ['running', null]);
  });

  it('knows whose it is and how far it came', () => {
    const events = log(model('a'), insert('u', null), { type: 'cell_dropped', cellId: 'a', reason: 'cut' });
    assert.deepEqual(
      notebookCells(events).map(({ turnId, phase, code }) => [turnId, phase, code]),
      [
        ['t1', 'dropped', ''],
        [null, 'new', '# u'],
      ],
    );
    assert.equal(notebookCells([...events, ...log(edit('a', '3'))])[0]?.phase, 'new');
    const gone = [...events, ...log(remove('u'))];
    assert.deepEqual(
      [...cellsNow(gone)].map(([id, { deleted }]) => [id, deleted]),
      [
        ['a', false],
        ['u', true],
      ],
    );
    assert.deepEqual(
      notebookCells(gone).map(({ cellId }) => cellId),
      ['a'],
    );
  });
});
