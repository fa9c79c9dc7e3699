/** Attempts to reach something, in words: the same for the user, the model and the terminal. */
import type { DenyReason, NetworkAttempt } from './network.ts';
import { t, words, type Words } from './l10n.ts';

export function deniedWords(reason: DenyReason): Words {
  switch (reason) {
    case 'closed':
      return words('the network is closed');
    case 'not-listed':
      return words('not opened by the user');
    case 'port':
      return words('open on other ports only');
    case 'address':
      return words('an address instead of a name');
    case 'private':
      return words('leads to a private network or this machine');
    case 'other-name':
      return words('the certificate was asked for another name');
    case 'method':
      return words('more than reading, and not encrypted');
    case 'malformed':
      return words('not understood as a request');
    case 'unreachable':
      return words('nobody answers under this name');
  }
}

/** The user can open what was denied for these. */
const OPENABLE: ReadonlySet<DenyReason> = new Set<DenyReason>(['closed', 'not-listed', 'port']);

export const canBeOpened = ({ host, port, reason }: NetworkAttempt): boolean =>
  host !== '' && port !== null && reason !== null && OPENABLE.has(reason);

/** `data.example.org:443`. */
export const placeOf = ({ host, port }: Pick<NetworkAttempt, 'host' | 'port'>): string =>
  (host === '' ? 'no host' : host) + (port === null ? '' : `:${port}`);

/** How much is open: a phrase. */
export const openWords = (hosts: number): string =>
  hosts === 0 ? t('no network') : hosts === 1 ? t('network: 1 host') : t`network: ${hosts} hosts`;

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
