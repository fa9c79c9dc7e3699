/** Turns what goes wrong between us and the engine into the sentences of `failures.ts`. */
import { accessSync, constants } from 'node:fs';
import * as path from 'node:path';
import { dockerDenied, dockerMissing, dockerStopped, engineRefused, Failure } from '../failures.ts';

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

/**
 * @param where socket path or host:port, for the sentence.
 * @param doing what was asked for, to follow "Docker refused …".
 */
export function engineFailure(
  error: unknown,
  where: string,
  doing: string,
  hasDockerCommand: () => boolean = dockerCommandExists,
): Failure {
  if (error instanceof Failure) return error;
  const code = property(error, 'code');
  if (code === 'ENOENT' || code === 'ENOTSOCK') {
    return hasDockerCommand() ? dockerStopped(where, error) : dockerMissing(where, error);
  }
  if (code === 'EACCES' || code === 'EPERM') return dockerDenied(where, error);
  if (typeof code === 'string' && (STOPPED_CODES.has(code) || TIMEOUT_CODES.has(code))) {
    return dockerStopped(where, error);
  }
  return engineRefused(doing, engineMessage(error), error);
}

/** docker-modem writes "(HTTP code 404) no such container - message "; the user needs the message. */
function engineMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
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
