/** The SDK in use: one client for each call, so that nothing of one reply outlives it. Loaded on demand. */
import { BaseAnthropic } from '@anthropic-ai/sdk/client';
import { Messages } from '@anthropic-ai/sdk/resources/messages';
import { Models } from '@anthropic-ai/sdk/resources/models';
import { modelBadReply, modelNotTheApi, modelStalled } from '../failures.ts';
import { NO_ABILITIES, parseModelInfo, type ApiAbilities } from './anthropicAbilities.ts';
import { refusesKey, toFailure, toFault, type ErrorContext, type Fault } from './anthropicErrors.ts';
import { withRetries, type Attempt, type RetryPatience } from './anthropicRetry.ts';
import { ReplyBuilder } from './anthropicStream.ts';
import { toParams } from './anthropicWire.ts';
import type { ModelEvent, ModelReply, ModelRequest } from './model.ts';

/** How long to wait for what. Tests shorten it. */
export interface Patience extends RetryPatience {
  /** Until an attempt's headers arrive. */
  headerTimeoutMs: number;
  /** Between two pieces of a stream, pings included. */
  idleMs: number;
  /** Between two events that are not pings: a server that only pings is stuck. */
  quietMs: number;
}

export const PATIENCE: Patience = {
  headerTimeoutMs: 90_000,
  idleMs: 60_000,
  quietMs: 300_000,
  maxRetries: 3,
  maxRestarts: 2,
  backoffMs: 1000,
  maxRetryAfterMs: 60_000,
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

interface Watcher {
  /** Ends the body, too. */
  signal: AbortSignal | null;
  /** The answer of the server, before its body. */
  onResponse(response: Response): void;
  onBytes(): void;
}
const NOBODY: Watcher = { signal: null, onResponse: () => undefined, onBytes: () => undefined };

function connect(connection: Connection, watcher: Watcher = NOBODY): SlimClient {
  return new SlimClient({
    apiKey: connection.apiKey,
    authToken: null,
    baseURL: connection.baseUrl,
    logLevel: 'off',
    openTelemetry: false,
    // The SDK would wait without a word, and as long as a server asks.
    maxRetries: 0,
    timeout: connection.patience.headerTimeoutMs,
    fetch: guardedFetch(connection, watcher),
  });
}

const OWN_HEADERS = /^(accept|content-type|user-agent|anthropic-version|anthropic-beta|x-stainless-.*)$/i;

/** The SDK adds headers from the environment: not here. Redirects are not followed, they would carry the data elsewhere. */
function guardedFetch(connection: Connection, watcher: Watcher): typeof fetch {
  return async (input, init) => {
    const headers = new Headers([...new Headers(init?.headers)].filter(([name]) => OWN_HEADERS.test(name)));
    headers.set('authorization', `Bearer ${connection.apiKey}`);
    const response = await fetch(input, { ...init, headers, redirect: 'error' });
    watcher.onResponse(response);
    if (!response.ok) {
      const requestId = response.headers.get('request-id') ?? '-';
      connection.log(`API: status ${response.status}, request ${requestId}`);
      return response;
    }
    const { status, statusText } = response;
    return new Response(watched(response.body, watcher), { status, statusText, headers: response.headers });
  };
}

/**
 * The signal is heard here and not only by `fetch`, which may have forgotten it: once its headers are there, a garbage
 * collection can take what connects the two, and a body that stands still would be waited for for ever.
 */
const watched = (body: Response['body'], watcher: Watcher): ReadableStream<Uint8Array> | null =>
  body === null
    ? null
    : body.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          start(controller) {
            const { signal } = watcher;
            signal?.addEventListener('abort', () => controller.error(signal.reason), { once: true });
          },
          transform(data, controller) {
            watcher.onBytes();
            controller.enqueue(data);
          },
        }),
      );

/** Aborts with a Failure when nothing moved for too long, and when the user stops. The clock starts with the headers. */
class Watchdog implements Watcher {
  private readonly abort = new AbortController();
  private idle: NodeJS.Timeout | undefined;
  private quiet: NodeJS.Timeout | undefined;
  readonly signal = this.abort.signal;
  private readonly onStop = (): void => this.abort.abort(this.stop.reason);
  /** What arrived where a stream of events should be; null while there is nothing wrong with it. */
  page: string | null = null;

  constructor(
    private readonly patience: Patience,
    private readonly stop: AbortSignal,
  ) {
    stop.addEventListener('abort', this.onStop, { once: true });
    if (stop.aborted) this.onStop();
  }

  onResponse({ ok, headers }: Response): void {
    if (!ok) return;
    const type = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? 'something unnamed';
    if (type !== 'text/event-stream') this.page = type;
    this.onBytes();
  }

  onBytes(): void {
    clearTimeout(this.idle);
    this.idle = this.arm(this.patience.idleMs);
    this.quiet ??= this.arm(this.patience.quietMs);
  }

  onEvent(): void {
    clearTimeout(this.quiet);
    this.quiet = this.arm(this.patience.quietMs);
  }

  private arm(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.abort.abort(modelStalled(Math.round(ms / 1000))), ms);
  }

  end(): void {
    this.stop.removeEventListener('abort', this.onStop);
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
  const params = toParams(modelId, request, abilities);
  const attempt = async (): Promise<Attempt<ModelReply>> => {
    onEvent({ type: 'request', body: structuredClone(params) });
    const tried = await askOnce(connection, modelId, params, onEvent, signal);
    if (tried.kind === 'failed') {
      const { code, sentence } = tried.fault.failure;
      connection.log(`API: ${code}: ${sentence}`);
    }
    return tried;
  };
  const { value, usage } = await withRetries(attempt, connection.patience, onEvent, signal);
  return { ...value, usage };
}

async function askOnce(
  connection: Connection,
  modelId: string,
  params: ReturnType<typeof toParams>,
  onEvent: (event: ModelEvent) => void,
  signal: AbortSignal,
): Promise<Attempt<ModelReply>> {
  const watchdog = new Watchdog(connection.patience, signal);
  const client = connect(connection, watchdog);
  const builder = new ReplyBuilder();
  let shown = false;
  try {
    const stream = await client.messages.create(params, {
      signal: watchdog.signal,
    });
    for await (const event of stream) {
      watchdog.onEvent();
      for (const part of builder.accept(event)) {
        shown = true;
        onEvent(part);
      }
    }
    signal.throwIfAborted();
    watchdog.signal.throwIfAborted();
    return { kind: 'done', value: builder.finish(), usage: builder.usageSoFar() };
  } catch (error) {
    signal.throwIfAborted();
    const fault = faultOf(error, watchdog, contextOf(connection, modelId));
    return { kind: 'failed', fault, shown, usage: builder.usageSoFar() };
  } finally {
    watchdog.end();
  }
}

function faultOf(error: unknown, { signal, page }: Watchdog, context: ErrorContext): Fault {
  if (signal.aborted) return toFault(signal.reason, context);
  if (page === null) return toFault(error, context);
  return { failure: modelNotTheApi(new URL(context.baseUrl).host, page), hope: { kind: 'no' } };
}

/** Address and model → what it can do; asked once in the life of the program. */
const known = new Map<string, ApiAbilities>();

/**
 * Not being told is no failure.
 * @throws Failure when the key is refused: it would be for a reply, too; the signal's reason when aborted.
 */
export async function abilitiesOf(
  connection: Connection,
  modelId: string,
  signal: AbortSignal,
): Promise<ApiAbilities> {
  const key = `${connection.baseUrl} ${modelId}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  try {
    const raw: unknown = await connect(connection).models.retrieve(modelId, {}, { signal, timeout: 10_000 });
    const abilities = parseModelInfo(raw)?.abilities ?? NO_ABILITIES;
    known.set(key, abilities);
    return abilities;
  } catch (error) {
    signal.throwIfAborted();
    const failure = toFailure(error, contextOf(connection, modelId));
    const { code } = failure;
    connection.log(`API: abilities of ${modelId} are not known (${code})`);
    if (refusesKey(error)) throw failure;
    // A server that does not know the question will not know it the next time.
    if (code === 'model-not-found') known.set(key, NO_ABILITIES);
    return NO_ABILITIES;
  }
}

/** Newest first, as the API lists them. @throws Failure */
export async function fetchModels(connection: Connection): Promise<{ id: string; label: string }[]> {
  try {
    const page = await connect(connection).models.list({ limit: 100 });
    return page.data.map((raw: unknown) => {
      const info = parseModelInfo(raw);
      if (info === null) throw modelBadReply('the list of models cannot be read');
      return { id: info.id, label: info.label };
    });
  } catch (error) {
    throw toFailure(error, contextOf(connection, null));
  }
}
