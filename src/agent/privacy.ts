/**
 * What the model gets to see of a conversation. Under `schema` nothing made of the user's data is in a request:
 * results go in the form that was made without it, and what was said while outputs could be seen is withheld.
 * The log keeps everything; which part of it is sent is decided here, at each request.
 */
import { isReleased, requestWithoutContents } from '../models/blocks.ts';
import type { AssistantBlock, Message, TextBlock, ToolResultBlock, UserBlock } from '../models/model.ts';
import type { Privacy } from '../shared/protocol.ts';

/** For the making of a result: the setting, and whether the model has a name already. */
export interface ModelView {
  privacy: Privacy;
  knows: (name: string) => boolean;
}

const WITHHELD = {
  answer: '[Withheld: this was written when outputs could be seen; now names and types only are.]',
  ok: 'Done. What came back is withheld from you: names and types only.',
  failed: 'Failed. What came back is withheld from you: names and types only.',
  attached: '[An attachment that is withheld from you: names and types only.]',
};

/** The messages as a model may see them under this setting. Pure; the same history gives the same messages. */
export function visibleMessages(privacy: Privacy, history: readonly Message[]): Message[] {
  if (privacy === 'full') return [...history];
  let dataSeen = false;
  return history.map((message): Message => {
    if (message.privacy === 'schema') return message;
    if (message.role === 'user') {
      dataSeen ||= message.content.some((block) => carriesData(block));
      return { role: 'user', content: withoutData(message.content) };
    }
    // Words and code from before the first output hold nothing of it.
    return dataSeen ? { role: 'assistant', content: withoutWords(message.content) } : message;
  });
}

/** For a message that comes to be under this setting. */
export const mark = (privacy: Privacy): Pick<Message, 'privacy'> => (privacy === 'schema' ? { privacy } : {});

/** A result in the form that the setting asks for; in the history there is never more than what was sent. */
export function resultFor(privacy: Privacy, result: ToolResultBlock): ToolResultBlock {
  const schemaContent = result.schemaContent ?? unspoken(result);
  return privacy === 'schema'
    ? { ...result, content: schemaContent, schemaContent }
    : { ...result, schemaContent };
}

const unspoken = ({ isError }: ToolResultBlock): TextBlock[] => [
  { type: 'text', text: isError ? WITHHELD.failed : WITHHELD.ok },
];

const carriesData = (block: UserBlock): boolean =>
  block.type !== 'text' || requestWithoutContents(block.text) !== block.text;

function withoutData(content: readonly UserBlock[]): UserBlock[] {
  let released = false;
  return content.map((block): UserBlock => {
    switch (block.type) {
      case 'text':
        released = isReleased(block.text);
        return { type: 'text', text: requestWithoutContents(block.text) };
      case 'image':
        return released ? block : { type: 'text', text: WITHHELD.attached };
      case 'document':
        return { type: 'text', text: WITHHELD.attached };
      case 'tool_result':
        return resultFor('schema', block);
    }
  });
}

/** The calls stay, so that each result has its call; what they say does not. */
function withoutWords(content: readonly AssistantBlock[]): AssistantBlock[] {
  const calls = content.flatMap((block): AssistantBlock[] =>
    block.type === 'tool_use' ? [{ ...block, input: { purpose: 'withheld', code: WITHHELD.answer } }] : [],
  );
  const spoke = content.some(({ type }) => type === 'text');
  return spoke ? [{ type: 'text', text: WITHHELD.answer }, ...calls] : calls;
}

/**
 * Whether a name stands in the conversation as the model sees it, as a word of its own: the user wrote it, the
 * model did, or our own program read it from a file's header. A name that stands nowhere may be a value of a row
 * (of a pivoted table, of a file named after a customer), so it is no name to us.
 */
export function namesIn(visible: readonly Message[]): (name: string) => boolean {
  let words: string | null = null;
  return (name) => {
    words ??= visible.flatMap(textsOf).join('\n');
    const wanted = name.trim();
    return wanted !== '' && (hasWord(words, wanted) || hasWord(words, JSON.stringify(wanted).slice(1, -1)));
  };
}

const WORD = /[\p{L}\p{M}\p{N}_]/u;

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text[at + word.length] ?? ' ';
    // `\n` before a name in a string literal of code is no letter.
    const escaped = before === 'n' && text[at - 2] === '\\';
    if ((escaped || !WORD.test(before)) && !WORD.test(after)) return true;
  }
  return false;
}

function textsOf(message: Message): string[] {
  return (message.content as readonly (AssistantBlock | UserBlock)[]).flatMap((block) => {
    switch (block.type) {
      case 'text':
        return [block.text];
      case 'tool_use':
        return stringsIn(block.input);
      case 'tool_result':
        return block.content.flatMap((part) => (part.type === 'text' ? [part.text] : []));
      default:
        return [];
    }
  });
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}
