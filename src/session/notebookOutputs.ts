/**
 * The outputs of a notebook's cells while they run, as Jupyter's own clients keep them: neighbouring stream
 * chunks are one output, a display with an id is replaced wherever it was shown, `clear_output(wait=True)`
 * waits for the next output.
 */
import type { NotebookOutput } from './notebook.ts';
import { withoutModelOnly, type MimeBundle, type Output } from '../shared/outputs.ts';

type Displayed = Extract<NotebookOutput, { data: MimeBundle }>;

export class NotebookOutputs {
  /** Display id → every place that shows it, over all cells of the notebook. */
  private readonly displays = new Map<string, { cell: object; output: Displayed }[]>();

  /** Returns the receiver of one cell's outputs; `target` is emptied first and then kept up to date. */
  receiver(target: NotebookOutput[]): (output: Output) => void {
    target.length = 0;
    let clearAtNext = false;
    const clear = (): void => {
      target.length = 0;
      this.forget(target);
      clearAtNext = false;
    };
    return (sent) => {
      const output = withoutModelOnly(sent);
      if (output === null) return;
      if (output.output_type === 'clear_output') {
        if (output.wait) clearAtNext = true;
        else clear();
        return;
      }
      if (output.output_type === 'update_display_data') {
        this.update(output.transient?.display_id, output);
        return;
      }
      if (clearAtNext) clear();
      this.add(target, output);
    };
  }

  private add(
    target: NotebookOutput[],
    output: Exclude<Output, { output_type: 'clear_output' | 'update_display_data' }>,
  ): void {
    switch (output.output_type) {
      case 'stream': {
        const last = target.at(-1);
        if (last?.output_type === 'stream' && last.name === output.name) last.text += output.text;
        else target.push({ ...output });
        return;
      }
      case 'error':
        target.push({ ...output });
        return;
      case 'display_data':
      case 'execute_result': {
        const { transient, ...kept } = output;
        this.update(transient?.display_id, output);
        target.push(kept);
        this.remember(transient?.display_id, target, kept);
        return;
      }
    }
  }

  private remember(id: string | undefined, cell: object, output: Displayed): void {
    if (id !== undefined) this.displays.set(id, [...(this.displays.get(id) ?? []), { cell, output }]);
  }

  private update(
    id: string | undefined,
    content: { data: MimeBundle; metadata: Record<string, unknown> },
  ): void {
    if (id === undefined) return;
    for (const { output } of this.displays.get(id) ?? []) {
      output.data = content.data;
      output.metadata = content.metadata;
    }
  }

  private forget(cell: object): void {
    for (const [id, places] of this.displays) {
      this.displays.set(
        id,
        places.filter((place) => place.cell !== cell),
      );
    }
  }
}
