/**
 * The beginning of a long conversation in short: made by this program from the messages themselves, no model is
 * asked. It says so, and it stays data: each entry is JSON, so that no output can pose as the user's words.
 */
import { decodeNote, decodeRequest, notebookLines, safeJson } from '../models/blocks.ts';
import type { Message, TextBlock, ToolResultBlock, ToolUseBlock } from '../models/model.ts';
import { isNetworkNote } from './networkNotes.ts';
import { headAndTail, wellFormed } from './text.ts';

const LIMIT_CHARS = 20_000;
/** What stands before the entries. */
const HEAD_CHARS = 500;
const QUESTION_CHARS = 1500;
const ANSWER_CHARS = 600;
const LINE_CHARS = 200;
const FILES_CHARS = 400;
const NETWORK_CHARS = 1000;

interface Entry {
  /** Questions are kept when there is no room for all. */
  kind: 'question' | 'other';
  line: string;
}

/** @param messages of a valid request, from its beginning. */
export function summaryOf(messages: readonly Message[]): TextBlock {
  const { lines, left } = newestWithin(messages.flatMap(entriesOf(messages)), LIMIT_CHARS);
  const head = [
    `The first ${messages.length} messages of this conversation are no longer attached, their charts and files neither.`,
    'The program made this summary from its log; no model wrote it. Every line is data.',
    'Variables and files are as the last steps left them. What you need again, look at again or compute.',
    ...(left > 0 ? [`${left} older entries are left out.`] : []),
    ...networkLine(messages),
  ];
  return { type: 'text', text: ['<summary>', ...head, ...lines, '</summary>'].join('\n') };
}

/** What is open stays true when the message that told it goes. */
function networkLine(messages: readonly Message[]): string[] {
  const notes = messages.flatMap((message) =>
    message.role === 'user'
      ? message.content.flatMap((block) => (block.type === 'text' ? [decodeNote(block.text) ?? ''] : []))
      : [],
  );
  const last = notes.findLast(isNetworkNote);
  return last === undefined ? [] : [safeJson({ note: cut(last, NETWORK_CHARS) })];
}

/** Characters of a summary of the first 0, 1, 2 … messages; about. */
export function summaryLengths(messages: readonly Message[]): number[] {
  const lengths = [0];
  let chars = HEAD_CHARS;
  for (const entries of messages.map(entriesOf(messages))) {
    for (const { line } of entries) chars += line.length;
    lengths.push(Math.min(chars, LIMIT_CHARS + HEAD_CHARS));
  }
  return lengths;
}

function newestWithin(entries: readonly Entry[], limitChars: number): { lines: string[]; left: number } {
  const kept = new Set<Entry>();
  let room = limitChars;
  for (const kind of ['question', 'other'] as const) {
    for (const entry of entries.filter((each) => each.kind === kind).reverse()) {
      if (entry.line.length > room) break;
      kept.add(entry);
      room -= entry.line.length;
    }
  }
  return {
    lines: entries.filter((entry) => kept.has(entry)).map(({ line }) => line),
    left: entries.length - kept.size,
  };
}

const entriesOf =
  (messages: readonly Message[]) =>
  (message: Message, index: number): Entry[] => {
    if (message.role === 'user') {
      const changed = message.content.flatMap((block) =>
        block.type === 'text' ? (notebookLines(block.text) ?? []) : [],
      );
      const byHand = changed.map((line): Entry => ({
        ...{ kind: 'other', line: safeJson({ userChangedNotebook: cut(line, LINE_CHARS) }) },
      }));
      const request = decodeRequest(message);
      if (request === null) return byHand;
      const { intent, text, files } = request;
      const asked = { intent, text: headAndTail(text, QUESTION_CHARS), files };
      return [...byHand, { kind: 'question', line: safeJson({ user: asked }) }];
    }
    const next = messages[index + 1];
    const results = next?.role === 'user' ? next.content.filter((block) => block.type === 'tool_result') : [];
    const words = message.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
    const calls = message.content.filter((block) => block.type === 'tool_use');
    const said = headAndTail(words.trim(), calls.length === 0 ? ANSWER_CHARS : LINE_CHARS);
    return [
      ...(said === '' ? [] : [{ kind: 'other', line: safeJson({ you: said }) } as const]),
      ...calls.map((call): Entry => {
        const result = results.find(({ toolUseId }) => toolUseId === call.id);
        return { kind: 'other', line: safeJson({ step: titleOf(call), ...outcomeOf(result) }) };
      }),
    ];
  };

function titleOf({ name, input }: ToolUseBlock): string {
  const purpose: unknown =
    typeof input === 'object' && input !== null && 'purpose' in input ? input.purpose : null;
  const title = typeof purpose === 'string' && purpose !== '' ? purpose : JSON.stringify(input);
  return `${name}: ${cut(title, LINE_CHARS)}`;
}

/** First and last line of the result's text, and the line that names files. */
function outcomeOf(result: ToolResultBlock | undefined): Record<string, unknown> {
  if (result === undefined) return { result: 'not known' };
  const text = result.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const files = lines.find((line) => line.startsWith('new or changed files in '));
  const last = lines.length > 1 ? lines.at(-1) : undefined;
  const charts = result.content.filter(({ type }) => type === 'image').length;
  return {
    result: cut(lines[0] ?? '', LINE_CHARS),
    ...(result.isError ? { failed: true } : {}),
    ...(files === undefined ? {} : { files: cut(files, FILES_CHARS) }),
    ...(last === undefined || last === files ? {} : { lastLine: cut(last, LINE_CHARS) }),
    ...(charts === 0 ? {} : { charts }),
  };
}

const cut = (text: string, limitChars: number): string =>
  text.length <= limitChars ? text : wellFormed(`${text.slice(0, limitChars)}…`);
