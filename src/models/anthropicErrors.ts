/**
 * The SDK's errors as failures of ours. Texts of the API are shown in one line and cut; the key is taken out, should
 * a proxy echo it. The SDK's error is not kept as the cause: its fields hold headers and bodies.
 */
import { APIConnectionError, APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk/core/error';
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

export interface ErrorContext {
  apiKey: string;
  baseUrl: string;
  modelId: string | null;
  headerTimeoutMs: number;
}

export function toFailure(error: unknown, context: ErrorContext): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof APIConnectionTimeoutError) {
    return modelStalled(Math.round(context.headerTimeoutMs / 1000));
  }
  if (error instanceof APIConnectionError) {
    return modelUnreachable(new URL(context.baseUrl).host, clean(reasonOf(error), context));
  }
  if (error instanceof APIError) return fromApi(error as APIError, context);
  // The connection broke while the reply was streamed ("terminated"), or a frame was not JSON.
  return modelBadReply(clean(reasonOf(error), context).replace(/\.+$/, ''));
}

function fromApi(error: APIError, context: ErrorContext): Failure {
  const text = clean(error.apiMessage ?? error.message, context);
  switch (error.status ?? STATUS_OF_TYPE[error.type ?? '']) {
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
    case 429:
      return rateLimited(retryAfterSeconds(error.headers));
    case 400:
      if (/prompt is too long|exceed.*context/i.test(text)) return conversationTooLong();
      if (/credit balance/i.test(text)) return modelPayment(text);
      return modelRefusedRequest(400, text);
    case undefined:
      return modelOverloaded(text);
    default:
      if (error.status !== undefined && error.status < 500) return modelRefusedRequest(error.status, text);
      return modelOverloaded(text);
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

/** Whole seconds, or null when the header is absent or no number. */
export function retryAfterSeconds(headers: Headers | undefined): number | null {
  const ms = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (Number.isFinite(ms) && ms >= 0) return Math.ceil(ms / 1000);
  const value = headers?.get('retry-after') ?? '';
  const seconds = /^\s*[\d.]+\s*$/.test(value)
    ? Number.parseFloat(value)
    : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null;
}

/** The innermost message: fetch says only "fetch failed", its causes say why. */
function reasonOf(error: unknown): string {
  let at: unknown = error;
  let text = '';
  for (let depth = 0; depth < 6 && at instanceof Error; depth += 1) {
    const code = 'code' in at && typeof at.code === 'string' ? at.code : '';
    text = REASONS[code] ?? (at.message === '' ? code : at.message);
    if (code in REASONS) break;
    at = at.cause ?? (at instanceof AggregateError ? at.errors[0] : undefined);
  }
  return text || 'no reason given';
}

const REASONS: Record<string, string> = {
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'names cannot be looked up at the moment',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ETIMEDOUT: 'no answer',
  UND_ERR_CONNECT_TIMEOUT: 'no answer',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no network',
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
