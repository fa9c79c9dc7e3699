/** Why a reply ended, and what that means for the turn. */
import type { ModelReply } from '../models/model.ts';
import type { TurnEnd } from '../shared/events.ts';

export interface CutEnding {
  end: TurnEnd;
  /** Why a cell of this reply did not run. */
  cellReason: string;
}

/**
 * Null when the reply is whole and its calls may run, or when it is a plain answer. Decided by the stop reason,
 * not by what the reply contains: a cut call looks like a whole one.
 */
export function cutEnding(reply: ModelReply): CutEnding | null {
  const { stopReason, content } = reply;
  const hasCalls = content.some((block) => block.type === 'tool_use');
  switch (stopReason.kind) {
    case 'tool_use':
      return hasCalls ? null : limit('The model announced code but sent none. Send a message to go on.');
    case 'end_turn':
    case 'stop_sequence':
      if (hasCalls)
        return { end: { kind: 'finished' }, cellReason: 'The model ended its reply instead of running it.' };
      return null;
    case 'max_tokens':
      return limit('The reply reached its maximum length and was cut; unfinished code was not run.');
    case 'context_window':
      return limit(
        'The conversation is as long as the model can read; the reply was cut. Start a new session to go on.',
      );
    case 'pause_turn':
      return limit('The provider paused the reply. Send a message to go on.');
    case 'refusal': {
      const why = stopReason.explanation?.trim();
      return limit(
        why
          ? `The model declined to answer: ${why}`
          : 'The model declined to answer. Ask in another way, or start a new session.',
        'The model declined to go on.',
      );
    }
    case 'unknown':
      return limit(
        `The reply ended for a reason that is not known here ("${stopReason.value.slice(0, 60)}").`,
      );
  }
}

const limit = (
  sentence: string,
  cellReason = 'The reply was cut before the code was complete.',
): CutEnding => ({
  end: { kind: 'limit', sentence },
  cellReason,
});
