/** What the model is told of the network: what is open, and what was denied to its code. */
import type { NetworkAttempt, NetworkState } from '../shared/network.ts';
import { byPlace, deniedWords, placeOf, type Place } from '../shared/networkWords.ts';
import type { Privacy } from '../shared/protocol.ts';
import { counted, plainText } from './text.ts';

const MAX_PLACES = 20;
const MAX_OPEN = 60;
const MAX_NAME_CHARS = 120;

/** Names that code wrote: one line, and nothing that could be taken for more than a name. */
function shownPlace(place: Pick<Place, 'host' | 'port'>): string {
  const text = plainText(placeOf(place)).slice(0, MAX_NAME_CHARS);
  return /^[\w.:[\]-]+$/.test(text) || place.host === '' ? text : JSON.stringify(text);
}

/**
 * Lines of a result, each host once.
 * @param knows null: names may be told. Else a name that the model does not have is withheld: it may be a value.
 */
export function deniedLines(
  denied: readonly NetworkAttempt[],
  knows: ((name: string) => boolean) | null,
): string[] {
  if (denied.length === 0) return [];
  const byWords = new Map<string, number>();
  for (const place of byPlace(denied)) {
    for (const reason of new Set(place.attempts.map((attempt) => attempt.reason))) {
      if (reason === null) continue;
      const named = knows === null || place.host === '' || knows(place.host);
      const words = `${named ? shownPlace(place) : 'a host (name withheld)'} (${deniedWords(reason).english})`;
      const count = place.attempts.filter((attempt) => attempt.reason === reason).length;
      byWords.set(words, (byWords.get(words) ?? 0) + count);
    }
  }
  const all = [...byWords].map(([words, count]) => (count === 1 ? words : `${words}, ${count} times`));
  const more = all.length - MAX_PLACES;
  const shown = all.slice(0, MAX_PLACES).join('; ') + (more > 0 ? `; and ${counted(more, 'more host')}` : '');
  return [`network: denied: ${shown}`];
}

const NETWORK = 'Network: ';

export const isNetworkNote = (text: string): boolean => text.startsWith(NETWORK);

/**
 * What is open, for a note; the same state gives the same bytes. Under `schema` what the user opened along the way is
 * not named: the name may come from code that saw the data.
 */
export function networkNote({ open }: Pick<NetworkState, 'open'>, privacy: Privacy): string {
  const named = open.filter(({ by }) => privacy === 'full' || by === 'settings').map(({ rule }) => rule);
  const unnamed = open.length - Math.min(named.length, MAX_OPEN);
  if (open.length === 0) return `${NETWORK}closed. No host is open.`;
  const hosts = named.slice(0, MAX_OPEN);
  const rest =
    unnamed === 0 ? '' : `${hosts.length > 0 ? ' and ' : ''}${counted(unnamed, 'host')} not named here`;
  const once = open.some(({ by }) => by === 'once') ? ' Some are open for this answer only.' : '';
  return `${NETWORK}the user has opened ${hosts.join(', ')}${rest}, and nothing else.${once}`;
}
