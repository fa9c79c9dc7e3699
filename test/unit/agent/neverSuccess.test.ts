/** Nothing that went wrong is told as success: neither to the model nor, by figures nobody computed, to the user. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_TURN_LIMITS, runTurn, UNATTENDED, type TurnEvent } from '../../../src/agent/loop.ts';
import { cellTools } from '../../../src/agent/tools.ts';
import type { Message, ToolResultBlock } from '../../../src/models/model.ts';
import type { NewSessionEvent } from '../../../src/shared/events.ts';
import { fakeSandbox, type CellScript } from '../../support/fakeSandbox.ts';
import { call, say, scriptedModel } from '../../support/scriptedModel.ts';

/** A turn of one cell and an answer. */
async function turnOf(
  cell: CellScript,
  answer: string,
  { question = 'Question', earlier = [] }: { question?: string; earlier?: readonly NewSessionEvent[] } = {},
): Promise<{ events: TurnEvent[]; result: ToolResultBlock; text: string }> {
  const asked: Message = { role: 'user', content: [{ type: 'text', text: question }] };
  const sandbox = fakeSandbox(() => cell);
  const events: TurnEvent[] = [];
  const outcome = await runTurn({
    ...UNATTENDED,
    turnId: 't1',
    messages: [asked],
    system: 'system',
    tools: cellTools({ kernel: () => sandbox.kernel, cellTimeoutMs: 1000, outputLimitBytes: 1000 }),
    model: scriptedModel((n) => ({ content: n === 1 ? [call('x')] : [say(answer)] })),
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
    limits: DEFAULT_TURN_LIMITS,
    earlier,
  });
  assert.deepEqual(outcome.end, { kind: 'finished' });
  const result = outcome.messages
    .flatMap((message) => (message.role === 'user' ? message.content : []))
    .find((block): block is ToolResultBlock => block.type === 'tool_result');
  assert.ok(result !== undefined);
  const text = result.content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
  return { events, result, text };
}

const stdout = (text: string) => [{ output_type: 'stream', name: 'stdout', text } as const];

describe('a cell that did not end well', () => {
  for (const [status, words] of [
    ['error', /^status: error: the code failed/],
    ['timeout', /^status: timeout: stopped at the time limit/],
    ['killed', /^status: killed: the process ended before the code did/],
    ['interrupted', /^status: interrupted/],
  ] as const) {
    it(`is an error for the model, with its status: ${status}`, async () => {
      const { result, text } = await turnOf({ outputs: stdout('half'), result: { status } }, 'Done.');
      assert.equal(result.isError, true);
      assert.match(text, words);
      assert.match(text, /half/, 'and what it gave until then');
    });
  }

  it('tells of lost variables after a kill', async () => {
    const { text } = await turnOf({ result: { status: 'killed', stateLost: true } }, 'Done.');
    assert.match(text, /variables and imports are gone/);
  });
});

describe('a cell that ended well', () => {
  it('is no error', async () => {
    assert.equal((await turnOf({ outputs: stdout('1') }, 'Done.')).result.isError, false);
  });

  it('is an error when its output was cut, and tells what was', async () => {
    const truncated = [{ stream: 'stdout', droppedBytes: 2_500_000 }];
    const { text, result } = await turnOf({ outputs: stdout('head tail'), result: { truncated } }, 'Done.');
    assert.match(text, /stdout: 2\.5 MB in the middle were dropped by the output limit/);
    assert.equal(result.isError, true);
  });
});

describe('figures of the answer', () => {
  const checkedIn = (events: readonly TurnEvent[]): unknown =>
    events.flatMap((event) => (event.type === 'answer_checked' ? [event] : []));

  it('are looked up when the turn ends, after the answer was said', async () => {
    const { events } = await turnOf({ outputs: stdout('12.5') }, 'It is 12.5, not 13.5.');
    assert.equal(events.at(-1)?.type, 'answer_checked');
    assert.deepEqual(checkedIn(events), [
      {
        type: 'answer_checked',
        turnId: 't1',
        blockId: 't1-s2-b0',
        numbers: [
          { start: 6, end: 10, cellId: 't1-s1-c0' },
          { start: 16, end: 20, cellId: null },
        ],
      },
    ]);
  });

  it('count those of earlier turns, and leave those of the question alone', async () => {
    const earlier: NewSessionEvent[] = [
      { type: 'cell_running', cellId: 'old', purpose: '', code: '', executionCount: 1 },
      { type: 'cell_output', cellId: 'old', output: { output_type: 'stream', name: 'stdout', text: '77.7' } },
    ];
    const { events } = await turnOf({ outputs: stdout('ok') }, 'From 77.7 to 88.8.', {
      question: 'Is it 88.8?',
      earlier,
    });
    const [checked] = events.filter((event) => event.type === 'answer_checked');
    assert.deepEqual(checked?.numbers, [{ start: 5, end: 9, cellId: 'old' }]);
  });

  it('that are none make no event', async () => {
    assert.deepEqual(checkedIn((await turnOf({ outputs: stdout('1') }, 'All done.')).events), []);
  });
});
