/**
 * Keeps what VS Code shows of a cell equal to its outputs: what is new is appended, what has changed is replaced,
 * some times a second at most.
 */
import type * as vscode from 'vscode';
import type * as outputItems from './outputItems.ts';
import type { NotebookOutput } from '../../session/notebook.ts';

/** Brings a sanitiser along, so it is loaded with the first cell that runs. */
type Items = typeof outputItems;

type Execution = Pick<
  vscode.NotebookCellExecution,
  'appendOutput' | 'appendOutputItems' | 'replaceOutput' | 'replaceOutputItems'
>;

interface Shown {
  output: NotebookOutput;
  /** Its data, or its text, when it was shown. */
  content: unknown;
  place: vscode.NotebookCellOutput;
}

const contentOf = (output: NotebookOutput): unknown =>
  output.output_type === 'stream' ? output.text : output.output_type === 'error' ? null : output.data;

export class ShownOutputs {
  private shown: Shown[] = [];

  /** @param outputs of the cell, changed from outside */
  constructor(
    private readonly outputs: readonly NotebookOutput[],
    private readonly items: Items,
  ) {}

  /** Whether an output that is shown has other contents now: a display that another cell has updated. */
  get isOutdated(): boolean {
    return this.shown.some(({ output, content }) => contentOf(output) !== content);
  }

  async update(execution: Execution): Promise<void> {
    const outputs = [...this.outputs];
    const kept = this.shown.every(({ output }, index) => outputs[index] === output);
    if (!kept || outputs.length < this.shown.length) {
      this.shown = outputs.map((output) => this.show(output));
      await execution.replaceOutput(this.shown.map(({ place }) => place));
      return;
    }
    for (const shown of this.shown) await this.refresh(shown, execution);
    const fresh = outputs.slice(this.shown.length).map((output) => this.show(output));
    this.shown.push(...fresh);
    if (fresh.length > 0) await execution.appendOutput(fresh.map(({ place }) => place));
  }

  private async refresh(shown: Shown, execution: Execution): Promise<void> {
    const { output, content: before, place } = shown;
    const content = contentOf(output);
    if (content === before) return;
    shown.content = content;
    if (output.output_type === 'stream') {
      const length = typeof before === 'string' ? before.length : 0;
      await execution.appendOutputItems(this.items.streamItem(output.name, output.text.slice(length)), place);
    } else if (output.output_type !== 'error') {
      await execution.replaceOutputItems(this.items.dataItems(output.data), place);
    }
  }

  private show(output: NotebookOutput): Shown {
    return { output, content: contentOf(output), place: this.items.toVsCode(output) };
  }
}
