/**
 * One turn: ask the model, run the cells it wrote, give it the results, until it has answered. A function of
 * its arguments: no clock of its own but the monotonic one, no files, no SDK, no editor.
 */
import type { NewSessionEvent, TurnEnd } from '../shared/events.ts';
import type { Message, Model, Usage } from '../models/model.ts';
import type { Tool } from './tools.ts';

/** What a turn may use. The first one reached ends the turn with a sentence; the history stays valid. */
export interface TurnLimits {
  /** Replies of the model. */
  maxSteps: number;
  /** Wall time, a waiting model and running cells included. */
  maxMinutes: number;
  /** Tokens that are paid in full: output, and input that was not read from the prompt cache. */
  maxTokens: number;
}

export const DEFAULT_TURN_LIMITS: TurnLimits = { maxSteps: 40, maxMinutes: 20, maxTokens: 600_000 };

/** Events of a turn; `session_started`, `user_message`, `turn_*` and `notice` are the session's. */
export type TurnEvent = Extract<
  NewSessionEvent,
  {
    type:
      | 'text'
      | 'thinking'
      | 'cell_started'
      | 'cell_code'
      | 'cell_running'
      | 'cell_output'
      | 'cell_done'
      | 'cell_dropped'
      | 'artifact_stored'
      | 'history';
  }
>;

export interface TurnRequest {
  /** Prefix of the ids of this turn's blocks and cells: letters, digits, `-`. */
  turnId: string;
  /** The conversation so far; ends with the user's message. Not changed. */
  messages: readonly Message[];
  system: string;
  tools: readonly Tool[];
  model: Model;
  /** Must not throw. `history` events carry the appended messages, before what follows from them happens. */
  emit(event: TurnEvent): void;
  /** The user's Stop. */
  signal: AbortSignal;
  limits: TurnLimits;
}

export interface TurnOutcome {
  /** To be appended to the conversation; together they are valid input of the next request. */
  messages: Message[];
  end: TurnEnd;
  usage: Usage;
}

/** Never rejects: a failure ends the turn as `{kind: 'failed'}`. */
export async function runTurn(request: TurnRequest): Promise<TurnOutcome> {
  await Promise.resolve(request);
  throw new Error('The body follows.');
}
