/**
 * Listens for whatever a hostile output manages to send, on loopback only: connections and requests (TCP), datagrams
 * (UDP), and names that the browser was made to look up. Every name below `canary.test` leads the browser here; the
 * first label says which payload it was.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DOMAIN = 'canary.test';
/** What the browser looks up in its place: it never leaves the browser, and stands in the browser's own log. */
const SEEN = 'canary-seen.localhost';

/** A literal for a script without quotes: it stands inside attributes, JSON strings and other scripts. */
const unquoted = (text: string): string =>
  `String.fromCharCode(${[...text].map((char) => char.charCodeAt(0)).join()})`;

export class Canary {
  /** What arrived: the first line of a request, or what else it was. */
  readonly hits: string[] = [];

  private constructor(
    private readonly tcp: Server,
    private readonly udp: Socket,
    private readonly folder: string,
  ) {}

  static async start(): Promise<Canary> {
    const folder = await mkdtemp(join(tmpdir(), 'canary-'));
    const canary = new Canary(createServer(), createSocket('udp4'), folder);
    canary.tcp.on('connection', (socket) => {
      const at = canary.hits.push('TCP: connected') - 1;
      socket.on('error', () => undefined);
      socket.once('data', (data) => {
        const text = data.toString('latin1');
        canary.hits[at] = `TCP: ${text.split('\r\n')[0] ?? ''} ${/^host: .*$/im.exec(text)?.[0] ?? ''}`;
        socket.end('HTTP/1.1 200 OK\r\naccess-control-allow-origin: *\r\ncontent-length: 0\r\n\r\n');
      });
    });
    canary.udp.on('message', () => canary.hits.push('UDP: datagram'));
    canary.tcp.listen(0, '127.0.0.1');
    canary.udp.bind(0, '127.0.0.1');
    await Promise.all([once(canary.tcp, 'listening'), once(canary.udp, 'listening')]);
    return canary;
  }

  get httpPort(): number {
    const address = this.tcp.address();
    if (address === null || typeof address === 'string') throw new Error('The canary has no port.');
    return address.port;
  }

  /** For Chromium. Its log is complete when the browser was closed. */
  get browserArgs(): string[] {
    return [`--host-resolver-rules=MAP *.${DOMAIN} ${SEEN}:${this.httpPort}`, `--log-net-log=${this.netLog}`];
  }

  private get netLog(): string {
    return join(this.folder, 'net.json');
  }

  /** The names that the browser was made to ask for, whether or not it went there. Close it first. */
  async lookups(): Promise<string[]> {
    const end = performance.now() + 30_000;
    let log = '';
    // The browser writes the end of its log when it goes.
    while (!/\}\s*$/.test(log)) {
      if (performance.now() > end) throw new Error(`The log of the browser has no end: ${log.slice(-100)}`);
      await new Promise((done) => setTimeout(done, 100));
      log = await readFile(this.netLog, 'utf8').catch(() => '');
    }
    const events = log.split('\n').filter((line) => !line.includes('host-resolver-rules'));
    const names = /[a-z0-9-]+\.canary\.test|canary-seen\.localhost/g;
    return [...new Set(events.flatMap((line) => line.match(names) ?? []))];
  }

  /** Fills a payload in: `$HOST`, `$HTTP`, `$RUN`. @param slug letters, digits and dashes */
  arm<T>(payload: T, slug: string): T {
    const host = `${slug}.${DOMAIN}`;
    const values = { $HTTP: `http://${host}`, $HOST: host, $RUN: this.script(slug) };
    return JSON.parse(
      JSON.stringify(payload).replace(/\$(HTTP|HOST|RUN)/g, (name) => values[name as keyof typeof values]),
    ) as T;
  }

  /** No quotes, spaces or brackets that end an attribute. What can fail comes last. */
  private script(slug: string): string {
    const { port } = this.udp.address();
    return [
      `window.__pwned=/${slug}/.source`,
      `fetch(${unquoted(`http://${slug}.${DOMAIN}/ran`)})`,
      `(function(p){p.createDataChannel(0);p.createOffer().then(function(o){p.setLocalDescription(o)})})(new(RTCPeerConnection)({iceServers:[{urls:${unquoted(`stun:127.0.0.1:${port}`)}}]}))`,
      `parent.__pwned=/${slug}/.source`,
      `top.__pwned=/${slug}/.source`,
    ].join(';');
  }

  async stop(): Promise<void> {
    this.tcp.close();
    this.udp.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
