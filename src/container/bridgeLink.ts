/** Reaches the bridge's unix socket in the container through an exec, so that it can be reached again. */
import type { BridgeTransport } from '../kernel/bridgeConnection.ts';
import { BridgeError } from '../kernel/bridgeConnection.ts';
import { SOCKET_NAME } from '../kernel/wire.ts';
import type { ContainerState, Engine } from './docker.ts';
import { isConflict, isNotFound } from './engineErrors.ts';
import { startCommand } from './execStream.ts';

const BUFFER_BYTES = 256 * 1024;

/** The bridge needs a moment before it listens; waiting inside costs less than one exec for each try. */
const CONNECT = [
  'socat',
  '-b',
  String(BUFFER_BYTES),
  '-',
  `ABSTRACT-CONNECT:${SOCKET_NAME},retry=600,interval=0.02`,
];

/** @throws BridgeError when the container does not run; Failure `docker-…` when the engine is away. */
export async function connectToBridge(
  engine: Engine,
  containerId: string,
  log: (line: string) => void,
): Promise<BridgeTransport> {
  const state = await engine.containerState(containerId);
  if (state?.Running !== true || state.Paused === true) throw new BridgeError(describeEnd(state));
  try {
    const command = await startCommand(engine, containerId, CONNECT, 'open');
    command.stdout.once('close', () => {
      const text = command.stderrText().trim();
      if (text !== '') log(`bridge link: ${text}`);
    });
    return {
      output: command.stdout,
      input: command.stdin,
      close: () => {
        command.close();
      },
    };
  } catch (error) {
    // It may have ended between the look and the exec.
    if (!isNotFound(error) && !isConflict(error)) throw error;
    throw new BridgeError(describeEnd(await engine.containerState(containerId)), { cause: error });
  }
}

const SIGNAL_BASE = 128;
const SIGKILL = 9;

/** Continues "the sandbox was lost: …"; as far as the engine tells. Null: the container is gone. */
export function describeEnd(state: ContainerState | null): string {
  if (state === null) return 'its container was removed';
  if (state.Paused === true) return 'its container was paused';
  if (state.Running) return 'its container did not answer';
  const { ExitCode: code } = state;
  // The engine sets OOMKilled for any process of the container, so alone it does not say what ended it.
  if (code === SIGNAL_BASE + SIGKILL) {
    return state.OOMKilled === true
      ? 'its container was killed, probably for lack of memory'
      : 'its container was killed';
  }
  if (code > SIGNAL_BASE) return `its container was stopped (signal ${code - SIGNAL_BASE})`;
  return `its container ended with exit code ${code}`;
}
