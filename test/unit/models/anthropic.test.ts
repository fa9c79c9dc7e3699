/** The real SDK against the local server: what is sent, what is understood, and how each failure is told. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Failure } from '../../../src/failures.ts';
import { createAnthropicModel, listModels, validateKey } from '../../../src/models/anthropic.ts';
import type { Message, ModelEvent, ModelReply, ModelRequest } from '../../../src/models/model.ts';
import { apiModel } from '../../support/openSession.ts';
import { startScriptedApi, TEST_KEY, type ScriptedApi } from '../../support/scriptedApi.ts';
import { apiError, text, type MessageReply } from '../../support/scriptedApiReplies.ts';
import type { Script } from '../../support/scriptedApiScenarios.ts';

let api: ScriptedApi;
let logged: string[] = [];
afterEach(async () => {
  await api.close();
  assert.equal(logged.join('\n').includes(TEST_KEY), false, 'the key is never logged');
  logged = [];
});

const PATIENCE = { headerTimeoutMs: 2000, idleMs: 400, quietMs: 1500, maxRetryAfterMs: 1500, backoffMs: 50 };

async function start(script: Script | string, modelId = 'claude-sonnet-5-5') {
  api = await startScriptedApi({ script });
  return apiModel(api, { modelId, log: (line) => logged.push(line), patience: PATIENCE });
}

const hello: Message = { role: 'user', content: [{ type: 'text', text: 'Hello' }] };
const request = (...messages: Message[]): ModelRequest => ({
  system: 'You are a test.',
  messages: messages.length === 0 ? [hello] : messages,
  toolChoice: 'auto',
  effort: null,
  tools: [
    {
      kind: 'custom',
      name: 'python',
      description: 'Runs Python.',
      inputSchema: { type: 'object', properties: {} },
    },
  ],
  maxTokens: 1000,
});

const idle = new AbortController().signal;
const ask = async (
  model: ReturnType<typeof createAnthropicModel>,
  events: ModelEvent[] = [],
): Promise<ModelReply> => model.reply(request(), (event) => events.push(event), idle);

async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error: unknown = await promise.then(
    () => assert.fail('it should have failed'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Failure, String(error));
  assert.equal(JSON.stringify([error.message, error.stack, error.cause]).includes(TEST_KEY), false);
  return error;
}

describe('a reply', () => {
  it('is streamed as text, then complete, with its usage', async () => {
    const events: ModelEvent[] = [];
    const reply = await ask(await start('text'), events);
    assert.deepEqual(reply.content, [{ type: 'text', text: 'Hello from the scripted server.' }]);
    assert.deepEqual(reply.stopReason, { kind: 'end_turn' });
    assert.ok(reply.usage.inputTokens > 0 && reply.usage.outputTokens > 0);
    assert.ok(events.length > 1);
    assert.equal(
      events.map((e) => (e.type === 'text' ? e.delta : '')).join(''),
      'Hello from the scripted server.',
    );
  });

  it('shows code while it is typed, and gives thinking back with its signature', async () => {
    const events: ModelEvent[] = [];
    const model = await start('thinking');
    const reply = await ask(model, events);
    assert.deepEqual(
      reply.content.map(({ type }) => type),
      ['thinking', 'redacted_thinking', 'text', 'tool_use'],
    );
    const call = reply.content[3];
    assert.ok(call?.type === 'tool_use');
    assert.deepEqual(call.input, { purpose: 'Compute', code: '6 * 7' });
    const typed = events.flatMap((e) => (e.type === 'tool_input' ? [e.snapshot] : []));
    assert.ok(
      typed.length > 1 && typed.every((part) => '{"purpose":"Compute","code":"6 * 7"}'.startsWith(part)),
    );
    // The server refuses thinking that is not exactly what it sent.
    const next = await model.reply(
      request(
        hello,
        { role: 'assistant', content: reply.content },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              toolUseId: call.id,
              content: [{ type: 'text', text: '42' }],
              isError: false,
            },
          ],
        },
      ),
      () => undefined,
      idle,
    );
    assert.deepEqual(next.content, [{ type: 'text', text: 'Thought, run, answered.' }]);
  });

  it('survives characters that are split between packets', async () => {
    const words = 'Größe 日本語 😀 – ok';
    const reply = await ask(await start(() => ({ ...text(words), pieceBytes: 5 })));
    assert.deepEqual(reply.content, [{ type: 'text', text: words }]);
  });

  it('keeps tool input that is no JSON as text, for the tool to refuse', async () => {
    const reply = await ask(await start('bad-json'));
    assert.deepEqual(
      reply.content.map((b) => b.type === 'tool_use' && b.input),
      ['{"purpose": "x", "code": "print(1'],
    );
  });

  it('names each stop reason', async () => {
    const reasons: Record<string, object> = {
      max_tokens: { kind: 'max_tokens' },
      pause_turn: { kind: 'pause_turn' },
      model_context_window_exceeded: { kind: 'context_window' },
      refusal: { kind: 'refusal', category: null, explanation: 'No.' },
      brand_new: { kind: 'unknown', value: 'brand_new' },
    };
    const order = Object.keys(reasons);
    const model = await start((_, n) => ({
      ...text('x'),
      stopReason: order[n - 1] ?? '',
      explanation: 'No.',
    }));
    for (const reason of order) assert.deepEqual((await ask(model)).stopReason, reasons[reason], reason);
  });
});

describe('the request', () => {
  it('carries the key as bearer, nothing from the environment, and marks the prefix for the cache', async () => {
    process.env['ANTHROPIC_CUSTOM_HEADERS'] = 'x-spy: 1\nauthorization: Bearer other';
    process.env['ANTHROPIC_BASE_URL'] = 'http://127.0.0.1:1';
    process.env['ANTHROPIC_AUTH_TOKEN'] = 'other';
    try {
      await ask(await start('text'));
    } finally {
      delete process.env['ANTHROPIC_CUSTOM_HEADERS'];
      delete process.env['ANTHROPIC_BASE_URL'];
      delete process.env['ANTHROPIC_AUTH_TOKEN'];
    }
    const [sent] = api.conversations();
    assert.equal(sent?.headers['authorization'], `Bearer ${TEST_KEY}`);
    assert.equal(sent?.headers['x-spy'], undefined);
    const body = sent?.body;
    assert.equal(body?.model, 'claude-sonnet-5-5');
    assert.match(JSON.stringify(body?.messages.at(-1)), /"cache_control":\{"type":"ephemeral"\}/);
    assert.deepEqual(body?.system, [
      { type: 'text', text: 'You are a test.', cache_control: { type: 'ephemeral' } },
    ]);
    assert.equal(body?.tools?.[0]?.eager_input_streaming, true);
  });

  it('asks for thinking only when the model can, and asks for its abilities once', async () => {
    const model = await start('text');
    await ask(model);
    await ask(model);
    assert.deepEqual(api.conversations()[0]?.body?.thinking, { type: 'adaptive', display: 'summarized' });
    assert.equal(api.requests.filter(({ path }) => path === '/v1/models/claude-sonnet-5-5').length, 1);
    await api.close();
    await ask(await start('text', 'claude-haiku-4-5'));
    assert.equal(api.conversations()[0]?.body?.thinking, undefined);
    await api.close();
    await ask(await start('text', 'a-model-nobody-knows'));
    assert.equal(api.conversations()[0]?.body?.thinking, undefined);
  });

  it('is not sent in the clear to another machine', async () => {
    api = await startScriptedApi({ script: 'text' });
    for (const baseUrl of [
      'http://example.com',
      'ftp://127.0.0.1',
      'nonsense',
      'https://user:pw@example.com',
    ]) {
      assert.throws(
        () => createAnthropicModel({ apiKey: TEST_KEY, baseUrl, modelId: 'm', log: () => undefined }),
        (error) =>
          error instanceof Failure && error.code === 'bad-base-url' && !error.message.includes('pw@'),
      );
    }
  });

  it('does not follow a redirect', async () => {
    const model = await start(() => ({ kind: 'raw', status: 200, contentType: 'text/plain', body: '' }));
    const { createServer } = await import('node:http');
    const redirecting = createServer((_, response) => {
      response.writeHead(307, { location: `${api.url}/v1/messages` });
      response.end();
    });
    await new Promise<void>((resolve) => redirecting.listen(0, '127.0.0.1', resolve));
    const address = redirecting.address();
    assert.ok(address !== null && typeof address === 'object');
    const moved = createAnthropicModel({
      apiKey: TEST_KEY,
      baseUrl: `http://127.0.0.1:${address.port}`,
      modelId: model.id,
      log: () => undefined,
      patience: { maxRetries: 0 },
    });
    assert.equal((await failureOf(ask(moved))).code, 'model-unreachable');
    assert.equal(api.requests.length, 0);
    redirecting.close();
  });
});

describe('a failure of the API', () => {
  const cases: [string, number, string, string][] = [
    ['authentication_error', 401, 'key-rejected', 'invalid bearer token'],
    ['billing_error', 402, 'model-payment', 'no credit'],
    ['permission_error', 403, 'model-forbidden', 'not for you'],
    ['not_found_error', 404, 'model-not-found', 'model: x'],
    ['request_too_large', 413, 'conversation-too-long', 'too large'],
    [
      'invalid_request_error',
      400,
      'conversation-too-long',
      'prompt is too long: 210000 tokens > 200000 maximum',
    ],
    ['invalid_request_error', 400, 'model-refused-request', 'messages.0: bad'],
  ];
  for (const [type, status, code, message] of cases) {
    it(`${status} "${message}" is told as ${code}, after one request`, async () => {
      const failure = await failureOf(ask(await start(() => apiError(status, type, message))));
      assert.equal(failure.code, code);
      assert.equal(api.conversations().length, 1);
      assert.doesNotMatch(failure.sentence, /[{}]|undefined|\n/);
    });
  }

  it('never repeats the key, even when the server does', async () => {
    const model = await start(() => apiError(400, 'invalid_request_error', `odd header Bearer ${TEST_KEY}`));
    assert.match((await failureOf(ask(model))).sentence, /Bearer \[key\]/);
  });

  it('is retried when the API is overloaded, and then answered', async () => {
    const reply = await ask(await start('overloaded-twice'));
    assert.deepEqual(reply.content, [{ type: 'text', text: 'Here I am.' }]);
    assert.equal(api.conversations().length, 3);
  });

  it('ends at once when it asks for a long wait, and says how long', async () => {
    const failure = await failureOf(ask(await start('rate-limited')));
    assert.equal(failure.code, 'rate-limited');
    assert.match(failure.message, /120 seconds/);
    assert.equal(api.conversations().length, 1);
  });

  it('an HTML page of a proxy is told without its markup', async () => {
    const body = '<html><body><h1>502 Bad Gateway</h1></body></html>';
    const model = await start(() => ({ kind: 'raw', status: 502, contentType: 'text/html', body }));
    const failure = await failureOf(ask(model));
    assert.equal(failure.code, 'model-overloaded');
    assert.doesNotMatch(failure.sentence, /</);
  });

  it('nobody listening is told with the host', async () => {
    const model = await start('text');
    await api.close();
    const failure = await failureOf(ask(model));
    assert.equal(failure.code, 'model-unreachable');
    assert.match(failure.sentence, /127\.0\.0\.1:\d+ could not be reached: nothing listens there/);
    api = await startScriptedApi({ script: 'text' });
  });
});

describe('a stream that goes wrong', () => {
  for (const [scenario, code, requests] of [
    ['cut-stream', 'model-bad-reply', 3],
    ['ends-early', 'model-bad-reply', 3],
    ['error-event', 'model-overloaded', 3],
    ['stuck', 'model-stalled', 2],
  ] as const) {
    it(`${scenario} is asked again a few times, then told as ${code}`, async () => {
      const events: ModelEvent[] = [];
      const failure = await failureOf(ask(await start(scenario), events));
      assert.equal(failure.code, code);
      assert.equal(api.conversations().length, requests);
      const told = events.filter(({ type }) => type === 'waiting');
      assert.equal(told.length, requests - 1, 'each wait is told');
      const restarts = events.filter(({ type }) => type === 'restarted').length;
      assert.equal(restarts, scenario === 'stuck' ? 0 : requests - 1, 'what was shown is taken back');
    });
  }

  it('a reply that breaks off once is there the second time, and only that one counts', async () => {
    const events: ModelEvent[] = [];
    const model = await start((_, n) =>
      n === 1
        ? { ...text('I begin to say something'), breaksOff: { after: 4, how: 'socket' } }
        : text('Whole.'),
    );
    const reply = await ask(model, events);
    assert.deepEqual(reply.content, [{ type: 'text', text: 'Whole.' }]);
    const after = events.slice(events.findIndex(({ type }) => type === 'restarted'));
    const shown = after.flatMap((event) => (event.type === 'text' ? [event.delta] : [])).join('');
    assert.equal(shown, 'Whole.');
    assert.equal(events.filter(({ type }) => type === 'request').length, 2);
  });

  it('is noticed, and can be stopped, after a garbage collection: fetch may forget its signal then', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const collecting = setInterval(collect, 20);
    try {
      const model = await start(() => ({ kind: 'stuck', pingEveryMs: null }));
      assert.equal((await failureOf(ask(model))).code, 'model-stalled');
      const stop = new AbortController();
      api.setScript(() => ({ kind: 'stuck', pingEveryMs: 20 }));
      const reply = model.reply(request(), () => undefined, stop.signal);
      const reason = new Error('stopped');
      setTimeout(() => stop.abort(reason), 300);
      await assert.rejects(reply, (error) => error === reason);
    } finally {
      clearInterval(collecting);
    }
  });

  it('a server that only pings is stuck, too', async () => {
    const failure = await failureOf(ask(await start(() => ({ kind: 'stuck', pingEveryMs: 50 }))));
    assert.equal(failure.code, 'model-stalled');
  });

  it('200 with an empty body, with a page, or with broken JSON is no reply', async () => {
    for (const [contentType, body, code] of [
      ['text/event-stream', '', 'model-bad-reply'],
      ['text/html', '<html>login</html>', 'model-not-the-api'],
      ['text/event-stream', 'event: message_start\ndata: {"type": nope\n\n', 'model-bad-reply'],
      ['text/event-stream', 'event: message_start\ndata: {"type":"message_start"}\n\n', 'model-bad-reply'],
    ] as const) {
      const failure = await failureOf(
        ask(await start(() => ({ kind: 'raw', status: 200, contentType, body }))),
      );
      assert.equal(failure.code, code, body);
      await api.close();
    }
    api = await startScriptedApi({ script: 'text' });
  });

  it('unknown events are left out, unknown blocks are kept as they came', async () => {
    const body = [
      { type: 'message_start', message: { content: [], usage: { input_tokens: 3 } } },
      { type: 'brand_new_event', x: 1 },
      { type: 'content_block_start', index: 0, content_block: { type: 'hologram', data: 'x' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'hologram_delta' } },
      { type: 'content_block_start', index: 1, content_block: { type: 'text', text: 'Whole.' } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
      { type: 'message_stop' },
    ];
    const frames = body.map((data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`).join('');
    const reply = await ask(
      await start(() => ({ kind: 'raw', status: 200, contentType: 'text/event-stream', body: frames })),
    );
    assert.deepEqual(reply.content, [
      { type: 'opaque', block: { type: 'hologram', data: 'x' } },
      { type: 'text', text: 'Whole.' },
    ]);
    assert.equal(reply.usage.inputTokens, 3);
  });
});

describe('Stop', () => {
  it('ends a reply at once with its own reason, also while a retry waits', async () => {
    const slow: MessageReply = { ...text('word '.repeat(400)), delayMs: 20 };
    for (const script of [() => slow, () => apiError(529, 'overloaded_error', 'x', { 'retry-after': '1' })]) {
      const stop = new AbortController();
      const reason = new Error('stopped');
      const model = await start(script);
      const reply = model.reply(request(), () => undefined, stop.signal);
      setTimeout(() => stop.abort(reason), 120);
      const startedAt = performance.now();
      await assert.rejects(reply, (error) => error === reason);
      assert.ok(performance.now() - startedAt < 700);
      await api.close();
    }
    api = await startScriptedApi({ script: 'text' });
  });
});

describe('a key', () => {
  it('is validated by one call, and the models are listed', async () => {
    api = await startScriptedApi({ script: 'text' });
    await validateKey(TEST_KEY, api.url);
    assert.deepEqual((await listModels(TEST_KEY, api.url))[0], {
      id: 'claude-sonnet-5-5',
      label: 'Claude Sonnet 5.5',
    });
    assert.equal((await failureOf(validateKey('wrong', api.url))).code, 'key-rejected');
  });
});
