/** What the loop knows of a tool. */
import type { ImageBlock, TextBlock, ToolSpec } from '../models/model.ts';
import type { Language } from '../shared/outputs.ts';
import type { TurnEvent } from './loop.ts';
import type { ModelView } from './privacy.ts';

/** What the model gets back for a call. */
export interface ToolOutcome {
  content: (TextBlock | ImageBlock)[];
  isError: boolean;
  /** The same without anything of the user's data; without it only success or failure is told. */
  schemaContent?: TextBlock[] | undefined;
}

/** Code that is about to run. */
export interface Proposal {
  cellId: string;
  language: Language;
  purpose: string;
  code: string;
}

/** `run`: this code, which the user may have changed. */
export type Decision = { kind: 'run'; code: string } | { kind: 'skip' };

export interface CallContext {
  turnId: string;
  callId: string;
  /** Null for a tool that is no cell. */
  cellId: string | null;
  /** Must not throw. */
  emit: (event: TurnEvent) => void;
  signal: AbortSignal;
  /** What the model gets to see of the result; asked when it is there. */
  modelSees: () => ModelView;
}

/** A call whose input is valid. */
export interface ReadyCall {
  ok: true;
  /** The same for calls that do the same: repeated failures are counted by it. */
  key: string;
  /** What the user decides about before it runs; null: nothing to decide, `decided` is then null, too. */
  code: { purpose: string; code: string } | null;
  /**
   * Emits the call's events. Failure of the user's code, or of what the model asked for, is an outcome.
   * @param decided the code that runs.
   * @throws Failure when the sandbox is lost; the call's events have been completed then, too.
   */
  run(context: CallContext, decided: string | null): Promise<ToolOutcome>;
}

export interface Tool {
  readonly spec: ToolSpec;
  /** A cell of this language is shown while its input is typed; null: the tool shows what it did by an event of its own. */
  readonly language: Language | null;
  /** The call, or a sentence for the model about what is wrong with its input. */
  prepare(input: unknown): ReadyCall | { ok: false; problem: string };
}
