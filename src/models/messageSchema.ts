/** Messages as they lie in the session's log: parsed when a session is opened again. */
import * as z from 'zod/mini';
import { privacySchema } from '../shared/protocol.ts';
import type { Message } from './model.ts';

const extra = z.optional(z.record(z.string(), z.unknown()));
const text = z.object({ type: z.literal('text'), text: z.string(), extra });
const image = z.object({
  type: z.literal('image'),
  mediaType: z.enum(['image/png', 'image/jpeg']),
  data: z.string(),
});
const toolResult = z.object({
  type: z.literal('tool_result'),
  toolUseId: z.string(),
  content: z.array(z.discriminatedUnion('type', [text, image])),
  isError: z.boolean(),
  schemaContent: z.optional(z.array(text)),
});
const assistantBlock = z.discriminatedUnion('type', [
  text,
  z.object({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() }),
  z.object({ type: z.literal('redacted_thinking'), data: z.string() }),
  z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.unknown(), extra }),
  z.object({ type: z.literal('opaque'), block: z.looseObject({ type: z.string() }) }),
]);

const messageSchema = z.discriminatedUnion('role', [
  z.object({
    role: z.literal('user'),
    content: z.array(z.discriminatedUnion('type', [text, image, toolResult])),
    privacy: z.optional(privacySchema),
  }),
  z.object({
    role: z.literal('assistant'),
    content: z.array(assistantBlock),
    privacy: z.optional(privacySchema),
    inputTokens: z.optional(z.number()),
  }),
]);

/** The message, or null when it is none. */
export function parseMessage(value: unknown): Message | null {
  const parsed = messageSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
