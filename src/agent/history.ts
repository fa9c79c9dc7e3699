/**
 * From the log of a conversation to a valid request: roles alternate, every `tool_use` has exactly one
 * `tool_result` right behind it, no block is blank, images stay within the API's limits. The log itself is
 * never changed: a crash, a Stop or a lost line is repaired each time it is read.
 */
import type {
  AssistantBlock,
  ImageBlock,
  Message,
  TextBlock,
  ToolResultBlock,
  UserBlock,
} from '../models/model.ts';

/** The API allows 2000 px only up to 20 images in a request; charts are smaller, but bodies have limits, too. */
export const MAX_IMAGES = 15;
/** Old images go in groups, so that the cached prefix of the conversation changes rarely. */
const EVICTION_GROUP = 5;
/** The API takes bodies of 32 MB. */
const MAX_IMAGE_CHARS = 16_000_000;

/** Stands where an image was that is no longer sent. */
export const IMAGE_GONE: TextBlock = { type: 'text', text: '[an older image, no longer attached]' };

const UNANSWERED =
  'This call has no recorded result: the program ended while it ran. It may have had side effects in /outputs; variables are gone.';

/** Messages that the API accepts, whatever happened to the log. Pure. */
export function validHistory(history: readonly Message[]): Message[] {
  return mergeRoles(pairResults(withoutOpenServerCalls(mergeRoles(history.map(withoutBlanks)))));
}

function withoutBlanks(message: Message): Message {
  return message.role === 'assistant'
    ? reply(message.content.filter(isNotBlank), message.inputTokens)
    : { role: 'user', content: message.content.filter(isNotBlank) };
}

const reply = (content: AssistantBlock[], inputTokens: number | undefined): Message => ({
  role: 'assistant',
  content,
  ...(inputTokens === undefined ? {} : { inputTokens }),
});

const isNotBlank = (block: AssistantBlock | UserBlock): boolean =>
  block.type !== 'text' || block.text.trim() !== '';

/** Neighbours of one role become one message; empty ones and an assistant's words before any user's go. */
function mergeRoles(messages: readonly Message[]): Message[] {
  const merged: Message[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (message.content.length === 0 || (last === undefined && message.role === 'assistant')) continue;
    if (last?.role === 'user' && message.role === 'user') {
      merged[merged.length - 1] = { role: 'user', content: [...last.content, ...message.content] };
    } else if (last?.role === 'assistant' && message.role === 'assistant') {
      merged[merged.length - 1] = reply([...last.content, ...message.content], message.inputTokens);
    } else {
      merged.push(message);
    }
  }
  return merged;
}

/**
 * Calls of the provider's own tools that were never answered: the provider does that in the same turn of the model, so
 * none is open any more behind something new of the user's.
 */
export function openServerCalls(messages: readonly Message[]): Set<AssistantBlock> {
  const never = new Set<AssistantBlock>();
  let open = new Map<unknown, AssistantBlock>();
  for (const message of messages) {
    if (message.role === 'assistant') {
      for (const block of message.content) {
        if (block.type !== 'opaque') continue;
        if (block.block.type === 'server_tool_use') open.set(block.block['id'], block);
        else open.delete(block.block['tool_use_id']);
      }
    } else if (message.content.some(({ type }) => type !== 'tool_result')) {
      for (const block of open.values()) never.add(block);
      open = new Map();
    }
  }
  return never;
}

/** Thinking that led to nothing else goes with them. */
function withoutOpenServerCalls(messages: readonly Message[]): Message[] {
  const open = openServerCalls(messages);
  if (open.size === 0) return [...messages];
  const kept = messages.map((message): Message => {
    if (message.role === 'user' || !message.content.some((block) => open.has(block))) return message;
    const content = message.content.filter((block) => !open.has(block));
    const last = content.findLastIndex(({ type }) => type !== 'thinking' && type !== 'redacted_thinking');
    return { ...message, content: content.slice(0, last + 1) };
  });
  return mergeRoles(kept);
}

function pairResults(messages: readonly Message[]): Message[] {
  const paired: Message[] = [];
  messages.forEach((message, index) => {
    if (message.role === 'user') {
      const before = messages[index - 1];
      const calls = before?.role === 'assistant' ? callIds(before.content) : [];
      paired.push({ role: 'user', content: answersFirst(calls, message.content) });
      return;
    }
    paired.push(message);
    const calls = callIds(message.content);
    if (calls.length > 0 && messages[index + 1]?.role !== 'user') {
      paired.push({ role: 'user', content: answersFirst(calls, []) });
    }
  });
  return paired;
}

export const callIds = (content: readonly AssistantBlock[]): string[] =>
  content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));

/** One result for each call, in the order of the calls; results of nothing go; the rest follows. */
function answersFirst(calls: readonly string[], content: readonly UserBlock[]): UserBlock[] {
  const answers = calls.map(
    (id): ToolResultBlock =>
      content.find(
        (block): block is ToolResultBlock => block.type === 'tool_result' && block.toolUseId === id,
      ) ?? {
        type: 'tool_result',
        toolUseId: id,
        content: [{ type: 'text', text: UNANSWERED }],
        isError: true,
      },
  );
  return [...answers, ...content.filter((block) => block.type !== 'tool_result')];
}

/** The oldest images beyond the limits are replaced by a sentence. */
export function evictImages(messages: readonly Message[]): Message[] {
  const sizes = messages.flatMap((message) =>
    message.role === 'user' ? message.content.flatMap(imagesOf).map(({ data }) => data.length) : [],
  );
  let evict = sizes.length <= MAX_IMAGES ? 0 : inGroups(sizes.length - MAX_IMAGES);
  while (evict < sizes.length && sum(sizes.slice(evict)) > MAX_IMAGE_CHARS) evict = inGroups(evict + 1);
  if (evict === 0) return [...messages];
  let seen = 0;
  const keep = <B extends UserBlock>(
    block: B | ImageBlock,
  ): B | ImageBlock | { type: 'text'; text: string } => {
    if (block.type !== 'image') return block;
    seen += 1;
    return seen <= evict ? IMAGE_GONE : block;
  };
  return messages.map((message) =>
    message.role === 'assistant'
      ? message
      : {
          role: 'user',
          content: message.content.map((block) =>
            block.type === 'tool_result' ? { ...block, content: block.content.map(keep) } : keep(block),
          ),
        },
  );
}

export const imagesOf = (block: UserBlock): ImageBlock[] =>
  block.type === 'image'
    ? [block]
    : block.type === 'tool_result'
      ? block.content.filter((part): part is ImageBlock => part.type === 'image')
      : [];

const inGroups = (count: number): number => Math.ceil(count / EVICTION_GROUP) * EVICTION_GROUP;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Signatures of thinking are checked by the model that wrote them; another model gets the conversation without. */
export function withoutThinking(messages: readonly Message[]): Message[] {
  return messages.map((message) =>
    message.role === 'user'
      ? message
      : {
          ...message,
          content: message.content.filter(
            (block) => block.type !== 'thinking' && block.type !== 'redacted_thinking',
          ),
        },
  );
}
