/**
 * A local server that speaks the Messages API, scripted by scenario; it refuses what the real API refuses and keeps
 * every request. On its own: `node --import tsx test/support/scriptedApi.ts --scenario chart-follow-up`
 * prints its address as the first line; `GET /__requests` then gives what was asked.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as immediate, setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { checkRequest, imagesOf, type MessagesRequest } from './scriptedApiChecks.ts';
import { frames, frameText, type MessageReply, type Reply } from './scriptedApiReplies.ts';
import { SCENARIOS, type Script } from './scriptedApiScenarios.ts';

export const TEST_KEY = 'test-key-0123456789';
const API_VERSION = '2026-10-21';

export interface RecordedRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  /** The parsed body of a request to `/v1/messages`; null for other requests, and for refused ones. */
  body: MessagesRequest | null;
  raw: string;
  /** Images in the conversation it carries. */
  images: number;
  status: number;
  /** Why it was refused, in the API's words. */
  problem: string | null;
}

export interface ScriptedApi {
  /** To be used as base URL. */
  url: string;
  requests: RecordedRequest[];
  /** Requests to `/v1/messages` only. */
  conversations(): RecordedRequest[];
  setScript(script: Script): void;
  close(): Promise<void>;
}

export interface ScriptedApiOptions {
  script: Script | string;
  /** Null: every key is accepted. Default: `TEST_KEY`. */
  apiKey?: string | null;
  port?: number;
}

const MODELS = [
  ['claude-sonnet-5-5', 'Claude Sonnet 5.5', true],
  ['claude-haiku-4-5', 'Claude Haiku 4.5', false],
] as const;

const modelInfo = ([id, name, adaptive]: (typeof MODELS)[number]): object => ({
  type: 'model',
  id,
  display_name: name,
  created_at: '2026-09-01T00:00:00Z',
  max_input_tokens: 200_000,
  max_tokens: 64_000,
  capabilities: {
    image_input: { supported: true },
    effort: {
      supported: adaptive,
      ...Object.fromEntries(['low', 'medium', 'high'].map((name) => [name, { supported: adaptive }])),
    },
    thinking: { supported: true, types: { adaptive: { supported: adaptive }, enabled: { supported: true } } },
  },
});

function scriptNamed(script: Script | string): Script {
  if (typeof script !== 'string') return script;
  const found = SCENARIOS[script];
  if (found === undefined)
    throw new Error(`No scenario ${script}; there are: ${Object.keys(SCENARIOS).join(', ')}`);
  return found;
}

export async function startScriptedApi(options: ScriptedApiOptions): Promise<ScriptedApi> {
  const requests: RecordedRequest[] = [];
  const apiKey = options.apiKey === undefined ? TEST_KEY : options.apiKey;
  let script = scriptNamed(options.script);
  let asked = 0;
  /** The last reply was paused: it comes back without a user's message behind it. */
  let paused = false;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const raw = await bodyOf(request);
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/__requests') {
      sendJson(response, 200, requests);
      return;
    }
    const record: RecordedRequest = {
      method: request.method ?? '',
      path,
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      ),
      body: null,
      raw,
      images: 0,
      status: 200,
      problem: null,
    };
    requests.push(record);
    const refuse = (status: number, type: string, message: string, headers = {}): void => {
      Object.assign(record, { status, problem: message });
      sendJson(
        response,
        status,
        { type: 'error', error: { type, message }, request_id: 'req_scripted' },
        headers,
      );
    };
    if (request.headers['anthropic-version'] !== API_VERSION) {
      refuse(400, 'invalid_request_error', `anthropic-version: expected ${API_VERSION}`);
    } else if (apiKey !== null && request.headers.authorization !== `Bearer ${apiKey}`) {
      refuse(401, 'authentication_error', 'invalid bearer token');
    } else if (request.method === 'GET' && path.startsWith('/v1/models')) {
      const id = path.slice('/v1/models/'.length);
      const model = MODELS.find((known) => known[0] === id);
      if (id === '')
        sendJson(response, 200, {
          data: MODELS.map(modelInfo),
          has_more: false,
          first_id: null,
          last_id: null,
        });
      else if (model === undefined) refuse(404, 'not_found_error', `model: ${id}`);
      else sendJson(response, 200, modelInfo(model));
    } else if (request.method === 'POST' && path === '/v1/messages/count_tokens') {
      sendJson(response, 200, { input_tokens: Math.ceil(raw.length / 4) });
    } else if (request.method === 'POST' && path === '/v1/messages') {
      const { request: parsed, problem } = checkRequest(raw, paused);
      paused = false;
      if (parsed === null) {
        refuse(
          problem.status,
          problem.status === 413 ? 'request_too_large' : 'invalid_request_error',
          problem.message,
        );
        return;
      }
      record.body = parsed;
      record.images = imagesOf(parsed).length;
      asked += 1;
      const reply = script(parsed, asked);
      paused = reply.kind === 'message' && reply.stopReason === 'pause_turn';
      if (reply.kind === 'error') refuse(reply.status, reply.type, reply.message, reply.headers);
      else await send(response, reply, parsed.model, Math.ceil(raw.length / 4));
    } else {
      refuse(404, 'not_found_error', `Not found: ${path}`);
    }
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent)
        sendJson(response, 500, { type: 'error', error: { type: 'api_error', message: String(error) } });
      else response.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    conversations: () => requests.filter(({ path }) => path === '/v1/messages'),
    setScript: (next) => {
      script = next;
      asked = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'request-id': 'req_scripted',
    ...headers,
  });
  response.end(JSON.stringify(body));
}

const SSE = { 'content-type': 'text/event-stream; charset=utf-8', 'request-id': 'req_scripted' };

async function send(
  response: ServerResponse,
  reply: Exclude<Reply, { kind: 'error' }>,
  model: string,
  inputTokens: number,
): Promise<void> {
  if (reply.kind === 'hang-up') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (reply.kind === 'raw') {
    response.writeHead(reply.status, { 'content-type': reply.contentType, ...reply.headers });
    if (reply.reset !== true) {
      response.end(reply.body);
      return;
    }
    response.write(reply.body);
    await resetAfter(response);
    return;
  }
  response.writeHead(200, SSE);
  response.flushHeaders();
  if (reply.kind === 'message') {
    await sendMessage(response, reply, model, inputTokens);
    return;
  }
  while (!response.destroyed) {
    if (reply.pingEveryMs !== null) response.write(frameText({ event: 'ping', data: { type: 'ping' } }));
    await sleep(reply.pingEveryMs ?? 20);
  }
}

/** What was written arrives first. */
async function resetAfter(response: ServerResponse): Promise<void> {
  await sleep(30);
  response.socket?.resetAndDestroy();
}

async function sendMessage(
  response: ServerResponse,
  reply: MessageReply,
  model: string,
  inputTokens: number,
): Promise<void> {
  const all = frames(reply, model, inputTokens);
  const { breaksOff, delayMs = 0, pieceBytes } = reply;
  const sent = breaksOff === undefined ? all : all.slice(0, breaksOff.after);
  const write = async (text: string): Promise<void> => {
    const bytes = Buffer.from(text);
    const size = pieceBytes ?? bytes.length;
    for (let at = 0; at < bytes.length; at += size) {
      response.write(bytes.subarray(at, at + size));
      if (pieceBytes !== undefined) await immediate();
    }
  };
  if (delayMs === 0) await write(sent.map(frameText).join(''));
  else {
    for (const frame of sent) {
      if (response.destroyed) return;
      await write(frameText(frame));
      await sleep(delayMs);
    }
  }
  if (breaksOff?.how === 'error') {
    const error = breaksOff.error ?? { type: 'overloaded_error', message: 'Overloaded' };
    await write(frameText({ event: 'error', data: { type: 'error', error } }));
  }
  if (breaksOff?.how === 'reset') {
    await resetAfter(response);
  } else if (breaksOff?.how === 'socket') {
    await sleep(30);
    response.destroy();
  } else {
    response.end();
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      scenario: { type: 'string', default: 'text' },
      key: { type: 'string' },
      port: { type: 'string', default: '0' },
    },
  });
  const { scenario: script, key: apiKey = null, port } = values;
  const api = await startScriptedApi({ script, apiKey, port: Number(port) });
  console.log(api.url);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) void main();
