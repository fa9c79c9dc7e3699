/** Why a reply ended, and what that means for the turn. */
import type { AssistantBlock, ModelReply } from '../models/model.ts';
import type { TurnEnd } from '../shared/events.ts';
import { t } from '../shared/l10n.ts';

/** `cellReason`: why a cell of this reply did not run. */
export type Verdict =
  /** Whole, and its calls may run. */
  | { kind: 'run' }
  /** Whole, and the end of the turn. */
  | { kind: 'answered' }
  /** The provider paused its own tools: sent back as it is, it goes on. */
  | { kind: 'paused'; end: TurnEnd }
  /** Cut at its maximum length; told so by `note`, the model can go on. `end`: when it was told often enough. */
  | { kind: 'cut'; cellReason: string; note: string; end: TurnEnd }
  /** There was no room left for the reply. `end`: when nothing can be shortened any more. */
  | { kind: 'no_room'; cellReason: string; end: TurnEnd }
  /** The turn is left out of the conversation: with it, the next question would be refused as well. */
  | { kind: 'refused'; cellReason: string; end: TurnEnd }
  | { kind: 'ended'; cellReason: string; end: TurnEnd };

const cut = () => t('The reply was cut before the code was complete.');

/**
 * Decided by the stop reason, not by what the reply contains: a cut call looks like a whole one.
 * @param reply of which only `run` may be acted on.
 */
export function verdictOn({ stopReason, content }: ModelReply): Verdict {
  const hasCalls = content.some(({ type }) => type === 'tool_use');
  switch (stopReason.kind) {
    case 'tool_use':
      return hasCalls
        ? { kind: 'run' }
        : ended(t('The model announced code but sent none. Send a message to go on.'));
    case 'end_turn':
    case 'stop_sequence': {
      const cellReason = t('The model ended its reply instead of running it.');
      if (hasCalls) return { kind: 'ended', end: { kind: 'finished' }, cellReason };
      return content.some(says)
        ? { kind: 'answered' }
        : ended(t('The model ended its turn without an answer. Ask it what it found, or to go on.'));
    }
    case 'max_tokens':
      return {
        kind: 'cut',
        cellReason: cut(),
        note: hasCalls
          ? 'Your reply reached its maximum length inside a call. The call was not run, and nothing of it is kept. Do the work in several shorter calls.'
          : 'Your reply reached its maximum length and was cut. Go on from where it ends, and be brief.',
        end: limit(t('The reply reached its maximum length and was cut; unfinished code was not run.')),
      };
    case 'context_window':
      return {
        kind: 'no_room',
        cellReason: cut(),
        end: limit(
          t(
            'The conversation is as long as the model can read; the reply was cut. Start a new session to go on.',
          ),
        ),
      };
    case 'pause_turn': {
      const sentence = t('The provider paused the reply. Send a message to go on.');
      return hasCalls ? ended(sentence) : { kind: 'paused', end: limit(sentence) };
    }
    case 'refusal':
      return {
        kind: 'refused',
        cellReason: t('The model declined to go on.'),
        end: {
          ...limit(refusalSentence(stopReason.category, stopReason.explanation?.trim() ?? '')),
          leftOut: true,
        },
      };
    case 'unknown':
      return ended(
        t`The reply ended for a reason that is not known here ("${stopReason.value.slice(0, 60)}"). Send a message to go on.`,
      );
  }
}

/** The user gets to see something of it. */
export const says = (block: AssistantBlock): boolean =>
  block.type === 'opaque' || (block.type === 'text' && block.text.trim() !== '');

function refusalSentence(category: string | null, explanation: string): string {
  const about = category === null ? '' : ` (${category.slice(0, 60)})`;
  const why = /[.!?]$/.test(explanation) ? explanation : `${explanation}.`;
  return explanation === ''
    ? t`The model declined to answer${about}. This question is left out of what it reads from now on; ask in another way.`
    : t`The model declined to answer${about}: ${why} This question is left out of what it reads from now on; ask in another way.`;
}

const limit = (sentence: string): Extract<TurnEnd, { kind: 'limit' }> => ({ kind: 'limit', sentence });
const ended = (sentence: string): Verdict => ({ kind: 'ended', end: limit(sentence), cellReason: cut() });
