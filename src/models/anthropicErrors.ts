/**
 * The SDK's errors as failures of ours, and whether asking again can help. Texts of the API are shown in one line
 * and cut; the key is taken out, should a proxy echo it. The SDK's error is not kept as the cause: its fields hold
 * headers and bodies.
 */
import { APIConnectionError, APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk/core/error';
import { errorCode } from '../errorCode.ts';
import {
  conversationTooLong,
  Failure,
  keyRejected,
  modelBadReply,
  modelForbidden,
  modelNotFound,
  modelOverloaded,
  modelPayment,
  modelRefusedRequest,
  modelStalled,
  modelUnreachable,
  rateLimited,
} from '../failures.ts';

const MAX_TEXT_CHARS = 300;
/** A `retry-after` of more than a day is no figure to tell. */
const BELIEVED_WAIT_MS = 24 * 3_600_000;

export interface ErrorContext {
  apiKey: string;
  baseUrl: string;
  modelId: string | null;
  headerTimeoutMs: number;
}

/**
 * How asking again can help. `no`: it cannot. `refused`: the API had no time for it, nothing was begun. `broken`: the
 * reply had begun, or may have. `stalled`: it took long to find out.
 */
export type Hope =
  | { kind: 'no' }
  | { kind: 'refused'; retryAfterMs: number | null }
  | { kind: 'broken' }
  | { kind: 'stalled' };

export interface Fault {
  failure: Failure;
  hope: Hope;
}

const NO: Hope = { kind: 'no' };

export const toFailure = (error: unknown, context: ErrorContext): Failure => toFault(error, context).failure;

export function toFault(error: unknown, context: ErrorContext): Fault {
  if (error instanceof Failure) return { failure: error, hope: hopeOf(error) };
  if (error instanceof APIConnectionTimeoutError) {
    return {
      failure: modelStalled(Math.round(context.headerTimeoutMs / 1000)),
      hope: { kind: 'stalled' },
    };
  }
  if (error instanceof APIConnectionError) {
    const { text, passing } = reasonOf(error);
    const failure = modelUnreachable(new URL(context.baseUrl).host, clean(text, context));
    return { failure, hope: passing ? { kind: 'refused', retryAfterMs: null } : NO };
  }
  if (error instanceof APIError) return fromApi(error as APIError, context);
  // The connection broke while the reply was streamed ("terminated"), or a frame was not JSON.
  const { text } = reasonOf(error);
  return {
    failure: modelBadReply(clean(text, context).replace(/\.+$/, '')),
    hope: { kind: 'broken' },
  };
}

/** Failures that our own reading of the stream throws. */
const hopeOf = ({ code }: Failure): Hope =>
  code === 'model-stalled' ? { kind: 'stalled' } : code === 'model-bad-reply' ? { kind: 'broken' } : NO;

function fromApi(error: APIError, context: ErrorContext): Fault {
  const text = clean(error.apiMessage ?? error.message, context);
  const status = error.status ?? STATUS_OF_TYPE[error.type ?? ''];
  // Without a status of its own it came inside of a stream that had begun.
  const inStream = error.status === undefined;
  const asked = error.headers?.get('x-should-retry');
  const again: Hope = inStream
    ? { kind: 'broken' }
    : { kind: 'refused', retryAfterMs: retryAfterMs(error.headers) };
  const passing = status === undefined || status >= 500 || [408, 409, 429].includes(status);
  const hope = asked === 'false' || (!passing && asked !== 'true') ? NO : again;
  return { failure: failureOf(status, text, error, context), hope };
}

/** Whatever the key is sent with. A gateway's own 403 may be for one path only: the API's says so in its body. */
export const refusesKey = (error: unknown): boolean =>
  error instanceof APIError &&
  (error.status === 401 || (error.status === 403 && error.type === 'permission_error'));

function failureOf(
  status: number | undefined,
  text: string,
  error: APIError,
  context: ErrorContext,
): Failure {
  switch (status) {
    case 401:
      return keyRejected();
    case 402:
      return modelPayment(text);
    case 403:
      return modelForbidden(text);
    case 404:
      return modelNotFound(
        context.modelId === null
          ? `the address ${new URL(context.baseUrl).host}`
          : `the model "${context.modelId}"`,
      );
    case 413:
      return conversationTooLong();
    case 429: {
      const waitMs = retryAfterMs(error.headers);
      return rateLimited(waitMs === null || waitMs > BELIEVED_WAIT_MS ? null : Math.ceil(waitMs / 1000));
    }
    case 400:
      if (/prompt is too long|exceed.*context/i.test(text)) return conversationTooLong();
      if (/credit balance/i.test(text)) return modelPayment(text);
      return modelRefusedRequest(400, text);
    default:
      return status !== undefined && status < 500 ? modelRefusedRequest(status, text) : modelOverloaded(text);
  }
}

/** Errors that arrive inside a stream have a type and no status. */
const STATUS_OF_TYPE: Record<string, number> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
};

/** What the headers ask for; null when they do not, or in words that cannot be read. */
export function retryAfterMs(headers: Headers | undefined): number | null {
  const ms = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const value = headers?.get('retry-after') ?? '';
  const wait = /^\s*[\d.]+\s*$/.test(value)
    ? Number.parseFloat(value) * 1000
    : Date.parse(value) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

/** The innermost message: fetch says only "fetch failed", its causes say why. `passing`: it may be over soon. */
function reasonOf(error: unknown): { text: string; passing: boolean } {
  let at: unknown = error;
  let text = '';
  let passing = false;
  for (let depth = 0; depth < 6 && at instanceof Error; depth += 1) {
    const code = errorCode(at);
    const known = REASONS[code] ?? LASTING[code];
    text = known ?? (at.message === '' ? code : at.message);
    passing = code in REASONS;
    if (known !== undefined) break;
    at = at.cause ?? (at instanceof AggregateError ? at.errors[0] : undefined);
  }
  return { text: text || 'no reason given', passing };
}

const REASONS: Record<string, string> = {
  EAI_AGAIN: 'names cannot be looked up at the moment',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ETIMEDOUT: 'no answer',
  UND_ERR_CONNECT_TIMEOUT: 'no answer',
  UND_ERR_HEADERS_TIMEOUT: 'no answer',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no network',
};

/** Asking again does not help. */
const LASTING: Record<string, string> = {
  ENOTFOUND: 'the name is not known',
  ECONNREFUSED: 'nothing listens there',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted',
  CERT_HAS_EXPIRED: 'its certificate has expired',
};

function clean(text: string, { apiKey }: ErrorContext): string {
  const withoutKey = apiKey === '' ? text : text.replaceAll(apiKey, '[key]');
  const line = withoutKey
    .replace(/<[^>]*>/g, ' ')
    .replace(/[\u0000-\u001f\u007f\s]+/g, ' ')
    .trim();
  return line.length > MAX_TEXT_CHARS ? `${line.slice(0, MAX_TEXT_CHARS)}…` : line;
}
