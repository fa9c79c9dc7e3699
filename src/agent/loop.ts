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
  UserBlock,
} from '../models/model.ts';
import { encodeNote } from '../models/blocks.ts';
import { addUsage, NO_USAGE } from '../models/model.ts';
import type { Price } from '../models/prices.ts';
import type { NewSessionEvent, TurnEnd } from '../shared/events.ts';
import type { Privacy } from '../shared/protocol.ts';
import {
  DEFAULT_TURN_LIMITS,
  NO_SESSION_LIMITS,
  usedUp,
  type SessionBudget,
  type TurnLimits,
} from './budget.ts';
import {
  DEFAULT_WINDOW_TOKENS,
  fitHistory,
  tokensIn,
  windowBelow,
  type FittedHistory,
} from './compaction.ts';
import { withUsableCalls } from './callNames.ts';
import { mark, visibleMessages } from './privacy.ts';
import { questionOf, watchAnswer } from './numbersCheck.ts';
import { Repeats } from './repeats.ts';
import { StepView } from './stepView.ts';
import { verdictOn, type Verdict } from './stopReasons.ts';
import { runCalls } from './toolCalls.ts';
import type { Decision, Proposal, Tool } from './tool.ts';
import { t } from '../shared/l10n.ts';

export { DEFAULT_TURN_LIMITS, type TurnLimits };

/** Code runs without anybody being asked, and the model sees what comes out. */
export const UNATTENDED: Pick<
  TurnRequest,
  'toolChoice' | 'effort' | 'decide' | 'onRequest' | 'privacy' | 'released' | 'price' | 'session'
> = {
  toolChoice: 'auto',
  effort: null,
  decide: async ({ code }) => Promise.resolve({ kind: 'run', code }),
  onRequest: () => undefined,
  privacy: () => 'full',
  released: async () => Promise.resolve([]),
  price: null,
  session: { limits: NO_SESSION_LIMITS, spent: { tokens: 0, dollars: 0 } },
};

/** Length of one reply; code and thinking included. */
const MAX_REPLY_TOKENS = 32_000;
/** A timer that is set to more goes off at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** In one turn: how often a paused reply is asked to go on, a cut one to be shorter. */
const MAX_PAUSES = 5;
const MAX_CUTS = 2;

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
      | 'opaque_block'
      | 'blocks_dropped'
      | 'model_waiting'
      | 'answer_checked'
      | 'claims_checked'
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
  /** What the model may see; asked at each request and each result. */
  privacy: () => Privacy;
  /** Results that the user has released since it was asked last, for the next request. */
  released: () => Promise<UserBlock[]>;
  /** Must not throw. `history` events carry the appended messages, before what follows from them happens. */
  emit: (event: TurnEvent) => void;
  /** The user's Stop. */
  signal: AbortSignal;
  limits: TurnLimits;
  /** Of the model; null: not known, and dollars are not counted. */
  price: Price | null;
  session: SessionBudget;
  /** The log before this turn: an answer may repeat a figure of it. Absent: there is none. */
  earlier?: readonly NewSessionEvent[];
}

export interface TurnOutcome {
  /** To be appended to the conversation; together they are valid input of the next request. */
  messages: Message[];
  end: TurnEnd;
  usage: Usage;
  /** Replies of the model. */
  steps: number;
}

/** Never rejects: a failure ends the turn as `{kind: 'failed'}`. */
export async function runTurn(request: TurnRequest): Promise<TurnOutcome> {
  const outcome: Omit<TurnOutcome, 'end'> = {
    messages: [],
    usage: { ...NO_USAGE },
    steps: 0,
  };
  const timeUp = new AbortController();
  const timeMs = Math.min(request.limits.maxMinutes * 60_000, LONGEST_TIMER_MS);
  const timer = setTimeout(() => timeUp.abort(), timeMs);
  const answer = watchAnswer(request);
  const turn: Turn = {
    ...request,
    emit: answer.emit,
    outcome,
    stop: AbortSignal.any([request.signal, timeUp.signal]),
    repeats: new Repeats(),
    windowTokens: null,
    asked: 'full',
    pauses: 0,
    resumes: false,
    cuts: 0,
    shortenings: 0,
  };
  try {
    let end: TurnEnd | null = null;
    for (let step = 1; end === null; step += 1) end = limitReached(turn) ?? (await takeStep(turn, step));
    answer.check(questionOf(request.messages));
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
  repeats: Repeats;
  /** What the model reads in one request, once it is known. */
  windowTokens: { value: number | null } | null;
  /** The setting of the last request: what the model has said since came to be under it. */
  asked: Privacy;
  pauses: number;
  /** The last reply was paused: it goes back without a user's message behind it. */
  resumes: boolean;
  cuts: number;
  shortenings: number;
}

const failed = (error: unknown): TurnEnd => ({ kind: 'failed', failure: viewOf(unexpected(error)) });

/** Why the turn ends after an abort. */
function stopped({ signal, limits }: Turn): TurnEnd {
  if (signal.aborted) return { kind: 'stopped' };
  return {
    kind: 'limit',
    sentence:
      limits.maxMinutes === 1
        ? t('The turn was ended after 1 minute, its time limit. Send a message to go on.')
        : t`The turn was ended after ${limits.maxMinutes} minutes, its time limit. Send a message to go on.`,
  };
}

function limitReached(turn: Turn): TurnEnd | null {
  const sentence = usedUp(turn, turn.outcome.steps, turn.outcome.usage);
  return sentence === null ? null : { kind: 'limit', sentence };
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
  view.complete(reply);
  turn.resumes = false;
  turn.outcome.usage = addUsage(turn.outcome.usage, reply.usage);
  turn.outcome.steps = step;
  const { inputTokens, cacheReadTokens, cacheWriteTokens } = reply.usage;
  const asked = { inputTokens: inputTokens + cacheReadTokens + cacheWriteTokens, ...mark(turn.asked) };
  const verdict = verdictOn(reply);
  if (verdict.kind !== 'run') return notRun(turn, view, reply, verdict, asked);
  const content = withUsableCalls(
    reply.content,
    [...turn.messages, ...turn.outcome.messages],
    `${turn.turnId}-s${step}`,
  );
  append(turn, { role: 'assistant', content, ...asked });
  const calls = content.filter((block): block is ToolUseBlock => block.type === 'tool_use');
  const { results, failure, circling, privacy } = await runCalls(turn, view, calls);
  append(turn, { role: 'user', content: [...results, ...(await turn.released())], ...mark(privacy) });
  if (failure !== null) return failed(failure);
  if (turn.stop.aborted) return stopped(turn);
  return circling === null ? null : { kind: 'limit', sentence: circling };
}

/** What follows from a reply whose calls, if it has any, must not run. Null: the model is asked again. */
function notRun(
  turn: Turn,
  view: StepView,
  reply: ModelReply,
  verdict: Exclude<Verdict, { kind: 'run' }>,
  asked: Pick<Message, 'inputTokens' | 'privacy'>,
): TurnEnd | null {
  const said = (): void =>
    append(turn, { role: 'assistant', content: withoutCalls(reply.content), ...mark(turn.asked) });
  switch (verdict.kind) {
    case 'answered':
      append(turn, { role: 'assistant', content: reply.content, ...asked });
      return { kind: 'finished' };
    case 'paused':
      turn.pauses += 1;
      turn.resumes = true;
      append(turn, { role: 'assistant', content: reply.content, ...asked });
      return turn.pauses > MAX_PAUSES ? verdict.end : null;
    case 'cut':
      turn.cuts += 1;
      view.dropAll(verdict.cellReason);
      said();
      if (turn.cuts > MAX_CUTS) return verdict.end;
      append(turn, { role: 'user', content: [encodeNote(verdict.note)], ...mark(turn.asked) });
      return null;
    case 'no_room': {
      const { inputTokens = 0 } = asked;
      turn.shortenings += 1;
      if (turn.shortenings > 1 || inputTokens === 0) {
        view.dropAll(verdict.cellReason);
        said();
        return verdict.end;
      }
      view.restart(verdict.cellReason);
      narrowWindow(turn, inputTokens);
      return null;
    }
    case 'refused':
    case 'ended':
      view.dropAll(verdict.cellReason);
      said();
      return verdict.end;
  }
}

/** The model reads less than its provider said, or tokens were estimated too low. */
function narrowWindow(turn: Turn, tokens: number): number {
  const value = Math.min(turn.windowTokens?.value ?? Infinity, windowBelow(tokens));
  turn.windowTokens = { value };
  return value;
}

async function askModel(turn: Turn, view: StepView): Promise<ModelReply> {
  turn.windowTokens ??= { value: await windowOf(turn) };
  let reply: ModelReply;
  const fitted = fittedHistory(turn, turn.windowTokens.value);
  try {
    reply = await requestReply(turn, view, fitted);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'conversation-too-long') throw error;
    const less = fittedHistory(turn, narrowWindow(turn, fitted.tokens));
    if (less.tokens >= fitted.tokens) throw error;
    reply = await requestReply(turn, view, less);
  }
  // A reply that was complete when Stop came must not run: the user does not expect more to happen.
  turn.stop.throwIfAborted();
  return reply;
}

/** A program on this machine reads any length. */
async function windowOf({ model, stop }: Turn): Promise<number | null> {
  if (model.provider === null) return null;
  const abilities = await model.abilities?.(stop);
  return abilities?.maxInputTokens ?? DEFAULT_WINDOW_TOKENS;
}

function fittedHistory(turn: Turn, windowTokens: number | null): FittedHistory {
  turn.asked = turn.privacy();
  const visible = visibleMessages(turn.asked, [...turn.messages, ...turn.outcome.messages]);
  const specs = turn.tools.map(({ spec }) => spec);
  const overheadTokens = tokensIn(turn.system) + tokensIn(JSON.stringify(specs));
  return fitHistory(visible, { windowTokens, overheadTokens });
}

async function requestReply(
  turn: Turn,
  view: StepView,
  { messages, stableMessages }: FittedHistory,
): Promise<ModelReply> {
  // Brings the image codec: not before there is something to send.
  const { acceptable } = await import('./validate.ts');
  return turn.model.reply(
    {
      system: turn.system,
      messages: acceptable(messages, turn.resumes),
      stableMessages,
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
    wasStopped ? t('Stopped before it was complete.') : t('The reply broke off before it was complete.'),
  );
  append(turn, { role: 'assistant', content: view.partialText(), ...mark(turn.asked) });
  return wasStopped ? stopped(turn) : failed(error);
}

/** Text only: thinking without its call, and calls that do not run, would not be valid later. */
const withoutCalls = (content: readonly AssistantBlock[]): TextBlock[] =>
  content.flatMap((block) =>
    block.type === 'text' && block.text.trim() !== '' ? [{ type: 'text', text: block.text }] : [],
  );

/** Results of a step's calls, one for each; `failure`: the sandbox was lost on the way. */
export interface CallResults {
  results: ToolResultBlock[];
  failure: Failure | null;
  /** Why the turn ends: the same thing failed too often. */
  circling: string | null;
  /** `schema`: all results were made under it. */
  privacy: Privacy;
}
