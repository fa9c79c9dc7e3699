/** Attempts to reach something, by host and port: how it went, and buttons that open what was denied. */
import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type NetworkAttempt, type NetworkState } from '../../src/shared/network.ts';
import { covers, parseRule } from '../../src/shared/networkRules.ts';
import { byPlace, canBeOpened, deniedWords, placeOf, type Place } from '../../src/shared/networkWords.ts';
import { type PanelState, type RequestParams } from '../../src/shared/protocol.ts';
import { perform } from '../app.ts';
import { formatBytes, formatCount, plural } from '../format.ts';
import { Icon } from './icon.tsx';
import { t } from '../../src/shared/l10n.ts';

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
        <summary>{t('All attempts')}</summary>
        {all && (
          <ol tabIndex={0} aria-label={t('All attempts')}>
            {attempts.length > listed.length && (
              <li>{t`${formatCount(attempts.length - listed.length)} earlier ones are not listed`}</li>
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
  reason === null ? t`allowed, ${formatBytes(bytes)}` : t`denied: ${deniedWords(reason).local}`;

/** `14:03:09` in the time of this machine. */
function clock(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return '';
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

function wentWords(allowed: number, denied: number, why: string | null): string {
  if (denied === 0 || why === null) return t('allowed');
  return allowed === 0
    ? t`denied: ${why}`
    : t`${formatCount(allowed)} allowed, ${formatCount(denied)} denied: ${why}`;
}

function summaryOf({ attempts }: Place): string {
  const denied = attempts.filter(({ reason }) => reason !== null);
  const bytes = attempts.reduce((sum, attempt) => sum + attempt.bytes, 0);
  const reason = denied.at(-1)?.reason ?? null;
  const why = reason === null ? null : deniedWords(reason).local;
  const went = wentWords(attempts.length - denied.length, denied.length, why);
  const last = clock(attempts.at(-1)?.time ?? '');
  return [
    plural(attempts.length, t('1 attempt'), (n) => t`${n} attempts`),
    went,
    ...(bytes > 0 ? [formatBytes(bytes)] : []),
    ...(last === '' ? [] : [attempts.length === 1 ? last : t`last ${last}`]),
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
        {opened !== null && isDenied && <p>{t('Open now: the next attempt gets through.')}</p>}
        {canOpen && <Allow host={place.host} port={place.port ?? 0} />}
      </div>
    </li>
  );
}

type How = RequestParams<'allowHost'>['how'];
const choices = (): readonly (readonly [how: How, words: string, title: string])[] => [
  ['once', t('Allow once'), t('Until the end of this answer, or of the next one')],
  ['session', t('For this session'), t('Until this session or the window is closed')],
  ['always', t('Always…'), t('In all sessions, by your settings; asks first')],
];

function Allow({ host, port }: { host: string; port: number }): JSX.Element {
  const [busy, setBusy] = useState(false);
  const allow = (how: How): void => {
    setBusy(true);
    void perform('allowHost', { host, port, how }).then(() => setBusy(false));
  };
  return (
    <div class="network-actions" role="group" aria-label={t`Open ${host}:${String(port)}`}>
      {choices().map(([how, words, title]) => (
        <button
          key={how}
          type="button"
          class="link"
          disabled={busy}
          title={t`${title}. Everything that code sees can be sent to ${host}:${String(port)}.`}
          onClick={() => allow(how)}
        >
          {words}
        </button>
      ))}
      {busy && <span>{t('Opening…')}</span>}
    </div>
  );
}
