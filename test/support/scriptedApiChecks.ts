/** What the real API answers with 400 or 413: shape, pairing of calls and results, blank text, image limits. */
import * as z from 'zod/mini';
import { jpegSize } from '../../src/agent/images.ts';
import { pngSize } from '../../src/agent/png.ts';
import { signatureOf } from './scriptedApiReplies.ts';

const cache = z.optional(
  z.strictObject({ type: z.literal('ephemeral'), ttl: z.optional(z.enum(['5m', '1h'])) }),
);
const text = z.strictObject({
  type: z.literal('text'),
  text: z.string(),
  citations: z.optional(z.array(z.looseObject({ type: z.string() }))),
  cache_control: cache,
});
const image = z.strictObject({
  type: z.literal('image'),
  source: z.strictObject({
    type: z.literal('base64'),
    media_type: z.enum(['image/png', 'image/jpeg', 'image/gif', 'image/webp']),
    data: z.string(),
  }),
  cache_control: cache,
});
const known = z.discriminatedUnion('type', [
  text,
  image,
  z.strictObject({
    type: z.literal('tool_result'),
    tool_use_id: z.string(),
    content: z.optional(z.union([z.string(), z.array(z.discriminatedUnion('type', [text, image]))])),
    is_error: z.optional(z.boolean()),
    cache_control: cache,
  }),
  z.strictObject({
    type: z.literal('tool_use'),
    id: z.string().check(z.regex(/^[A-Za-z0-9_-]+$/)),
    name: z.string(),
    input: z.record(z.string(), z.unknown()),
    caller: z.optional(z.looseObject({ type: z.string() })),
    cache_control: cache,
  }),
  z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
  z.strictObject({ type: z.literal('redacted_thinking'), data: z.string() }),
]);
const KNOWN: readonly string[] = [
  'text',
  'image',
  'tool_result',
  'tool_use',
  'thinking',
  'redacted_thinking',
];
/** Only a reply can have brought it; what it holds is its sender's. */
const foreign = z.looseObject({
  type: z.string().check(z.refine((type) => !KNOWN.includes(type))),
});

export const messagesRequestSchema = z.strictObject({
  model: z.string(),
  max_tokens: z.int().check(z.positive()),
  stream: z.optional(z.boolean()),
  system: z.optional(z.union([z.string(), z.array(text)])),
  cache_control: cache,
  tools: z.optional(
    z.array(
      z
        .strictObject({
          type: z.optional(z.literal('text_editor_20250728')),
          name: z.string().check(z.regex(/^[a-zA-Z0-9_-]{1,128}$/)),
          description: z.optional(z.string()),
          input_schema: z.optional(z.looseObject({ type: z.literal('object') })),
          eager_input_streaming: z.optional(z.boolean()),
          strict: z.optional(z.boolean()),
          cache_control: cache,
        })
        .check(z.refine((tool) => (tool.type === undefined) !== (tool.input_schema === undefined))),
    ),
  ),
  thinking: z.optional(
    z.strictObject({ type: z.literal('adaptive'), display: z.optional(z.enum(['summarized', 'omitted'])) }),
  ),
  tool_choice: z.optional(z.strictObject({ type: z.enum(['auto', 'none']) })),
  output_config: z.optional(z.strictObject({ effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']) })),
  messages: z.array(
    z.discriminatedUnion('role', [
      z.strictObject({ role: z.literal('user'), content: z.union([z.string(), z.array(known)]) }),
      z.strictObject({
        role: z.literal('assistant'),
        content: z.union([z.string(), z.array(z.union([known, foreign]))]),
      }),
    ]),
  ),
});
export type MessagesRequest = z.infer<typeof messagesRequestSchema>;
export type RequestBlock = z.infer<typeof known>;
type RequestImage = z.infer<typeof image>;

export interface Problem {
  status: 400 | 413;
  message: string;
}

export type Checked = { request: MessagesRequest; problem: null } | { request: null; problem: Problem };

const MAX_BODY_BYTES = 32 * 1024 ** 2;

/** @param resumes the last message may be a reply that was paused. */
export function checkRequest(body: string, resumes = false): Checked {
  const refuse = (message: string, status: 400 | 413 = 400): Checked => ({
    request: null,
    problem: { status, message },
  });
  if (Buffer.byteLength(body) > MAX_BODY_BYTES) return refuse('Request exceeds the maximum size', 413);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return refuse('The request body is not valid JSON');
  }
  const parsed = messagesRequestSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return refuse(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
  }
  const request = parsed.data;
  const problem =
    cacheProblem(body) ??
    messagesProblem(request, resumes) ??
    openSearchProblem(request) ??
    thinkingProblem(request) ??
    imagesProblem(imagesOf(request));
  return problem === null ? { request, problem: null } : refuse(problem);
}

const cacheProblem = (body: string): string | null =>
  (body.match(/"cache_control":\{/g)?.length ?? 0) > 4
    ? 'A maximum of 4 blocks with cache_control may be provided.'
    : null;

const isKnown = (part: { type: string }): part is RequestBlock => KNOWN.includes(part.type);

/** Without those whose kind is not known here. */
export const blocksOf = (message: MessagesRequest['messages'][number]): RequestBlock[] =>
  typeof message.content === 'string'
    ? [{ type: 'text', text: message.content }]
    : (message.content as readonly { type: string }[]).filter(isKnown);

function messagesProblem({ messages }: MessagesRequest, resumes: boolean): string | null {
  if (messages.length === 0) return 'messages: at least one message is required';
  if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  if (!resumes && messages.at(-1)?.role === 'assistant')
    return 'This model does not support assistant message prefill.';
  const seenIds = new Set<string>();
  for (const [index, message] of messages.entries()) {
    const where = `messages.${index}`;
    const blocks = blocksOf(message);
    if (message.content.length === 0) return `${where}: all messages must have non-empty content`;
    if (blocks.some((part) => part.type === 'text' && part.text.trim() === '')) {
      return `${where}: text content blocks must contain non-whitespace text`;
    }
    const wrong =
      message.role === 'user' ? ['tool_use', 'thinking', 'redacted_thinking'] : ['tool_result', 'image'];
    const misplaced = blocks.find(({ type }) => wrong.includes(type));
    if (misplaced)
      return `${where}: \`${misplaced.type}\` blocks are not allowed in ${message.role} messages`;
    const calls = blocks.flatMap((part) => (part.type === 'tool_use' ? [part.id] : []));
    for (const id of calls) {
      if (seenIds.has(id)) return `${where}: \`tool_use\` ids must be unique`;
      seenIds.add(id);
    }
    const problem =
      pairingProblem(where, calls, messages[index + 1]) ?? resultsProblem(where, blocks, messages[index - 1]);
    if (problem !== null) return problem;
  }
  return null;
}

function pairingProblem(
  where: string,
  calls: string[],
  next: MessagesRequest['messages'][number] | undefined,
): string | null {
  if (calls.length === 0) return null;
  const results =
    next === undefined
      ? []
      : blocksOf(next).flatMap((b) => (b.type === 'tool_result' ? [b.tool_use_id] : []));
  const open = calls.filter((id) => !results.includes(id));
  return open.length === 0
    ? null
    : `${where}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}`;
}

function resultsProblem(
  where: string,
  blocks: RequestBlock[],
  before: MessagesRequest['messages'][number] | undefined,
): string | null {
  const calls =
    before === undefined ? [] : blocksOf(before).flatMap((b) => (b.type === 'tool_use' ? [b.id] : []));
  const results = blocks.flatMap((part) => (part.type === 'tool_result' ? [part.tool_use_id] : []));
  if (new Set(results).size < results.length) return `${where}: each tool_use must have a single result`;
  const stray = results.find((id) => !calls.includes(id));
  if (stray !== undefined)
    return `${where}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${stray}`;
  const firstOther = blocks.findIndex(({ type }) => type !== 'tool_result');
  const lastResult = blocks.findLastIndex(({ type }) => type === 'tool_result');
  return firstOther !== -1 && lastResult > firstOther
    ? `${where}: \`tool_result\` blocks must come first in the content`
    : null;
}

/** What the provider runs itself is answered in the same turn of the model: before the user says something new. */
function openSearchProblem({ messages }: MessagesRequest): string | null {
  let open: unknown[] = [];
  for (const [index, message] of messages.entries()) {
    if (typeof message.content === 'string') continue;
    for (const part of message.content as readonly Record<string, unknown>[]) {
      if (part['type'] === 'server_tool_use') open.push(part['id']);
      if (part['type'] === 'web_search_tool_result') open = open.filter((id) => id !== part['tool_use_id']);
      if (message.role === 'user' && part['type'] !== 'tool_result' && open.length > 0)
        return `messages.${index - 1}: \`web_search\` tool use with id ${String(open[0])} was found without a corresponding \`web_search_tool_result\` block`;
    }
  }
  return null;
}

function thinkingProblem({ messages }: MessagesRequest): string | null {
  for (const [index, message] of messages.entries()) {
    for (const part of blocksOf(message)) {
      if (part.type === 'thinking' && part.signature !== signatureOf(part.thinking)) {
        return `messages.${index}: Invalid \`signature\` in \`thinking\` block`;
      }
    }
  }
  return null;
}

/** Every image of the request, those in tool results included, in order. */
export const imagesOf = ({ messages }: MessagesRequest): RequestImage[] =>
  messages.flatMap((message) =>
    blocksOf(message).flatMap((part) => {
      if (part.type === 'image') return [part];
      if (part.type !== 'tool_result' || !Array.isArray(part.content)) return [];
      return part.content.filter((inner): inner is RequestImage => inner.type === 'image');
    }),
  );

function imagesProblem(images: RequestImage[]): string | null {
  if (images.length > 100) return `Too many images: ${images.length} > 100`;
  const maxEdge = images.length > 20 ? 2000 : 8000;
  for (const { source } of images) {
    if (source.data.length > 5 * 1024 ** 2) return 'image exceeds 5 MB maximum';
    const bytes = Buffer.from(source.data, 'base64');
    const size = source.media_type === 'image/png' ? pngSize(bytes) : jpegSize(bytes);
    if (size === null) return 'Could not process image';
    if (Math.max(size.width, size.height) > maxEdge)
      return `image dimensions exceed max allowed size: ${maxEdge} pixels`;
  }
  return null;
}
