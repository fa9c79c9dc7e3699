/** Our messages in the words of the Messages API. Types only; nothing of the SDK is loaded by this file. */
import type Anthropic from '@anthropic-ai/sdk';
import type { ApiAbilities } from './anthropicAbilities.ts';
import type {
  AssistantBlock,
  DocumentBlock,
  ImageBlock,
  Message,
  ModelRequest,
  TextBlock,
  ToolSpec,
  UserBlock,
} from './model.ts';
import { isRecord } from '../shared/isRecord.ts';

type Params = Anthropic.Messages.MessageCreateParamsStreaming;

/** What of them changes a request. */
type Abilities = Pick<ApiAbilities, 'maxReplyTokens' | 'adaptiveThinking' | 'efforts'>;

/**
 * The order is the cache's: tools, system, messages. The bytes before the last marker of a request are the same
 * in the next one, so that they are read from the cache there.
 */
export function toParams(modelId: string, request: ModelRequest, abilities: Abilities): Params {
  const { effort, toolChoice } = request;
  const maxTokens = Math.min(request.maxTokens, abilities.maxReplyTokens ?? Infinity);
  const marked = new Set(markedMessages(request));
  return {
    model: modelId,
    max_tokens: maxTokens,
    stream: true,
    tools: request.tools.map(toTool),
    // A marker here is one for the tools, too: they come before.
    system: [{ type: 'text', text: request.system, cache_control: EPHEMERAL }],
    messages: request.messages.map((message, index) => toMessage(message, marked.has(index))),
    ...(toolChoice === 'none' && request.tools.length > 0 ? { tool_choice: { type: 'none' } } : {}),
    ...(effort !== null && abilities.efforts.includes(effort) ? { output_config: { effort } } : {}),
    ...(abilities.adaptiveThinking ? { thinking: { type: 'adaptive', display: 'summarized' } } : {}),
  };
}

const EPHEMERAL = { type: 'ephemeral' } as const;
/** The API takes four, one of them is behind the system prompt. */
const MESSAGE_MARKERS = 3;
/** From a marker the API looks back over 20 blocks for what it has kept; two to spare. */
const LOOKBACK_BLOCKS = 18;

/**
 * Which messages end with a marker: the last one; when more was added since the last request than the API looks
 * back over, also the one that request ended with; then the ends of the parts that change rarely, so that
 * something is found after the rest has changed.
 */
function markedMessages({ messages, stableMessages = [] }: ModelRequest): number[] {
  const last = messages.length - 1;
  const before = messages.findLastIndex(({ role }, index) => role === 'user' && index < last);
  const added = messages.slice(before + 1).reduce((sum, { content }) => sum + content.length, 0);
  const wanted = [
    last,
    ...(added > LOOKBACK_BLOCKS ? [before] : []),
    ...[...stableMessages].reverse().map((count) => count - 1),
  ];
  const possible = wanted.filter((index) => messages[index]?.content.some(({ type }) => MARKABLE.has(type)));
  return [...new Set(possible)].slice(0, MESSAGE_MARKERS);
}

type Param = Anthropic.Messages.ContentBlockParam;
type Markable = Extract<Param, { type: 'text' | 'image' | 'document' | 'tool_result' | 'tool_use' }>;
/** Thinking takes no marker, and what is not known here may take none. */
const MARKABLE: ReadonlySet<string> = new Set(['text', 'image', 'document', 'tool_result', 'tool_use']);
const takesMarker = (block: Param): block is Markable => MARKABLE.has(block.type);

/** A marker on the last block that takes one. */
function withMarker(content: readonly Param[]): Param[] {
  const at = content.findLastIndex(takesMarker);
  return content.map((block, index) =>
    index === at && takesMarker(block) ? { ...block, cache_control: EPHEMERAL } : block,
  );
}

function toTool(spec: ToolSpec): Anthropic.Messages.ToolUnion {
  if (spec.kind === 'text_editor') return { type: 'text_editor_20250728', name: spec.name };
  const { name, description, inputSchema } = spec;
  return {
    name,
    description,
    input_schema: { ...inputSchema, type: 'object' },
    strict: true,
    // The code is shown while it is typed. What arrives is not validated by the API then: the tool does it.
    eager_input_streaming: true,
  };
}

function toMessage(message: Message, marked: boolean): Anthropic.Messages.MessageParam {
  const content =
    message.role === 'user' ? message.content.map(toUserBlock) : message.content.map(toAssistantBlock);
  return { role: message.role, content: marked ? withMarker(content) : content };
}

function toUserBlock(block: UserBlock): Anthropic.Messages.ContentBlockParam {
  if (block.type === 'document') return toDocument(block);
  if (block.type !== 'tool_result') return toPart(block);
  return {
    type: 'tool_result',
    tool_use_id: block.toolUseId,
    content: block.content.map(toPart),
    is_error: block.isError,
  };
}

const toDocument = ({ mediaType, title, data }: DocumentBlock): Anthropic.Messages.DocumentBlockParam => ({
  type: 'document',
  title,
  source: { type: 'base64', media_type: mediaType, data },
});

function toPart(
  part: TextBlock | ImageBlock,
): Anthropic.Messages.TextBlockParam | Anthropic.Messages.ImageBlockParam {
  if (part.type === 'text') return { type: 'text', text: part.text };
  return { type: 'image', source: { type: 'base64', media_type: part.mediaType, data: part.data } };
}

function toAssistantBlock(block: AssistantBlock): Anthropic.Messages.ContentBlockParam {
  // What the API sent and its types of this version may not know: only the API can judge it.
  if (block.type === 'opaque') return block.block as unknown as Anthropic.Messages.ContentBlockParam;
  // Fields in a fixed order, wherever the block comes from: the stream, or the log on disk.
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text, ...block.extra };
    case 'thinking':
      return { type: 'thinking', thinking: block.thinking, signature: block.signature };
    case 'redacted_thinking':
      return { type: 'redacted_thinking', data: block.data };
    case 'tool_use': {
      const { id, name, input, extra } = block;
      return { type: 'tool_use', id, name, input: isRecord(input) ? input : { unreadable: input }, ...extra };
    }
  }
}
