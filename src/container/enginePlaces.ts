/** The usual sockets of engines, and who answers there. */
import { connect } from 'node:net';
import * as path from 'node:path';
import {
  here,
  namedAddresses,
  parseAddress,
  type DockerAddress,
  type Endpoint,
  type Surroundings,
} from './engineAddress.ts';

/** What a socket says to a connection. `silent`: it is there, and nobody answers. */
export type Knock = 'answers' | 'denied' | 'silent' | 'absent';

export interface EnginePlace {
  /** Socket path or address. */
  where: string;
  /** Whose place it is, or what named it. */
  source: string;
  state: Knock | 'used' | 'named';
}

interface UsualPlace {
  product: string;
  socketPath: string;
}

const KNOCK_MS = 1000;

/** In the order in which they are tried. The first is what is told when none is there. */
export function usualPlaces({ env, platform, homeFolder, uid }: Surroundings): UsualPlace[] {
  const place = (product: string, ...parts: string[]): UsualPlace => ({
    product,
    socketPath: parts.length === 1 ? (parts[0] ?? '') : path.posix.join(...parts),
  });
  if (platform === 'win32') {
    return [
      place('Docker', '//./pipe/docker_engine'),
      place('Docker Desktop', '//./pipe/dockerDesktopLinuxEngine'),
      place('Podman', '//./pipe/podman-machine-default'),
    ];
  }
  const runFolder = env['XDG_RUNTIME_DIR'] || (uid === null ? '' : `/run/user/${uid}`);
  const user = (product: string, ...parts: string[]): UsualPlace[] =>
    runFolder === '' ? [] : [place(product, runFolder, ...parts)];
  return [
    place('Docker', '/var/run/docker.sock'),
    ...user('Docker without root', 'docker.sock'),
    place('Docker Desktop', homeFolder, '.docker/run/docker.sock'),
    place('Docker Desktop', homeFolder, '.docker/desktop/docker.sock'),
    place('Colima', homeFolder, '.colima/default/docker.sock'),
    place('Rancher Desktop', homeFolder, '.rd/docker.sock'),
    place('OrbStack', homeFolder, '.orbstack/run/docker.sock'),
    ...user('Podman without root', 'podman/podman.sock'),
    place('Podman', '/run/podman/podman.sock'),
    place('Podman', homeFolder, '.local/share/containers/podman/machine/podman.sock'),
  ];
}

/**
 * The engine to use. Nothing named: the first usual socket that answers, else the first that is there, which then says
 * what is wrong with it.
 * @throws Failure `docker-address`, `docker-context`
 */
export async function findEndpoint(
  address: DockerAddress,
  around: Surroundings = here(),
  knock: (socketPath: string) => Promise<Knock> = knockAt,
): Promise<Endpoint> {
  const [named] = namedAddresses(address, around);
  if (named !== undefined) return parseAddress(named, around);
  const places = usualPlaces(around);
  let there: string | null = null;
  for (const { socketPath } of places) {
    const state = await knock(socketPath);
    if (state === 'answers') return found(socketPath);
    if (state !== 'absent') there ??= socketPath;
  }
  return found(there ?? places[0]?.socketPath ?? '');
}

const found = (socketPath: string): Endpoint => ({
  kind: 'socket',
  socketPath,
  label: socketPath,
  namedBy: null,
});

/** Every address that is named and every usual socket, the one in use marked. @throws Failure */
export async function surveyEngines(
  address: DockerAddress,
  around: Surroundings = here(),
  knock: (socketPath: string) => Promise<Knock> = knockAt,
): Promise<EnginePlace[]> {
  const used = await findEndpoint(address, around, knock);
  const named = namedAddresses(address, around).map(({ text, namedBy }, index): EnginePlace => ({
    where: text,
    source: namedBy,
    state: index === 0 ? 'used' : 'named',
  }));
  const usual: EnginePlace[] = [];
  for (const { product, socketPath } of usualPlaces(around)) {
    const isUsed = used.kind === 'socket' && used.socketPath === socketPath;
    const state = await knock(socketPath);
    const isFound = isUsed && used.namedBy === null && state === 'answers';
    usual.push({ where: socketPath, source: product, state: isFound ? 'used' : state });
  }
  return [...named, ...usual];
}

async function knockAt(socketPath: string): Promise<Knock> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const end = (state: Knock): void => {
      socket.destroy();
      resolve(state);
    };
    socket.setTimeout(KNOCK_MS, () => end('silent'));
    socket.once('connect', () => end('answers'));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'ENOENT' || code === 'ENOTDIR') end('absent');
      else end(code === 'EACCES' || code === 'EPERM' ? 'denied' : 'silent');
    });
  });
}
