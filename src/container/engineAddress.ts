/** Where the engine is: the setting, DOCKER_HOST, the current Docker context, or the usual places. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import * as path from 'node:path';
import * as z from 'zod/mini';
import { dockerAddress } from '../failures.ts';

export interface DockerAddress {
  /** `unix://…`, `npipe://…`, `tcp://…`; null: DOCKER_HOST, the current Docker context, the usual sockets. */
  host: string | null;
}

export type Endpoint =
  /** A unix socket or a Windows named pipe. */
  | { kind: 'socket'; socketPath: string; label: string }
  /** `certificatesFolder`: ca.pem, cert.pem and key.pem for TLS; null: plain, to be used on loopback only. */
  | { kind: 'tcp'; host: string; port: number; certificatesFolder: string | null; label: string };

/** What the address depends on besides the setting; a parameter, so that tests need not change the process. */
export interface Surroundings {
  env: Record<string, string | undefined>;
  platform: NodeJS.Platform;
  homeFolder: string;
}

const here = (): Surroundings => ({ env: process.env, platform: process.platform, homeFolder: homedir() });

/** @throws Failure `docker-address` */
export function resolveEndpoint(address: DockerAddress, around: Surroundings = here()): Endpoint {
  const fromEnv = around.env['DOCKER_HOST'];
  const text = address.host ?? (fromEnv === '' ? undefined : fromEnv) ?? contextHost(around);
  if (text === null || text === '') return usualSocket(around);
  return parseAddress(text, around);
}

function parseAddress(text: string, around: Surroundings): Endpoint {
  const socket = /^(?:unix|npipe):\/\/(.+)$/.exec(text)?.[1];
  if (socket !== undefined) return { kind: 'socket', socketPath: socket, label: socket };
  let url: URL;
  try {
    url = new URL(text.includes('://') ? text : `tcp://${text}`);
  } catch (error) {
    throw dockerAddress(text, error);
  }
  const isTcp = url.protocol === 'tcp:' || url.protocol === 'http:' || url.protocol === 'https:';
  if (!isTcp || url.hostname === '') throw dockerAddress(text);
  const certificates = around.env['DOCKER_CERT_PATH'] ?? path.join(around.homeFolder, '.docker');
  const wantsTls = url.protocol === 'https:' || url.port === '2376' || !!around.env['DOCKER_TLS_VERIFY'];
  const port = url.port === '' ? (wantsTls ? 2376 : 2375) : Number(url.port);
  return {
    kind: 'tcp',
    host: url.hostname,
    port,
    certificatesFolder: wantsTls ? certificates : null,
    label: `${url.hostname}:${port}`,
  };
}

const configSchema = z.object({ currentContext: z.optional(z.string()) });
const contextSchema = z.object({
  Endpoints: z.object({ docker: z.object({ Host: z.string() }) }),
});

/** The host of the context chosen with `docker context use`; null when none is chosen or it cannot be read. */
function contextHost({ env, homeFolder }: Surroundings): string | null {
  const folder = env['DOCKER_CONFIG'] ?? path.join(homeFolder, '.docker');
  try {
    const config = configSchema.parse(readJson(path.join(folder, 'config.json'), {}));
    const name = env['DOCKER_CONTEXT'] ?? config.currentContext;
    if (name === undefined || name === '' || name === 'default') return null;
    const id = createHash('sha256').update(name).digest('hex');
    const context = contextSchema.parse(
      readJson(path.join(folder, 'contexts', 'meta', id, 'meta.json'), null),
    );
    return context.Endpoints.docker.Host;
  } catch {
    return null;
  }
}

function readJson(file: string, whenAbsent: unknown): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : whenAbsent;
}

function usualSocket({ env, platform, homeFolder }: Surroundings): Endpoint {
  if (platform === 'win32') {
    return { kind: 'socket', socketPath: '//./pipe/docker_engine', label: '//./pipe/docker_engine' };
  }
  const system = '/var/run/docker.sock';
  const runtimeFolder = env['XDG_RUNTIME_DIR'];
  const candidates = [
    system,
    path.join(homeFolder, '.docker', 'run', 'docker.sock'),
    ...(runtimeFolder === undefined ? [] : [path.join(runtimeFolder, 'docker.sock')]),
  ];
  const socketPath = candidates.find((candidate) => existsSync(candidate)) ?? system;
  return { kind: 'socket', socketPath, label: socketPath };
}
