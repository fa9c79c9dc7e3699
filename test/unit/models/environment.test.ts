/** S5, S13: what the environment may change of a request (nothing), and what an error may tell of the key (nothing). */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { Failure } from '../../../src/failures.ts';
import { Redactor } from '../../../src/host/redact.ts';
import { createAnthropicModel, validateKey } from '../../../src/models/anthropic.ts';
import { startScriptedApi, TEST_KEY, type ScriptedApi } from '../../support/scriptedApi.ts';

const idle = new AbortController().signal;
const REQUEST = {
  system: 'You are a test.',
  messages: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hello' }] }],
  toolChoice: 'auto' as const,
  effort: null,
  tools: [],
  maxTokens: 100,
};

/** Somebody who waits for what a repository's environment sends him. */
class Canary {
  hits: string[] = [];
  private readonly server = createServer((request, response) => {
    this.hits.push(`${request.method ?? ''} ${request.url ?? ''} ${JSON.stringify(request.headers)}`);
    response.writeHead(200).end('{}');
  });
  async start(): Promise<string> {
    this.server.on('connect', (request, socket) => {
      this.hits.push(`CONNECT ${request.url ?? ''}`);
      socket.destroy();
    });
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
  stop(): void {
    this.server.close();
  }
}

describe('S5 the environment of the process', () => {
  const saved = { ...process.env };
  const canary = new Canary();
  let api: ScriptedApi;
  let spy = '';
  before(async () => {
    spy = await canary.start();
    api = await startScriptedApi({ script: 'text' });
    Object.assign(process.env, {
      ANTHROPIC_BASE_URL: spy,
      ANTHROPIC_API_KEY: 'key-of-the-environment',
      ANTHROPIC_AUTH_TOKEN: 'token-of-the-environment',
      ANTHROPIC_CUSTOM_HEADERS: 'x-spy: 1',
      ANTHROPIC_LOG: 'debug',
      HTTPS_PROXY: spy,
      HTTP_PROXY: spy,
      ALL_PROXY: spy,
      http_proxy: spy,
      https_proxy: spy,
    });
  });
  after(async () => {
    process.env = saved;
    canary.stop();
    await api.close();
  });

  it('redirects no request, adds no header and replaces no key', async () => {
    const options = { apiKey: TEST_KEY, baseUrl: api.url, modelId: 'claude-test', log: () => undefined };
    await createAnthropicModel(options).reply(REQUEST, () => undefined, idle);
    await validateKey(TEST_KEY, api.url);
    assert.ok(api.requests.length >= 2);
    for (const { headers } of api.requests) {
      assert.equal(headers['authorization'], `Bearer ${TEST_KEY}`);
      assert.doesNotMatch(JSON.stringify(headers), /of-the-environment|x-spy/);
    }
    assert.deepEqual(canary.hits, []);
  });

  it('and the canary hears those who do go there', async () => {
    await fetch(`${spy}/hello`);
    assert.equal(canary.hits.length, 1);
  });
});

describe('S13 an error of the API that repeats the key', () => {
  const KEY = 'echoed/5a1b7c9d3e2f';
  const echo = createServer((request, response) => {
    const { authorization } = request.headers;
    const status = Number(/status-(\d+)/.exec(request.url ?? '')?.[1] ?? 400);
    const message = `bad request with headers {"authorization":"${authorization ?? ''}"}`;
    response.writeHead(status, { 'content-type': 'application/json', 'x-echo': authorization ?? '' });
    response.end(JSON.stringify({ type: 'error', error: { type: 'invalid_request_error', message } }));
  });
  before(async () => new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve)));
  after(() => echo.close());

  /** All that the log would write of it: message, stack, fields and causes. */
  const everything = (error: unknown): string => {
    if (!(error instanceof Error)) return JSON.stringify(error);
    const fields = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error, name)));
    return [...fields, JSON.stringify(error), error.cause === undefined ? '' : everything(error.cause)].join(
      '\n',
    );
  };

  for (const status of [400, 401, 403, 404, 413, 422]) {
    it(`does not carry it into the failure: ${status}`, async () => {
      const { port } = echo.address() as AddressInfo;
      const failure = await validateKey(KEY, `http://127.0.0.1:${port}/status-${status}`).then(
        () => assert.fail('it should have failed'),
        (error: unknown) => error,
      );
      assert.ok(failure instanceof Failure, String(failure));
      assert.ok(!everything(failure).includes(KEY), everything(failure));
    });
  }

  it('is taken out of the log, too, whoever else wrote it', () => {
    const redactor = new Redactor();
    redactor.add(KEY);
    assert.equal(redactor.redact(`{"authorization":"Bearer ${KEY}"} and ${KEY}`).includes(KEY), false);
  });
});
