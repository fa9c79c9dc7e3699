/** The built-in analyst: a model that is a program. It needs no network and no key, and knows fixed steps only. */
import {
  NO_USAGE,
  type AssistantBlock,
  type Model,
  type ModelEvent,
  type ModelReply,
  type ModelRequest,
} from '../model.ts';
import { callId, currentTurn } from './history.ts';
import { nextAction, type Action } from './script.ts';
import { scriptFor } from './flows/scriptFor.ts';
import { typeInput, typeText } from './stream.ts';

export const ANALYST_ID = 'analyst';
export const ANALYST_LABEL = 'Built-in analyst: fixed steps, no language model';

export interface AnalystOptions {
  /** How long a reply takes to appear, text and code together; 0 for tests. */
  typingMs?: number;
}

/** A stateless model: each reply follows from the messages alone. */
export function createAnalyst({ typingMs = 300 }: AnalystOptions = {}): Model {
  return {
    id: ANALYST_ID,
    label: ANALYST_LABEL,
    provider: null,
    reply: async (request, onEvent, signal) => reply(request, onEvent, signal, typingMs),
  };
}

/** Where nothing may run, the next step is told instead. */
function planned(action: Action, toolChoice: ModelRequest['toolChoice']): Action {
  if (toolChoice === 'auto' || action.kind === 'end') return action;
  const { purpose } = action.cell;
  const say =
    `1. ${purpose}\n2. Choose the next fixed steps by what that shows, and run them\n3. Sum up what came out\n\n` +
    'Nothing has run yet. The built-in analyst has fixed steps: its plan cannot be changed.';
  return { kind: 'end', say };
}

async function reply(
  request: ModelRequest,
  onEvent: (event: ModelEvent) => void,
  signal: AbortSignal,
  typingMs: number,
): Promise<ModelReply> {
  signal.throwIfAborted();
  const turn = currentTurn(request.messages);
  const action: Action =
    turn === null
      ? { kind: 'end', say: 'Name a data file to analyse.' }
      : planned(nextAction(scriptFor(turn), turn.steps), request.toolChoice);
  const say = action.kind === 'cell' ? action.cell.say : action.say;
  const content: AssistantBlock[] = [];
  if (say !== '') {
    content.push({ type: 'text', text: say });
    await typeText(say, 0, typingMs / 3, onEvent, signal);
  }
  if (action.kind === 'cell') {
    const { key, purpose, code } = action.cell;
    const place = { index: content.length, id: callId(request.messages, key) };
    const input = { purpose, code };
    onEvent({ type: 'tool_use', ...place, name: 'python' });
    await typeInput(input, place, (typingMs * 2) / 3, onEvent, signal);
    content.push({ type: 'tool_use', id: place.id, name: 'python', input });
  }
  return {
    content,
    stopReason: { kind: action.kind === 'cell' ? 'tool_use' : 'end_turn' },
    usage: { ...NO_USAGE },
  };
}
