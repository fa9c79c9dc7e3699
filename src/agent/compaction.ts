/**
 * A conversation of any length within what the model can read. When it has grown to the high mark, older results
 * go in short form; when that is not enough, the beginning is replaced by a summary. Both take so much at a time
 * that they happen rarely: in between, each request begins with the bytes of the one before and is read from the
 * cache. Pure: what was decided is worked out anew from the messages, so a session that is opened again sends
 * the same bytes. The log is never changed.
 */
import type { AssistantBlock, Message, TextBlock, UserBlock } from '../models/model.ts';
import { evictImages, validHistory, IMAGE_GONE } from './history.ts';
import { summaryLengths, summaryOf } from './summary.ts';
import { headAndTail } from './text.ts';

/** What a model reads when it did not say. */
export const DEFAULT_WINDOW_TOKENS = 200_000;

export interface Room {
  /** Input of one request; null: any length. */
  windowTokens: number | null;
  /** Of system prompt and tools. */
  overheadTokens: number;
}

/** For a `ModelRequest`. */
export interface FittedHistory {
  messages: Message[];
  stableMessages: number[];
  /** Of the request, as far as it can be told. */
  tokens: number;
}

/** Parts of the window. The reply needs room, too, and tokens are estimated. */
const HIGH = 0.7;
/** The largest window in which so many tokens are too many: they were too many for the API. */
export const windowBelow = (tokens: number): number => Math.floor(tokens / (HIGH + 0.05));
/** With short results alone, at most. */
const MIDDLE = 0.55;
const LOW = 0.45;
/** So many of the newest messages stay whole, if that is possible at all. */
const KEEP = [6, 2] as const;

/** @param history as it was logged; repaired here. */
export function fitHistory(history: readonly Message[], room: Room): FittedHistory {
  const messages = validHistory(history);
  const { compacted, shortened, earlier, tokens } = new Stages(messages, room).replay();
  const short = messages.map((message, index) => (index < shortened ? shortMessage(message) : message));
  const rest = short.slice(compacted);
  const stableMessages = [earlier, shortened].map((count) => count - compacted).filter((count) => count > 0);
  if (compacted === 0) return { messages: evictImages(rest), stableMessages, tokens };
  const summary = summaryOf(messages.slice(0, compacted));
  const [first, ...others] = rest;
  if (first?.role === 'user') {
    const question: Message = { role: 'user', content: [summary, ...first.content] };
    return { messages: evictImages([question, ...others]), stableMessages, tokens };
  }
  return {
    messages: evictImages([{ role: 'user', content: [summary] }, ...rest]),
    stableMessages: stableMessages.map((count) => count + 1),
    tokens,
  };
}

/** Which messages are summed up, and which are short, after all requests so far. */
class Stages {
  private readonly whole: number[];
  private readonly short: number[];
  private readonly summary: number[];
  private compacted = 0;
  private shortened = 0;
  private earlier = 0;
  /** What the API counted in relation to what is estimated. */
  private scale = 1;

  constructor(
    private readonly messages: readonly Message[],
    private readonly room: Room,
  ) {
    this.whole = sums(messages.map(tokensOf));
    this.short = sums(messages.map((message) => tokensOf(shortMessage(message))));
    this.summary = summaryLengths(messages).map((chars) => chars / BYTES_PER_TOKEN);
  }

  /** Goes through the requests that were made, one before each reply, and the one to be made now. */
  replay(): { compacted: number; shortened: number; earlier: number; tokens: number } {
    for (let count = 1; count <= this.messages.length; count += 1) {
      const reply = this.messages[count];
      if (reply !== undefined && reply.role !== 'assistant') continue;
      this.makeRoom(count);
      // Far from the estimate it was counted for another model, or under another setting.
      if (reply?.role === 'assistant' && reply.inputTokens !== undefined && reply.inputTokens > 0)
        this.scale = clamp(reply.inputTokens / this.estimate(count), 0.25, 2);
    }
    const { compacted, shortened, earlier } = this;
    const tokens = Math.ceil(this.scale * this.estimate(this.messages.length));
    return { compacted, shortened, earlier: Math.max(earlier, compacted), tokens };
  }

  /** Tokens of a request with the first `count` messages. */
  private estimate(count: number, shortened = this.shortened): number {
    const at = (list: readonly number[], index: number): number => list[index] ?? 0;
    const short = at(this.short, shortened) - at(this.short, this.compacted);
    const whole = at(this.whole, count) - at(this.whole, shortened);
    return this.room.overheadTokens + at(this.summary, this.compacted) + short + whole;
  }

  private above(part: number, count: number, shortened?: number): boolean {
    const { windowTokens } = this.room;
    return windowTokens !== null && this.scale * this.estimate(count, shortened) > part * windowTokens;
  }

  private makeRoom(count: number): void {
    for (const keep of KEEP) {
      if (!this.above(HIGH, count)) return;
      this.shorten(count, count - keep);
      if (this.above(MIDDLE, count)) this.compact(count, count - keep);
    }
  }

  private shorten(count: number, most: number): void {
    if (most <= this.shortened) return;
    let next = this.shortened;
    while (next < most && this.above(LOW, count, next)) next += 1;
    this.earlier = this.shortened;
    this.shortened = next;
  }

  private compact(count: number, most: number): void {
    for (let next = this.compacted + 1; next <= most && this.above(LOW, count); next += 1) {
      if (!canBegin(this.messages[next])) continue;
      this.compacted = next;
      this.shortened = Math.max(this.shortened, next);
    }
  }
}

/** Results need the calls before them; a reply or a question can follow the summary. */
const canBegin = (message: Message | undefined): boolean =>
  message !== undefined &&
  (message.role === 'assistant' || !message.content.some(({ type }) => type === 'tool_result'));

/** `sums([a, b])` is `[0, a, a + b]`. */
function sums(values: readonly number[]): number[] {
  const result = [0];
  values.forEach((value, index) => result.push((result[index] ?? 0) + value));
  return result;
}

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

const SHORT_RESULT_CHARS = 500;

/** Results keep their beginning and end, without images. What the user and the model said stays whole. */
function shortMessage(message: Message): Message {
  return message.role === 'assistant' ? message : { role: 'user', content: message.content.map(shortResult) };
}

function shortResult(block: UserBlock): UserBlock {
  if (block.type !== 'tool_result') return block;
  const content = block.content.map((part): TextBlock =>
    part.type === 'image' ? IMAGE_GONE : { type: 'text', text: headAndTail(part.text, SHORT_RESULT_CHARS) },
  );
  return { ...block, content };
}

const BYTES_PER_TOKEN = 3;
const IMAGE_TOKENS = 1600;
const PDF_BYTES_PER_TOKEN = 20;

/** Rather too many than too few: English prose has four bytes to a token, digits have fewer. */
export const tokensIn = (text: string): number => Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);

const tokensOf = (message: Message): number =>
  message.role === 'user'
    ? total(message.content.map(userTokens))
    : total(message.content.map(assistantTokens));

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function userTokens(block: UserBlock): number {
  switch (block.type) {
    case 'text':
      return tokensIn(block.text);
    case 'image':
      return IMAGE_TOKENS;
    case 'document':
      return Math.ceil(block.data.length / PDF_BYTES_PER_TOKEN);
    case 'tool_result':
      return total(block.content.map(userTokens));
  }
}

function assistantTokens(block: AssistantBlock): number {
  switch (block.type) {
    case 'text':
      return tokensIn(block.text);
    case 'thinking':
      return tokensIn(block.thinking + block.signature);
    case 'redacted_thinking':
      return tokensIn(block.data);
    case 'tool_use':
      return tokensIn(JSON.stringify(block.input) ?? '');
    case 'opaque':
      return tokensIn(JSON.stringify(block.block));
  }
}
