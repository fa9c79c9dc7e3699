/** Ids and names of calls as the API takes them back. */
import type { AssistantBlock, Message } from '../models/model.ts';
import { callIds } from './history.ts';

export const CALL_ID = /^[A-Za-z0-9_-]+$/;
export const TOOL_NAME = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * Ids pair calls with results for the whole conversation: a repeated one, or one the API would not take, is replaced.
 * So is an odd name: no tool has it, and the call is answered as one of an unknown tool.
 * @param prefix of new ids: letters, digits, `-`; not used by another reply.
 */
export function withUsableCalls(
  content: readonly AssistantBlock[],
  earlier: readonly Message[],
  prefix: string,
): AssistantBlock[] {
  const taken = new Set(
    earlier.flatMap((message) => (message.role === 'assistant' ? callIds(message.content) : [])),
  );
  return content.map((block, index) => {
    if (block.type !== 'tool_use') return block;
    const usable = CALL_ID.test(block.id) && !taken.has(block.id);
    const id = usable ? block.id : `${prefix}-call-${index}`;
    taken.add(id);
    const name = TOOL_NAME.test(block.name)
      ? block.name
      : block.name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 128) || 'unnamed';
    return { ...block, id, name };
  });
}
