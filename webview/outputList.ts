/** How outputs join the list below a cell: as the Jupyter front ends do it. Pure. */
import { type Output } from '../src/shared/outputs.ts';
import { freshRun } from './draft.ts';
import { renderings } from './render/mime.ts';
import { type CellView, type OutputView } from './state.ts';
import { appendText, emptyText } from './textBuffer.ts';

type Cells = Map<string, CellView>;

export function addOutput(cells: Cells, cellId: string, output: Output, key: number): void {
  if (output.output_type === 'update_display_data') {
    updateDisplays(cells, output);
    return;
  }
  const known = cells.get(cellId);
  if (known === undefined) return;
  // What a run before this one left stays until there is something new.
  const waits = output.output_type === 'clear_output' && output.wait;
  const cell = waits ? known : freshRun(known);
  if (output.output_type === 'clear_output') {
    cells.set(
      cellId,
      output.wait ? { ...cell, clearPending: true } : { ...cell, outputs: [], clearPending: false },
    );
    return;
  }
  const before = cell.clearPending ? [] : cell.outputs;
  cells.set(cellId, { ...cell, clearPending: false, outputs: joined(before, output, key) });
}

type Shown = Exclude<Output, { output_type: 'clear_output' | 'update_display_data' }>;

function joined(outputs: readonly OutputView[], output: Shown, key: number): readonly OutputView[] {
  switch (output.output_type) {
    case 'stream': {
      const last = outputs.at(-1);
      if (last?.kind === 'stream' && last.name === output.name) {
        return outputs.with(-1, { ...last, text: appendText(last.text, output.text) });
      }
      const text = appendText(emptyText, output.text);
      return [...outputs, { kind: 'stream', key, name: output.name, text }];
    }
    case 'error': {
      const { ename, evalue, traceback } = output;
      return [...outputs, { kind: 'error', key, ename, evalue, traceback }];
    }
    case 'display_data':
    case 'execute_result': {
      // Facts for the model alone make no output for the reader.
      if (renderings(output.data).length === 0) return outputs;
      const displayId = output.transient?.display_id ?? null;
      return [...outputs, { kind: 'data', key, displayId, data: output.data, metadata: output.metadata }];
    }
    default:
      output satisfies never;
      return outputs;
  }
}

/** An update goes to every place where that display is shown, in whichever cell; it adds nothing new. */
function updateDisplays(cells: Cells, update: Extract<Output, { output_type: 'update_display_data' }>): void {
  const displayId = update.transient?.display_id;
  if (displayId === undefined) return;
  for (const [cellId, cell] of cells) {
    const shown = (output: OutputView): boolean => output.kind === 'data' && output.displayId === displayId;
    if (!cell.outputs.some(shown)) continue;
    const outputs = cell.outputs.map((output) =>
      output.kind === 'data' && shown(output)
        ? { ...output, data: update.data, metadata: update.metadata }
        : output,
    );
    cells.set(cellId, { ...cell, outputs });
  }
}
