/** A model for unit tests: each reply is written down; what it was asked is kept. */
import type {
  AssistantBlock,
  Model,
  ModelEvent,
  ModelReply,
  ModelRequest,
  StopReason,
} from '../../src/models/model.ts';

export interface ScriptedReply {
  content?: AssistantBlock[];
  stopReason?: StopReason;
  /** Rejects after the events of `content` were sent. */
  throws?: Error;
  /** Waits for an abort after the events were sent. */
  hangs?: boolean;
}

export interface ScriptedModel extends Model {
  readonly requests: ModelRequest[];
}

const USAGE = { inputTokens: 100, outputTokens: 20, cacheReadTokens: 0, cacheWriteTokens: 0 };

/** @param next the `n`-th reply (from 1) to the request. */
export function scriptedModel(next: (n: number, request: ModelRequest) => ScriptedReply): ScriptedModel {
  const requests: ModelRequest[] = [];
  return {
    id: 'scripted',
    label: 'Scripted model',
    provider: null,
    requests,
    async reply(request, onEvent, signal): Promise<ModelReply> {
      requests.push(structuredClone(request));
      const { content = [], throws, hangs, stopReason } = next(requests.length, request);
      await Promise.resolve();
      signal.throwIfAborted();
      content.forEach((block, index) => {
        for (const event of eventsOf(block, index)) onEvent(event);
      });
      if (throws) throw throws;
      if (hangs) {
        await new Promise<void>((_, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
        });
      }
      const calls = content.some(({ type }) => type === 'tool_use');
      return { content, stopReason: stopReason ?? { kind: calls ? 'tool_use' : 'end_turn' }, usage: USAGE };
    },
  };
}

/** In two pieces, as a stream would bring them. */
function eventsOf(block: AssistantBlock, index: number): ModelEvent[] {
  const halves = (text: string): [string, string] => {
    const half = Math.floor(text.length / 2);
    return [text.slice(0, half), text.slice(half)];
  };
  switch (block.type) {
    case 'text':
      return halves(block.text).map((delta) => ({ type: 'text', index, delta }));
    case 'thinking':
      return halves(block.thinking).map((delta) => ({ type: 'thinking', index, delta }));
    case 'redacted_thinking':
      return [];
    case 'opaque':
      return [{ type: 'opaque', index, kind: block.block.type }];
    case 'tool_use': {
      const json = typeof block.input === 'string' ? block.input : JSON.stringify(block.input);
      return [
        { type: 'tool_use', index, id: block.id, name: block.name },
        { type: 'tool_input', index, id: block.id, snapshot: halves(json)[0] },
        { type: 'tool_input', index, id: block.id, snapshot: json },
      ];
    }
  }
}

let calls = 0;
/** A `python` call (or of another tool) with an id of its own. */
export const call = (code: string, name = 'python', id = `toolu_${++calls}`): AssistantBlock => ({
  type: 'tool_use',
  id,
  name,
  input: { purpose: `Run ${code.slice(0, 20)}`, code },
});
export const say = (text: string): AssistantBlock => ({ type: 'text', text });
