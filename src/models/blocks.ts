/**
 * Texts in a message that carry data: what the user asked for (files by name, as JSON, never pasted into
 * prose) and the facts a cell reports to the model. Written by the agent, read by models that are programs.
 */
import * as z from 'zod/mini';
import { fileRefSchema, intentSchema } from '../shared/events.ts';
import type { Message, TextBlock } from './model.ts';

const requestSchema = z.object({ intent: intentSchema, files: z.array(fileRefSchema) });
export type UserRequest = z.infer<typeof requestSchema> & { text: string };

const REQUEST_OPEN = '<request>';
const REQUEST_CLOSE = '</request>';
const NOTE_OPEN = '<note>';
const NOTE_CLOSE = '</note>';
const FACTS_OPEN = '<facts>';
const FACTS_CLOSE = '</facts>';

/** JSON without `<`, so that no file name can close the element it stands in. */
const safeJson = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');

/** The blocks of a user message: the request as JSON, then the user's own words. */
export function encodeRequest(request: UserRequest): TextBlock[] {
  const { intent, files, text } = request;
  const head: TextBlock = { type: 'text', text: REQUEST_OPEN + safeJson({ intent, files }) + REQUEST_CLOSE };
  return text === '' ? [head] : [head, { type: 'text', text }];
}

/** Something the model must know that the user did not say: variables are gone, the sandbox was replaced. */
export const encodeNote = (text: string): TextBlock => ({
  type: 'text',
  text: NOTE_OPEN + text.replaceAll('<', '‹') + NOTE_CLOSE,
});

const isNote = (text: string): boolean => text.startsWith(NOTE_OPEN) && text.endsWith(NOTE_CLOSE);

/**
 * The request of a user message, or null when the message holds none (tool results only). A question that was
 * never answered is followed by the next one in the same message: the last request counts.
 */
export function decodeRequest(message: Message): UserRequest | null {
  if (message.role !== 'user') return null;
  const texts = message.content.flatMap((block) => (block.type === 'text' ? [block.text] : []));
  const heads = texts.map((text) => decodeHead(text));
  const last = heads.findLastIndex((head) => head !== null);
  const head = heads[last];
  if (!head) return null;
  const words = texts.slice(last + 1).filter((text) => !isNote(text));
  return { ...head, text: words.join('\n') };
}

function decodeHead(text: string): z.infer<typeof requestSchema> | null {
  if (!text.startsWith(REQUEST_OPEN) || !text.endsWith(REQUEST_CLOSE)) return null;
  const parsed = requestSchema.safeParse(parseJson(text.slice(REQUEST_OPEN.length, -REQUEST_CLOSE.length)));
  return parsed.success ? parsed.data : null;
}

/** A cell's `FACTS_MIME` output as text of its tool result. */
export const encodeFacts = (value: unknown): string => FACTS_OPEN + safeJson(value) + FACTS_CLOSE;

/** The facts in a text block, or undefined. The shape is the reader's to parse: it comes from the sandbox. */
export function decodeFacts(text: string): unknown {
  if (!text.startsWith(FACTS_OPEN) || !text.endsWith(FACTS_CLOSE)) return undefined;
  return parseJson(text.slice(FACTS_OPEN.length, -FACTS_CLOSE.length));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
