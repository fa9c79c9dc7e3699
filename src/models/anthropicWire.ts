/** Our messages in the words of the Messages API. Types only; nothing of the SDK is loaded by this file. */
import type Anthropic from '@anthropic-ai/sdk';
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

type Params = Anthropic.Messages.MessageCreateParamsStreaming;

export interface ModelAbilities {
  /** Longest reply, null when the API did not say. */
  maxReplyTokens: number | null;
  adaptiveThinking: boolean;
}

/**
 * The request's prefix is the same from step to step (tools, system, earlier messages), and marked for the cache
 * twice: behind tools and system, and behind the last message.
 */
export function toParams(modelId: string, request: ModelRequest, abilities: ModelAbilities): Params {
  const maxTokens = Math.min(request.maxTokens, abilities.maxReplyTokens ?? Infinity);
  return {
    model: modelId,
    max_tokens: maxTokens,
    stream: true,
    cache_control: { type: 'ephemeral' },
    system: [{ type: 'text', text: request.system, cache_control: { type: 'ephemeral' } }],
    tools: request.tools.map(toTool),
    messages: request.messages.map(toMessage),
    ...(abilities.adaptiveThinking ? { thinking: { type: 'adaptive', display: 'summarized' } } : {}),
  };
}

function toTool(spec: ToolSpec): Anthropic.Messages.ToolUnion {
  if (spec.kind === 'text_editor') return { type: 'text_editor_20250728', name: spec.name };
  const { name, description, inputSchema } = spec;
  return {
    name,
    description,
    input_schema: { ...inputSchema, type: 'object' },
    // The code is shown while it is typed. What arrives is not validated by the API then: the tool does it.
    eager_input_streaming: true,
  };
}

function toMessage(message: Message): Anthropic.Messages.MessageParam {
  return message.role === 'user'
    ? { role: 'user', content: message.content.map(toUserBlock) }
    : { role: 'assistant', content: message.content.map(toAssistantBlock) };
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
  if (block.type !== 'tool_use') return block;
  const { id, name, input } = block;
  return { type: 'tool_use', id, name, input: isObject(input) ? input : { unreadable: input } };
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
