/** What the proxy and the closed door write about attempts, understood. Names in these lines were chosen by code. */
import { denyReasonSchema, type DenyReason, type NetworkAttempt } from '../../shared/network.ts';

const HOST_CHARACTERS = 255;
const PORT_MAX = 65_535;

/** Without what a terminal or a page could take for more than text. */
const printable = (text: string): string => text.replaceAll(/[^\x21-\x7e]/g, '?').slice(0, HOST_CHARACTERS);

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function portOf(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= PORT_MAX ? port : null;
}

/**
 * A line of the log format in `proxyFiles.ts`; null: it is about no attempt, or about one that another line tells
 * more of.
 */
export function attemptOfProxy(line: string): NetworkAttempt | null {
  const fields = line.trim().split(' ');
  if (fields.length !== 12) return null;
  const [part, time, method = '-', host = '-', port = '-', status, result, bytes, note, mode, , error] =
    fields;
  const seconds = Number(time);
  if ((part !== 'front' && part !== 'back') || !Number.isFinite(seconds)) return null;
  // Somebody looked whether it answers, or left without a word.
  if (method === '-' && status === '0') return null;
  const isFirstHalf = mode === 'splice' && result?.startsWith('NONE') === true;
  if (isFirstHalf) return null;
  const reason = reasonOf({ part, status: Number(status), note, mode, error });
  return {
    time: new Date(seconds * 1000).toISOString(),
    host: host === '-' ? '' : printable(unescaped(host)),
    port: portOf(port),
    method: method === '-' ? '' : printable(method).slice(0, 20),
    verdict: reason === null ? 'allowed' : 'denied',
    reason,
    bytes: reason === null ? Number(bytes) || 0 : 0,
  };
}

function reasonOf(line: {
  part: 'front' | 'back';
  status: number;
  note: string | undefined;
  mode: string | undefined;
  error: string | undefined;
}): DenyReason | null {
  const noted = denyReasonSchema.safeParse(line.note);
  if (noted.success) return noted.data;
  if (line.mode === 'terminate') return 'other-name';
  if (line.status === 400 || line.error === 'ERR_PROTOCOL_UNKNOWN') return 'malformed';
  if (line.part === 'back' && line.status === 403 && line.error?.includes('DENIED') === true)
    return 'not-listed';
  const isOwnError = line.error !== undefined && line.error !== '-' && line.error !== 'ERR_CLIENT_GONE';
  if (line.part === 'front' || isOwnError || (line.mode === 'splice' && line.status >= 500))
    return 'unreachable';
  return null;
}

/** The first line of a request that came while nothing was open. */
export function attemptAtClosedDoor(requestLine: string, now: Date): NetworkAttempt {
  const [method = '', target = ''] = requestLine.trim().split(/\s+/);
  const place = /^(?:[a-z]+:\/\/)?(?:[^/@]*@)?(\[[^\]]*\]|[^/:]*)(?::(\d+))?/i.exec(target);
  const isPlain = /^http:\/\//i.test(target);
  return {
    time: now.toISOString(),
    host: printable(place?.[1] ?? ''),
    port: place?.[2] === undefined ? (isPlain ? 80 : null) : portOf(place[2]),
    method: printable(method).slice(0, 20),
    verdict: 'denied',
    reason: 'closed',
    bytes: 0,
  };
}
