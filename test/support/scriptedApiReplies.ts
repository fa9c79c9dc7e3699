/** Replies of the Messages API as data, and their server-sent events. */
import { randomUUID } from 'node:crypto';

export type ReplyBlock =
  | { type: 'text'; text: string }
  | { type: 'thinking'; thinking: string; signature?: string }
  | { type: 'redacted_thinking'; data: string }
  /** A string as input is sent as it is, also when it is no JSON. */
  | { type: 'tool_use'; id?: string; name: string; input: object | string }
  /** A tool that the provider runs itself, and what it found. */
  | { type: 'server_tool_use'; id: string; name: 'web_search'; input: object }
  | { type: 'web_search_tool_result'; tool_use_id: string; content: object[] };

export interface MessageReply {
  kind: 'message';
  blocks: ReplyBlock[];
  /** Default: `tool_use` when there is a call, else `end_turn`. */
  stopReason?: string;
  /** Of a refusal. */
  explanation?: string;
  category?: string;
  /** Which one was met. */
  stopSequence?: string;
  /** All of it inside `message_start`, as some replies of the real API come. */
  whole?: boolean;
  /** Between two events. */
  delayMs?: number;
  /** What happens after so many events: the socket is closed or reset, the body ends early, or an error event comes. */
  breaksOff?: {
    after: number;
    how: 'socket' | 'reset' | 'end' | 'error';
    /** Default: an API that is overloaded. */
    error?: { type: string; message: string };
  };
  /** The body goes out in pieces of this many bytes, so that characters are split. */
  pieceBytes?: number;
}

export type Reply =
  | MessageReply
  | { kind: 'error'; status: number; type: string; message: string; headers?: Record<string, string> }
  | {
      kind: 'raw';
      status: number;
      contentType: string;
      body: string | Uint8Array;
      headers?: Record<string, string>;
      /** The socket is reset behind the body. */
      reset?: boolean;
    }
  /** No byte of an answer. */
  | { kind: 'hang-up' }
  /** Headers, then nothing, or pings only. */
  | { kind: 'stuck'; pingEveryMs: number | null };

export type Frame = { event: string; data: unknown };

export const text = (words: string): MessageReply => ({
  kind: 'message',
  blocks: [{ type: 'text', text: words }],
});

/** Some words, then one cell. */
export const cell = (words: string, code: string, purpose = 'Run code', name = 'python'): MessageReply => ({
  kind: 'message',
  blocks: [
    { type: 'text', text: words },
    { type: 'tool_use', name, input: { purpose, code } },
  ],
});

export const apiError = (status: number, type: string, message: string, headers = {}): Reply => ({
  kind: 'error',
  status,
  type,
  message,
  headers,
});

/** Pieces as a model's tokens would come. */
const pieces = (whole: string, size: number): string[] =>
  Array.from({ length: Math.ceil(whole.length / size) }, (_, n) => whole.slice(n * size, (n + 1) * size));

const newCallId = (): string => `toolu_${randomUUID().replaceAll('-', '').slice(0, 24)}`;

function wholeBlock(block: ReplyBlock): object {
  switch (block.type) {
    case 'text':
      return { ...block, citations: null };
    case 'thinking':
      return { ...block, signature: block.signature ?? signatureOf(block.thinking) };
    case 'redacted_thinking':
      return block;
    case 'tool_use':
      return { ...block, id: block.id ?? newCallId(), caller: { type: 'direct' } };
    case 'server_tool_use':
    case 'web_search_tool_result':
      return { ...block, caller: { type: 'direct' } };
  }
}

function blockFrames(block: ReplyBlock, index: number): Frame[] {
  const start = (contentBlock: object): Frame => ({
    event: 'content_block_start',
    data: { type: 'content_block_start', index, content_block: contentBlock },
  });
  const delta = (data: object): Frame => ({
    event: 'content_block_delta',
    data: { type: 'content_block_delta', index, delta: data },
  });
  const stop: Frame = { event: 'content_block_stop', data: { type: 'content_block_stop', index } };
  switch (block.type) {
    case 'text':
      return [
        start({ type: 'text', text: '', citations: null }),
        ...pieces(block.text, 12).map((part) => delta({ type: 'text_delta', text: part })),
        stop,
      ];
    case 'thinking':
      return [
        start({ type: 'thinking', thinking: '', signature: '' }),
        ...pieces(block.thinking, 12).map((part) => delta({ type: 'thinking_delta', thinking: part })),
        delta({ type: 'signature_delta', signature: block.signature ?? signatureOf(block.thinking) }),
        stop,
      ];
    case 'redacted_thinking':
      return [start(block), stop];
    case 'tool_use': {
      const json = typeof block.input === 'string' ? block.input : JSON.stringify(block.input);
      const id = block.id ?? newCallId();
      return [
        start({ type: 'tool_use', id, name: block.name, input: {}, caller: { type: 'direct' } }),
        delta({ type: 'input_json_delta', partial_json: '' }),
        ...pieces(json, 16).map((part) => delta({ type: 'input_json_delta', partial_json: part })),
        stop,
      ];
    }
    case 'server_tool_use':
      return [
        start({ ...block, input: {}, caller: { type: 'direct' } }),
        delta({ type: 'input_json_delta', partial_json: JSON.stringify(block.input) }),
        stop,
      ];
    case 'web_search_tool_result':
      return [start({ ...block, caller: { type: 'direct' } }), stop];
  }
}

/** The server knows its own signatures again: thinking that was changed on the way is refused. */
export const signatureOf = (thinking: string): string =>
  `sig-${Buffer.from(thinking).toString('base64url').slice(0, 24)}-${thinking.length}`;

/** All frames of a whole reply, in the order of the real API. */
export function frames(reply: MessageReply, model: string, inputTokens: number): Frame[] {
  const calls = reply.blocks.some(({ type }) => type === 'tool_use');
  const usage = {
    input_tokens: inputTokens,
    output_tokens: 1,
    output_tokens_details: null,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
    server_tool_use: null,
  };
  const usageAtStart = {
    ...usage,
    cache_creation: null,
    inference_geo: null,
    service_tier: 'standard',
    speed: null,
  };
  const message = {
    id: `msg_${randomUUID().replaceAll('-', '').slice(0, 24)}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: usageAtStart,
  };
  const outputTokens = Math.ceil(JSON.stringify(reply.blocks).length / 4);
  const stopReason = reply.stopReason ?? (calls ? 'tool_use' : 'end_turn');
  const { explanation = null, category = null, stopSequence = null } = reply;
  const ending = {
    stop_reason: stopReason,
    stop_sequence: stopSequence,
    stop_details: stopReason === 'refusal' ? { type: 'refusal', category, explanation } : null,
    container: null,
  };
  if (reply.whole === true) {
    const content = reply.blocks.map(wholeBlock);
    const complete = {
      ...message,
      ...ending,
      content,
      usage: { ...usageAtStart, output_tokens: outputTokens },
    };
    return [
      { event: 'message_start', data: { type: 'message_start', message: complete } },
      { event: 'message_stop', data: { type: 'message_stop' } },
    ];
  }
  return [
    { event: 'message_start', data: { type: 'message_start', message } },
    { event: 'ping', data: { type: 'ping' } },
    ...reply.blocks.flatMap(blockFrames),
    {
      event: 'message_delta',
      data: {
        type: 'message_delta',
        delta: ending,
        usage: { ...usage, output_tokens: outputTokens },
      },
    },
    { event: 'message_stop', data: { type: 'message_stop' } },
  ];
}

export const frameText = ({ event, data }: Frame): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
