/**
 * The way out of one sandbox, by name. The sandbox has no interface. In it, a door listens on loopback and refuses;
 * when something is open, it hands each connection to the socket of a proxy, which runs in a container of its own and
 * is the only one with an interface. The door stays; the proxy comes and goes with what is open.
 */
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import {
  Failure,
  networkNotClosed,
  networkNotInImage,
  networkNotOnGvisor,
  networkNotOpened,
  unexpected,
  detail,
} from '../../failures.ts';
import { CLOSED, type Network } from '../../kernel/sandbox.ts';
import type { NetworkAttempt } from '../../shared/network.ts';
import type { ContainerIds } from '../containerSpec.ts';
import { Demux } from '../demux.ts';
import type { CreateOptions, Engine, EngineFacts } from '../docker.ts';
import { startCommand, type Command } from '../execStream.ts';
import { specFor } from '../podmanSpec.ts';
import { DOOR_PROGRAM } from '../policy.ts';
import { attemptAtClosedDoor, attemptOfProxy } from './attemptLines.ts';
import { proxyFiles } from './proxyFiles.ts';
import { proxySpec } from './proxySpec.ts';

const READY = 'ready';
const START_MS = 40_000;
const STOP_GRACE_S = 2;
/** A cell that ends the door has it again after this time. */
const DOOR_PAUSE_MS = 500;
/** A proxy that keeps ending stays closed. */
const RESTARTS = 3;
const RESTARTS_WITHIN_MS = 60_000;
const LOGGED_LINES = 200;

/** What only tests set: networks and name servers of their own, so that nothing of theirs leaves the machine. */
export interface EgressTesting {
  /** The engine's network that the proxy joins. */
  network: string;
  resolvers: readonly string[];
}

export interface EgressOptions {
  engine: Engine;
  containerId: string;
  ids: ContainerIds;
  hasProxy: boolean;
  isGvisor: boolean;
  product: EngineFacts['product'];
  testing: EgressTesting | null;
  onAttempt: (attempt: NetworkAttempt) => void;
  log: (line: string) => void;
}

interface Proxy {
  id: string;
  /** What it was made from. */
  key: string;
  /** Aborted: its end is wanted. */
  watch: AbortController;
}

export class Egress {
  private door: Command | null = null;
  private proxy: Proxy | null = null;
  private wanted = CLOSED;
  private work: Promise<void> = Promise.resolve();
  private closing: Promise<void> | null = null;
  private restarts: number[] = [];
  private linesLeft = LOGGED_LINES;

  constructor(private readonly options: EgressOptions) {}

  get canOpen(): boolean {
    return this.options.hasProxy && !this.options.isGvisor;
  }

  /** For the start of a sandbox, which does not fail for want of a network. @throws Failure `docker-…` */
  async open(network: Network): Promise<{ networkProblem?: string }> {
    if (this.options.hasProxy) await this.openDoor();
    try {
      await this.set(network);
      return {};
    } catch (error) {
      return { networkProblem: unexpected(error).message };
    }
  }

  /** @throws Failure `network-…` */
  async set(network: Network): Promise<void> {
    this.wanted = network;
    const mine = this.work.then(async () => this.apply(network));
    this.work = mine.catch(() => undefined);
    return mine;
  }

  /** Removes the proxy. Idempotent. @throws Failure */
  async close(): Promise<void> {
    this.closing ??= this.closeNow();
    return this.closing;
  }

  private async closeNow(): Promise<void> {
    this.wanted = CLOSED;
    this.door?.close();
    this.proxy?.watch.abort();
    await this.work;
    // By name: a create request that was cut off may have made it.
    await this.options.engine.removeContainer(this.options.ids.proxyName);
    this.proxy = null;
  }

  private async openDoor(): Promise<void> {
    const { engine, containerId, log, onAttempt } = this.options;
    const door = await startCommand(engine, containerId, ['/bin/bash', DOOR_PROGRAM, 'listen'], 'none');
    if (this.closing !== null) {
      door.close();
      return;
    }
    this.door = door;
    eachLine(door.stdout, (line) => {
      onAttempt(attemptAtClosedDoor(line, new Date()));
    });
    door.stdout.once('close', () => {
      if (this.closing !== null) return;
      const text = door.stderrText().trim();
      log(`network: the door ended${text === '' ? '' : `: ${text.slice(-500)}`}`);
      setTimeout(() => void this.reopenDoor(), DOOR_PAUSE_MS).unref();
    });
  }

  private async reopenDoor(): Promise<void> {
    if (this.closing !== null) return;
    await this.openDoor().catch((error: unknown) => {
      this.options.log(`network: the door stays closed: ${String(error)}`);
    });
  }

  private async apply(network: Network): Promise<void> {
    // Only the last of several changes that wait counts.
    if (this.closing !== null || network !== this.wanted) return;
    const isClosed = network.rules.length === 0;
    const { ids, hasProxy, isGvisor, product, testing } = this.options;
    if (!isClosed && isGvisor) throw networkNotOnGvisor(ids.runtime);
    if (!isClosed && !hasProxy) throw networkNotInImage(ids.image.reference);
    const files = isClosed ? null : proxyFiles(network, testing?.resolvers ?? null);
    const key = JSON.stringify(files);
    if (this.proxy?.key === key) return;
    await this.stopProxy();
    if (files === null) return;
    try {
      const spec = proxySpec(ids, files, testing?.network ?? 'bridge');
      await this.startProxy(specFor(product, spec), key);
    } catch (error) {
      await this.stopProxy();
      if (error instanceof Failure && error.code.startsWith('network-')) throw error;
      throw networkNotOpened(detail(error), error);
    }
  }

  private async stopProxy(): Promise<void> {
    const { engine, ids } = this.options;
    const { proxy } = this;
    this.proxy = null;
    proxy?.watch.abort();
    // Asked first, so that it takes its socket away: the door then says that nothing is open. What counts is below.
    if (proxy !== null) await engine.stopContainer(proxy.id, STOP_GRACE_S).catch(() => undefined);
    try {
      await engine.removeContainer(proxy?.id ?? ids.proxyName);
    } catch (error) {
      throw networkNotClosed(detail(error), error);
    }
  }

  private async startProxy(spec: CreateOptions, key: string): Promise<void> {
    const { engine, log } = this.options;
    const watch = new AbortController();
    const id = await engine.createContainer(spec, watch.signal);
    this.proxy = { id, key, watch };
    const printed = await engine.attach(id);
    watch.signal.addEventListener('abort', () => printed.destroy(), { once: true });
    const ready = new Promise<void>((resolve) => {
      this.read(printed, resolve);
    });
    await engine.startContainer(id, watch.signal);
    const ended = engine.waitForExit(id, watch.signal);
    const late = new Promise<never>((_resolve, reject) => {
      const timer = setTimeout(() => {
        reject(networkNotOpened(`the proxy was not ready within ${START_MS / 1000} s`));
      }, START_MS);
      watch.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
      void ready.then(() => clearTimeout(timer));
    });
    const died = ended.then((code) => {
      throw networkNotOpened(`the proxy ended with exit code ${code}`);
    });
    await Promise.race([ready, late, died]);
    late.catch(() => undefined);
    log(`network: open (${id.slice(0, 12)})`);
    died.catch(() => {
      if (!watch.signal.aborted) void this.restart(key);
    });
  }

  /** stdout tells of attempts, stderr what is wrong. */
  private read(printed: Readable, onReady: () => void): void {
    const demux = new Demux((chunk) => {
      for (const line of chunk.toString('latin1').split('\n')) this.logLine(line);
    });
    eachLine(demux, (line) => {
      if (line === READY) onReady();
      const attempt = attemptOfProxy(line);
      if (attempt !== null) this.options.onAttempt(attempt);
    });
    pipeline(printed, demux, () => undefined);
  }

  private logLine(line: string): void {
    if (line.trim() === '' || this.linesLeft <= 0) return;
    this.linesLeft -= 1;
    this.options.log(`proxy: ${line.slice(0, 500)}`);
  }

  private async restart(key: string): Promise<void> {
    const { log } = this.options;
    if (this.closing !== null || this.proxy?.key !== key) return;
    const now = Date.now();
    this.restarts = [...this.restarts.filter((time) => now - time < RESTARTS_WITHIN_MS), now];
    // What is gone is not what was made from this any more.
    this.proxy = { ...this.proxy, key: '' };
    if (this.restarts.length > RESTARTS) {
      log('network: the proxy ended too often; it stays closed');
      return;
    }
    log('network: the proxy ended; it is started again');
    await this.set(this.wanted).catch((error: unknown) => {
      log(`network: ${unexpected(error).sentence}`);
    });
  }
}

/** Names in these lines were chosen by code: any bytes, as one character each. */
function eachLine(stream: Readable, onLine: (line: string) => void): void {
  stream.setEncoding('latin1');
  // Errors of the stream are its owner's.
  createInterface({ input: stream, crlfDelay: Infinity })
    .on('line', onLine)
    .on('error', () => undefined);
}
