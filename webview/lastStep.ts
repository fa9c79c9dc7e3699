/** Whether an answer stands on a step that did not work. Pure. */
import { failedStepWords } from '../src/shared/answerNotes.ts';
import { type CellView, type TurnPart, type TurnView, type ViewState } from './state.ts';

export interface FailedStep {
  cell: CellView;
  /** The first text after it: the answer. */
  answer: TurnPart;
  /** `The last step failed`, without the step's title. */
  words: string;
}

const ENDED = ['ok', 'error', 'interrupted', 'timeout', 'killed', 'dropped'] as const;

function wordsFor({ phase }: CellView): string | null {
  const ended = ENDED.find((each) => each === phase);
  return ended === undefined ? null : failedStepWords(ended);
}

/** Null: the turn goes on or ended otherwise, its last cell went well, or nothing was said after it. */
export function failedLastStep(turn: TurnView, cells: ViewState['cells']): FailedStep | null {
  if (turn.end?.kind !== 'finished') return null;
  const at = turn.parts.findLastIndex((part) => part.kind === 'cell' && cells.get(part.cellId)?.own !== true);
  const last = turn.parts[at];
  const cell = last?.kind === 'cell' ? cells.get(last.cellId) : undefined;
  const answer = turn.parts.slice(at + 1).find((part) => part.kind === 'text' && part.text.trim() !== '');
  const words = cell === undefined ? null : wordsFor(cell);
  if (cell === undefined || answer === undefined || words === null) return null;
  return { cell, answer, words };
}
