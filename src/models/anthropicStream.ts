/**
 * From the events of one streamed reply to the reply. Written here instead of using the SDK's accumulator because
 * that one fails the whole reply when a tool's input is not JSON, and because everything is parsed at this door.
 * Unknown events are left out, unknown blocks are kept as they are; a reply that ends early is an error.
 */
import * as z from 'zod/mini';
import { modelBadReply } from '../failures.ts';
import {
  NO_USAGE,
  type AssistantBlock,
  type ModelEvent,
  type ModelReply,
  type OpaqueBlock,
  type StopReason,
  type TextBlock,
  type ToolUseBlock,
  type Usage,
} from './model.ts';

const count = z.optional(z.nullable(z.number()));
const usageSchema = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
});

const blockSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text'), text: z.string() }),
  z.object({
    type: z.literal('thinking'),
    thinking: z.string(),
    signature: z.optional(z.nullable(z.string())),
  }),
  z.object({ type: z.literal('redacted_thinking'), data: z.string() }),
  z.looseObject({
    type: z.literal('tool_use'),
    id: z.string(),
    name: z.string(),
    input: z.optional(z.unknown()),
  }),
]);

const KNOWN_BLOCKS = new Set(['text', 'thinking', 'redacted_thinking', 'tool_use']);

const inputDelta = z.object({ type: z.literal('input_json_delta'), partial_json: z.string() });
const deltaSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text_delta'), text: z.string() }),
  z.object({ type: z.literal('thinking_delta'), thinking: z.string() }),
  z.object({ type: z.literal('signature_delta'), signature: z.string() }),
  z.object({ type: z.literal('citations_delta'), citation: z.unknown() }),
  inputDelta,
]);

const words = z.optional(z.nullable(z.string()));
const stopDetails = z.optional(z.nullable(z.object({ category: words, explanation: words })));
type StopDetails = z.infer<typeof stopDetails>;
const ending = { stop_reason: z.optional(z.nullable(z.string())), stop_details: stopDetails };

const eventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message_start'),
    message: z.object({ content: z.array(z.unknown()), usage: usageSchema, ...ending }),
  }),
  z.object({ type: z.literal('content_block_start'), index: z.int(), content_block: z.unknown() }),
  z.object({ type: z.literal('content_block_delta'), index: z.int(), delta: z.unknown() }),
  z.object({ type: z.literal('content_block_stop'), index: z.int() }),
  z.object({
    type: z.literal('message_delta'),
    delta: z.object(ending),
    usage: z.optional(z.nullable(usageSchema)),
  }),
  z.object({ type: z.literal('message_stop') }),
]);
const KNOWN = new Set([
  'message_start',
  'content_block_start',
  'content_block_delta',
  'content_block_stop',
  'message_delta',
  'message_stop',
]);
const typedSchema = z.looseObject({ type: z.string() });

/** A block while it is written; `json` collects the input of a tool, ours or the provider's. */
type OpenBlock = { block: AssistantBlock; json: string };

export class ReplyBuilder {
  private readonly blocks = new Map<number, OpenBlock>();
  private readonly usage: Usage = { ...NO_USAGE };
  private stopReason: StopReason | null = null;
  private phase: 'waiting' | 'writing' | 'ended' = 'waiting';

  /** @throws Failure `model-bad-reply` when an event contradicts the protocol. */
  accept(raw: unknown): ModelEvent[] {
    const typed = typedSchema.safeParse(raw);
    if (!typed.success) throw modelBadReply('an event without a type');
    if (!KNOWN.has(typed.data.type)) return [];
    const parsed = eventSchema.safeParse(raw);
    if (!parsed.success) throw modelBadReply(`an event "${typed.data.type}" that cannot be read`);
    const event = parsed.data;
    if ((event.type === 'message_start') !== (this.phase === 'waiting')) {
      throw modelBadReply(`an event "${event.type}" out of place`);
    }
    switch (event.type) {
      case 'message_start':
        this.phase = 'writing';
        this.addUsage(event.message.usage);
        this.end(event.message.stop_reason, event.message.stop_details);
        return event.message.content.flatMap((block, index) => this.open(index, block));
      case 'content_block_start':
        return this.open(event.index, event.content_block);
      case 'content_block_delta':
        return this.extend(event.index, event.delta);
      case 'content_block_stop':
        return [];
      case 'message_delta':
        this.end(event.delta.stop_reason, event.delta.stop_details);
        if (event.usage) this.addUsage(event.usage);
        return [];
      case 'message_stop':
        this.phase = 'ended';
        return [];
    }
  }

  private open(index: number, raw: unknown): ModelEvent[] {
    if (this.blocks.has(index)) throw modelBadReply(`a second block ${index}`);
    const parsed = blockSchema.safeParse(raw);
    if (!parsed.success) return this.openOpaque(index, raw);
    const block = parsed.data;
    switch (block.type) {
      case 'text':
        this.blocks.set(index, { block: withExtra({ type: 'text', text: block.text }, block), json: '' });
        return block.text === '' ? [] : [{ type: 'text', index, delta: block.text }];
      case 'thinking':
        this.blocks.set(index, { block: { ...block, signature: block.signature ?? '' }, json: '' });
        return block.thinking === '' ? [] : [{ type: 'thinking', index, delta: block.thinking }];
      case 'redacted_thinking':
        this.blocks.set(index, { block, json: '' });
        return [];
      case 'tool_use': {
        const { id, name } = block;
        const json = isEmpty(block.input) ? '' : JSON.stringify(block.input);
        this.blocks.set(index, {
          block: withExtra({ type: 'tool_use', id, name, input: {} }, block),
          json,
        });
        const begun: ModelEvent = { type: 'tool_use', index, id, name };
        return json === '' ? [begun] : [begun, { type: 'tool_input', index, id, snapshot: json }];
      }
    }
  }

  private openOpaque(index: number, raw: unknown): ModelEvent[] {
    const typed = typedSchema.safeParse(raw);
    if (!typed.success || KNOWN_BLOCKS.has(typed.data.type))
      throw modelBadReply('a block that cannot be read');
    const block = { ...typed.data };
    this.blocks.set(index, { block: { type: 'opaque', block }, json: '' });
    return [{ type: 'opaque', index, kind: block.type }];
  }

  private extend(index: number, raw: unknown): ModelEvent[] {
    const open = this.blocks.get(index);
    if (open === undefined) throw modelBadReply(`a part of block ${index}, which has not begun`);
    const { block } = open;
    if (block.type === 'opaque') {
      extendOpaque(open, block, raw);
      return [];
    }
    const parsed = deltaSchema.safeParse(raw);
    if (!parsed.success) return [];
    const delta = parsed.data;
    if (delta.type === 'text_delta' && block.type === 'text') {
      block.text += delta.text;
      return [{ type: 'text', index, delta: delta.text }];
    }
    if (delta.type === 'thinking_delta' && block.type === 'thinking') {
      block.thinking += delta.thinking;
      return [{ type: 'thinking', index, delta: delta.thinking }];
    }
    if (delta.type === 'signature_delta' && block.type === 'thinking') block.signature += delta.signature;
    if (delta.type === 'citations_delta' && block.type === 'text') {
      const before: unknown = block.extra?.['citations'];
      const citations: unknown[] = [...(Array.isArray(before) ? (before as unknown[]) : []), delta.citation];
      block.extra = { ...block.extra, citations };
    }
    if (delta.type === 'input_json_delta' && block.type === 'tool_use') {
      open.json += delta.partial_json;
      if (delta.partial_json === '') return [];
      return [{ type: 'tool_input', index, id: block.id, snapshot: open.json }];
    }
    return [];
  }

  private end(reason: string | null | undefined, details: StopDetails): void {
    if (reason) this.stopReason = stopReasonOf(reason, details);
  }

  /** The figures are cumulative: later ones replace earlier ones. */
  private addUsage(usage: z.infer<typeof usageSchema>): void {
    this.usage.inputTokens = usage.input_tokens ?? this.usage.inputTokens;
    this.usage.outputTokens = usage.output_tokens ?? this.usage.outputTokens;
    this.usage.cacheReadTokens = usage.cache_read_input_tokens ?? this.usage.cacheReadTokens;
    this.usage.cacheWriteTokens = usage.cache_creation_input_tokens ?? this.usage.cacheWriteTokens;
  }

  /** As far as the API has told; a reply that breaks off was paid for, too. */
  usageSoFar(): Usage {
    return { ...this.usage };
  }

  /** @throws Failure `model-bad-reply` when the stream ended before the reply did. */
  finish(): ModelReply {
    if (this.phase !== 'ended' || this.stopReason === null) throw modelBadReply('the stream ended early');
    const content = [...this.blocks].sort(([a], [b]) => a - b).map(([, open]) => finished(open));
    return { content, stopReason: this.stopReason, usage: { ...this.usage } };
  }
}

/** What the API says of a block beyond what is read here; null says nothing. */
function withExtra<T extends TextBlock | ToolUseBlock>(block: T, raw: Readonly<Record<string, unknown>>): T {
  const more = Object.entries(raw).filter(([name, value]) => !(name in block) && value !== null);
  return more.length === 0 ? block : { ...block, extra: Object.fromEntries(more) };
}

const isEmpty = (input: unknown): boolean =>
  input === undefined || input === null || (typeof input === 'object' && Object.keys(input).length === 0);

/** A delta of an unknown kind: texts grow, lists grow, the rest is replaced. */
function extendOpaque(open: OpenBlock, opaque: OpaqueBlock, raw: unknown): void {
  const json = inputDelta.safeParse(raw);
  if (json.success) {
    open.json += json.data.partial_json;
    return;
  }
  const delta = typedSchema.safeParse(raw);
  if (!delta.success) return;
  const block: OpaqueBlock['block'] & Record<string, unknown> = { ...opaque.block };
  for (const [name, value] of Object.entries(delta.data)) {
    if (name === 'type') continue;
    const before = block[name];
    if (typeof before === 'string' && typeof value === 'string') block[name] = before + value;
    else if (Array.isArray(before) && Array.isArray(value)) {
      const both: unknown[] = [...(before as unknown[]), ...(value as unknown[])];
      block[name] = both;
    } else block[name] = value;
  }
  opaque.block = block;
}

/** Input that is no JSON stays the text it is: the tool says so to the model. */
function finished({ block, json }: OpenBlock): AssistantBlock {
  if (json === '') return block;
  if (block.type === 'tool_use') return { ...block, input: parsedOrText(json) };
  if (block.type === 'opaque')
    return { type: 'opaque', block: { ...block.block, input: parsedOrText(json) } };
  return block;
}

function parsedOrText(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return json;
  }
}

function stopReasonOf(value: string, details: StopDetails): StopReason {
  switch (value) {
    case 'end_turn':
    case 'tool_use':
    case 'max_tokens':
    case 'stop_sequence':
    case 'pause_turn':
      return { kind: value };
    case 'model_context_window_exceeded':
      return { kind: 'context_window' };
    case 'refusal':
      return {
        kind: 'refusal',
        category: details?.category ?? null,
        explanation: details?.explanation ?? null,
      };
    default:
      return { kind: 'unknown', value };
  }
}
