import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isWorthExporting, toDocument } from '../../../src/export/document.ts';
import { runNote } from '../../../src/export/report.ts';
import type { NewSessionEvent } from '../../../src/shared/events.ts';
import { ask, logOf, printed, ran } from './support.ts';

const said = (blockId: string, delta: string): NewSessionEvent => ({
  type: 'text',
  turnId: 't1',
  blockId,
  delta,
});
const inserted = (cellId: string, afterCellId: string | null): NewSessionEvent => ({
  ...{ type: 'cell_inserted', cellId, afterCellId, language: 'python', code: `own ${cellId}` },
});

const order = (...events: Parameters<typeof logOf>): string[] =>
  toDocument(logOf(...events)).parts.map((part) => (part.kind === 'cell' ? part.cell.id : part.id));

describe('a session as a document', () => {
  const turn = [
    ask('?'),
    said('b1', 'first'),
    ran('c1', '1'),
    said('b2', 'then'),
    ran('c2', '2'),
    said('b3', 'end'),
  ];

  it('has the user’s order of cells: inserted, moved, deleted, restored', () => {
    assert.deepEqual(order(...turn), ['t1-question', 'b1', 'c1', 'b2', 'c2', 'b3']);
    assert.deepEqual(order(...turn, inserted('u1', 'c1'), inserted('u2', null)), [
      ...['t1-question', 'b1', 'c1', 'u1', 'b2', 'c2', 'b3', 'u2'],
    ]);
    assert.deepEqual(order(...turn, { type: 'cell_moved', cellId: 'c2', afterCellId: null }), [
      ...['t1-question', 'b1', 'c2', 'c1', 'b2', 'b3'],
    ]);
    assert.deepEqual(order(...turn, { type: 'cell_deleted', cellId: 'c1' }), [
      't1-question',
      'b1',
      'b2',
      'c2',
      'b3',
    ]);
    assert.equal(
      order(...turn, { type: 'cell_deleted', cellId: 'c1' }, { type: 'cell_restored', cellId: 'c1' }).length,
      6,
    );
  });

  it('has the outputs of the last run, and says when the code is another by now', () => {
    const again = ran('c1', 'print(2)', [printed('2')]).slice(1);
    const events = logOf(ran('c1', 'print(1)', [printed('1')]), again, {
      type: 'cell_edited',
      cellId: 'c1',
      code: 'print(3)',
    });
    const [part] = toDocument(events).parts;
    assert.ok(part?.kind === 'cell');
    assert.equal(part.cell.code, 'print(3)');
    assert.deepEqual(part.cell.outputs, [printed('2')]);
    assert.match(runNote(part.cell), /^Edited since it ran/);
  });

  it('keeps cells that never ran, but not what the model never finished', () => {
    const [part, ...others] = toDocument(
      logOf(
        inserted('u1', null),
        { type: 'cell_started', turnId: 't1', cellId: 'c9', language: 'python' },
        {
          type: 'cell_dropped',
          cellId: 'c9',
          reason: 'cut',
        },
      ),
    ).parts;
    assert.ok(part?.kind === 'cell' && others.length === 0);
    assert.equal(runNote(part.cell), 'Not run.');
  });

  it('has what an opened notebook recorded, until the cell runs here', () => {
    const recorded: NewSessionEvent = {
      ...{ type: 'outputs_recorded', cellId: 'u1', executionCount: 7, outputs: [printed('then')] },
    };
    const opened = [inserted('u1', null), recorded];
    const [part] = toDocument(logOf(...opened)).parts;
    assert.ok(part?.kind === 'cell');
    assert.deepEqual([part.cell.end, part.cell.executionCount, part.cell.outputs.length], ['recorded', 7, 1]);
    const [run] = toDocument(logOf(...opened, ran('u1', 'own', [printed('now')]).slice(1))).parts;
    assert.ok(run?.kind === 'cell');
    assert.deepEqual([run.cell.end, run.cell.outputs], ['ok', [printed('now')]]);
  });

  it('has no reply that broke off, and no trouble of ours that names places of the machine', () => {
    const parts = order(
      said('b1', 'half'),
      { type: 'blocks_dropped', turnId: 't1', blockIds: ['b1'] },
      { type: 'notice', level: 'error', text: 'They are kept in /home/ann/x.' },
      { type: 'notice', level: 'warning', text: 'Variables are gone.' },
    );
    assert.deepEqual(parts, ['notice-4']);
  });

  it('an empty session is nothing to export', () => {
    const started: NewSessionEvent = { type: 'session_started', sessionId: 'a', title: 'a' };
    assert.equal(isWorthExporting(logOf(started)), false);
    assert.equal(isWorthExporting(logOf(started, inserted('u1', null))), true);
  });
});
