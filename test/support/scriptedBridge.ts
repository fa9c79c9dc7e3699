/** A bridge in this process that speaks `wire.ts` over a pair of streams, so that a test decides what it says. */
import { Duplex, PassThrough } from 'node:stream';
import type { BridgeTransport } from '../../src/kernel/bridgeConnection.ts';
import type { BridgeHost } from '../../src/kernel/kernelClient.ts';
import type { Failure } from '../../src/failures.ts';
import type { FromBridge, ToBridge } from '../../src/kernel/wire.ts';

type Unnumbered<M> = M extends unknown ? Omit<M, 'seq'> : never;
type Said = Unnumbered<Exclude<FromBridge, { type: 'welcome' }>>;

/** A cell that ended well; tests replace what they are about. */
export const DONE: Omit<Extract<Said, { type: 'done' }>, 'id'> = {
  type: 'done',
  status: 'ok',
  executionCount: 1,
  durationMs: 1,
  stateLost: false,
  truncated: [],
  artifacts: [],
  refused: [],
};

/** Holds every line it said, and replays what a new connection asks for, as the real one does. */
export class ScriptedBridge implements BridgeHost {
  readonly heard: ToBridge[] = [];
  readonly lostWith: Failure[] = [];
  readonly logged: string[] = [];
  connections = 0;
  kills = 0;
  /** What `connect` throws; null: it connects. */
  connectError: Error | null = null;
  killError: Error | null = null;
  /** What happens while the sandbox is being ended. */
  onKill: () => void = () => undefined;
  /** Answers to the requests; `hello` is answered before. */
  onRequest: (message: ToBridge) => void = () => undefined;
  /** False: a connection is accepted, and nothing is ever said. */
  answers = true;
  securityStatus = { seccomp: 2, noNewPrivs: 1, capEff: '0000000000000000' };
  firstSeq = 1;
  readonly lines: string[] = [];
  private pipe: PassThrough | null = null;

  async connect(): Promise<BridgeTransport> {
    await Promise.resolve();
    if (this.connectError !== null) throw this.connectError;
    this.connections += 1;
    const output = new PassThrough({ highWaterMark: 1 << 30 });
    this.pipe = output;
    let rest = '';
    const input = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        rest += chunk.toString();
        const complete = rest.split('\n');
        rest = complete.pop() ?? '';
        for (const line of complete) if (this.pipe === output) this.receive(JSON.parse(line) as ToBridge);
        done();
      },
    });
    return { output, input, close: () => output.destroy() };
  }

  async kill(): Promise<void> {
    this.kills += 1;
    this.onKill();
    await new Promise((resolve) => setImmediate(resolve));
    if (this.killError !== null) throw this.killError;
  }

  lost(failure: Failure): void {
    this.lostWith.push(failure);
  }

  log(line: string): void {
    this.logged.push(line);
  }

  /** Says a numbered line; also when nobody is connected. */
  say(message: Said): void {
    const line = `${JSON.stringify({ ...message, seq: this.lines.length + 1 })}\n`;
    this.lines.push(line);
    this.raw(line);
  }

  /** Bytes on the wire that are not numbered or remembered. */
  raw(bytes: string | Buffer): void {
    if (this.answers) this.pipe?.write(bytes);
  }

  breakConnection(): void {
    const { pipe } = this;
    this.pipe = null;
    pipe?.end();
  }

  executes(): Extract<ToBridge, { op: 'execute' }>[] {
    return this.heard.filter((message) => message.op === 'execute');
  }

  private receive(message: ToBridge): void {
    this.heard.push(message);
    if (message.op === 'hello') {
      const lastSeq = this.lines.length;
      const { firstSeq, securityStatus } = this;
      this.raw(
        `${JSON.stringify({ type: 'welcome', seq: 0, protocol: 3, firstSeq, lastSeq, securityStatus })}\n`,
      );
      for (const line of this.lines.slice(Math.max(message.afterSeq, firstSeq - 1))) this.raw(line);
    }
    if (this.answers) this.onRequest(message);
  }
}
