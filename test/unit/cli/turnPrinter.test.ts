import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ChartNames, chartOf } from '../../../src/export/charts.ts';
import { harmless, TurnPrinter } from '../../../src/cli/turnPrinter.ts';
import type { NewSessionEvent } from '../../../src/shared/events.ts';
import { FACTS_MIME, type Output } from '../../../src/shared/outputs.ts';

async function printed(events: NewSessionEvent[], keep = true): Promise<string> {
  let text = '';
  const names = new ChartNames();
  const printer = new TurnPrinter({
    write: (piece) => {
      text += piece;
    },
    keepChart: async (chart) => Promise.resolve(keep ? names.nameOf(chart) : null),
  });
  for (const [index, event] of events.entries()) {
    await printer.print({ ...event, seq: index + 1, at: 0 });
  }
  return text;
}

const cellId = 'c1';
const turnId = 't1';
const output = (value: Output): NewSessionEvent => ({ type: 'cell_output', cellId, output: value });
const data = (bundle: Record<string, unknown>, displayId?: string): Output => ({
  output_type: 'display_data',
  data: bundle,
  metadata: {},
  ...(displayId === undefined ? {} : { transient: { display_id: displayId } }),
});
const done = (status: 'ok' | 'error'): NewSessionEvent => ({
  type: 'cell_done',
  cellId,
  result: {
    status,
    executionCount: 1,
    durationMs: 1,
    stateLost: false,
    truncated: [],
    artifacts: [],
    refused: [],
  },
});

describe('a turn as text', () => {
  it('says which limit a cell ran into, and the flag that raises it', async () => {
    const ended = done('error');
    assert.ok(ended.type === 'cell_done');
    const result = { ...ended.result, limits: [{ kind: 'time' as const, figure: 5 }] };
    const text = await printed([{ ...ended, result }]);
    assert.match(text, /\(The time limit of 5 s for a cell was reached\..* --cell-timeout raises it\.\)/);
  });

  it('names a part of an unknown kind once', async () => {
    const part = { type: 'opaque_block', turnId, blockId: 'o', kind: 'holo\u001b[31mgram' } as const;
    assert.equal(
      await printed([
        { ...part, json: null },
        { ...part, json: '{}' },
      ]),
      '(the model sent a part this version does not know: hologram)\n',
    );
  });

  it('reads from top to bottom: text, code, output, charts, files', async () => {
    const text = await printed([
      { type: 'session_started', sessionId: 's', title: 't' },
      { type: 'text', turnId, blockId: 'b1', delta: 'I open ' },
      { type: 'text', turnId, blockId: 'b1', delta: 'the file.' },
      { type: 'cell_started', turnId, cellId, language: 'python' },
      { type: 'cell_code', cellId, purpose: 'Op', code: 'x' },
      { type: 'cell_running', cellId, purpose: 'Open it', code: 'x = 1\n\nx\n', executionCount: 1 },
      output({ output_type: 'stream', name: 'stdout', text: 'hello' }),
      output(data({ 'image/png': 'aGk=', 'text/plain': '<Figure>' })),
      output(data({ 'text/html': '<table>', 'text/plain': ' a  b\n 1  2' })),
      output(data({ [FACTS_MIME]: { rows: 1 } })),
      { type: 'artifact_stored', cellId, name: 'r.xlsx', bytes: 9, sha256: '00' },
      done('ok'),
      { type: 'text', turnId, blockId: 'b2', delta: 'Done.' },
      {
        type: 'turn_ended',
        turnId,
        end: { kind: 'finished' },
        usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
      },
    ]);
    assert.equal(
      text,
      `I open the file.

[1] python: Open it

    x = 1

    x

hello
[chart] chart-01.png
 a  b
 1  2
[file] r.xlsx (9 bytes)

Done.
`,
    );
  });

  it('says how a cell and a turn ended when not well', async () => {
    const text = await printed([
      output({ output_type: 'error', ename: 'E', evalue: 'v', traceback: ['\u001b[31mE\u001b[0m: v'] }),
      done('error'),
      { type: 'cell_dropped', cellId, reason: 'the reply was cut' },
    ]);
    assert.equal(text, 'E: v\n(the cell ended: error)\n(not run: the reply was cut)\n');
  });

  it('nothing printed can steer the terminal', () => {
    const hostile = '\u001b]0;title\u0007a\u001b[2J\u009b31mb\u0008\u202ec\r\nd\re\tf\u0000';
    const clean = harmless(hostile);
    assert.equal(clean, 'abc\nd\ne\tf');
  });
});

describe('charts as files', () => {
  it('a picture comes before the data of an interactive chart; what is no chart is none', () => {
    const kinds = [
      data({ 'application/vnd.plotly.v1+json': { data: [] }, 'image/png': 'aGk=' }),
      data({ 'application/vnd.plotly.v1+json': { data: [] }, 'text/html': '<div>' }),
      data({ 'application/vnd.vegalite.v6.json+json': {} }),
      data({ 'application/vnd.vegalite.v5+json': {} }),
      data({ 'image/svg+xml': ['<svg>', '</svg>'] }),
      data({ 'text/html': '<b>' }),
      { output_type: 'stream', name: 'stdout', text: '' } satisfies Output,
    ].map((each) => chartOf(each));
    assert.deepEqual(
      kinds.map((chart) => chart?.extension),
      ['.png', '.plotly.json', '.vl.json', '.vl.json', '.svg', undefined, undefined],
    );
    assert.equal(Buffer.from(kinds[0]?.bytes ?? []).toString(), 'hi');
    assert.equal(Buffer.from(kinds[4]?.bytes ?? []).toString(), '<svg></svg>');
  });

  it('names count up; the same display keeps its name', () => {
    const names = new ChartNames();
    const png = (id?: string): string => {
      const chart = chartOf(data({ 'image/png': 'aGk=' }, id));
      assert.ok(chart);
      return names.nameOf(chart);
    };
    assert.deepEqual(
      [png('d'), png(), png('d'), png('e')],
      ['chart-01.png', 'chart-02.png', 'chart-01.png', 'chart-03.png'],
    );
  });
});
