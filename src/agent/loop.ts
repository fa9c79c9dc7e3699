/**
 * One turn: ask the model, run the cells it wrote, give it the results, until it has answered. A function of
 * its arguments: no clock of its own but the monotonic one, no files, no SDK, no editor.
 */
import { Failure, unexpected, viewOf } from '../failures.ts';
import type {
  AssistantBlock,
  Effort,
  Message,
  Model,
  ModelReply,
  TextBlock,
  ToolResultBlock,
  ToolUseBlock,
  Usage,
} from '../models/model.ts';
import type { NewSessionEvent, TurnEnd } from '../shared/events.ts';
import { shortened, toRequestMessages } from './history.ts';
import { StepView } from './stepView.ts';
import { cutEnding } from './stopReasons.ts';
import { runCalls } from './toolCalls.ts';
import type { Decision, Proposal, Tool } from './tool.ts';

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

/** Code runs without anybody being asked. */
export const UNATTENDED: Pick<TurnRequest, 'toolChoice' | 'effort' | 'decide' | 'onRequest'> = {
  toolChoice: 'auto',
  effort: null,
  decide: async ({ code }) => Promise.resolve({ kind: 'run', code }),
  onRequest: () => undefined,
};

/** Length of one reply; code and thinking included. */
const MAX_REPLY_TOKENS = 32_000;

/** Events of a turn; `session_started`, `user_message`, `turn_*` and `notice` are the session's. */
export type TurnEvent = Extract<
  NewSessionEvent,
  {
    type:
      | 'text'
      | 'thinking'
      | 'cell_started'
      | 'cell_code'
      | 'cell_waiting'
      | 'cell_running'
      | 'cell_output'
      | 'cell_done'
      | 'cell_dropped'
      | 'artifact_stored'
      | 'file_edit'
      | 'output_shown'
      | 'blocks_dropped'
      | 'model_waiting'
      | 'answer_checked'
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
  /** `none`: the model may talk about what it would run, and runs nothing. */
  toolChoice: 'auto' | 'none';
  effort: Effort | null;
  /** Asked before code runs; rejects only when the signal is aborted. */
  decide: (proposal: Proposal, signal: AbortSignal) => Promise<Decision>;
  /** Gets the body of each request before it is sent. Must not throw. */
  onRequest: (body: unknown) => void;
  /** Must not throw. `history` events carry the appended messages, before what follows from them happens. */
  emit: (event: TurnEvent) => void;
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
  const outcome: Omit<TurnOutcome, 'end'> = {
    messages: [],
    usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
  };
  const timeUp = new AbortController();
  const timer = setTimeout(() => timeUp.abort(), request.limits.maxMinutes * 60_000);
  const turn: Turn = {
    ...request,
    outcome,
    stop: AbortSignal.any([request.signal, timeUp.signal]),
    failures: new Map(),
    reading: 'whole',
  };
  try {
    let end: TurnEnd | null = null;
    for (let step = 1; end === null; step += 1)
      end = limitReached(turn, step) ?? (await takeStep(turn, step));
    return { ...outcome, end };
  } catch (error) {
    return { ...outcome, end: failed(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** The request with what the turn knows on its way. */
export interface Turn extends TurnRequest {
  outcome: Omit<TurnOutcome, 'end'>;
  /** The user's Stop, or the turn's time is up. */
  stop: AbortSignal;
  /** Code that failed → how often, to tell a model that goes in circles. */
  failures: Map<string, number>;
  /** `shortened`: the conversation was too long for the model, older results go in short form. */
  reading: 'whole' | 'shortened';
}

const failed = (error: unknown): TurnEnd => ({ kind: 'failed', failure: viewOf(unexpected(error)) });

/** Why the turn ends after an abort. */
function stopped({ signal, limits }: Turn): TurnEnd {
  if (signal.aborted) return { kind: 'stopped' };
  return {
    kind: 'limit',
    sentence: `The turn was ended after ${limits.maxMinutes} minutes, its time limit. Send a message to go on.`,
  };
}

function limitReached({ limits, outcome }: Turn, step: number): TurnEnd | null {
  const { inputTokens, outputTokens, cacheWriteTokens } = outcome.usage;
  const tokens = inputTokens + outputTokens + cacheWriteTokens;
  const reached =
    step > limits.maxSteps
      ? `${limits.maxSteps} steps`
      : tokens >= limits.maxTokens
        ? `${tokens.toLocaleString('en-US')} tokens`
        : null;
  if (reached === null) return null;
  return {
    kind: 'limit',
    sentence: `The turn was ended after ${reached}, its limit. Send a message to go on.`,
  };
}

/** Appends to the conversation and to the log. */
export function append(turn: Turn, message: Message): void {
  if (message.content.length === 0) return;
  turn.outcome.messages.push(message);
  turn.emit({ type: 'history', messages: [message] });
}

/** One reply and its cells. Null: the model wants to go on. */
async function takeStep(turn: Turn, step: number): Promise<TurnEnd | null> {
  if (turn.stop.aborted) return stopped(turn);
  const view = new StepView(`${turn.turnId}-s${step}`, turn.turnId, turn.tools, turn.emit);
  let reply: ModelReply;
  try {
    reply = await askModel(turn, view);
  } catch (error) {
    return unfinished(turn, view, error);
  }
  addUsage(turn.outcome.usage, reply.usage);
  const cut = cutEnding(reply);
  if (cut !== null) {
    view.dropAll(cut.cellReason);
    append(turn, { role: 'assistant', content: withoutCalls(reply.content) });
    return cut.end;
  }
  const content = withUniqueIds(turn, step, reply.content);
  append(turn, { role: 'assistant', content });
  const calls = content.filter((block): block is ToolUseBlock => block.type === 'tool_use');
  if (calls.length === 0) return { kind: 'finished' };
  const { results, failure } = await runCalls(turn, view, calls);
  append(turn, { role: 'user', content: results });
  if (failure !== null) return failed(failure);
  return turn.stop.aborted ? stopped(turn) : null;
}

async function askModel(turn: Turn, view: StepView): Promise<ModelReply> {
  let reply: ModelReply;
  try {
    reply = await requestReply(turn, view);
  } catch (error) {
    const isTooLong = error instanceof Failure && error.code === 'conversation-too-long';
    if (!isTooLong || turn.reading === 'shortened') throw error;
    turn.reading = 'shortened';
    reply = await requestReply(turn, view);
  }
  // A reply that was complete when Stop came must not run: the user does not expect more to happen.
  turn.stop.throwIfAborted();
  return reply;
}

async function requestReply(turn: Turn, view: StepView): Promise<ModelReply> {
  const messages = toRequestMessages([...turn.messages, ...turn.outcome.messages]);
  return turn.model.reply(
    {
      system: turn.system,
      messages: turn.reading === 'shortened' ? shortened(messages) : messages,
      tools: turn.tools.map(({ spec }) => spec),
      toolChoice: turn.toolChoice,
      effort: turn.effort,
      maxTokens: MAX_REPLY_TOKENS,
    },
    (event) => {
      if (event.type === 'request') turn.onRequest(event.body);
      else if (!turn.stop.aborted) view.onModelEvent(event);
    },
    turn.stop,
  );
}

/** A reply that was stopped or broken off: what was said stays, cells that were being written go. */
function unfinished(turn: Turn, view: StepView, error: unknown): TurnEnd {
  const wasStopped = turn.stop.aborted;
  view.dropAll(
    wasStopped ? 'Stopped before it was complete.' : 'The reply broke off before it was complete.',
  );
  append(turn, { role: 'assistant', content: view.partialText() });
  return wasStopped ? stopped(turn) : failed(error);
}

/** Text only: thinking without its call, and calls that do not run, would not be valid later. */
const withoutCalls = (content: readonly AssistantBlock[]): TextBlock[] =>
  content.filter((block): block is TextBlock => block.type === 'text' && block.text.trim() !== '');

/** Ids pair calls with results for the whole conversation; an empty or repeated one is replaced. */
function withUniqueIds(turn: Turn, step: number, content: readonly AssistantBlock[]): AssistantBlock[] {
  const taken = new Set(
    [...turn.messages, ...turn.outcome.messages].flatMap((message) =>
      message.role === 'assistant'
        ? message.content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []))
        : [],
    ),
  );
  return content.map((block, index) => {
    if (block.type !== 'tool_use') return block;
    const id = block.id === '' || taken.has(block.id) ? `${turn.turnId}-s${step}-call-${index}` : block.id;
    taken.add(id);
    return { ...block, id };
  });
}

function addUsage(total: Usage, more: Usage): void {
  total.inputTokens += more.inputTokens;
  total.outputTokens += more.outputTokens;
  total.cacheReadTokens += more.cacheReadTokens;
  total.cacheWriteTokens += more.cacheWriteTokens;
}

/** Results of a step's calls, one for each; `failure`: the sandbox was lost on the way. */
export interface CallResults {
  results: ToolResultBlock[];
  failure: Failure | null;
}
