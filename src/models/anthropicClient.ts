/** The SDK in use: one client for each call, so that nothing of one reply outlives it. Loaded on demand. */
import { BaseAnthropic } from '@anthropic-ai/sdk/client';
import { Messages } from '@anthropic-ai/sdk/resources/messages';
import { Models } from '@anthropic-ai/sdk/resources/models';
import * as z from 'zod/mini';
import { modelBadReply, modelStalled } from '../failures.ts';
import { retryAfterSeconds, toFailure, type ErrorContext } from './anthropicErrors.ts';
import { ReplyBuilder } from './anthropicStream.ts';
import { toParams, type ModelAbilities } from './anthropicWire.ts';
import type { ModelEvent, ModelReply, ModelRequest } from './model.ts';

/** How long to wait for what. Tests shorten it. */
export interface Patience {
  /** Until an attempt's headers arrive. */
  headerTimeoutMs: number;
  /** Between two pieces of a stream, pings included. */
  idleMs: number;
  /** Between two events that are not pings: a server that only pings is stuck. */
  quietMs: number;
  /** A longer `retry-after` ends the turn with that figure instead of a frozen panel. */
  maxRetryAfterMs: number;
  maxRetries: number;
}

export const PATIENCE: Patience = {
  headerTimeoutMs: 90_000,
  idleMs: 60_000,
  quietMs: 300_000,
  maxRetryAfterMs: 20_000,
  maxRetries: 2,
};

export interface Connection {
  apiKey: string;
  baseUrl: string;
  patience: Patience;
  log: (line: string) => void;
}

/** Only the two resources in use: the whole SDK is three times as large. */
class SlimClient extends BaseAnthropic {
  readonly messages = new Messages(this);
  readonly models = new Models(this);
}

function connect(connection: Connection, onBytes: () => void): SlimClient {
  return new SlimClient({
    apiKey: connection.apiKey,
    authToken: null,
    baseURL: connection.baseUrl,
    logLevel: 'off',
    openTelemetry: false,
    maxRetries: connection.patience.maxRetries,
    timeout: connection.patience.headerTimeoutMs,
    fetch: guardedFetch(connection, onBytes),
  });
}

const OWN_HEADERS = /^(accept|content-type|user-agent|anthropic-version|anthropic-beta|x-stainless-.*)$/i;

/**
 * The SDK adds headers from the environment and sleeps as long as a server asks: neither here. Redirects are not
 * followed, they would carry the data elsewhere.
 */
function guardedFetch(connection: Connection, onBytes: () => void): typeof fetch {
  return async (input, init) => {
    const headers = new Headers([...new Headers(init?.headers)].filter(([name]) => OWN_HEADERS.test(name)));
    headers.set('authorization', `Bearer ${connection.apiKey}`);
    const response = await fetch(input, { ...init, headers, redirect: 'error' });
    // Between attempts the SDK waits on its own: only a reply that has begun is watched.
    if (response.ok) onBytes();
    const requestId = response.headers.get('request-id') ?? '-';
    if (!response.ok) connection.log(`API: status ${response.status}, request ${requestId}`);
    const answerHeaders = new Headers(response.headers);
    const wait = retryAfterSeconds(answerHeaders);
    if (wait !== null && wait * 1000 > connection.patience.maxRetryAfterMs) {
      answerHeaders.set('x-should-retry', 'false');
    }
    const { status, statusText } = response;
    const body = response.ok ? watched(response.body, onBytes) : response.body;
    return new Response(body, { status, statusText, headers: answerHeaders });
  };
}

const watched = (body: Response['body'], onBytes: () => void): ReadableStream<Uint8Array> | null =>
  body === null
    ? null
    : body.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform(data, controller) {
            onBytes();
            controller.enqueue(data);
          },
        }),
      );

/** Aborts with a Failure when nothing moved for too long. The clock starts with the first headers. */
class Watchdog {
  private readonly abort = new AbortController();
  private idle: NodeJS.Timeout | undefined;
  private quiet: NodeJS.Timeout | undefined;
  readonly signal = this.abort.signal;

  constructor(private readonly patience: Patience) {}

  bytes(): void {
    clearTimeout(this.idle);
    this.idle = this.arm(this.patience.idleMs);
    this.quiet ??= this.arm(this.patience.quietMs);
  }

  event(): void {
    clearTimeout(this.quiet);
    this.quiet = this.arm(this.patience.quietMs);
  }

  private arm(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.abort.abort(modelStalled(Math.round(ms / 1000))), ms);
  }

  end(): void {
    clearTimeout(this.idle);
    clearTimeout(this.quiet);
  }
}

const contextOf = ({ apiKey, baseUrl, patience }: Connection, modelId: string | null): ErrorContext => ({
  apiKey,
  baseUrl,
  modelId,
  headerTimeoutMs: patience.headerTimeoutMs,
});

/** @throws Failure; the signal's reason when aborted. */
export async function streamReply(
  connection: Connection,
  modelId: string,
  request: ModelRequest,
  onEvent: (event: ModelEvent) => void,
  signal: AbortSignal,
): Promise<ModelReply> {
  signal.throwIfAborted();
  const abilities = await abilitiesOf(connection, modelId, signal);
  const watchdog = new Watchdog(connection.patience);
  const client = connect(connection, () => watchdog.bytes());
  const builder = new ReplyBuilder();
  try {
    const stream = await client.messages.create(toParams(modelId, request, abilities), {
      signal: AbortSignal.any([signal, watchdog.signal]),
    });
    for await (const event of stream) {
      watchdog.event();
      for (const shown of builder.accept(event)) onEvent(shown);
    }
    signal.throwIfAborted();
    watchdog.signal.throwIfAborted();
    return builder.finish();
  } catch (error) {
    signal.throwIfAborted();
    watchdog.signal.throwIfAborted();
    const failure = toFailure(error, contextOf(connection, modelId));
    connection.log(`API: ${failure.code}: ${failure.sentence}`);
    throw failure;
  } finally {
    watchdog.end();
  }
}

const modelInfoSchema = z.object({
  id: z.string(),
  display_name: z.optional(z.nullable(z.string())),
  max_tokens: z.optional(z.nullable(z.number())),
  capabilities: z.optional(
    z.nullable(
      z.object({
        thinking: z.optional(
          z.nullable(
            z.object({
              types: z.optional(
                z.nullable(
                  z.object({ adaptive: z.optional(z.nullable(z.object({ supported: z.boolean() }))) }),
                ),
              ),
            }),
          ),
        ),
      }),
    ),
  ),
});

const NO_ABILITIES: ModelAbilities = { maxReplyTokens: null, adaptiveThinking: false };
/** Address and model → what it can do; asked once in the life of the program. */
const known = new Map<string, ModelAbilities>();

/** A server that does not tell is asked for nothing special. Only an abort is thrown. */
async function abilitiesOf(
  connection: Connection,
  modelId: string,
  signal: AbortSignal,
): Promise<ModelAbilities> {
  const key = `${connection.baseUrl} ${modelId}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  try {
    const client = connect(connection, () => undefined);
    const raw: unknown = await client.models.retrieve(
      modelId,
      {},
      { signal, maxRetries: 0, timeout: 10_000 },
    );
    const info = modelInfoSchema.safeParse(raw);
    const abilities: ModelAbilities = info.success
      ? {
          maxReplyTokens: info.data.max_tokens || null,
          adaptiveThinking: info.data.capabilities?.thinking?.types?.adaptive?.supported ?? false,
        }
      : NO_ABILITIES;
    known.set(key, abilities);
    return abilities;
  } catch (error) {
    signal.throwIfAborted();
    const { code } = toFailure(error, contextOf(connection, modelId));
    connection.log(`API: abilities of ${modelId} are not known (${code})`);
    return NO_ABILITIES;
  }
}

/** Newest first, as the API lists them. @throws Failure */
export async function fetchModels(connection: Connection): Promise<{ id: string; label: string }[]> {
  const client = connect(connection, () => undefined);
  try {
    const page = await client.models.list({ limit: 100 });
    return page.data.map((raw: unknown) => {
      const info = modelInfoSchema.safeParse(raw);
      if (!info.success) throw modelBadReply('the list of models cannot be read');
      return { id: info.data.id, label: info.data.display_name ?? info.data.id };
    });
  } catch (error) {
    throw toFailure(error, contextOf(connection, null));
  }
}
