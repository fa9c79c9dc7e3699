/**
 * The last look at a conversation before it is sent: what the API would answer with 400 is found here. history.ts
 * makes conversations that pass; one that does not, for a fault nobody foresaw, is sent as plain text instead, so
 * that no session is ever stuck.
 */
import type { AssistantBlock, Message, TextBlock, ToolResultBlock, UserBlock } from '../models/model.ts';
import { CALL_ID, TOOL_NAME } from './callNames.ts';
import { callIds, imagesOf, openServerCalls } from './history.ts';
import { jpegSize } from './images.ts';
import { pngSize } from './png.ts';
import { wellFormed } from './text.ts';

/** Limits of the API. */
const MAX_IMAGES = 100;
const MAX_IMAGE_CHARS = 5 * 1024 ** 2;
const MAX_EDGE_PX = 8000;
/** With more than `FEW_IMAGES` in a request. */
const MAX_EDGE_OF_MANY_PX = 2000;
const FEW_IMAGES = 20;
/** The body may have 32 MiB; some is left for prompt, tools and escapes. */
const MAX_CHARS = 30 * 1024 ** 2;

/** @param resumes the last reply was paused: it is sent back without a user's message behind it. */
export function acceptable(messages: readonly Message[], resumes: boolean): Message[] {
  return problemsOf(messages, resumes).length === 0 ? [...messages] : asPlainText(messages);
}

/** Why the API would not take it, in short sentences; empty: it would. */
export function problemsOf(messages: readonly Message[], resumes = false): string[] {
  const problems: string[] = [];
  const note = (index: number, text: string): void => void problems.push(`message ${index}: ${text}`);
  if (messages.length === 0) problems.push('there is no message');
  if (!resumes && messages.at(-1)?.role === 'assistant')
    note(messages.length - 1, "the last one is no user's");
  const ids = new Set<string>();
  messages.forEach((message, index) => {
    const before = messages[index - 1];
    if (message.role !== (index % 2 === 0 ? 'user' : 'assistant')) note(index, 'the roles do not alternate');
    if (message.content.length === 0) note(index, 'it is empty');
    if (textsOf(message).some(({ text }) => text.trim() === '')) note(index, 'a text is blank');
    if (message.role === 'user') {
      const calls = before?.role === 'assistant' ? callIds(before.content) : [];
      if (!answersFirst(calls, message.content)) note(index, 'the results do not match the calls');
      return;
    }
    if (['thinking', 'redacted_thinking'].includes(message.content.at(-1)?.type ?? '')) {
      note(index, 'it ends with thinking');
    }
    for (const block of message.content) {
      if (block.type !== 'tool_use') continue;
      if (!CALL_ID.test(block.id) || ids.has(block.id)) note(index, `the id ${JSON.stringify(block.id)}`);
      if (!TOOL_NAME.test(block.name)) note(index, `the tool's name ${JSON.stringify(block.name)}`);
      ids.add(block.id);
    }
    if (callIds(message.content).length > 0 && index === messages.length - 1)
      note(index, 'calls have no results');
  });
  return [...problems, ...serverCallProblems(messages), ...imageProblems(messages)];
}

const textsOf = (message: Message): TextBlock[] =>
  (message.content as readonly (AssistantBlock | UserBlock)[]).flatMap((block) =>
    block.type === 'text'
      ? [block]
      : block.type === 'tool_result'
        ? block.content.filter((part): part is TextBlock => part.type === 'text')
        : [],
  );

/** One result for each call, in front of everything else. */
function answersFirst(calls: readonly string[], content: readonly UserBlock[]): boolean {
  const results = content.flatMap((block) => (block.type === 'tool_result' ? [block.toolUseId] : []));
  const inFront = content.slice(0, results.length).every(({ type }) => type === 'tool_result');
  return inFront && results.length === calls.length && calls.every((id) => results.includes(id));
}

const serverCallProblems = (messages: readonly Message[]): string[] => {
  const open = openServerCalls(messages);
  return messages.flatMap((message, index) =>
    (message.content as readonly (AssistantBlock | UserBlock)[])
      .filter((block) => block.type === 'opaque' && open.has(block))
      .map(() => `message ${index}: a call of the provider has no result`),
  );
};

function imageProblems(messages: readonly Message[]): string[] {
  const blocks = messages.flatMap((message) => (message.role === 'user' ? message.content : []));
  const images = blocks.flatMap(imagesOf);
  const maxEdge = images.length > FEW_IMAGES ? MAX_EDGE_OF_MANY_PX : MAX_EDGE_PX;
  const problems = images.length > MAX_IMAGES ? [`there are ${images.length} images`] : [];
  for (const { mediaType, data } of images) {
    const bytes = Buffer.from(data, 'base64');
    const size = mediaType === 'image/png' ? pngSize(bytes) : jpegSize(bytes);
    if (data.length > MAX_IMAGE_CHARS) problems.push(`an image has ${data.length} characters`);
    if (size === null) problems.push(`an image is no ${mediaType}`);
    else if (Math.max(size.width, size.height) > maxEdge) {
      problems.push(`an image has ${size.width}×${size.height} px`);
    }
  }
  const documents = blocks.flatMap((block) => (block.type === 'document' ? [block.data.length] : []));
  const chars = [...images.map(({ data }) => data.length), ...documents].reduce((a, b) => a + b, 0);
  return chars > MAX_CHARS ? [...problems, `images and documents have ${chars} characters`] : problems;
}

/** What was said, called and answered, as text: it passes whatever the conversation was. */
export function asPlainText(messages: readonly Message[]): Message[] {
  const plain: { role: Message['role']; content: TextBlock[] }[] = [];
  for (const message of messages) {
    const content = linesOf(message)
      .filter((text) => text.trim() !== '')
      .map((text): TextBlock => ({ type: 'text', text: wellFormed(text) }));
    const last = plain.at(-1);
    if (content.length === 0 || (last === undefined && message.role === 'assistant')) continue;
    if (last?.role === message.role) last.content.push(...content);
    else plain.push({ role: message.role, content });
  }
  if (plain.at(-1)?.role !== 'user')
    plain.push({ role: 'user', content: [{ type: 'text', text: 'Go on.' }] });
  return plain;
}

const linesOf = (message: Message): string[] =>
  message.role === 'assistant' ? message.content.map(assistantLine) : message.content.map(userLine);

function assistantLine(block: AssistantBlock): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'tool_use':
      return `[called ${block.name}: ${JSON.stringify(block.input) ?? 'nothing'}]`;
    case 'thinking':
    case 'redacted_thinking':
    case 'opaque':
      return '';
  }
}

function userLine(block: UserBlock): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'image':
      return '[an image, no longer attached]';
    case 'document':
      return `[the document ${JSON.stringify(block.title)}, no longer attached]`;
    case 'tool_result':
      return resultLine(block);
  }
}

const resultLine = ({ content, isError }: ToolResultBlock): string =>
  [
    isError ? '[the call failed]' : "[the call's result]",
    ...content.map((part) => (part.type === 'text' ? part.text : '[an image, no longer attached]')),
  ].join('\n');
