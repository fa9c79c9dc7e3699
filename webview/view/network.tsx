/** What code tried to reach: a line under its cell, and the ledger of the session, from which hosts are opened and closed. */
import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { openWords } from '../../src/shared/networkWords.ts';
import { type NetworkState } from '../../src/shared/network.ts';
import { type PanelState } from '../../src/shared/protocol.ts';
import { perform, view } from '../app.ts';
import { formatCount, plural } from '../format.ts';
import { type CellView } from '../state.ts';
import { Icon } from './icon.tsx';
import { later } from './later.tsx';
import { t } from '../../src/shared/l10n.ts';

const NetworkList = later(async () => (await import('./networkList.tsx')).NetworkList);

const CLOSED: NetworkState = { open: [], canOpen: true };

/** Under a cell that tried to reach something. */
export function CellNetwork({ cell }: { cell: CellView }): JSX.Element | null {
  const { attempts = [] } = cell;
  const { panel } = view.value;
  // While the answer is being worked on the user may want to open something; later it is a record.
  const [startsOpen] = useState(panel !== null && panel.turn !== 'idle');
  if (panel === null || attempts.length === 0) return null;
  const denied = attempts.filter(({ verdict }) => verdict === 'denied').length;
  return (
    <details class="network" open={startsOpen && denied > 0}>
      <summary>
        <Icon name={denied > 0 ? 'circle-slash' : 'globe'} />
        <span>
          {plural(attempts.length, t('Network: 1 attempt'), (n) => t`Network: ${n} attempts`)}
          {denied > 0 && `, ${t`${formatCount(denied)} denied`}`}
        </span>
      </summary>
      <NetworkList attempts={attempts} panel={panel} />
    </details>
  );
}

/** In the status line: what is open now. Shows and hides the ledger. */
export function NetworkItem({
  panel,
  isOpen,
  onToggle,
}: {
  panel: PanelState;
  isOpen: boolean;
  onToggle: () => void;
}): JSX.Element {
  const { open } = panel.network ?? CLOSED;
  const words = openWords(open.length);
  return (
    <span class={`status-item ${open.length > 0 ? 'status-network-open' : ''}`}>
      <Icon name={open.length > 0 ? 'globe' : 'circle-slash'} />
      <button
        type="button"
        class="status-button"
        aria-expanded={isOpen}
        title={
          open.length > 0
            ? t`Code can reach ${open.map(({ rule }) => rule).join(', ')}, and send there what it sees`
            : t('Code can reach nothing outside of the sandbox')
        }
        onClick={onToggle}
      >
        {words.charAt(0).toUpperCase() + words.slice(1)}
      </button>
    </span>
  );
}

/** The ledger: what is open, and everything that was tried. */
export function SessionNetwork({ panel }: { panel: PanelState }): JSX.Element {
  const { open, canOpen } = panel.network ?? CLOSED;
  const { attempts } = view.value;
  return (
    <section class="network-ledger" aria-label={t('Network')} tabIndex={0}>
      {!canOpen && <p>{t('The network cannot be opened in this sandbox.')}</p>}
      {canOpen && <OpenHosts open={open} trusted={panel.trusted} />}
      {attempts.length === 0 ? (
        <p class="muted">{t('Code of this session has not tried to reach anything.')}</p>
      ) : (
        <>
          <h2>{t('Tried by code')}</h2>
          <NetworkList attempts={attempts} panel={panel} />
        </>
      )}
    </section>
  );
}

const byWhom = (): Readonly<Record<NetworkState['open'][number]['by'], string>> => ({
  settings: t('by your settings'),
  session: t('for this session'),
  once: t('for one answer'),
});

function OpenHosts({ open, trusted }: { open: NetworkState['open']; trusted: boolean }): JSX.Element {
  return (
    <>
      <h2>{open.length === 0 ? t('Nothing is open') : t('Open now')}</h2>
      {open.length > 0 && (
        <ul class="network-places">
          {open.map(({ rule, by }) => (
            <li key={rule}>
              <Icon name="globe" />
              <div class="network-place">
                <code>{rule}</code> <span>{byWhom()[by]}</span>{' '}
                <button
                  type="button"
                  class="link"
                  aria-label={t`Close ${rule}`}
                  title={by === 'settings' ? t`Closes ${rule} in this session only` : t`Closes ${rule}`}
                  onClick={() => void perform('closeHost', { rule })}
                >
                  {t('Close')}
                </button>
              </div>
            </li>
          ))}
        </ul>
      )}
      {trusted && (
        <div class="network-actions">
          <button
            type="button"
            class="link"
            onClick={() => void perform('runCommand', { command: 'codeInterpreter.openNetwork' })}
          >
            {t('Open a host…')}
          </button>
          {open.length > 1 && (
            <button type="button" class="link" onClick={() => void perform('closeHost', { rule: null })}>
              {t('Close all')}
            </button>
          )}
        </div>
      )}
    </>
  );
}
