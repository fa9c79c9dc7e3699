/**
 * A document that can be given away without its data: every output is reduced to what kind it is, its shape and its
 * types. Names of columns go too: those of a pivoted table are values. Code, questions and answers stay as they were
 * written.
 */
import { shapeOf } from '../agent/describeOutputs.ts';
import { typeCounts } from '../agent/schemaResult.ts';
import { counted, plainText } from '../agent/text.ts';
import type { FoldedOutput } from '../agent/foldOutputs.ts';
import { FRAME_MIME, frameSchema, isForModelOnly, type MimeBundle } from '../shared/outputs.ts';
import type { Part, SessionDocument } from './document.ts';

export const WITHOUT_ROWS =
  'Shared without rows: outputs are reduced to their kind, shape and types. Code, questions and answers stand as they were written, and may hold values of the data.';

export function withoutRows(document: SessionDocument): SessionDocument {
  const files = document.artifacts.length;
  const gone: Part[] =
    files === 0
      ? []
      : [{ kind: 'note', id: 'files', text: `Cells made ${counted(files, 'file')}; left out.` }];
  return { ...document, artifacts: [], parts: [...document.parts.map(reduced), ...gone] };
}

function reduced(part: Part): Part {
  switch (part.kind) {
    case 'cell': {
      const { unknown, ...cell } = part.cell;
      const left = unknown === undefined ? [] : [words(counted(unknown.length, 'output'))];
      return { ...part, cell: { ...cell, outputs: [...cell.outputs.flatMap(reducedOutput), ...left] } };
    }
    case 'edit':
      return { kind: 'note', id: part.id, text: 'The model changed a file; what it wrote is left out.' };
    case 'answer':
      return { ...part, numbers: [] };
    case 'text':
      // Its pictures are outputs that somebody pasted.
      return { ...part, text: part.text.replace(/data:image\/[^)\s"']+/gi, '') };
    case 'question':
    case 'note':
      return part;
  }
}

/** An output of ours in the place of the real one. */
const words = (text: string): FoldedOutput => ({
  output_type: 'display_data',
  data: { 'text/plain': `[${text} left out]` },
  metadata: {},
});

function reducedOutput(output: FoldedOutput): FoldedOutput[] {
  switch (output.output_type) {
    case 'stream': {
      const text = plainText(output.text).trimEnd();
      return text === '' ? [] : [words(`${counted(text.split('\n').length, 'line')} of printed text`)];
    }
    case 'error':
      return [words('an error')];
    case 'display_data':
    case 'execute_result': {
      const kind = kindOf(output.data);
      return kind === null ? [] : [words(kind)];
    }
  }
}

/** From closed lists only. Null: nothing in it is for people. */
function kindOf(data: MimeBundle): string | null {
  const frame = frameSchema.safeParse(data[FRAME_MIME]);
  if (frame.success) {
    const { columns } = frame.data;
    return `a table, ${shapeOf(frame.data)}${columns.length === 0 ? '' : ` (${typeCounts(columns)})`},`;
  }
  const mimes = Object.keys(data).filter((mime) => !isForModelOnly(mime));
  if (mimes.length === 0) return null;
  if (mimes.some((mime) => /^image\/|vnd\.(?:plotly|vega)/.test(mime))) return 'a chart or picture';
  if (mimes.includes('text/html')) return 'a table or formatted output';
  return mimes.some((mime) => mime.startsWith('text/')) ? 'a value' : 'an output';
}
