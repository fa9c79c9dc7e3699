/** Attempts to reach something, in words: the same for the user, the model and the terminal. */
import type { DenyReason, NetworkAttempt } from './network.ts';

export const DENIED: Readonly<Record<DenyReason, string>> = {
  closed: 'the network is closed',
  'not-listed': 'not opened by the user',
  port: 'open on other ports only',
  address: 'an address instead of a name',
  private: 'leads to a private network or this machine',
  'other-name': 'the certificate was asked for another name',
  method: 'more than reading, and not encrypted',
  malformed: 'not understood as a request',
  unreachable: 'nobody answers under this name',
};

/** The user can open what was denied for these. */
const OPENABLE: ReadonlySet<DenyReason> = new Set<DenyReason>(['closed', 'not-listed', 'port']);

export const canBeOpened = ({ host, port, reason }: NetworkAttempt): boolean =>
  host !== '' && port !== null && reason !== null && OPENABLE.has(reason);

/** `data.example.org:443`. */
export const placeOf = ({ host, port }: Pick<NetworkAttempt, 'host' | 'port'>): string =>
  (host === '' ? 'no host' : host) + (port === null ? '' : `:${port}`);

/** How much is open: a phrase. */
export const openWords = (hosts: number): string =>
  hosts === 0 ? 'no network' : `network: ${hosts} host${hosts === 1 ? '' : 's'}`;

export interface Place {
  host: string;
  port: number | null;
  attempts: NetworkAttempt[];
}

/** Attempts by host and port, in the order of the first of each. */
export function byPlace(attempts: readonly NetworkAttempt[]): Place[] {
  const places = new Map<string, Place>();
  for (const attempt of attempts) {
    const { host, port } = attempt;
    const place = places.get(placeOf(attempt)) ?? { host, port, attempts: [] };
    place.attempts.push(attempt);
    places.set(placeOf(attempt), place);
  }
  return [...places.values()];
}
