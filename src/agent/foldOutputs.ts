/** A cell's outputs as they stand in the end: streams joined, displays updated, cleared outputs gone. */
import type { Output } from '../shared/outputs.ts';

export type FoldedOutput = Exclude<Output, { output_type: 'update_display_data' | 'clear_output' }>;

/**
 * Neighbouring pieces of a stream become one. `update_display_data` replaces every earlier display of that id
 * (an update of an unknown id is dropped, as in Jupyter). `clear_output` with `wait` acts at the next output.
 */
export function foldOutputs(outputs: readonly Output[]): FoldedOutput[] {
  let folded: FoldedOutput[] = [];
  let clearAtNext = false;
  for (const output of outputs) {
    if (output.output_type === 'clear_output') {
      if (output.wait) clearAtNext = true;
      else folded = [];
      continue;
    }
    if (clearAtNext && output.output_type !== 'update_display_data') {
      folded = [];
      clearAtNext = false;
    }
    if (output.output_type === 'update_display_data') {
      folded = folded.map((earlier) => updated(earlier, output));
      continue;
    }
    const last = folded.at(-1);
    if (output.output_type === 'stream' && last?.output_type === 'stream' && last.name === output.name) {
      folded[folded.length - 1] = { ...last, text: last.text + output.text };
    } else {
      folded.push(output);
    }
  }
  return folded;
}

function updated(
  earlier: FoldedOutput,
  update: Extract<Output, { output_type: 'update_display_data' }>,
): FoldedOutput {
  const id = update.transient?.display_id;
  const same =
    (earlier.output_type === 'display_data' || earlier.output_type === 'execute_result') &&
    id !== undefined &&
    earlier.transient?.display_id === id;
  return same ? { ...earlier, data: update.data, metadata: update.metadata } : earlier;
}
