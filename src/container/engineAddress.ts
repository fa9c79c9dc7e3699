/**
 * Where the engine is. In this order: the setting, DOCKER_HOST, the Docker context (DOCKER_CONTEXT, else the one that
 * `docker context use` chose), and then the first of the usual sockets where somebody answers. What is named is used or
 * fails; only when nothing is named others are looked for.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import * as path from 'node:path';
import * as z from 'zod/mini';
import { dockerAddress, dockerContext } from '../failures.ts';

export interface DockerAddress {
  /** `unix://…`, `npipe://…`, `tcp://…`; null: DOCKER_HOST, the current Docker context, the usual sockets. */
  host: string | null;
}

interface Named {
  label: string;
  /** What named this address, to follow "which … names"; null: it was found. */
  namedBy: string | null;
}

export type Endpoint = Named &
  (
    | /** A unix socket or a Windows named pipe. */ { kind: 'socket'; socketPath: string }
      /** `certificatesFolder`: ca.pem, cert.pem and key.pem for TLS; null: plain, to be used on loopback only. */
    | { kind: 'tcp'; host: string; port: number; certificatesFolder: string | null }
  );

/** What the address depends on besides the setting; a parameter, so that tests need not change the process. */
export interface Surroundings {
  env: Record<string, string | undefined>;
  platform: NodeJS.Platform;
  homeFolder: string;
  /** Null on Windows. */
  uid: number | null;
}

export const here = (): Surroundings => ({
  env: process.env,
  platform: process.platform,
  homeFolder: homedir(),
  uid: process.getuid?.() ?? null,
});

/** An address somebody named. */
export interface NamedAddress {
  text: string;
  namedBy: string;
  /** Of a Docker context. */
  certificatesFolder: string | null;
}

/** All that are named, the one that counts first. @throws Failure `docker-context` */
export function namedAddresses(address: DockerAddress, around: Surroundings = here()): NamedAddress[] {
  const named = (text: string | null | undefined, namedBy: string): NamedAddress[] =>
    text === null || text === undefined || text === '' ? [] : [{ text, namedBy, certificatesFolder: null }];
  const first = [
    ...named(address.host, 'the setting codeInterpreter.docker.host'),
    ...named(around.env['DOCKER_HOST'], 'DOCKER_HOST'),
  ];
  try {
    const context = contextAddress(around);
    return context === null ? first : [...first, context];
  } catch (error) {
    // Only when it counts.
    if (first.length === 0) throw error;
    return first;
  }
}

/** @throws Failure `docker-address` */
export function parseAddress({ text, namedBy, certificatesFolder }: NamedAddress, around = here()): Endpoint {
  const socket = /^(?:unix|npipe):\/\/(.+)$/.exec(text)?.[1];
  if (socket !== undefined) return { kind: 'socket', socketPath: socket, label: socket, namedBy };
  let url: URL;
  try {
    url = new URL(text.includes('://') ? text : `tcp://${text}`);
  } catch (error) {
    throw dockerAddress(text, error);
  }
  const isTcp = url.protocol === 'tcp:' || url.protocol === 'http:' || url.protocol === 'https:';
  if (!isTcp || url.hostname === '') throw dockerAddress(text);
  const folder = around.env['DOCKER_CERT_PATH'] || path.join(around.homeFolder, '.docker');
  const wantsTls =
    certificatesFolder !== null ||
    url.protocol === 'https:' ||
    url.port === '2376' ||
    !!around.env['DOCKER_TLS_VERIFY'];
  const port = url.port === '' ? (wantsTls ? 2376 : 2375) : Number(url.port);
  return {
    kind: 'tcp',
    // Node takes the address of IPv6 without its brackets.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    certificatesFolder: wantsTls ? (certificatesFolder ?? folder) : null,
    label: `${url.hostname}:${port}`,
    namedBy,
  };
}

const configSchema = z.object({ currentContext: z.optional(z.string()) });
const contextSchema = z.object({
  Endpoints: z.object({ docker: z.object({ Host: z.string() }) }),
});

/** Null: none is chosen. @throws Failure `docker-context` when the chosen one cannot be read. */
function contextAddress({ env, homeFolder }: Surroundings): NamedAddress | null {
  const folder = env['DOCKER_CONFIG'] || path.join(homeFolder, '.docker');
  const name = env['DOCKER_CONTEXT'] || currentContext(folder);
  if (name === null || name === 'default') return null;
  const id = createHash('sha256').update(name).digest('hex');
  try {
    const file = path.join(folder, 'contexts', 'meta', id, 'meta.json');
    const { Host: text } = contextSchema.parse(readJson(file)).Endpoints.docker;
    const tls = path.join(folder, 'contexts', 'tls', id, 'docker');
    const certificatesFolder = existsSync(tls) ? tls : null;
    return { text, namedBy: `the Docker context "${name}"`, certificatesFolder };
  } catch (error) {
    throw dockerContext(name, folder, error);
  }
}

/** A configuration that cannot be read chooses nothing, as for the docker command. */
function currentContext(folder: string): string | null {
  try {
    return configSchema.parse(readJson(path.join(folder, 'config.json'))).currentContext || null;
  } catch {
    return null;
  }
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
