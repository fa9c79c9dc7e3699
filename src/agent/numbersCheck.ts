/**
 * Looks up the figures of an answer in what the cells really gave. Nothing is changed or hidden: the panel links a
 * figure to its cell, and says of a figure that none has it.
 *
 * A figure is found when an output has a number that rounds to it (37.6 % is also 0.3758), when the code of a cell has
 * it, or when it follows from figures beside it or from a small output (see `derive.ts`). A figure of the user's own
 * question is neither linked nor marked. Small whole numbers and years are linked when they are found beside their
 * noun, and never marked: "3 charts" is about the answer.
 */
import type { Message } from '../models/model.ts';
import type { CheckedNumber, NewSessionEvent } from '../shared/events.ts';
import { checkClaims, filesOfTurn } from './claims/claimsCheck.ts';
import type { TurnEvent } from './loop.ts';
import { figuresOf, type Figure } from './numbers/answerFigures.ts';
import { derivedFrom, type Cited } from './numbers/derive.ts';
import { NumberIndex } from './numbers/numberIndex.ts';
import { numbersOfCell, numbersOfText, type CellSource, type OutputNumbers } from './numbers/sources.ts';

export interface NumberSources {
  /** Cells of this turn, in order. */
  cells: readonly CellSource[];
  /** Cells of earlier turns. */
  earlier: readonly CellSource[];
  /** What the user wrote. */
  question: string;
}

/** What comes after that in one block is not judged: nobody writes so much, and a turn must end soon. */
const MAX_CHARS = 20_000;
const MAX_FIGURES = 400;
/** Of an output, for a count beside its noun. */
const MAX_SEARCHED = 20_000;

/** Figures of one text block. Those that cannot be judged are left out. */
export function checkNumbers(text: string, sources: NumberSources): CheckedNumber[] {
  const figures = figuresOf(text.slice(0, MAX_CHARS)).slice(0, MAX_FIGURES);
  if (figures.length === 0) return [];
  const outputs = sources.cells.flatMap(numbersOfCell);
  const isAsked = (figure: Figure): boolean => asked.find(figure) !== null;
  const asked = new NumberIndex(numbersOfText(sources.question, ''));
  const found = directly(figures, sources, outputs);
  const checked = figures.flatMap((figure): CheckedNumber[] => {
    const { start, end } = figure;
    const direct = found.get(figure);
    if (figure.weight === 'count') {
      const cellId = countedIn(figure, outputs);
      return cellId === null ? [] : [{ start, end, cellId }];
    }
    if (direct !== undefined) return [{ start, end, cellId: direct.cellId }];
    if (figure.hedge === 'open' || isAsked(figure)) return [];
    const cellId = derivedFrom(figure, paragraphOf(text, figure, found), [...found.values()], outputs);
    return [{ start, end, cellId }];
  });
  return checked;
}

/** Each source in turn: this turn's outputs, earlier outputs, then the code's own literals. */
function directly(
  figures: readonly Figure[],
  { cells, earlier }: NumberSources,
  outputs: readonly OutputNumbers[],
): Map<Figure, Cited> {
  const found = new Map<Figure, Cited>();
  const search = (numbers: () => ReturnType<typeof numbersOfText>): void => {
    const missing = figures.filter((figure) => !found.has(figure));
    if (missing.length === 0) return;
    const index = new NumberIndex(numbers());
    for (const figure of missing) {
      const number = index.find(figure);
      if (number === null) continue;
      const value = number.sign === -1 ? -number.value : number.value;
      found.set(figure, { figure, value, cellId: number.cellId });
    }
  };
  search(() => outputs.flatMap(({ numbers }) => numbers));
  search(() => earlier.flatMap((cell) => numbersOfCell(cell).flatMap(({ numbers }) => numbers)));
  search(() => cells.flatMap(({ code, cellId }) => numbersOfText(code, cellId)));
  return found;
}

/** A count belongs to an output that has it beside its noun: "5 outliers", "outliers: 5". */
function countedIn(figure: Figure, outputs: readonly OutputNumbers[]): string | null {
  if (figure.noun.length < 3) return null;
  const noun = figure.noun.replace(/s$/, '');
  const written = String(figure.readings[0]?.value ?? '');
  const beside = new RegExp(
    String.raw`(?<![\d.,])${written}\s{1,3}${noun}|(?<!\p{L})${noun}\p{L}{0,2}\s*[:=]?\s*${written}(?![\d.,]*\d)`,
    'iu',
  );
  return outputs.findLast(({ text }) => beside.test(text.slice(0, MAX_SEARCHED)))?.cellId ?? null;
}

/** Found figures of the same paragraph, list item or table. */
function paragraphOf(text: string, figure: Figure, found: ReadonlyMap<Figure, Cited>): Cited[] {
  const from = text.lastIndexOf('\n\n', figure.digitsStart);
  const next = text.indexOf('\n\n', figure.digitsStart);
  const to = next === -1 ? text.length : next;
  return [...found.values()].filter(({ figure: { digitsStart } }) => digitsStart > from && digitsStart < to);
}

/** Cells that ran, with their outputs, from a log or a part of it. */
export function cellSources(events: readonly NewSessionEvent[]): CellSource[] {
  const cells = new Map<string, CellSource & { outputs: CellSource['outputs'][number][] }>();
  for (const event of events) {
    if (event.type === 'cell_running') {
      cells.set(event.cellId, { cellId: event.cellId, code: event.code, outputs: [], result: null });
    } else if (event.type === 'cell_output') {
      cells.get(event.cellId)?.outputs.push(event.output);
    } else if (event.type === 'cell_done') {
      const cell = cells.get(event.cellId);
      if (cell !== undefined) cell.result = event.result;
    }
  }
  return [...cells.values()];
}

/** The text blocks that follow the turn's last cell: its answer. */
function answerBlocks(events: readonly TurnEvent[]): Map<string, string> {
  const blocks = new Map<string, string>();
  for (const event of events) {
    if (event.type === 'cell_started') blocks.clear();
    else if (event.type === 'text')
      blocks.set(event.blockId, (blocks.get(event.blockId) ?? '') + event.delta);
    else if (event.type === 'blocks_dropped') for (const id of event.blockIds) blocks.delete(id);
  }
  return blocks;
}

/** What the user asked last, files and notes included: everything behind the last answer. */
export const questionOf = (messages: readonly Message[]): string =>
  messages
    .slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1)
    .flatMap(({ content }) => content.flatMap((block) => (block.type === 'text' ? [block.text] : [])))
    .join('\n');

interface Watched {
  turnId: string;
  emit: (event: TurnEvent) => void;
  /** The log before this turn. */
  earlier?: readonly NewSessionEvent[];
}

/**
 * Listens to a turn; `check` emits, for each text block of its answer, `answer_checked` when it has figures and
 * `claims_checked` when it says of files what is not so.
 */
export function watchAnswer({ turnId, emit, earlier = [] }: Watched): {
  emit: (event: TurnEvent) => void;
  check: (question: string) => void;
} {
  // The log goes on while the turn runs.
  const before = [...earlier];
  const events: TurnEvent[] = [];
  return {
    emit: (event) => {
      if (event.type !== 'history' && event.type !== 'thinking' && event.type !== 'cell_code')
        events.push(event);
      emit(event);
    },
    check: (question) => {
      const sources = { cells: cellSources(events), earlier: cellSources(before), question };
      const files = filesOfTurn(events, before);
      // Without any output there is nothing to look a figure up in.
      const hasOutputs = sources.cells.length + sources.earlier.length > 0;
      for (const [blockId, text] of answerBlocks(events)) {
        const claimed = checkClaims(text, files, question);
        if (claimed.length > 0) emit({ type: 'claims_checked', turnId, blockId, files: claimed });
        if (!hasOutputs) continue;
        const numbers = checkNumbers(text, sources);
        if (numbers.length > 0) emit({ type: 'answer_checked', turnId, blockId, numbers });
      }
    },
  };
}
