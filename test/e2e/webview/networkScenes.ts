/** Code that tried to reach hosts. */
import { type NetworkAttempt, type NetworkState } from '../../../src/shared/network.ts';
import { type PanelState } from '../../../src/shared/protocol.ts';
import { allowedAttempt, deniedAttempt } from '../../support/networkAttempts.ts';
import { cellResult, claude, Log, panelState, stdout } from './scenes.ts';

/** A cell that tried several things, in a turn that still runs or has ended. */
function tried(attempts: readonly NetworkAttempt[]): Log {
  const log = new Log();
  log.ask('Load the newest figures.');
  log.write('c1', 'Load the figures', 'frame = pd.read_csv(url)');
  log.add({
    type: 'cell_running',
    cellId: 'c1',
    purpose: 'Load the figures',
    code: 'frame = pd.read_csv(url)',
    executionCount: 1,
  });
  for (const each of attempts) log.add({ type: 'network_attempt', cellId: 'c1', attempt: each });
  log.add({ type: 'cell_output', cellId: 'c1', output: stdout('HTTP Error 403: Forbidden\n') });
  log.add({ type: 'cell_done', cellId: 'c1', result: cellResult({ durationMs: 40 }) });
  return log;
}

export const several = (): Log =>
  tried([
    deniedAttempt('data.example.org'),
    deniedAttempt('data.example.org'),
    deniedAttempt('10.0.0.1', { reason: 'address', port: 80, method: 'GET' }),
    allowedAttempt('files.example.org', 1_200_000),
    deniedAttempt('a-very-long-name-of-a-host-that-does-not-fit.statistics.department.example.org', {
      port: 8443,
      reason: 'port',
    }),
  ]);

/** What is open. */
export const open = (...rules: NetworkState['open']): Partial<NetworkState> => ({ open: rules });
/** A panel with this network. */
export const networkState = (network: Partial<NetworkState> = {}, running = true): PanelState =>
  panelState({
    model: claude,
    turn: running ? 'running' : 'idle',
    network: { open: [], canOpen: true, ...network },
  });
