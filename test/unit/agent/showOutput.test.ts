import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TurnEvent } from '../../../src/agent/loop.ts';
import { showOutputTool } from '../../../src/agent/showOutput.ts';
import { toolResultContent } from '../../../src/agent/toolResult.ts';
import type { SessionEvent } from '../../../src/shared/events.ts';
import { FRAME_MIME, type CellResult, type Output } from '../../../src/shared/outputs.ts';

const RESULT: CellResult = {
  status: 'ok',
  executionCount: 1,
  durationMs: 5,
  stateLost: false,
  truncated: [{ stream: 'stdout', droppedBytes: 5000 }],
  artifacts: [{ name: 'a.csv', bytes: 12, sha256: 'x' }],
  refused: [],
};
const stdout = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text });

/** A log in which these cells ran. */
function logOf(cells: readonly Output[][]): SessionEvent[] {
  const events = cells.flatMap((outputs, index) => {
    const cellId = `c${index}`;
    return [
      { type: 'cell_started' as const, turnId: 't', cellId, language: 'python' as const },
      { type: 'cell_running' as const, cellId, purpose: `Step ${index + 1}`, code: '', executionCount: 1 },
      ...outputs.map((output) => ({ type: 'cell_output' as const, cellId, output })),
      { type: 'cell_done' as const, cellId, result: RESULT },
    ];
  });
  const dropped = [
    { type: 'cell_started' as const, turnId: 't', cellId: 'never', language: 'bash' as const },
    { type: 'cell_dropped' as const, cellId: 'never', reason: 'x' },
  ];
  return [...dropped, ...events].map((event, index) => ({ ...event, seq: index + 1, at: 0 }));
}

async function show(cells: readonly Output[][], input: object) {
  const tool = showOutputTool({ sessionLog: async () => Promise.resolve(logOf(cells)) });
  const ready = tool.prepare(input);
  assert.ok(ready.ok, ready.ok ? '' : ready.problem);
  const events: TurnEvent[] = [];
  const outcome = await ready.run(
    {
      turnId: 't2',
      callId: 'call',
      cellId: null,
      emit: (event) => events.push(event),
      signal: new AbortController().signal,
      modelSees: () => ({ privacy: 'full', knows: () => false }),
    },
    null,
  );
  const [block] = outcome.content;
  const [event] = events;
  assert.ok(event?.type === 'output_shown' && events.length === 1);
  return { text: block?.type === 'text' ? block.text : '', event, isError: outcome.isError };
}

const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, n) => `row ${from + n}`).join('\n');

describe('show_output', () => {
  it('shows lines of a cell by its number, the whole output under its titles', async () => {
    const cells = [
      [stdout('first\n')],
      [stdout(numbers(1, 100)), { ...stdout('warned'), name: 'stderr' } as Output],
    ];
    const { text, event } = await show(cells, { cell: 2, show: 'lines', first: 100, last: null });
    assert.equal(
      text,
      'Lines 100 to 103 of 103 of the output of cell 2:\n100\trow 99\n101\trow 100\n102\t[stderr]\n103\twarned',
    );
    assert.deepEqual(
      [event.cellId, event.ok, event.sentence],
      ['c1', true, 'Read lines 100 to 103 of the output of “Step 2”'],
    );
    assert.match((await show(cells, { cell: 1, show: 'lines' })).text, /1\t\[stdout\]\n2\tfirst$/);
  });

  it('shows exactly what a result left out when it is called as the result says', async () => {
    const outputs: Output[] = [
      stdout(numbers(1, 50)),
      {
        output_type: 'execute_result',
        execution_count: 1,
        data: { 'text/plain': numbers(1, 3000) },
        metadata: {},
      },
    ];
    const [result] = toolResultContent('python', outputs, RESULT, 1);
    const resultText = result?.type === 'text' ? result.text : '';
    const input = /show_output (\{.*?\}) …\]/.exec(resultText)?.[1] ?? '';
    assert.deepEqual(Object.keys(JSON.parse(input) as object), ['cell', 'show', 'first', 'last', 'text']);
    const seen = new Set(resultText.match(/^row \d+$/gm));
    let next: unknown = JSON.parse(input);
    for (let calls = 0; next !== null && calls < 10; calls += 1) {
      const { text } = await show([outputs], next as object);
      assert.ok(text.length < 8300);
      for (const line of text.match(/(?<=\t)row \d+$/gm) ?? []) seen.add(line);
      const more = /"first": (\d+), "last": (\d+)\]$/.exec(text);
      next = more === null ? null : { cell: 1, show: 'lines', first: Number(more[1]), last: Number(more[2]) };
    }
    assert.equal(seen.size, 3000);
  });

  it('searches, with the lines around, whatever the case', async () => {
    const cells = [[stdout(`${numbers(1, 40)}\nTOTAL 5\n${numbers(41, 80)}\nthe total\n`)]];
    const { text, event } = await show(cells, { cell: 1, show: 'search', text: 'Total' });
    assert.equal(
      text,
      '2 lines of the output of cell 1 contain "Total":\n40\trow 39\n41\trow 40\n42\tTOTAL 5\n43\trow 41\n44\trow 42\n--\n81\trow 79\n82\trow 80\n83\tthe total',
    );
    assert.match(event.sentence, /for “Total”: 2 found/);
    const none = await show(cells, { cell: 1, show: 'search', text: 'absent' });
    assert.deepEqual(
      [none.isError, none.text],
      [false, '"absent" does not occur in the 83 lines of the output of cell 1.'],
    );
  });

  it('bounds what it found and says where to go on', async () => {
    const { text } = await show([[stdout(numbers(1, 5000))]], { cell: 1, show: 'search', text: 'row' });
    assert.ok(text.length < 8300);
    assert.match(text, /^5000 lines .* contain "row":\n/);
    assert.match(text, /\[49\d\d more after line \d+; read on with "show": "lines", "first": \d+\]$/);
  });

  it('reads one endless line in pieces, and finds what lies across two of them', async () => {
    const cells = [[stdout(`${'x'.repeat(3990)}needle${'y'.repeat(9000)}`)]];
    const { text } = await show(cells, { cell: 1, show: 'search', text: 'needle' });
    assert.match(text, /1 lines .*\n(?:.*\n)*.*…x{200}needley+…/);
    const lines = await show(cells, { cell: 1, show: 'lines', first: 2, last: 3 });
    assert.match(lines.text, /\n2\tx{2000}\n3\tx{1990}needley{4}$/);
  });

  it('describes what there is without its contents', async () => {
    const frame = { rows: 3, columnCount: 1, columns: [{ name: 'secret', dtype: 'int64', missing: 0 }] };
    const cells: Output[][] = [
      [
        stdout('a\nb\n'),
        {
          output_type: 'display_data',
          data: { [FRAME_MIME]: frame, 'text/plain': 'secret rows' },
          metadata: {},
        },
        { output_type: 'error', ename: 'KeyError', evalue: 'x', traceback: ['1', '2'] },
      ],
    ];
    const { text } = await show(cells, { cell: 1, show: 'describe' });
    assert.equal(
      text,
      [
        'Cell 1 (python), status: ok',
        '1. stdout: 3 characters, 2 lines',
        '2. display: table of 3 rows × 1 column, text/plain (11 characters)',
        '3. error: KeyError, traceback of 3 characters, 2 lines',
        'stdout: 5.0 kB were dropped by the output limit and are gone',
        'files: "a.csv" (12 bytes)',
      ].join('\n'),
    );
  });

  it('says which cells and lines there are', async () => {
    const cells = [[stdout('a')], []];
    const none = await show(cells, { cell: 3, show: 'lines' });
    assert.deepEqual([none.isError, none.text], [true, 'There is no cell 3. The cells that ran are 1 to 2.']);
    assert.equal(none.event.cellId, null);
    assert.match((await show([], { cell: 1, show: 'lines' })).text, /No cell has run yet/);
    assert.match(
      (await show(cells, { cell: 1, show: 'lines', first: 3, last: 9 })).text,
      /no lines 3 to 9.*lines 1 to 2\./,
    );
    assert.equal((await show(cells, { cell: 2, show: 'lines' })).text, 'Cell 2 has no output.');
  });

  it('says what an input lacks', () => {
    const tool = showOutputTool({ sessionLog: async () => Promise.resolve([]) });
    const problem = (input: unknown): string => {
      const ready = tool.prepare(input);
      return ready.ok ? '' : ready.problem;
    };
    assert.match(problem('nonsense'), /must be a JSON object with "cell"/);
    assert.match(problem({ cell: 'four', show: 'lines' }), /wrong type: cell\./);
    assert.match(problem({ cell: 1, show: 'all' }), /wrong type: show\./);
    assert.match(problem({ cell: 1, show: 'search' }), /give the "text"/);
    assert.match(problem({ cell: 1, show: 'search', text: 'a\nb' }), /within one line/);
    assert.equal(problem({ cell: 1, show: 'describe' }), '');
  });
});
