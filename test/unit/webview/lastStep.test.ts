import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type NewSessionEvent } from '../../../src/shared/events.ts';
import { type CellStatus } from '../../../src/shared/outputs.ts';
import { failedLastStep } from '../../../webview/lastStep.ts';
import { after, result, started } from './support.ts';

const usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
const say: NewSessionEvent = { type: 'text', turnId: 't1', blockId: 'b1', delta: 'All is well: 12.5.' };
const end: NewSessionEvent = { type: 'turn_ended', turnId: 't1', end: { kind: 'finished' }, usage };
const done = (status: CellStatus, cellId = 'c1'): NewSessionEvent[] => [
  { type: 'cell_running', cellId, purpose: 'Sum', code: 'x', executionCount: 1 },
  { type: 'cell_done', cellId, result: result({ status }) },
];

function failedStep(events: readonly NewSessionEvent[]): string | null {
  const state = after(events);
  const turn = state.turns.get('t1');
  const step = turn === undefined ? null : failedLastStep(turn, state.cells);
  return step === null ? null : `${step.words}: ${step.cell.purpose}`;
}

describe('an answer after a failed last step', () => {
  for (const [status, words] of [
    ['error', 'The last step failed: Sum'],
    ['killed', 'The last step failed: Sum'],
    ['timeout', 'The last step ran into its time limit: Sum'],
    ['interrupted', 'The last step was stopped: Sum'],
  ] as const) {
    it(`is marked: ${status}`, () => {
      assert.equal(failedStep([...started(), ...done(status), say, end]), words);
    });
  }

  it('is marked when the step never ran', () => {
    const dropped: NewSessionEvent = { type: 'cell_dropped', cellId: 'c1', reason: 'Skipped by you.' };
    assert.equal(failedStep([...started(), dropped, say, end]), 'The last step was not run: ');
  });

  it('is not marked when a later step went well, nothing was said after it, or the turn goes on', () => {
    const second: NewSessionEvent = { type: 'cell_started', turnId: 't1', cellId: 'c2', language: 'bash' };
    assert.equal(failedStep([...started(), ...done('error'), second, ...done('ok', 'c2'), say, end]), null);
    assert.equal(failedStep([...started(), say, second, ...done('error', 'c2'), end]), null);
    assert.equal(failedStep([...started(), ...done('error'), say]), null);
    assert.equal(failedStep([...started(), ...done('ok'), say, end]), null);
  });
});

describe('the figures of an answer', () => {
  it('are kept with their text, and a repeated check replaces them', () => {
    const numbers = [{ start: 13, end: 17, cellId: 'c1' }];
    const checked = { type: 'answer_checked', turnId: 't1', blockId: 'b1', numbers } as const;
    const state = after([...started(), say, { ...checked, numbers: [] }, { ...checked, numbers }, end]);
    assert.deepEqual(state.turns.get('t1')?.parts.at(-1), {
      kind: 'text',
      blockId: 'b1',
      text: 'All is well: 12.5.',
      numbers,
    });
  });

  it('of a text that nobody knows change nothing', () => {
    const before = after([...started(), say]);
    const next = after([{ type: 'answer_checked', turnId: 't1', blockId: 'other', numbers: [] }], before);
    assert.deepEqual(next.turns, before.turns);
  });
});
