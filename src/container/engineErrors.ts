/** Turns what goes wrong between us and the engine into the sentences of `failures.ts`. */
import { accessSync, constants } from 'node:fs';
import * as path from 'node:path';
import {
  dockerDenied,
  dockerMissing,
  dockerPaused,
  dockerStopped,
  dockerTls,
  dockerWrongPlace,
  engineRefused,
  Failure,
  detail,
} from '../failures.ts';

function property(error: unknown, name: string): unknown {
  return typeof error === 'object' && error !== null ? (Reflect.get(error, name) as unknown) : undefined;
}

export function engineStatus(error: unknown): number | null {
  const cause = error instanceof Failure ? error.cause : error;
  const status = property(cause, 'statusCode');
  return typeof status === 'number' ? status : null;
}

/** The engine says that the thing does not exist (any more). */
export const isNotFound = (error: unknown): boolean => engineStatus(error) === 404;
/** The thing is in use, being removed, or already in the wanted state. */
export const isConflict = (error: unknown): boolean => engineStatus(error) === 409;

const STOPPED_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
]);
const TIMEOUT_CODES = new Set(['ETIMEDOUT', 'EAI_AGAIN']);

/** What Node's TLS says when certificates, names or protocols do not fit. */
const TLS_CODE = /^(CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|EPROTO$|HPE_INVALID)/;
const TLS_MESSAGE = /HTTP request to an HTTPS server/;
const PAUSED_MESSAGE = /Docker Desktop is (manually )?paused/i;

/**
 * @param where socket path or host:port, for the sentence.
 * @param doing what was asked for, to follow "Docker refused …".
 * @param more `namedBy`: what named the address; null: it was found.
 */
export function engineFailure(
  error: unknown,
  where: string,
  doing: string,
  more: { namedBy?: string | null; hasDockerCommand?: () => boolean } = {},
): Failure {
  if (error instanceof Failure) return error;
  const { namedBy = null, hasDockerCommand = dockerCommandExists } = more;
  const code = property(error, 'code');
  const message = engineMessage(error);
  const isMissing = code === 'ENOENT' || code === 'ENOTSOCK';
  const isStopped = typeof code === 'string' && (STOPPED_CODES.has(code) || TIMEOUT_CODES.has(code));
  if ((isMissing || isStopped) && namedBy !== null) return dockerWrongPlace(where, namedBy, error);
  if (isMissing) return hasDockerCommand() ? dockerStopped(where, error) : dockerMissing(where, error);
  if (code === 'EACCES' || code === 'EPERM') return dockerDenied(where, error);
  if (isStopped) return dockerStopped(where, error);
  if ((typeof code === 'string' && TLS_CODE.test(code)) || TLS_MESSAGE.test(message)) {
    return dockerTls(where, tlsReason(message), error);
  }
  if (PAUSED_MESSAGE.test(message)) return dockerPaused(error);
  return engineRefused(doing, message, error);
}

/** OpenSSL's errors come with numbers and file names in front. */
function tlsReason(message: string): string {
  if (TLS_MESSAGE.test(message)) return 'it wants TLS, and the address has none (use port 2376 or https)';
  const said = /:SSL routines:[^:]*:([^:]+)/.exec(message)?.[1] ?? message;
  return said.replace(/\.$/, '').trim();
}

/** docker-modem writes "(HTTP code 404) no such container - message "; the user needs the message. */
function engineMessage(error: unknown): string {
  const text = detail(error);
  return text.replace(/^\(HTTP code \d+\) [^-]* - /, '').trim();
}

function dockerCommandExists(): boolean {
  const names = process.platform === 'win32' ? ['docker.exe'] : ['docker', 'dockerd'];
  const folders = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.some((folder) => names.some((name) => isExecutable(path.join(folder, name))));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
