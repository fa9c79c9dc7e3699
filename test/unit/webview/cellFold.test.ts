/** What the user does to the notebook, as the panel shows it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cellOrder } from '../../../src/shared/cellOrder.ts';
import { type NewSessionEvent } from '../../../src/shared/events.ts';
import { shownCells } from '../../../webview/cellPlaces.ts';
import { wholeText } from '../../../webview/textBuffer.ts';
import { type ViewState } from '../../../webview/state.ts';
import { after, cellOf, output, result, stamped, started, stdout } from './support.ts';

const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
const ended = (turnId = 't1'): NewSessionEvent => ({
  type: 'turn_ended',
  turnId,
  end: { kind: 'finished' },
  usage,
});
const running = (cellId: string, code: string, executionCount: number): NewSessionEvent => ({
  type: 'cell_running',
  cellId,
  purpose: '',
  code,
  executionCount,
});
const done = (cellId = 'c1', executionCount = 1): NewSessionEvent => ({
  type: 'cell_done',
  cellId,
  result: result({ executionCount }),
});
const stored = (name: string, cellId = 'c1'): NewSessionEvent => ({
  type: 'artifact_stored',
  cellId,
  name,
  bytes: 1,
  sha256: 'a'.repeat(64),
});
const insert = (cellId: string, afterCellId: string | null, code = ''): NewSessionEvent => ({
  type: 'cell_inserted',
  cellId,
  afterCellId,
  language: 'python',
  code,
});
const move = (cellId: string, afterCellId: string | null): NewSessionEvent => ({
  type: 'cell_moved',
  cellId,
  afterCellId,
});
const run = (...cellIds: string[]): NewSessionEvent => ({
  type: 'run_started',
  runId: 'r1',
  cellIds,
  restarted: false,
});
const runEnded = (end: Extract<NewSessionEvent, { type: 'run_ended' }>['end']): NewSessionEvent => ({
  type: 'run_ended',
  runId: 'r1',
  end,
});
const ran = (cellId = 'c1'): NewSessionEvent[] => [
  running(cellId, 'old', 1),
  output(stdout('old\n'), cellId),
  stored('old.csv', cellId),
  done(cellId),
];
/** Two answers: `c1` with words before it, and `c2`. */
const TWO: NewSessionEvent[] = [
  { type: 'text', turnId: 't1', blockId: 'b', delta: 'First' },
  ...started('c1'),
  ...ran('c1'),
  ended(),
  ...started('c2', 't2'),
  ...ran('c2'),
  ended('t2'),
];
const parts = (state: ViewState, turnId: string): string[] =>
  state.turns.get(turnId)?.parts.map((part) => (part.kind === 'cell' ? part.cellId : part.kind)) ?? [];
const items = (state: ViewState): string[] =>
  state.items.map((item) => (item.kind === 'cell' ? item.cellId : item.kind));
const texts = (state: ViewState, cellId = 'c1'): string[] =>
  cellOf(state, cellId).outputs.map((each) => (each.kind === 'stream' ? wholeText(each.text) : each.kind));

describe('a cell that runs again', () => {
  const before = after([...started(), ...ran(), ended()]);

  it('keeps what it shows until something new comes, with the new count at once', () => {
    const state = after([running('c1', 'new', 2)], before);
    assert.deepEqual(texts(state), ['old']);
    assert.deepEqual(
      cellOf(state).artifacts.map(({ name }) => name),
      ['old.csv'],
    );
    const { phase, code, executionCount, result: none } = cellOf(state);
    assert.deepEqual([phase, code, executionCount, none], ['running', 'new', 2, null]);
  });

  it('shows only what is new from the first output, file or attempt on', () => {
    const again = after([running('c1', 'new', 2)], before);
    const withOutput = after([output(stdout('new\n'))], again);
    assert.deepEqual(texts(withOutput), ['new']);
    assert.deepEqual(cellOf(withOutput).artifacts, []);
    const withFile = after([stored('new.csv')], again);
    assert.deepEqual(
      cellOf(withFile).artifacts.map(({ name }) => name),
      ['new.csv'],
    );
    assert.deepEqual(texts(withFile), []);
  });

  it('shows nothing of before when it ends without output', () => {
    const state = after([running('c1', 'new', 2), done('c1', 2)], before);
    assert.deepEqual(texts(state), []);
    assert.deepEqual(cellOf(state).artifacts, []);
    assert.equal(cellOf(state).result?.executionCount, 2);
  });

  it('is withheld anew: what was released was the output of before', () => {
    const released = after([{ type: 'output_released', cellId: 'c1' }], before);
    const state = after([running('c1', 'new', 2), output(stdout('new\n')), done('c1', 2)], released);
    assert.equal(cellOf(state).released, false);
  });

  it('is the same after a reload, in one batch', () => {
    const log = [
      ...started(),
      ...ran(),
      ended(),
      running('c1', 'new', 2),
      output(stdout('new\n')),
      done('c1', 2),
    ];
    const whole = after(log);
    let step = after([]);
    for (const event of log) step = after([event], step);
    assert.deepEqual(whole.cells, step.cells);
    assert.deepEqual(texts(whole), ['new']);
  });
});

describe('code that the user changes', () => {
  it('is a draft beside what ran, until it runs or is as before', () => {
    const before = after([...started(), ...ran(), ended()]);
    const edited = after([{ type: 'cell_edited', cellId: 'c1', code: 'mine' }], before);
    assert.deepEqual([cellOf(edited).code, cellOf(edited).draft], ['old', 'mine']);
    assert.deepEqual(texts(edited), ['old']);
    assert.equal(cellOf(after([{ type: 'cell_edited', cellId: 'c1', code: 'old' }], edited)).draft, null);
    assert.equal(cellOf(after([running('c1', 'mine', 2)], edited)).draft, null);
  });

  it('is simply the code of a cell that never ran', () => {
    const state = after([insert('u', null, 'a'), { type: 'cell_edited', cellId: 'u', code: 'b' }]);
    const { code, draft, phase, own } = cellOf(state, 'u');
    assert.deepEqual({ code, draft, phase, own }, { code: 'b', draft: null, phase: 'new', own: true });
  });
});

describe('where cells stand', () => {
  it('an inserted cell stands behind its anchor in that answer, or at the end as an item of its own', () => {
    const state = after([...TWO, insert('u', 'c1'), insert('v', null), insert('w', 'v')]);
    assert.deepEqual(parts(state, 't1'), ['text', 'c1', 'u']);
    assert.deepEqual(items(state), ['turn', 'turn', 'v', 'w']);
  });

  it('while an answer goes on, the end is in it', () => {
    const state = after([...started('c1'), insert('u', null), ...started('c2').slice(1)]);
    assert.deepEqual(parts(state, 't1'), ['c1', 'u', 'c2']);
  });

  it('a moved cell goes to another answer, before the first, or to a cell of its own', () => {
    assert.deepEqual(parts(after([...TWO, move('c2', 'c1')]), 't1'), ['text', 'c1', 'c2']);
    assert.deepEqual(parts(after([...TWO, move('c2', null)]), 't1'), ['text', 'c2', 'c1']);
    assert.deepEqual(items(after([...TWO, insert('u', null), move('c1', 'u')])), ['turn', 'turn', 'u', 'c1']);
    assert.deepEqual(parts(after([...TWO, move('c2', 'c2')]), 't2'), ['c2']);
  });

  it('a deleted cell keeps its place, and is back there', () => {
    const gone = after([...TWO, { type: 'cell_deleted', cellId: 'c1' }]);
    assert.deepEqual(shownCells(gone), ['c2']);
    assert.deepEqual(parts(gone, 't1'), ['text', 'c1']);
    assert.deepEqual(shownCells(after([{ type: 'cell_restored', cellId: 'c1' }], gone)), ['c1', 'c2']);
  });

  it('is what every other part of the program takes for the order, whatever is done', () => {
    // A small generator with a seed: the same cases each time.
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    for (let round = 0; round < 200; round++) {
      const events: NewSessionEvent[] = [];
      const ids = ['unknown'];
      const some = (): string => ids[random(ids.length)] ?? '';
      let open: string | null = null;
      for (let n = 0; n < 40; n++) {
        const what = random(7);
        if (what === 0 && open === null) {
          open = `t${String(n)}`;
          events.push({ type: 'turn_started', turnId: open, model: { id: 'm', label: 'M' } });
        } else if (what === 1 && open !== null) {
          events.push(ended(open));
          open = null;
        } else if (what === 2 && open !== null) {
          ids.push(`c${String(n)}`);
          events.push({ type: 'cell_started', turnId: open, cellId: `c${String(n)}`, language: 'python' });
        } else if (what === 3) {
          events.push(insert(`u${String(n)}`, random(3) === 0 ? null : some()));
          ids.push(`u${String(n)}`);
        } else if (what === 4) {
          events.push(move(some(), random(4) === 0 ? null : some()));
        } else if (what === 5) {
          events.push({ type: random(3) === 0 ? 'cell_restored' : 'cell_deleted', cellId: some() });
        }
      }
      assert.deepEqual(shownCells(after(events)), cellOrder(stamped(events)), `round ${String(round)}`);
    }
  });
});

describe('a run of the user', () => {
  it('lets cells wait for their turn, and gives those back that did not get it', () => {
    const waiting = after([...TWO, run('c1', 'c2'), running('c1', 'old', 2)]);
    assert.deepEqual([cellOf(waiting, 'c1').inRun, cellOf(waiting, 'c2').inRun], [false, true]);
    const state = after([done('c1', 2), runEnded({ kind: 'failed', cellId: 'c1' })], waiting);
    assert.deepEqual([cellOf(state, 'c2').inRun, cellOf(state, 'c2').phase], [false, 'ok']);
    assert.equal(state.run, null);
    assert.match(state.announcement.text, /Run ended: the code of cell \[2\] failed/);
  });

  it('ends what still runs, and says what was lost', () => {
    const failure = { code: 'x', sentence: 'The sandbox is gone.', remedy: null };
    const state = after([...TWO, run('c1'), running('c1', 'old', 2), runEnded({ kind: 'lost', failure })]);
    assert.equal(cellOf(state).phase, 'interrupted');
    const last = state.items.at(-1);
    assert.ok(last?.kind === 'notice');
    assert.deepEqual([last.text, last.failure], ['The sandbox is gone.', failure]);
  });
});

describe('cells that are out of date', () => {
  const names = (cellId: string, uses: string[], sets: string[]): NewSessionEvent => ({
    type: 'cell_names',
    cellId,
    uses,
    sets,
  });
  const log = [...TWO, names('c1', [], ['df']), names('c2', ['df'], [])];

  it('say which name changed where, and are up to date when they have run', () => {
    const stale = after([...log, running('c1', 'old', 3), done('c1', 3)]);
    assert.deepEqual([...stale.stale], [['c2', 'Out of date: `df` changed in [3]']]);
    const fresh = after([running('c2', 'old', 4), done('c2', 4)], stale);
    assert.deepEqual([...fresh.stale], []);
  });

  it('are not known of code that could not be read, until other code has run', () => {
    const unread: NewSessionEvent = { type: 'cell_names', cellId: 'c1', uses: [], sets: [], unread: true };
    const state = after([...TWO, unread]);
    assert.equal(cellOf(state).unread, true);
    const again = after([running('c1', cellOf(state).code, 3)], state);
    assert.equal(cellOf(again).unread, true, 'the same code');
    assert.equal(cellOf(after([running('c1', 'other', 4)], again)).unread, false);
    assert.equal(cellOf(after([names('c1', [], ['df'])], again)).unread, false);
  });

  it('say so, too, when what sets the name is edited or gone', () => {
    const edited = after([...log, { type: 'cell_edited', cellId: 'c1', code: 'df = 2' }]);
    assert.deepEqual(
      [...edited.stale],
      [
        ['c1', 'Edited, not run'],
        ['c2', 'Out of date: what sets `df` has changed'],
      ],
    );
  });

  it('do not change when nothing about them does, so that views stay', () => {
    const state = after(log);
    assert.equal(after([output(stdout('x'))], state).stale, state.stale);
  });
});
