/** Names of a sandbox, for requests that are compared and never sent. */
import type { ContainerIds } from '../../src/container/containerSpec.ts';

export const CONTAINER_IDS: ContainerIds = {
  containerName: 'code-interpreter-session-1',
  volumeName: 'code-interpreter-session-1-outputs',
  doorName: 'code-interpreter-session-1-door',
  proxyName: 'code-interpreter-session-1-proxy',
  packagesName: 'code-interpreter-session-1-packages',
  owner: '0123456789abcdef|boot|4711|99',
  sessionId: 'session',
  image: { reference: 'code-interpreter-sandbox:0123456789abcdef', tag: '0123456789abcdef' },
  user: { uid: 1234, gid: 1235 },
  runtime: 'runc',
};
