/** One connection to the bridge: lines in and out, parsed at the door. It ends once, with a reason. */
import { detail } from '../failures.ts';
import type { Readable, Writable } from 'node:stream';
import { LineReader } from './lineReader.ts';
import { fromBridgeSchema, MAX_LINE_BYTES, type FromBridge, type ToBridge } from './wire.ts';

/** A byte stream to the bridge's socket, however it is reached. */
export interface BridgeTransport {
  readonly output: Readable;
  readonly input: Writable;
  /** Idempotent. */
  close(): void;
}

/** No usable connection; the message continues "the sandbox was lost: …". */
export class BridgeError extends Error {}

export interface ConnectionEvents {
  /** `bytes`: length of the line. */
  onMessage(message: FromBridge, bytes: number): void;
  /** Called once, unless `close` was called before. `reason` continues "the connection …". */
  onEnd(reason: string): void;
}

const LOGGED_CHARACTERS = 200;

export class BridgeConnection {
  private readonly reader = new LineReader(MAX_LINE_BYTES);
  private ended = false;

  constructor(
    private readonly transport: BridgeTransport,
    private readonly events: ConnectionEvents,
    private readonly log: (line: string) => void,
  ) {
    transport.output.on('data', (chunk: Buffer) => {
      this.receive(chunk);
    });
    transport.output.on('end', () => {
      this.end('ended');
    });
    transport.output.on('close', () => {
      this.end('ended');
    });
    const onError = (error: Error): void => {
      this.end(`broke (${error.message})`);
    };
    transport.output.on('error', onError);
    transport.input.on('error', onError);
  }

  send(message: ToBridge): void {
    if (!this.ended) this.transport.input.write(`${JSON.stringify(message)}\n`);
  }

  /** Ends the connection without a report. Idempotent. */
  close(): void {
    this.ended = true;
    this.transport.close();
  }

  private receive(chunk: Buffer): void {
    try {
      for (const line of this.reader.push(chunk)) {
        if (this.ended) return;
        this.events.onMessage(parseLine(line), line.length);
      }
    } catch (error) {
      const reason = detail(error);
      this.log(`bridge: unusable line: ${reason}`);
      this.end('carried a line that could not be understood');
    }
  }

  private end(reason: string): void {
    if (this.ended) return;
    this.close();
    this.events.onEnd(reason);
  }
}

function parseLine(line: string): FromBridge {
  const start = JSON.stringify(line.slice(0, LOGGED_CHARACTERS));
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error(`not JSON: ${start}`);
  }
  const parsed = fromBridgeSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Error(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a message'}: ${start}`);
}
