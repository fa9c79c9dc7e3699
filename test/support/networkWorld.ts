/**
 * An internet of a test's own: an engine's network without a way out of the machine, on addresses that are public by
 * their numbers, and on it one container that is name server and every web server. No rule of the product is relaxed
 * for it: the proxy joins this network and asks this name server, and that is all.
 */
import { execFileSync } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EgressTesting } from '../../src/container/egress/egress.ts';
import { CLOSED, type Network } from '../../src/kernel/sandbox.ts';
import type { NetworkAttempt } from '../../src/shared/network.ts';
import { parseRule } from '../../src/shared/networkRules.ts';
import { makeAuthority } from './certificates.ts';
import { imageForTests, type SandboxFixture } from './dockerFixture.ts';

const program = fileURLToPath(new URL('./networkTarget.py', import.meta.url));

const docker = (...args: string[]): string => execFileSync('docker', args, { encoding: 'utf8' }).trim();

/** Name → addresses, given out one after the other; `*`: the container itself. */
export type Zone = Record<string, string[]>;

export class NetworkWorld {
  private constructor(
    private readonly name: string,
    private readonly folder: string,
    /** Of the container that is everything. */
    readonly address: string,
    /** PEM of the authority that vouches for it. */
    readonly authority: string,
    private readonly names: readonly string[],
    private readonly image: string,
  ) {}

  /**
   * @param names that its certificate is for.
   * @param pages a folder of files that its web servers have.
   */
  static async open(
    zone: Zone,
    names: readonly string[],
    pages: string | null = null,
  ): Promise<NetworkWorld> {
    const image = await imageForTests();
    const name = `network-test-${randomUUID().slice(0, 8)}`;
    const folder = mkdtempSync(path.join(tmpdir(), 'network-'));
    const authority = makeAuthority(folder, 'authority');
    const server = authority.issue(
      'server',
      names.map((host) => `DNS:${host}`),
    );
    for (const file of ['key.pem', 'cert.pem']) chmodSync(path.join(server, file), 0o644);
    chmodSync(folder, 0o755);
    const subnet = makeNetwork(name);
    const address = subnet.replace(/0\/24$/, '2');
    const world = new NetworkWorld(name, folder, address, readFileSync(authority.ca, 'utf8'), names, image);
    try {
      const ports = ['--sysctl', 'net.ipv4.ip_unprivileged_port_start=0'];
      const places = [
        `${program}:/target.py:ro`,
        `${server}:/certificates:ro`,
        ...(pages === null ? [] : [`${pages}:/pages:ro`]),
      ];
      const mounts = places.flatMap((place) => ['-v', place]);
      const place = ['--name', name, '--network', name, '--ip', address];
      const zoneText = `CI_ZONE=${JSON.stringify(zone)}`;
      docker('run', '-d', ...place, '--user', '1000', ...ports, ...mounts, '-e', zoneText, image, ...COMMAND);
      await world.untilReady();
      return world;
    } catch (error) {
      world.close();
      throw error;
    }
  }

  private async untilReady(): Promise<void> {
    for (let triesLeft = 100; triesLeft > 0; triesLeft -= 1) {
      if (docker('logs', this.name).includes('ready')) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`The target did not start: ${docker('logs', this.name)}`);
  }

  get testing(): EgressTesting {
    return { network: this.name, resolvers: [this.address] };
  }

  /** What these rules open here. */
  network(...rules: string[]): Network {
    return { ...CLOSED, rules: rulesOf(...rules), certificates: this.authority };
  }

  /** Requests that arrived so far, each as `GET host /path`. */
  seen(): string[] {
    const script =
      'import urllib.request as u; print(u.build_opener(u.ProxyHandler({})).open("http://127.0.0.1/seen").read().decode())';
    return JSON.parse(docker('exec', this.name, 'python3', '-c', script)) as string[];
  }

  /** What Python prints in a container on this network, where every name is known and the authority is trusted. */
  fromNeighbour(code: string): string {
    const authority = ['-v', `${this.folder}/authority/ca.pem:/ca.pem:ro`, '-e', 'SSL_CERT_FILE=/ca.pem'];
    const names = [
      '--network',
      this.name,
      ...this.names.flatMap((name) => ['--add-host', `${name}:${this.address}`]),
    ];
    return docker('run', '--rm', ...names, ...authority, this.image, 'python3', '-c', code);
  }

  close(): void {
    for (const args of [
      ['rm', '-f', this.name],
      ['network', 'rm', this.name],
    ]) {
      try {
        execFileSync('docker', args, { stdio: 'pipe' });
      } catch {
        // Not made.
      }
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const COMMAND = ['python3', '/target.py', '/certificates'];

/** @returns its subnet; another test may have taken the first that comes to mind. */
function makeNetwork(name: string): string {
  for (let triesLeft = 20; ; triesLeft -= 1) {
    const subnet = `25.99.${randomInt(256)}.0/24`;
    try {
      docker('network', 'create', '--internal', '--subnet', subnet, name);
      return subnet;
    } catch (error) {
      if (triesLeft === 0) throw error;
    }
  }
}

export function rulesOf(...texts: string[]): Network['rules'] {
  return texts.map((text) => {
    const parsed = parseRule(text);
    if (!parsed.ok) throw new Error(parsed.problem);
    return parsed.rule;
  });
}

/** Collects what a sandbox tells of attempts. */
export function watchAttempts(box: SandboxFixture): {
  all: NetworkAttempt[];
  /** Waits for one that fits, from now on or already there. */
  find: (host: string, reason: NetworkAttempt['reason']) => Promise<NetworkAttempt>;
} {
  const all: NetworkAttempt[] = [];
  box.sandbox.onAttempt((attempt) => all.push(attempt));
  return {
    all,
    find: async (host, reason) => {
      for (let triesLeft = 100; triesLeft > 0; triesLeft -= 1) {
        const found = all.find((attempt) => attempt.host === host && attempt.reason === reason);
        if (found !== undefined) return found;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`No attempt on ${host} (${String(reason)}): ${JSON.stringify(all)}`);
    },
  };
}
