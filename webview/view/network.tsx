/** What code tried to reach: a line under its cell, and the ledger of the session, from which hosts are opened and closed. */
import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { openWords } from '../../src/shared/networkWords.ts';
import { type NetworkState } from '../../src/shared/network.ts';
import { type PanelState } from '../../src/shared/protocol.ts';
import { perform, view } from '../app.ts';
import { plural } from '../format.ts';
import { type CellView } from '../state.ts';
import { Icon } from './icon.tsx';
import { NetworkList } from './networkList.tsx';

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
          Network: {plural(attempts.length, 'attempt')}
          {denied > 0 && `, ${denied.toLocaleString('en-US')} denied`}
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
            ? `Code can reach ${open.map(({ rule }) => rule).join(', ')}, and send there what it sees`
            : 'Code can reach nothing outside of the sandbox'
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
    <section class="network-ledger" aria-label="Network" tabIndex={0}>
      {!canOpen && <p>The network cannot be opened in this sandbox.</p>}
      {canOpen && <OpenHosts open={open} trusted={panel.trusted} />}
      {attempts.length === 0 ? (
        <p class="muted">Code of this session has not tried to reach anything.</p>
      ) : (
        <>
          <h2>Tried by code</h2>
          <NetworkList attempts={attempts} panel={panel} />
        </>
      )}
    </section>
  );
}

const BY: Readonly<Record<NetworkState['open'][number]['by'], string>> = {
  settings: 'by your settings',
  session: 'for this session',
  once: 'for one answer',
};

function OpenHosts({ open, trusted }: { open: NetworkState['open']; trusted: boolean }): JSX.Element {
  return (
    <>
      <h2>{open.length === 0 ? 'Nothing is open' : 'Open now'}</h2>
      {open.length > 0 && (
        <ul class="network-places">
          {open.map(({ rule, by }) => (
            <li key={rule}>
              <Icon name="globe" />
              <div class="network-place">
                <code>{rule}</code> <span>{BY[by]}</span>{' '}
                <button
                  type="button"
                  class="link"
                  aria-label={`Close ${rule}`}
                  title={by === 'settings' ? `Closes ${rule} in this session only` : `Closes ${rule}`}
                  onClick={() => void perform('closeHost', { rule })}
                >
                  Close
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
            Open a host…
          </button>
          {open.length > 1 && (
            <button type="button" class="link" onClick={() => void perform('closeHost', { rule: null })}>
              Close all
            </button>
          )}
        </div>
      )}
    </>
  );
}
