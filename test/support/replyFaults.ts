/** Every way a reply can break. */
import assert from 'node:assert/strict';
import { always, call, done, failing, FINISHED, stream, type Row } from './replyRow.ts';
import { cell, frames, frameText, text, type MessageReply, type Reply } from './scriptedApiReplies.ts';

const bytesOf = (reply: MessageReply): Buffer =>
  Buffer.from(frames(reply, 'claude-sonnet-5-5', 10).map(frameText).join(''));
const umlauts: MessageReply = text('Grüße, 数えました.');
const foreignCall = cell('Ich zähle 🎈.', 'work("ü数🎈")');
/** Where a cut is inside of a character: before each byte that continues one. */
const insides = (body: Buffer): number[] =>
  [...body.entries()].flatMap(([at, byte]) => ((byte & 0xc0) === 0x80 ? [at] : []));
/** `ü, byte 1 of 2` */
function placeOf(body: Buffer, cut: number): string {
  let first = cut;
  while (((body[first] ?? 0) & 0xc0) === 0x80) first -= 1;
  const character = [...body.subarray(first, first + 4).toString()][0] ?? '';
  return `${character}, byte ${cut - first} of ${Buffer.byteLength(character)}`;
}
/** The reply once with each such cut, then whole. */
const cutInside = (name: string, reply: MessageReply, more: Omit<Row, 'name' | 'script' | 'end'>): Row[] => {
  const body = bytesOf(reply);
  return insides(body).flatMap((cut, nth) =>
    [true, false].map((reset) => ({
      name: `${name} breaks off inside of character ${nth + 1} (${placeOf(body, cut)}; ${reset ? 'reset' : 'end'})`,
      script: (n) =>
        n === 1 ? stream(body.subarray(0, cut), reset) : n === 2 && reply !== umlauts ? reply : done,
      end: FINISHED,
      ...more,
    })),
  );
};
/** An error that comes behind the first words, and how often it is asked again. */
const inStream = (type: string, end: RegExp, requests: number): Row => ({
  name: `${type} inside of a stream`,
  script: always({ ...done, breaksOff: { after: 5, how: 'error', error: { type, message: 'told late' } } }),
  end,
  requests,
});
const twoStarts = (): Reply => {
  const [start, ...rest] = frames(text('x'), 'claude-sonnet-5-5', 10);
  assert.ok(start);
  return stream([start, start, ...rest].map(frameText).join(''));
};
const json = (body: string): Reply => ({ kind: 'raw', status: 200, contentType: 'application/json', body });

const BROKE_OFF = /^failed The reply of the API broke off: .*\.$/;

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
  ...cutInside('a text', umlauts, { requests: 2, notSentNext: /Grü|\ufffd/ }),
  ...cutInside('a call', foreignCall, { requests: 3, runs: 1, sentNext: /ü数🎈/, notSentNext: /\ufffd/ }),
  {
    name: 'characters split between packets',
    script: always({ ...umlauts, pieceBytes: 5 }),
    end: FINISHED,
    requests: 1,
    sentNext: /Grüße, 数えました\./,
  },
  {
    name: 'each byte of a call in a packet of its own',
    script: (n) => (n === 1 ? { ...foreignCall, pieceBytes: 1 } : done),
    end: FINISHED,
    requests: 2,
    runs: 1,
    sentNext: /Ich zähle 🎈\..*ü数🎈/s,
  },
  inStream('authentication_error', /^failed The API did not accept the key\.$/, 1),
  inStream('permission_error', /^failed The key is not allowed to do this: told late$/, 1),
  inStream('billing_error', /^failed The API asks for payment: told late$/, 1),
  inStream('invalid_request_error', /^failed The API refused the request \(400\): told late$/, 1),
  inStream('not_found_error', /^failed The API does not know the model "claude-sonnet-5-5"\.$/, 1),
  inStream('request_too_large', /^failed The conversation is longer than the model can read\.$/, 1),
  inStream('rate_limit_error', /^failed The API has too many requests of this key at the moment\.$/, 3),
  inStream('api_error', /^failed The API could not answer at the moment: told late$/, 3),
  inStream('an_error_of_tomorrow', /^failed The API could not answer at the moment: told late$/, 3),
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
