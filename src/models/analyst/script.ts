/** A turn as a script: a generator that asks for cells and gets their results, replayed from the history. */
import type { StepResult } from './history.ts';

export interface Cell {
  /** Place in the script; letters, digits and hyphens. */
  key: string;
  /** Markdown said before the cell. */
  say: string;
  /** One short line for the user. */
  purpose: string;
  code: string;
}

/** Returns the closing words of the turn, in Markdown. */
export type Script = Generator<Cell, string, StepResult>;
/** A part of a script that asks for cells and hands back something of its own. */
export type Part<Result> = Generator<Cell, Result, StepResult>;

export type Action = { kind: 'cell'; cell: Cell } | { kind: 'end'; say: string };

/** What comes next, after the steps that have already run. */
export function nextAction(script: Script, steps: readonly StepResult[]): Action {
  let state = script.next();
  for (const step of steps) {
    if (state.done === true || state.value.key !== step.key) break;
    state = script.next(step);
  }
  return state.done === true ? { kind: 'end', say: state.value } : { kind: 'cell', cell: state.value };
}
