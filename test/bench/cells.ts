/** Work for a kernel whose result is checked, whoever made the kernel. */
import assert from 'node:assert/strict';
import type { Kernel } from '../../src/kernel/kernel.ts';
import type { Output } from '../../src/shared/outputs.ts';
import { timed } from './measure.ts';

async function outputsOf(kernel: Kernel, code: string): Promise<Output[]> {
  const outputs: Output[] = [];
  const request = { language: 'python', code, timeoutMs: 60_000, outputLimitBytes: 1_000_000 } as const;
  const { status } = await kernel.execute(request, (output) => outputs.push(output));
  assert.equal(status, 'ok', JSON.stringify(outputs));
  return outputs;
}

/** Mean milliseconds of a small cell, one after the other, after some that do not count. */
export async function meanCellMs(kernel: () => Kernel, cells: number): Promise<number> {
  for (let n = 0; n < 20; n++) await outputsOf(kernel(), `${n} + 1`);
  const ms = await timed(async () => {
    for (let n = 0; n < cells; n++) {
      const outputs = await outputsOf(kernel(), `${n} + 1`);
      // Beside it, IPython warns when it forgets old results.
      const output = outputs.find(({ output_type }) => output_type === 'execute_result');
      assert.ok(output?.output_type === 'execute_result', JSON.stringify(outputs));
      assert.equal(output.data['text/plain'], String(n + 1));
    }
  });
  return ms / cells;
}

/** What a new sandbox is asked first. */
export async function pandasResult(kernel: Kernel): Promise<void> {
  const outputs = await outputsOf(
    kernel,
    'import pandas as pd\nprint(pd.DataFrame({"a": [1, 2]})["a"].sum())',
  );
  const printed = outputs.map((output) => (output.output_type === 'stream' ? output.text : '')).join('');
  assert.equal(printed.trim(), '3');
}
