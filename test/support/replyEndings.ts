/** Every way a whole reply can end. */
import assert from 'node:assert/strict';
import { always, call, done, FINISHED, stream, type Row } from './replyRow.ts';
import { frames, frameText, text, type MessageReply, type Reply } from './scriptedApiReplies.ts';

/** The call, then the answer to its result. */
const onceAnswered =
  (first: Reply): Row['script'] =>
  (n) =>
    n === 1 ? first : done;

/** Pauses while a search of the provider's own runs. */
const paused = (id: string): Reply => ({
  kind: 'message',
  blocks: [
    { type: 'text', text: 'I am searching.' },
    { type: 'server_tool_use', id, name: 'web_search', input: { query: 'orders' } },
  ],
  stopReason: 'pause_turn',
});
const found: Reply = {
  kind: 'message',
  blocks: [
    { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [] },
    { type: 'text', text: 'I have found it.' },
  ],
};
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
      blocks: [{ type: 'tool_use', id: 'call:1 ü', name: 'run python!', input: { code: 'work(1)' } }],
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
    name: 'pause_turn for ever, each time with an open call of the provider: the next question has none',
    script: (n) => paused(`srvtoolu_${n}`),
    end: /^limit The provider paused the reply\. Send a message to go on\.$/,
    requests: 6,
    sentNext: /I am searching\./,
    notSentNext: /srvtoolu_|server_tool_use/,
  },
  {
    name: 'pause_turn with an open call of the provider that is answered later: both stay',
    script: (n) => (n === 1 ? paused('srvtoolu_1') : found),
    end: FINISHED,
    requests: 2,
    sentNext: /"id":"srvtoolu_1".*"tool_use_id":"srvtoolu_1".*I have found it\./s,
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
