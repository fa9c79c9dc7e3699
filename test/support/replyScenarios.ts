/** Every way a reply can end or break, as rows of a table: what the local server answers, and what must come of it. */
import assert from 'node:assert/strict';
import type { MessagesRequest } from './scriptedApiChecks.ts';
import {
  apiError,
  cell,
  frames,
  frameText,
  text,
  type MessageReply,
  type Reply,
} from './scriptedApiReplies.ts';

export interface Row {
  name: string;
  /** The answer to the `n`-th request. */
  script: (n: number, request: MessagesRequest) => Reply;
  /** `kind`, a space, and what the user reads. */
  end: RegExp;
  /** What the user is told to do. */
  remedy?: RegExp;
  /** Posts to `/v1/messages` of this turn. */
  requests: number;
  /** Cells that ran. Default: none. */
  runs?: number;
  /** What the next request must, or must not, carry. */
  sentNext?: RegExp;
  notSentNext?: RegExp;
  /** The API is not asked with the right key. */
  key?: string;
  /** Blocks or events that the SDK's types do not know, on purpose. */
  unknownToSdk?: true;
}

const CODE = 'work(1)';
const call = cell('I count.', CODE);
const done = text('Counted: 42.');

/** The call, then the answer to its result. */
const onceAnswered =
  (first: Reply): Row['script'] =>
  (n) =>
    n === 1 ? first : done;
const always =
  (reply: Reply): Row['script'] =>
  () =>
    reply;
/** Fails `times` times, then answers. */
const failing =
  (times: number, reply: Reply): Row['script'] =>
  (n) =>
    n <= times ? reply : done;

const bytesOf = (reply: MessageReply): Buffer =>
  Buffer.from(frames(reply, 'claude-sonnet-5-5', 10).map(frameText).join(''));
const stream = (body: string | Uint8Array, reset = false): Reply => ({
  kind: 'raw',
  status: 200,
  contentType: 'text/event-stream; charset=utf-8',
  body,
  reset,
});
const umlauts: MessageReply = text('Grüße, 数えました.');
const inUmlaut = bytesOf(umlauts).indexOf('ü') + 1;
const withEvent = (event: { type: string; sky: string }, reply: MessageReply): Reply => {
  const [start, ...rest] = frames(reply, 'claude-sonnet-5-5', 10);
  assert.ok(start);
  return stream([start, { event: event.type, data: event }, ...rest].map(frameText).join(''));
};
const hologram = (): Reply => {
  const all = frames(text('Here it is.'), 'claude-sonnet-5-5', 10);
  const block = { type: 'hologram', data: 'x', parts: [1] };
  const unknown = [
    {
      event: 'content_block_start',
      data: { type: 'content_block_start', index: 7, content_block: block },
    },
    { event: 'content_block_stop', data: { type: 'content_block_stop', index: 7 } },
  ];
  return stream([...all.slice(0, -2), ...unknown, ...all.slice(-2)].map(frameText).join(''));
};
const twoStarts = (): Reply => {
  const [start, ...rest] = frames(text('x'), 'claude-sonnet-5-5', 10);
  assert.ok(start);
  return stream([start, start, ...rest].map(frameText).join(''));
};
const json = (body: string): Reply => ({ kind: 'raw', status: 200, contentType: 'application/json', body });

const BROKE_OFF = /^failed The reply of the API broke off: .*\.$/;
const FINISHED = /^finished/;

export const endings: Row[] = [
  { name: 'end_turn with an answer', script: always(done), end: FINISHED, requests: 1 },
  {
    name: 'end_turn without content',
    script: always({ kind: 'message', blocks: [] }),
    end: /^limit The model ended its turn without an answer\./,
    requests: 1,
  },
  {
    name: 'end_turn without content after a result: not asked the same again',
    script: onceAnswered(call),
    end: FINISHED,
    requests: 2,
    runs: 1,
  },
  {
    name: 'end_turn that holds a call: it does not run',
    script: always({ ...call, stopReason: 'end_turn' }),
    end: FINISHED,
    requests: 1,
    notSentNext: /work\(1\)/,
  },
  { name: 'tool_use', script: onceAnswered(call), end: FINISHED, requests: 2, runs: 1 },
  {
    name: 'tool_use with several calls',
    script: onceAnswered({
      kind: 'message',
      blocks: [1, 2, 3].map((n) => ({
        type: 'tool_use',
        name: 'python',
        input: { purpose: 'p', code: `work(${n})` },
      })),
    }),
    end: FINISHED,
    requests: 2,
    runs: 3,
  },
  {
    name: 'tool_use without a call',
    script: always({ ...text('I run it.'), stopReason: 'tool_use' }),
    end: /^limit The model announced code but sent none\./,
    requests: 1,
  },
  {
    name: 'a call without arguments',
    script: onceAnswered({ kind: 'message', blocks: [{ type: 'tool_use', name: 'python', input: '' }] }),
    end: FINISHED,
    requests: 2,
  },
  {
    name: 'a call of an unknown tool with an odd name and id',
    script: onceAnswered({
      kind: 'message',
      blocks: [{ type: 'tool_use', id: 'call:1 ü', name: 'run python!', input: { code: CODE } }],
    }),
    end: FINISHED,
    requests: 2,
    sentNext: /"type":"tool_use"/,
  },
  {
    name: 'a call whose input is no JSON',
    script: onceAnswered({
      kind: 'message',
      blocks: [{ type: 'tool_use', name: 'python', input: '{"purpose": "p", "code": nope' }],
    }),
    end: FINISHED,
    requests: 2,
  },
  {
    name: 'a call whose input ends in the middle',
    script: onceAnswered({
      kind: 'message',
      blocks: [{ type: 'tool_use', name: 'python', input: '{"purpose": "p", "code": "work(1' }],
    }),
    end: FINISHED,
    requests: 2,
  },
  {
    name: 'max_tokens in the text: it may go on, not for ever',
    script: always({ ...text('A long story'), stopReason: 'max_tokens' }),
    end: /^limit The reply reached its maximum length and was cut/,
    requests: 3,
  },
  {
    name: 'max_tokens inside of a call: it does not run, though its input is whole',
    script: (n) => (n === 1 ? { ...call, stopReason: 'max_tokens' } : done),
    end: FINISHED,
    requests: 2,
    notSentNext: /work\(1\)/,
  },
  {
    name: 'stop_sequence',
    script: always({ ...done, stopReason: 'stop_sequence', stopSequence: 'END' }),
    end: FINISHED,
    requests: 1,
  },
  {
    name: 'pause_turn once',
    script: (n) => (n === 1 ? { ...text('I am searching.'), stopReason: 'pause_turn' } : done),
    end: FINISHED,
    requests: 2,
  },
  {
    name: 'pause_turn for ever',
    script: always({ ...text('Still searching.'), stopReason: 'pause_turn' }),
    end: /^limit The provider paused the reply\. Send a message to go on\.$/,
    requests: 6,
  },
  {
    name: 'refusal with its details',
    script: always({
      ...text('I cannot'),
      stopReason: 'refusal',
      category: 'cyber',
      explanation: 'It could do harm',
    }),
    end: /^limit The model declined to answer \(cyber\): It could do harm\./,
    requests: 1,
    notSentNext: /First question/,
  },
  {
    name: 'refusal without content',
    script: always({ kind: 'message', blocks: [], stopReason: 'refusal' }),
    end: /^limit The model declined to answer\. This question is left out/,
    requests: 1,
    notSentNext: /First question/,
  },
  {
    name: 'refusal after a cell ran',
    script: (n) => (n === 1 ? call : { ...text(''), blocks: [], stopReason: 'refusal' }),
    end: /^limit The model declined to answer\./,
    requests: 2,
    runs: 1,
    notSentNext: /First question/,
  },
  {
    name: 'model_context_window_exceeded',
    script: always({ ...text('A long'), stopReason: 'model_context_window_exceeded' }),
    end: /^limit The conversation is as long as the model can read/,
    requests: 2,
  },
  {
    name: 'a stop reason of the future',
    script: always({ ...text('Hm.'), stopReason: 'tea_time' }),
    end: /^limit The reply ended for a reason that is not known here \("tea_time"\)/,
    requests: 1,
    unknownToSdk: true,
  },
  {
    name: 'a reply whole inside of message_start',
    script: (n) => (n === 1 ? { ...call, whole: true } : { ...done, whole: true }),
    end: FINISHED,
    requests: 2,
    runs: 1,
  },
  {
    name: 'thinking goes back with its signature',
    script: (n) =>
      n === 1 ? { ...call, blocks: [{ type: 'thinking', thinking: 'I think.' }, ...call.blocks] } : done,
    end: FINISHED,
    requests: 2,
    runs: 1,
    sentNext: /"thinking":"I think\."/,
  },
  {
    name: 'an unknown block is kept',
    script: always(hologram()),
    end: FINISHED,
    requests: 1,
    sentNext: /"type":"hologram","data":"x","parts":\[1\]/,
    unknownToSdk: true,
  },
  {
    name: 'an unknown event is left out',
    script: always(withEvent({ type: 'weather', sky: 'blue' }, done)),
    end: FINISHED,
    requests: 1,
  },
];

export const faults: Row[] = [
  {
    name: 'the connection is reset before an answer',
    script: failing(1, { kind: 'hang-up' }),
    end: FINISHED,
    requests: 2,
  },
  {
    name: 'the connection is always reset before an answer',
    script: always({ kind: 'hang-up' }),
    end: /^failed 127\.0\.0\.1:\d+ could not be reached: the connection was cut\.$/,
    requests: 4,
  },
  ...(['socket', 'reset', 'end', 'error'] as const).flatMap((how): Row[] =>
    (
      [
        ['before the first block', done, 1],
        ['in the middle of the text', done, 4],
        ['in the middle of a call', call, 9],
        ['after the last block', call, -2],
        ['before message_stop', call, -1],
      ] as const
    ).map(([where, reply, after]) => ({
      name: `it breaks off ${where} (${how}), once`,
      script: (n) => {
        const count = after < 0 ? frames(reply, 'm', 1).length + after : after;
        if (n === 1) return { ...reply, breaksOff: { after: count, how } };
        return reply === call && n === 2 ? call : done;
      },
      end: FINISHED,
      requests: reply === call ? 3 : 2,
      runs: reply === call ? 1 : 0,
    })),
  ),
  {
    name: 'it always breaks off',
    script: always({ ...done, breaksOff: { after: 5, how: 'reset' } }),
    end: BROKE_OFF,
    requests: 3,
  },
  {
    name: 'it breaks off inside of a character',
    script: failing(1, stream(bytesOf(umlauts).subarray(0, inUmlaut), true)),
    end: FINISHED,
    requests: 2,
  },
  {
    name: 'characters split between packets',
    script: always({ ...umlauts, pieceBytes: 5 }),
    end: FINISHED,
    requests: 1,
    sentNext: /Grüße, 数えました\./,
  },
  {
    name: 'an error event, always',
    script: always({ ...done, breaksOff: { after: 5, how: 'error' } }),
    end: /^failed The API could not answer at the moment: Overloaded$/,
    requests: 3,
  },
  { name: 'a second message_start', script: failing(1, twoStarts()), end: FINISHED, requests: 2 },
  { name: 'always a second message_start', script: always(twoStarts()), end: BROKE_OFF, requests: 3 },
  { name: 'an empty body', script: always(stream('')), end: BROKE_OFF, requests: 3 },
  {
    name: 'a frame that is no JSON',
    script: always(stream('event: message_start\ndata: {"type": nope\n\n')),
    end: BROKE_OFF,
    requests: 3,
  },
  {
    name: 'JSON where a stream should be',
    script: always(json('{"type":"message","content":[]}')),
    end: /^failed What answers at 127\.0\.0\.1:\d+ is not the API: it sent application\/json instead of a reply\.$/,
    requests: 1,
  },
  {
    name: 'a stream that stands still',
    script: always({ kind: 'stuck', pingEveryMs: null }),
    end: /^failed The API sent nothing for \d+ seconds\.$/,
    requests: 2,
  },
  {
    name: 'a stream that only pings',
    script: always({ kind: 'stuck', pingEveryMs: 20 }),
    end: /^failed The API sent nothing for \d+ seconds\.$/,
    requests: 2,
  },
];

const status = (code: number, type: string, words: string, headers = {}): Row['script'] =>
  always(apiError(code, type, words, headers));
export const statuses: Row[] = [
  {
    name: '400',
    script: status(400, 'invalid_request_error', 'messages.0: bad'),
    end: /^failed The API refused the request \(400\): messages\.0: bad$/,
    requests: 1,
  },
  {
    name: '400, the prompt is too long, whatever is left out',
    script: status(400, 'invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'),
    end: /^failed The conversation is longer than the model can read\.$/,
    requests: 1,
  },
  {
    name: '401',
    key: 'a key of yesterday',
    script: always(done),
    end: /^failed The API did not accept the key\.$/,
    requests: 0,
  },
  {
    name: '402',
    script: status(402, 'billing_error', 'no credit'),
    end: /^failed The API asks for payment: no credit$/,
    requests: 1,
  },
  {
    name: '403',
    script: status(403, 'permission_error', 'not for you'),
    end: /^failed The key is not allowed to do this: not for you$/,
    requests: 1,
  },
  {
    name: '404',
    script: status(404, 'not_found_error', 'model: x'),
    end: /^failed The API does not know the model "claude-sonnet-5-5"\.$/,
    requests: 1,
  },
  {
    name: '413',
    script: status(413, 'request_too_large', 'too large'),
    end: /^failed The conversation is longer than the model can read\.$/,
    requests: 1,
  },
  {
    name: '418',
    script: status(418, 'teapot', 'short and stout'),
    end: /^failed The API refused the request \(418\): short and stout$/,
    requests: 1,
  },
  ...[
    [408, 'timeout_error'],
    [409, 'conflict_error'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [503, 'api_error'],
    [529, 'overloaded_error'],
  ].map(([code, type]): Row => ({
    name: `${code} twice`,
    script: failing(2, apiError(Number(code), String(type), 'later')),
    end: FINISHED,
    requests: 3,
  })),
  {
    name: '529 for ever',
    script: status(529, 'overloaded_error', 'Overloaded'),
    end: /^failed The API could not answer at the moment: Overloaded$/,
    requests: 4,
  },
  {
    name: '429 for ever',
    script: status(429, 'rate_limit_error', 'slow down'),
    end: /^failed The API has too many requests of this key at the moment\.$/,
    requests: 4,
  },
  {
    name: '429 that asks for more patience than anybody has',
    script: status(429, 'rate_limit_error', 'slow down', { 'retry-after': '864000' }),
    end: /^failed The API has too many requests of this key at the moment\.$/,
    remedy: /^Wait a minute, then send again\.$/,
    requests: 1,
  },
  {
    name: '429 that asks for some hours',
    script: status(429, 'rate_limit_error', 'slow down', { 'retry-after': '7200' }),
    end: /^failed The API has too many requests of this key at the moment\.$/,
    remedy: /^Send again in 7200 seconds\.$/,
    requests: 1,
  },
  {
    name: '429 with a wait in milliseconds',
    script: failing(1, apiError(429, 'rate_limit_error', 'slow down', { 'retry-after-ms': '30' })),
    end: FINISHED,
    requests: 2,
  },
  {
    name: '429 with a wait that cannot be read',
    script: failing(1, apiError(429, 'rate_limit_error', 'slow down', { 'retry-after': 'soon' })),
    end: FINISHED,
    requests: 2,
  },
  {
    name: '500 that says not to ask again',
    script: status(500, 'api_error', 'broken', { 'x-should-retry': 'false' }),
    end: /^failed The API could not answer at the moment: broken$/,
    requests: 1,
  },
  {
    name: '502 with a page',
    script: always({
      kind: 'raw',
      status: 502,
      contentType: 'text/html',
      body: '<html><h1>502 Bad Gateway</h1></html>',
    }),
    end: /^failed The API could not answer at the moment: [^<>]*Bad Gateway/,
    requests: 4,
  },
  {
    name: 'a redirect is not followed',
    script: always({
      kind: 'raw',
      status: 307,
      contentType: 'text/plain',
      body: '',
      headers: { location: 'http://127.0.0.1:1/' },
    }),
    end: /^failed 127\.0\.0\.1:\d+ could not be reached: /,
    requests: 1,
  },
];
