import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reduce } from '../../../webview/store.ts';
import { emptyState } from '../../../webview/state.ts';
import { wholeText } from '../../../webview/textBuffer.ts';
import { after, cellOf, loaded, output, panel, result, stamped, started, stdout } from './support.ts';

const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
const PNG = { 'image/png': 'AAAA' };

describe('the conversation', () => {
  it('keeps questions, answers and notices in the order of the log', () => {
    const state = after([
      { type: 'session_started', sessionId: 's', title: 'T' },
      { type: 'user_message', turnId: 't1', intent: 'ask', text: 'Why?', files: [] },
      ...started(),
      { type: 'notice', level: 'warning', text: 'Variables are gone.' },
      { type: 'history', messages: [] },
    ]);
    assert.deepEqual(
      state.items.map((item) => item.kind),
      ['user', 'turn', 'notice'],
    );
    assert.equal(state.turns.get('t1')?.modelLabel, 'Model');
    assert.equal(state.lastSeq, 6);
  });

  it('says of an opened notebook which of its outputs are not shown', () => {
    const opened = { type: 'notebook_opened', name: 'a.ipynb', cells: 2, texts: 0 } as const;
    const said = (unknown?: { outputs: number; types: string[] }): string => {
      const [item] = after([{ ...opened, ...(unknown === undefined ? {} : { unknown }) }]).items;
      return item?.kind === 'notice' ? item.text : '';
    };
    const plain = said();
    assert.match(plain, /^Opened a\.ipynb: 2 cells and 0 texts\. .*that the file has\.$/);
    assert.equal(
      said({ outputs: 1, types: ['hologram'] }),
      `${plain} 1 output is of an unknown type (hologram) and not shown; an export keeps it until its cell runs.`,
    );
    assert.match(said({ outputs: 3, types: ['a', 'b'] }), / 3 outputs are of unknown types \(a, b\) and not/);
  });

  it('joins deltas of one block and keeps blocks apart', () => {
    const delta = (type: 'text' | 'thinking', blockId: string, text: string) =>
      ({ type, turnId: 't1', blockId, delta: text }) as const;
    const state = after([
      ...started(),
      delta('thinking', 'a', 'Hm'),
      delta('text', 'b', 'One '),
      delta('text', 'b', 'two'),
      delta('thinking', 'a', 'm.'),
      delta('text', 'c', 'Three'),
    ]);
    assert.deepEqual(
      state.turns
        .get('t1')
        ?.parts.map((part) =>
          'text' in part ? `${part.kind}: ${part.text}` : 'cellId' in part ? part.cellId : part.kind,
        ),
      ['c1', 'thinking: Hmm.', 'text: One two', 'text: Three'],
    );
  });

  it('opens a turn for text whose turn was never started', () => {
    const state = after([{ type: 'text', turnId: 't7', blockId: 'b', delta: 'Hello' }]);
    assert.deepEqual(state.turns.get('t7')?.parts, [{ kind: 'text', blockId: 'b', text: 'Hello' }]);
  });

  it('makes new objects only along the path of a change, so that views of the rest stay', () => {
    const before = after([
      ...started('c1'),
      { type: 'cell_started', turnId: 't1', cellId: 'c2', language: 'bash' },
    ]);
    const next = after([{ type: 'cell_code', cellId: 'c2', purpose: 'P', code: 'ls' }], before);
    assert.equal(next.cells.get('c1'), before.cells.get('c1'));
    assert.notEqual(next.cells.get('c2'), before.cells.get('c2'));
    assert.equal(cellOf(before, 'c2').code, '');
  });
});

describe('repeats, disorder and strangers', () => {
  const events = stamped([...started(), output(stdout('once\n'))]);

  it('folds an event once, however often it comes', () => {
    const state = reduce(loaded(), { type: 'events', events });
    const again = reduce(state, { type: 'events', events });
    assert.equal(again, state);
    const doubled = reduce(loaded(), { type: 'events', events: [...events, ...events] });
    assert.deepEqual(doubled.cells, state.cells);
  });

  it('sorts a batch that arrives in disorder', () => {
    const state = reduce(loaded(), { type: 'events', events: events.toReversed() });
    assert.equal(cellOf(state).outputs.length, 1);
  });

  it('keeps events that come before the session, and folds them after it', () => {
    const [first, ...rest] = events;
    assert.ok(first);
    const early = reduce(emptyState, { type: 'events', events: rest });
    assert.equal(early.items.length, 0);
    const state = reduce(early, { type: 'loaded', state: panel, events: [first] });
    assert.equal(cellOf(state).outputs.length, 1);
    assert.deepEqual(state.early, []);
  });

  it('ignores what speaks of a cell nobody knows', () => {
    const state = after([
      output(stdout('x'), 'ghost'),
      { type: 'cell_done', cellId: 'ghost', result: result() },
      { type: 'cell_running', cellId: 'ghost', purpose: '', code: '', executionCount: 1 },
      { type: 'artifact_stored', cellId: 'ghost', name: 'a', bytes: 1, sha256: 'ab' },
      { type: 'cell_dropped', cellId: 'ghost', reason: 'r' },
    ]);
    assert.equal(state.cells.size, 0);
    assert.equal(state.lastSeq, 5);
  });

  it('does not begin a cell twice', () => {
    const state = after([...started(), output(stdout('kept\n')), ...started()]);
    assert.equal(cellOf(state).outputs.length, 1);
    assert.equal(state.turns.get('t1')?.parts.length, 1);
  });

  it('forgets everything on reset', () => {
    const state = reduce(after(started()), {
      type: 'reset',
      state: { ...panel, sessionId: 'other' },
      events: [],
    });
    assert.equal(state.items.length, 0);
    assert.equal(state.lastSeq, 0);
    assert.equal(state.panel?.sessionId, 'other');
  });

  it('changes only the panel state on state, only the problem on problem', () => {
    const before = after(started());
    const state = reduce(before, { type: 'state', state: { ...panel, turn: 'running' } });
    assert.equal(state.panel?.turn, 'running');
    assert.equal(state.cells, before.cells);
    assert.equal(reduce(before, { type: 'problem', sentence: 'No.' }).problem, 'No.');
  });
});

describe('the life of a cell', () => {
  it('goes from writing over running to its status, with count and result', () => {
    const running = after([
      ...started(),
      { type: 'cell_code', cellId: 'c1', purpose: 'Load', code: 'import' },
      { type: 'cell_running', cellId: 'c1', purpose: 'Load', code: 'import pandas', executionCount: 4 },
    ]);
    assert.deepEqual(
      [
        cellOf(running).phase,
        cellOf(running).code,
        cellOf(running).executionCount,
        cellOf(running).startedAt,
      ],
      ['running', 'import pandas', 4, 4000],
    );
    for (const status of ['ok', 'error', 'interrupted', 'timeout', 'killed'] as const) {
      const done = after(
        [{ type: 'cell_done', cellId: 'c1', result: result({ status, executionCount: null }) }],
        running,
      );
      assert.equal(cellOf(done).phase, status);
      assert.equal(cellOf(done).executionCount, 4);
    }
  });

  it('queues a written cell when the next is written, and when another runs', () => {
    const written = after([
      ...started('c1'),
      { type: 'cell_started', turnId: 't1', cellId: 'c2', language: 'bash' },
    ]);
    assert.equal(cellOf(written, 'c1').phase, 'queued');
    assert.equal(cellOf(written, 'c2').phase, 'writing');
    const running = after(
      [{ type: 'cell_running', cellId: 'c1', purpose: '', code: '', executionCount: 1 }],
      written,
    );
    assert.equal(cellOf(running, 'c1').phase, 'running');
    assert.equal(cellOf(running, 'c2').phase, 'queued');
  });

  it('says why a dropped cell never ran', () => {
    const state = after([...started(), { type: 'cell_dropped', cellId: 'c1', reason: 'The reply was cut.' }]);
    assert.equal(cellOf(state).phase, 'dropped');
    assert.equal(cellOf(state).droppedReason, 'The reply was cut.');
  });

  it('lets nothing spin after the turn has ended', () => {
    const state = after([
      ...started('c1'),
      { type: 'cell_running', cellId: 'c1', purpose: '', code: '', executionCount: 1 },
      { type: 'cell_started', turnId: 't1', cellId: 'c2', language: 'python' },
      { type: 'turn_ended', turnId: 't1', end: { kind: 'stopped' }, usage },
    ]);
    assert.equal(cellOf(state, 'c1').phase, 'interrupted');
    assert.equal(cellOf(state, 'c2').phase, 'dropped');
    assert.deepEqual(state.turns.get('t1')?.end, { kind: 'stopped' });
  });

  it('shows a file written twice by one cell once, as it is now', () => {
    const stored = (bytes: number) =>
      ({ type: 'artifact_stored', cellId: 'c1', name: 'a.csv', bytes, sha256: 'ab' }) as const;
    const state = after([...started(), stored(1), stored(2)]);
    assert.deepEqual(cellOf(state).artifacts, [{ name: 'a.csv', bytes: 2, sha256: 'ab', formulas: false }]);
  });
});

describe('outputs', () => {
  it('joins what a stream writes, until another output comes between', () => {
    const state = after([
      ...started(),
      output(stdout('a')),
      output(stdout('b\n')),
      output({ output_type: 'stream', name: 'stderr', text: 'e\n' }),
      output(stdout('c\n')),
    ]);
    const texts = cellOf(state).outputs.map((view) =>
      view.kind === 'stream' ? `${view.name}:${wholeText(view.text)}` : '',
    );
    assert.deepEqual(texts, ['stdout:ab', 'stderr:e', 'stdout:c']);
  });

  it('clears at once, or when the next output comes', () => {
    const shown = after([...started(), output(stdout('old\n'))]);
    const atOnce = after([output({ output_type: 'clear_output', wait: false })], shown);
    assert.equal(cellOf(atOnce).outputs.length, 0);
    const waiting = after([output({ output_type: 'clear_output', wait: true })], shown);
    assert.equal(cellOf(waiting).outputs.length, 1);
    const replaced = after([output(stdout('new\n'))], waiting);
    assert.equal(cellOf(replaced).outputs.length, 1);
    assert.equal(cellOf(replaced).clearPending, false);
  });

  it('updates a display wherever it is shown, and adds nothing for an unknown one', () => {
    const shown = (data: Record<string, string>, kind: 'display_data' | 'update_display_data', id: string) =>
      ({ output_type: kind, data, metadata: {}, transient: { display_id: id } }) as const;
    const state = after([
      ...started('c1'),
      { type: 'cell_started', turnId: 't1', cellId: 'c2', language: 'python' },
      output(shown({ 'text/plain': '1' }, 'display_data', 'd'), 'c1'),
      output(shown({ 'text/plain': '1' }, 'display_data', 'd'), 'c1'),
      output(shown({ 'text/plain': '2' }, 'update_display_data', 'd'), 'c2'),
      output(shown({ 'text/plain': '3' }, 'update_display_data', 'other'), 'c2'),
    ]);
    const data = cellOf(state, 'c1').outputs.map((view) => (view.kind === 'data' ? view.data : null));
    assert.deepEqual(data, [{ 'text/plain': '2' }, { 'text/plain': '2' }]);
    assert.equal(cellOf(state, 'c2').outputs.length, 0);
  });

  it('leaves facts for the model out of what is shown', () => {
    const facts = { 'application/vnd.code-interpreter.facts+json': { rows: 3 } };
    const state = after([...started(), output({ output_type: 'display_data', data: facts, metadata: {} })]);
    assert.equal(cellOf(state).outputs.length, 0);
  });

  it('keeps errors and results as data', () => {
    const state = after([
      ...started(),
      output({ output_type: 'execute_result', execution_count: 1, data: PNG, metadata: {} }),
      output({ output_type: 'error', ename: 'E', evalue: 'v', traceback: ['t'] }),
    ]);
    assert.deepEqual(
      cellOf(state).outputs.map((view) => view.kind),
      ['data', 'error'],
    );
  });
});

describe('what a screen reader is told', () => {
  it('counts charts and files of a finished cell', () => {
    const state = after([
      ...started(),
      output({ output_type: 'display_data', data: PNG, metadata: {} }),
      { type: 'artifact_stored', cellId: 'c1', name: 'a', bytes: 1, sha256: 'ab' },
      { type: 'cell_done', cellId: 'c1', result: result() },
    ]);
    assert.equal(state.announcement.text, 'Code finished in 2.1 s, 1 chart, 1 file');
  });

  it('is silent about text and output, and about a session that is loaded', () => {
    const text = after([
      ...started(),
      { type: 'text', turnId: 't1', blockId: 'b', delta: 'Hi' },
      output(stdout('x')),
    ]);
    assert.equal(text.announcement.text, '');
    const events = stamped([...started(), { type: 'cell_done', cellId: 'c1', result: result() }]);
    assert.equal(reduce(emptyState, { type: 'loaded', state: panel, events }).announcement.text, '');
  });

  it('tells how a turn ended, in the words of the failure', () => {
    const failure = { code: 'x', sentence: 'The key was refused.', remedy: null };
    const ends = [
      [{ kind: 'finished' }, 'Answer complete'],
      [{ kind: 'stopped' }, 'Stopped'],
      [{ kind: 'limit', sentence: 'Too many steps.' }, 'Too many steps.'],
      [{ kind: 'failed', failure }, 'The key was refused.'],
    ] as const;
    for (const [end, words] of ends) {
      const state = after([...started(), { type: 'turn_ended', turnId: 't1', end, usage }]);
      assert.equal(state.announcement.text, words);
    }
  });
});

describe('what the model did beside its cells', () => {
  const edit = {
    type: 'file_edit',
    turnId: 't1',
    callId: 'e1',
    command: 'create',
    path: 'a.md',
    ok: true,
    sentence: 'Created a.md (4 bytes)',
    diff: '--- /dev/null\n+++ b/a.md\n@@ -0,0 +1 @@\n+# A',
    artifact: { name: 'a.md', bytes: 4, sha256: 'ab' },
  } as const;
  const shown = {
    type: 'output_shown',
    turnId: 't1',
    callId: 's1',
    cellId: 'c1',
    ok: true,
    sentence: 'Read lines 1 to 9 of the output of “Load”',
  } as const;

  it('stands between the cells, in the order of the log, once', () => {
    const events = stamped([...started(), edit, shown, { ...edit, callId: 'e2', ok: false, artifact: null }]);
    const state = reduce(loaded(), { type: 'events', events });
    const again = reduce(state, { type: 'events', events });
    assert.equal(again, state);
    const parts = state.turns.get('t1')?.parts ?? [];
    assert.deepEqual(
      parts.map(({ kind }) => kind),
      ['cell', 'edit', 'shown', 'edit'],
    );
    const [, first] = parts;
    assert.ok(first?.kind === 'edit' && first.artifact?.name === 'a.md' && first.diff.endsWith('+# A'));
  });

  it('is told to a screen reader when a file changed or could not be looked at', () => {
    assert.equal(after([...started(), edit]).announcement.text, 'Created a.md (4 bytes)');
    const viewed = { ...edit, command: 'view', diff: '', artifact: null } as const;
    assert.equal(after([...started(), viewed]).announcement.text, '');
    assert.equal(after([...started(), { ...viewed, ok: false, sentence: 'No.' }]).announcement.text, 'No.');
  });
});

describe('a turn under control', () => {
  const code = { purpose: 'Look', code: 'x = 1' };

  it('shows a cell that waits; others of its reply queue; what ran may be edited', () => {
    const waiting = after([
      ...started('c1'),
      { type: 'cell_started', turnId: 't1', cellId: 'c2', language: 'python' },
      { type: 'cell_waiting', cellId: 'c1', ...code },
    ]);
    assert.equal(cellOf(waiting).phase, 'waiting');
    assert.equal(cellOf(waiting, 'c2').phase, 'queued');
    const run = { type: 'cell_running', cellId: 'c1', ...code, executionCount: 1, edited: true } as const;
    assert.equal(cellOf(after([run], waiting)).edited, true);
    const ended = after([{ type: 'turn_ended', turnId: 't1', end: { kind: 'stopped' }, usage }], waiting);
    assert.equal(cellOf(ended).phase, 'dropped');
  });

  it('thinks until something else of the turn comes', () => {
    const thinking = after([
      ...started(),
      { type: 'thinking', turnId: 't1', blockId: 'a', delta: 'Hm' },
      { type: 'thinking', turnId: 't1', blockId: 'a', delta: 'm' },
    ]);
    const partOf = (state: typeof thinking) => state.turns.get('t1')?.parts[1];
    assert.deepEqual(partOf(thinking), {
      kind: 'thinking',
      blockId: 'a',
      text: 'Hmm',
      startedAt: 3000,
      endedAt: null,
    });
    const next = after([{ type: 'text', turnId: 't1', blockId: 'b', delta: 'So' }], thinking);
    const part = partOf(next);
    assert.equal(part?.kind === 'thinking' && part.endedAt, 5000);
  });

  it('keeps a part of an unknown kind in its place, once it is whole with what it holds', () => {
    const opaque = (json: string | null) =>
      ({ type: 'opaque_block', turnId: 't1', blockId: 'o', kind: 'hologram', json }) as const;
    const text = { type: 'text', turnId: 't1', blockId: 'a', delta: 'After it.' } as const;
    const state = after([...started(), opaque(null), text, opaque('{"type":"hologram"}')]);
    assert.deepEqual(state.turns.get('t1')?.parts.slice(1), [
      { kind: 'opaque', blockId: 'o', name: 'hologram', json: '{"type":"hologram"}' },
      { kind: 'text', blockId: 'a', text: 'After it.' },
    ]);
    const again = after([{ type: 'blocks_dropped', turnId: 't1', blockIds: ['o', 'a'] }], state);
    assert.equal(again.turns.get('t1')?.parts.length, 1);
  });

  it('waits for the API until something comes; blocks that do not count vanish', () => {
    const waiting = after([
      ...started(),
      { type: 'text', turnId: 't1', blockId: 'a', delta: 'Half' },
      { type: 'model_waiting', turnId: 't1', reason: 'Busy', untilMs: 9000 },
    ]);
    assert.deepEqual(waiting.turns.get('t1')?.wait, { reason: 'Busy', untilMs: 9000 });
    const again = after([{ type: 'blocks_dropped', turnId: 't1', blockIds: ['a'] }], waiting);
    assert.equal(again.turns.get('t1')?.wait, null);
    assert.deepEqual(
      again.turns.get('t1')?.parts.map(({ kind }) => kind),
      ['cell'],
    );
  });

  it('knows which outputs the model has not seen, and which the user released', () => {
    const ended = { type: 'cell_done', cellId: 'c1', result: result() } as const;
    const hidden = after([...started(), { ...ended, withheld: true }]);
    assert.equal(hidden.cells.get('c1')?.withheld, true);
    const released = after([{ type: 'output_released', cellId: 'c1' }], hidden);
    assert.equal(released.cells.get('c1')?.released, true);
    const seen = after([...started(), ended]);
    assert.equal(seen.cells.get('c1')?.withheld, false);
  });
});
