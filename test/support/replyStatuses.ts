/** Every status the API answers with. */
import { always, done, failing, FINISHED, type Row } from './replyRow.ts';
import { apiError } from './scriptedApiReplies.ts';

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
