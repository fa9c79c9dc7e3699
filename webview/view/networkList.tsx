/** Attempts to reach something, by host and port: how it went, and buttons that open what was denied. */
import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type NetworkAttempt, type NetworkState } from '../../src/shared/network.ts';
import { covers, parseRule } from '../../src/shared/networkRules.ts';
import { byPlace, canBeOpened, DENIED, placeOf, type Place } from '../../src/shared/networkWords.ts';
import { type PanelState, type RequestParams } from '../../src/shared/protocol.ts';
import { perform } from '../app.ts';
import { formatBytes, formatCount, plural } from '../format.ts';
import { Icon } from './icon.tsx';

const MAX_LISTED = 500;

export function NetworkList({
  attempts,
  panel,
}: {
  attempts: readonly NetworkAttempt[];
  panel: PanelState;
}): JSX.Element {
  const [all, setAll] = useState(false);
  const listed = attempts.slice(-MAX_LISTED);
  return (
    <div class="network-list">
      <ul class="network-places">
        {byPlace(attempts).map((place) => (
          <PlaceLine key={placeOf(place)} place={place} panel={panel} />
        ))}
      </ul>
      <details class="network-all" onToggle={({ currentTarget }) => setAll(currentTarget.open)}>
        <summary>All attempts</summary>
        {all && (
          <ol tabIndex={0} aria-label="All attempts">
            {attempts.length > listed.length && (
              <li>{formatCount(attempts.length - listed.length)} earlier ones are not listed</li>
            )}
            {listed.map((attempt, index) => (
              <li key={index}>
                <span class="network-time">{clock(attempt.time)}</span> {attempt.method}{' '}
                <code>{placeOf(attempt)}</code> {verdict(attempt)}
              </li>
            ))}
          </ol>
        )}
      </details>
    </div>
  );
}

const verdict = ({ reason, bytes }: NetworkAttempt): string =>
  reason === null ? `allowed, ${formatBytes(bytes)}` : `denied: ${DENIED[reason]}`;

/** `14:03:09` in the time of this machine. */
function clock(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '';
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

function summaryOf({ attempts }: Place): string {
  const denied = attempts.filter(({ reason }) => reason !== null);
  const bytes = attempts.reduce((sum, attempt) => sum + attempt.bytes, 0);
  const reason = denied.at(-1)?.reason ?? null;
  const why = reason === null ? '' : `: ${DENIED[reason]}`;
  const went =
    denied.length === 0
      ? 'allowed'
      : denied.length === attempts.length
        ? `denied${why}`
        : `${formatCount(attempts.length - denied.length)} allowed, ${formatCount(denied.length)} denied${why}`;
  const last = clock(attempts.at(-1)?.time ?? '');
  return [
    plural(attempts.length, 'attempt'),
    went,
    ...(bytes > 0 ? [formatBytes(bytes)] : []),
    ...(last === '' ? [] : [attempts.length === 1 ? last : `last ${last}`]),
  ].join(' · ');
}

/** The rule that opens it now. */
function openBy(
  { host, port }: Place,
  { open }: Pick<NetworkState, 'open'>,
): NetworkState['open'][number] | null {
  return (
    open.find(({ rule }) => {
      const parsed = parseRule(rule);
      return parsed.ok && port !== null && covers(parsed.rule, host, port);
    }) ?? null
  );
}

function PlaceLine({ place, panel }: { place: Place; panel: PanelState }): JSX.Element {
  const network = panel.network ?? { open: [], canOpen: true };
  const opened = openBy(place, network);
  const isDenied = place.attempts.some(({ reason }) => reason !== null);
  const canOpen = opened === null && network.canOpen && panel.trusted && place.attempts.some(canBeOpened);
  return (
    <li>
      <Icon name={isDenied ? 'circle-slash' : 'pass'} />
      <div class="network-place">
        <code class="network-tried">{placeOf(place)}</code> <span>{summaryOf(place)}</span>
        {opened !== null && isDenied && <p>Open now: the next attempt gets through.</p>}
        {canOpen && <Allow host={place.host} port={place.port ?? 0} />}
      </div>
    </li>
  );
}

type How = RequestParams<'allowHost'>['how'];
const CHOICES: readonly (readonly [how: How, words: string, title: string])[] = [
  ['once', 'Allow once', 'Until the end of this answer, or of the next one'],
  ['session', 'For this session', 'Until this session or the window is closed'],
  ['always', 'Always…', 'In all sessions, by your settings; asks first'],
];

function Allow({ host, port }: { host: string; port: number }): JSX.Element {
  const [busy, setBusy] = useState(false);
  const allow = (how: How): void => {
    setBusy(true);
    void perform('allowHost', { host, port, how }).then(() => setBusy(false));
  };
  return (
    <div class="network-actions" role="group" aria-label={`Open ${host}:${String(port)}`}>
      {CHOICES.map(([how, words, title]) => (
        <button
          key={how}
          type="button"
          class="link"
          disabled={busy}
          title={`${title}. Everything that code sees can be sent to ${host}:${String(port)}.`}
          onClick={() => allow(how)}
        >
          {words}
        </button>
      ))}
      {busy && <span>Opening…</span>}
    </div>
  );
}
