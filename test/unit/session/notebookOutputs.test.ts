import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NotebookOutputs } from '../../../src/session/notebookOutputs.ts';
import type { NotebookOutput } from '../../../src/session/notebook.ts';
import type { Output } from '../../../src/shared/outputs.ts';

const stream = (text: string, name: 'stdout' | 'stderr' = 'stdout'): Output => ({
  output_type: 'stream',
  name,
  text,
});
const display = (text: string, id?: string, kind: 'display_data' | 'update_display_data' = 'display_data') =>
  ({
    output_type: kind,
    data: { 'text/plain': text },
    metadata: {},
    ...(id === undefined ? {} : { transient: { display_id: id } }),
  }) satisfies Output;
const clear = (wait: boolean): Output => ({ output_type: 'clear_output', wait });

/** Outputs of one cell after the given outputs. */
function kept(...outputs: Output[]): NotebookOutput[] {
  const target: NotebookOutput[] = [];
  outputs.forEach(new NotebookOutputs().receiver(target));
  return target;
}
const texts = (outputs: NotebookOutput[]): unknown[] =>
  outputs.map((output) =>
    'data' in output ? output.data['text/plain'] : 'text' in output ? output.text : '?',
  );

describe('the outputs of a notebook cell', () => {
  it('neighbouring pieces of a stream are one output, others are not', () => {
    assert.deepEqual(kept(stream('a'), stream('b'), stream('c', 'stderr'), stream('d')), [
      stream('ab'),
      stream('c', 'stderr'),
      stream('d'),
    ]);
  });

  it('transient data does not reach the notebook', () => {
    assert.deepEqual(kept(display('x', 'id1')), [display('x')]);
  });

  it('an update replaces the display in every cell that shows it, and adds nothing', () => {
    const all = new NotebookOutputs();
    const first: NotebookOutput[] = [];
    const second: NotebookOutput[] = [];
    all.receiver(first)(display('old', 'd'));
    const receive = all.receiver(second);
    receive(display('old', 'd'));
    receive(display('other', 'e'));
    receive(display('new', 'd', 'update_display_data'));
    receive(display('nobody', 'unknown', 'update_display_data'));
    assert.deepEqual(texts(first), ['new']);
    assert.deepEqual(texts(second), ['new', 'other']);
  });

  it('clear_output acts at once, or with wait at the next output', () => {
    assert.deepEqual(kept(stream('a'), clear(false)), []);
    assert.deepEqual(kept(stream('a'), clear(true)), [stream('a')]);
    assert.deepEqual(kept(stream('a'), clear(true), stream('b'), stream('c')), [stream('bc')]);
  });

  it('a cleared display is no longer updated in place', () => {
    assert.deepEqual(
      kept(display('a', 'd'), clear(false), display('b'), display('c', 'd', 'update_display_data')),
      [display('b')],
    );
  });

  it('outputs of an earlier run are dropped when a cell starts', () => {
    const target: NotebookOutput[] = [{ output_type: 'stream', name: 'stdout', text: 'old' }];
    new NotebookOutputs().receiver(target);
    assert.deepEqual(target, []);
  });
});
