/** About how high a message will be, so that the scroll bar of a long conversation is nearly right before it is drawn. */
import { type CellView, type Item, type OutputView, type TurnPart, type ViewState } from '../state.ts';

const LINE_PX = 19;
const CODE_LINE_PX = 17;
const CHART_PX = 400;
/** Beyond these, code is folded and text is cut. */
const CODE_LINES = 12;
const TEXT_LINES = 33;
const CHARS_A_LINE = 70;

const linesOf = (text: string): number =>
  text.split('\n').reduce((sum, line) => sum + 1 + Math.floor(line.length / CHARS_A_LINE), 0);

function outputPx(output: OutputView): number {
  switch (output.kind) {
    case 'stream': {
      const { blocks, lines } = output.text;
      return 10 + CODE_LINE_PX * (blocks.length > 0 ? TEXT_LINES : Math.min(TEXT_LINES, lines.length + 1));
    }
    case 'error':
      return 200;
    case 'data':
      return CHART_PX;
    default:
      output satisfies never;
      return 0;
  }
}

function cellPx(cell: CellView | undefined): number {
  if (cell === undefined) return 0;
  const { code, outputs, artifacts } = cell;
  const lines = code.split('\n').length;
  const shown = lines > CODE_LINES ? 0 : lines;
  const files = artifacts.length > 0 ? 34 : 0;
  return 36 + shown * CODE_LINE_PX + files + outputs.reduce((sum, output) => sum + outputPx(output), 0);
}

function partPx(part: TurnPart, state: ViewState): number {
  if (part.kind === 'cell') return cellPx(state.cells.get(part.cellId));
  if (part.kind === 'text') return 8 + linesOf(part.text) * LINE_PX;
  if (part.kind === 'profile') return 12 + part.files.length * 66;
  return 24;
}

export function guessHeightPx(item: Item, state: ViewState): number {
  if (item.kind === 'turn') {
    const parts = state.turns.get(item.turnId)?.parts ?? [];
    return 60 + parts.reduce((sum, part) => sum + 10 + partPx(part, state), 0);
  }
  if (item.kind === 'cell') return cellPx(state.cells.get(item.cellId));
  return 'text' in item ? 24 + linesOf(item.text) * LINE_PX : 120;
}
