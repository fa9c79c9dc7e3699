/**
 * A model that goes in circles: the same call that fails again and again, the same unusable input, the same tool
 * that does not exist. First the model is told; when that does not help, the turn ends.
 */
import { t } from '../shared/l10n.ts';

/** From this many on, the model is told. */
const TELL_AT = 5;
/** The turn ends with so many, if nothing has worked in between: tests that fail after each edit go on. */
const END_AT = 8;

/** What failed, for the model and for the user. */
export type Mistake =
  /** `title`: what the user reads above the cell, or nothing. */
  | { kind: 'failed'; tool: string; call: string; title: string }
  | { kind: 'bad_input'; tool: string; problem: string }
  | { kind: 'unknown_tool'; tool: string };

export interface Counted {
  /** For the model, behind the call's result; empty: nothing to say. */
  note: string;
  /** For the user: why the turn ends; null: it goes on. */
  end: string | null;
}

export class Repeats {
  /** Since the same call last worked. */
  private readonly all = new Map<string, number>();
  /** Since anything last worked. */
  private readonly row = new Map<string, number>();

  worked(tool: string, call: string): void {
    this.all.delete(keyOf({ kind: 'failed', tool, call, title: '' }));
    this.row.clear();
  }

  failed(mistake: Mistake): Counted {
    const key = keyOf(mistake);
    const count = more(this.all, key);
    const inRow = more(this.row, key);
    if (inRow >= END_AT) return { note: 'The turn ends here, because of that.', end: endOf(mistake, inRow) };
    if (count < TELL_AT) return { note: '', end: null };
    const left = inRow < TELL_AT ? '' : ` The turn ends if it happens ${times(END_AT - inRow)} more.`;
    return { note: `Note: ${adviceOn(mistake, count)}${left}`, end: null };
  }
}

function more(counts: Map<string, number>, key: string): number {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count;
}

function keyOf(mistake: Mistake): string {
  switch (mistake.kind) {
    case 'failed':
      return JSON.stringify([mistake.kind, mistake.tool, mistake.call]);
    case 'bad_input':
      return JSON.stringify([mistake.kind, mistake.tool, mistake.problem]);
    case 'unknown_tool':
      return JSON.stringify([mistake.kind, mistake.tool]);
  }
}

function adviceOn(mistake: Mistake, count: number): string {
  switch (mistake.kind) {
    case 'failed':
      return `exactly this call has now failed ${count} times in this turn. It will fail again: do something else, or tell the user what does not work.`;
    case 'bad_input':
      return `the input of ${mistake.tool} has now been wrong in the same way ${count} times in this turn. Send it as described above, do it with another tool, or tell the user what does not work.`;
    case 'unknown_tool':
      return `this tool has now been called ${count} times in this turn, and it does not exist. Use one of the tools named above, or answer without it.`;
  }
}

function endOf(mistake: Mistake, count: number): string {
  const goOn = t('Send a message that says what to do differently.');
  switch (mistake.kind) {
    case 'failed': {
      const title = mistake.title.trim();
      return title === ''
        ? t`The turn was ended: the same ${mistake.tool} step failed ${count} times in a row. ${goOn}`
        : t`The turn was ended: the same ${mistake.tool} step ("${title}") failed ${count} times in a row. ${goOn}`;
    }
    case 'bad_input':
      return t`The turn was ended: the model sent the same unusable input for ${mistake.tool} ${count} times in a row. ${goOn}`;
    case 'unknown_tool':
      return t`The turn was ended: the model called a tool that does not exist (${mistake.tool}) ${count} times in a row. ${goOn}`;
  }
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
