/** Everything of a session that can be found, in the order in which it is read. Pure. */
import { renderings } from '../render/mime.ts';
import { stripAnsi } from '../render/ansi.ts';
import { type CellView, type Item, type OutputView, type TurnPart, type ViewState } from '../state.ts';
import { allBlocks, type TextBuffer } from '../textBuffer.ts';

export type Where = 'question' | 'answer' | 'thinking' | 'code' | 'output' | 'file' | 'notice';

export interface SearchText {
  /** The message it stands in. */
  readonly item: Item;
  readonly where: Where;
  /** Null: in no cell. */
  readonly cellId: string | null;
  /** Of a long output: which part of which text. */
  readonly part: { readonly buffer: TextBuffer; readonly block: number } | null;
  readonly text: string;
}

export function* textsOf(state: ViewState): Generator<SearchText> {
  for (const item of state.items) yield* ofItem(item, state);
}

function* ofItem(item: Item, state: ViewState): Generator<SearchText> {
  const at = (where: Where, text: string): SearchText => ({ item, where, cellId: null, part: null, text });
  switch (item.kind) {
    case 'user':
      yield at('question', item.text);
      for (const { label } of item.files) yield at('file', label);
      for (const { name } of item.images) yield at('file', name);
      return;
    case 'notice':
      yield at('notice', item.text);
      return;
    case 'turn':
      for (const part of state.turns.get(item.turnId)?.parts ?? []) yield* ofPart(item, part, state);
      return;
    case 'cell':
      yield* ofCell(item, state.cells.get(item.cellId));
      return;
    default:
      item satisfies never;
  }
}

function* ofPart(item: Item, part: TurnPart, state: ViewState): Generator<SearchText> {
  const at = (where: Where, text: string): SearchText => ({ item, where, cellId: null, part: null, text });
  switch (part.kind) {
    case 'text':
      yield at('answer', readable(part.text));
      return;
    case 'thinking':
      yield at('thinking', part.text);
      return;
    case 'edit':
      yield at('answer', part.sentence);
      return;
    case 'shown':
      yield at('answer', part.sentence);
      return;
    case 'opaque':
      return;
    case 'profile':
      for (const { path } of part.files) yield at('file', path.split('/').at(-1) ?? path);
      return;
    case 'cell':
      yield* ofCell(item, state.cells.get(part.cellId));
      return;
    default:
      part satisfies never;
  }
}

function* ofCell(item: Item, cell: CellView | undefined): Generator<SearchText> {
  if (cell === undefined || cell.deleted) return;
  const { cellId } = cell;
  const at = (where: Where, text: string, part: SearchText['part'] = null): SearchText => {
    return { item, where, cellId, part, text };
  };
  // Its title is always seen: nothing has to be opened for it.
  yield { ...at('code', cell.purpose), cellId: null };
  yield at('code', cell.code);
  for (const output of cell.outputs) {
    let block = 0;
    for (const text of outputTexts(output)) {
      const part = output.kind === 'stream' ? { buffer: output.text, block } : null;
      block += 1;
      yield at('output', text.includes('\x1b') ? stripAnsi(text) : text, part);
    }
  }
  for (const { name } of cell.artifacts) yield at('file', name);
}

function outputTexts(output: OutputView): readonly string[] {
  switch (output.kind) {
    case 'stream':
      return allBlocks(output.text);
    case 'error':
      return [
        output.traceback.length > 0 ? output.traceback.join('\n') : `${output.ename}: ${output.evalue}`,
      ];
    case 'data': {
      const best = renderings(output.data)[0];
      if (best?.kind === 'markdown') return [readable(best.text)];
      const plain = output.data['text/plain'];
      return typeof plain === 'string' ? [plain] : [];
    }
    default:
      output satisfies never;
      return [];
  }
}

/** Markdown without the marks that the reader does not see. */
export const readable = (markdown: string): string =>
  markdown
    .replaceAll(/!?\[([^\]\n]*)\]\([^)\n]*\)/g, '$1')
    .replaceAll(/^#{1,6} +/gm, '')
    .replaceAll(/\*\*|__|`/g, '')
    .replaceAll(/(^|[\s(])\*(\S[^*\n]*?)\*/g, '$1$2');
