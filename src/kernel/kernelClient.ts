/**
 * The kernel over a line connection to the bridge: one cell at a time, answers matched to their cell, a broken
 * connection opened again from the last line seen, and a bridge that does not answer ended by the host.
 */
import { randomUUID } from 'node:crypto';
import { Failure, sandboxClosed, sandboxFault, sandboxLost, unexpected } from '../failures.ts';
import type { FileProfile } from '../shared/fileProfile.ts';
import type { CellResult, Output } from '../shared/outputs.ts';
import { unsafeNameReason } from './artifactName.ts';
import { BridgeConnection, BridgeError, type BridgeTransport } from './bridgeConnection.ts';
import type {
  EditRequest,
  EditResult,
  ExecuteRequest,
  InstallRequest,
  InstallResult,
  Kernel,
  QueryRefusal,
  QueryReply,
  QueryRequest,
  SchemasRequest,
} from './kernel.ts';
import { notRun, RunningCell } from './runningCell.ts';
import { deferred, Turns, withTimeout, type Deferred } from './waiting.ts';
import { PROTOCOL_VERSION, type FromBridge, type ToBridge } from './wire.ts';
import { t } from '../shared/l10n.ts';

/** What the client needs from whoever runs the bridge. */
export interface BridgeHost {
  /** @throws BridgeError that says why there is no bridge to connect to, or a Failure of the engine. */
  connect(): Promise<BridgeTransport>;
  /** Ends the sandbox because the bridge does not answer. @throws Failure when that is not possible either. */
  kill(): Promise<void>;
  /** The sandbox is of no use any more; `failure` says why. Called at most once, never after `close`. */
  lost(failure: Failure): void;
  log(line: string): void;
}

export interface Times {
  welcomeMs: number;
  readyMs: number;
  /** From Stop to `done`, when the bridge is silent. The bridge itself needs 3 s and a new kernel. */
  stopMs: number;
  /** Beyond a cell's own limit, when the bridge is silent. */
  overtimeMs: number;
  /** The longest that a bridge which still talks may take for either. */
  longestStopMs: number;
  restartMs: number;
  editMs: number;
  /** Beyond the limit of what has one of its own. */
  answerMs: number;
}

export const DEFAULT_TIMES: Times = {
  welcomeMs: 15_000,
  readyMs: 60_000,
  stopMs: 8_000,
  overtimeMs: 10_000,
  longestStopMs: 40_000,
  restartMs: 30_000,
  editMs: 60_000,
  answerMs: 15_000,
};

/** The answers to what is asked under an id of its own. */
type Answer = Extract<FromBridge, { type: 'edited' | 'schemas' | 'installed' | 'answered' | 'restarted' }>;
const ANSWERS: ReadonlySet<string> = new Set<Answer['type']>([
  'edited',
  'schemas',
  'installed',
  'answered',
  'restarted',
]);
const isAnswer = (message: FromBridge): message is Answer => ANSWERS.has(message.type);
type Asked = Extract<ToBridge, { op: 'edit' | 'schemas' | 'install' | 'query' | 'restart' }>;
type Welcome = Extract<FromBridge, { type: 'welcome' }>;
export type SecurityStatus = Welcome['securityStatus'];

/** Connections may break now and then; more often than this in a row and something is wrong. */
const RECONNECTS_PER_MINUTE = 5;

export class KernelClient implements Kernel {
  private connection: BridgeConnection | null = null;
  /** Why this client is of no use any more; null while it is. */
  closed: Failure | null = null;
  private ending: 'no' | 'by us' = 'no';
  private lastSeq = 0;
  private lastHeardAt = 0;
  private readonly cells = new Turns();
  private readonly queries = new Turns();
  private cell: RunningCell | null = null;
  private readonly ready = deferred<void>();
  private readonly asked = new Map<string, { message: Asked; answer: Deferred<Answer> }>();
  /** Requests made while the connection is being opened again. */
  private outbox: ToBridge[] = [];
  private reconnects: { at: number; seq: number }[] = [];

  constructor(
    private readonly host: BridgeHost,
    private readonly times: Times = DEFAULT_TIMES,
  ) {
    this.ready.promise.catch(() => undefined);
  }

  /** First connection. @throws BridgeError, or a Failure of the engine. */
  async open(): Promise<SecurityStatus> {
    const welcome = await this.connect();
    return welcome.securityStatus;
  }

  /** Resolves when the Python kernel answers. @throws BridgeError when it does not in time; Failure when closed. */
  async waitUntilReady(): Promise<void> {
    const reason = `the Python kernel was not ready after ${this.times.readyMs / 1000} s`;
    await withTimeout(this.ready.promise, this.times.readyMs, () => new BridgeError(reason));
  }

  async execute(
    request: ExecuteRequest,
    onOutput: (output: Output) => void,
    signal?: AbortSignal,
    onStarted?: (executionCount: number | null) => void,
  ): Promise<CellResult> {
    return this.cells.take(async () => {
      if (signal?.aborted === true) return notRun('interrupted');
      if (this.closed !== null) throw this.closed;
      return this.run(new RunningCell(request, onOutput, onStarted ?? (() => undefined)), request, signal);
    }, signal);
  }

  async edit(request: EditRequest, signal?: AbortSignal): Promise<EditResult> {
    if (this.cell !== null) {
      const problem = 'A cell is running, so the file was not touched. Use the editor when it has ended.';
      return { ok: false, problem };
    }
    return this.cells.take(async () => {
      if (signal?.aborted === true) return { ok: false, problem: 'Stopped before anything was changed.' };
      if (this.closed !== null) throw this.closed;
      const message = { op: 'edit', id: randomUUID(), ...request } as const;
      const answer = await this.ask(message, this.times.editMs, 'its editor did not answer');
      if (answer.type !== 'edited') throw sandboxFault(`an edit was answered by ${answer.type}`);
      return withoutUnsafeName(answer.result);
    }, signal);
  }

  async schemas(request: SchemasRequest, signal?: AbortSignal): Promise<FileProfile[]> {
    if (request.background === true) return this.backgroundSchemas(request, signal);
    return this.cells.take(async () => {
      const message = { op: 'schemas', id: randomUUID(), ...request } as const;
      if (signal?.aborted === true) return [];
      const answer = await this.askUntil(message, signal, 'it did not read the data files in time');
      if (answer.type !== 'schemas') throw sandboxFault(`a look at data was answered by ${answer.type}`);
      return answer.files;
    }, signal);
  }

  private async backgroundSchemas(request: SchemasRequest, signal?: AbortSignal): Promise<FileProfile[]> {
    if (signal?.aborted === true) return [];
    if (this.closed !== null) throw this.closed;
    const id = randomUUID();
    const onAbort = (): void => {
      this.send({ op: 'cancel', id });
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      // Nobody loses variables for the sake of better figures.
      const limitMs = request.timeoutMs + this.times.answerMs;
      const answer = await this.ask({ op: 'schemas', id, ...request }, limitMs, null);
      if (answer.type !== 'schemas') throw sandboxFault(`a look at data was answered by ${answer.type}`);
      return answer.files;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async install(request: InstallRequest, signal?: AbortSignal): Promise<InstallResult> {
    return this.cells.take(async () => {
      const message = { op: 'install', id: randomUUID(), ...request } as const;
      if (signal?.aborted === true) return { missing: [...request.packages], text: '' };
      const answer = await this.askUntil(message, signal, 'it did not install packages in time');
      if (answer.type !== 'installed') throw sandboxFault(`an installation was answered by ${answer.type}`);
      const { missing, text } = answer;
      return { missing, text };
    }, signal);
  }

  async query(request: QueryRequest, signal?: AbortSignal): Promise<QueryReply> {
    return this.queries.take(async () => {
      if (signal?.aborted === true) return refusal('cancelled', t('It was stopped.'));
      if (this.closed !== null) return refusal('gone', this.closed.shown.sentence);
      if (this.cell !== null) return refusal('busy', t('A cell is running. Ask again when it has ended.'));
      const id = randomUUID();
      const onAbort = (): void => {
        this.send({ op: 'cancel', id });
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const limitMs = request.timeoutMs + this.times.answerMs;
      try {
        const answer = await this.ask({ op: 'query', id, ...request }, limitMs, null);
        if (answer.type !== 'answered') throw sandboxFault(`a query was answered by ${answer.type}`);
        return answer.result;
      } catch (error) {
        // Nobody loses variables for the sake of a look at them.
        if (!(error instanceof Failure)) throw error;
        return refusal(this.closed === null ? 'failed' : 'gone', error.shown.sentence);
      } finally {
        signal?.removeEventListener('abort', onAbort);
      }
    }, signal);
  }

  /** For what has a time limit of its own; an abort ends it early, and it is answered all the same. */
  private async askUntil(
    message: Extract<Asked, { timeoutMs: number }>,
    signal: AbortSignal | undefined,
    silence: string,
  ): Promise<Answer> {
    if (this.closed !== null) throw this.closed;
    const onAbort = (): void => {
      this.send({ op: 'interrupt' });
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await this.ask(message, message.timeoutMs + this.times.answerMs, silence);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /**
   * @param silence what is said of a bridge that does not answer, whose sandbox is removed; null: it is left alone.
   * @throws Failure: what the bridge could not do, or that it did not answer.
   */
  private async ask(message: Asked, limitMs: number, silence: string | null): Promise<Answer> {
    const answer = deferred<Answer>();
    this.asked.set(message.id, { message, answer });
    this.send(message);
    const late =
      silence === null ? sandboxFault('it did not answer') : sandboxLost(`${silence} and it was removed`);
    try {
      return await withTimeout(answer.promise, limitMs, () => late);
    } catch (error) {
      if (error === late && silence !== null && this.closed === null) await this.giveUp(silence);
      throw error;
    } finally {
      this.asked.delete(message.id);
    }
  }

  async interrupt(): Promise<void> {
    const { cell } = this;
    if (cell === null) return;
    this.stop(cell);
    await cell.settled.then(
      () => undefined,
      () => undefined,
    );
  }

  async restart(): Promise<void> {
    if (this.closed !== null) throw this.closed;
    const message = { op: 'restart', id: randomUUID() } as const;
    try {
      await this.ask(message, this.times.restartMs, 'it did not restart its kernels');
    } catch (error) {
      // A sandbox without kernels is of no use, whatever the bridge says about it.
      if (this.closed === null) await this.giveUp('it did not restart its kernels and was removed');
      throw error;
    }
  }

  /** Ends everything: what is waiting is rejected with `failure`. Idempotent, and silent towards the host. */
  close(failure: Failure = sandboxClosed()): void {
    if (this.closed !== null) return;
    this.closed = failure;
    this.connection?.close();
    this.connection = null;
    this.cell?.fail(failure);
    this.ready.reject(failure);
    for (const { answer } of this.asked.values()) answer.reject(failure);
  }

  /** The host learned that the sandbox is gone. Idempotent. */
  lose(failure: Failure): void {
    // What is being ended here ends for the reason that is told here.
    if (this.closed !== null || this.ending === 'by us') return;
    this.close(failure);
    this.host.lost(failure);
  }

  private async run(cell: RunningCell, request: ExecuteRequest, signal?: AbortSignal): Promise<CellResult> {
    const onAbort = (): void => {
      this.stop(cell);
    };
    this.cell = cell;
    signal?.addEventListener('abort', onAbort, { once: true });
    const { overtimeMs, stopMs, longestStopMs } = this.times;
    this.watch(cell, request.timeoutMs + overtimeMs, stopMs, request.timeoutMs + longestStopMs, 'timeout');
    this.send(cell.message());
    try {
      return await cell.settled;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.cell = null;
    }
  }

  private stop(cell: RunningCell): void {
    if (cell.stopRequested || this.cell !== cell) return;
    cell.stopRequested = true;
    this.send({ op: 'interrupt' });
    this.watch(cell, this.times.stopMs, this.times.stopMs, this.times.longestStopMs, 'killed');
  }

  private watch(
    cell: RunningCell,
    answerMs: number,
    silenceMs: number,
    longestMs: number,
    status: 'timeout' | 'killed',
  ): void {
    const onPassed = (): void => {
      void this.giveUp('its bridge did not answer, so it was removed', { cell, status });
    };
    cell.watch({ answerMs, silenceMs, longestMs }, () => this.lastHeardAt, onPassed);
  }

  /** The bridge does not do its part, so the host ends the sandbox; the cell's promise still gets a result. */
  private async giveUp(
    reason: string,
    ending?: { cell: RunningCell; status: 'timeout' | 'killed' },
  ): Promise<void> {
    if (this.ending === 'by us') return;
    this.ending = 'by us';
    this.host.log(`kernel: giving up: ${reason}`);
    let failure = sandboxLost(reason);
    try {
      await this.host.kill();
      ending?.cell.endedWithSandbox(ending.status);
    } catch (error) {
      failure = unexpected(error);
    }
    this.ending = 'no';
    this.lose(failure);
  }

  private send(message: ToBridge): void {
    if (this.connection === null) this.outbox.push(message);
    else this.connection.send(message);
  }

  private async connect(): Promise<Welcome> {
    const transport = await this.host.connect();
    if (this.closed !== null) {
      transport.close();
      throw this.closed;
    }
    const welcomed = deferred<Welcome>();
    const afterSeq = this.lastSeq;
    let phase: 'opening' | 'open' = 'opening';
    const connection = new BridgeConnection(
      transport,
      {
        onMessage: (message, bytes) => {
          this.lastHeardAt = performance.now();
          if (message.type !== 'welcome') {
            this.receive(message, bytes);
            return;
          }
          // At once: the lines that follow may come in the same chunk.
          const refusal = refusalOf(message, afterSeq);
          if (refusal === null) welcomed.resolve(message);
          else welcomed.reject(new BridgeError(refusal));
        },
        onEnd: (reason) => {
          if (phase === 'opening') welcomed.reject(new BridgeError(`the connection to it ${reason}`));
          else this.reconnect(reason);
        },
      },
      (line) => {
        this.host.log(line);
      },
    );
    this.connection = connection;
    connection.send({ op: 'hello', protocol: PROTOCOL_VERSION, afterSeq });
    try {
      const welcome = await withTimeout(
        welcomed.promise,
        this.times.welcomeMs,
        () => new BridgeError('its bridge did not answer'),
      );
      phase = 'open';
      return welcome;
    } catch (error) {
      connection.close();
      this.connection = null;
      throw error;
    }
  }

  /** The connection broke, which does not mean that the container did. */
  private reconnect(reason: string): void {
    if (this.closed !== null || this.ending === 'by us') return;
    this.connection = null;
    this.host.log(`kernel: the connection ${reason}; opening it again after line ${this.lastSeq}`);
    const now = performance.now();
    this.reconnects = this.reconnects.filter(({ at }) => now - at < 60_000);
    const withoutProgress = this.reconnects.at(-1)?.seq === this.lastSeq && reason !== 'ended';
    if (withoutProgress || this.reconnects.length >= RECONNECTS_PER_MINUTE) {
      void this.giveUp(`the connection to it ${reason} again and again, so it was removed`);
      return;
    }
    this.reconnects.push({ at: now, seq: this.lastSeq });
    this.connect().then(
      () => {
        this.resume();
      },
      (error: unknown) => {
        this.lose(lostBecause(error));
      },
    );
  }

  /** Repeats what may have been lost with the old connection; the bridge takes each id only once. */
  private resume(): void {
    const { cell } = this;
    const waiting = this.outbox;
    this.outbox = [];
    for (const { message } of this.asked.values()) this.send(message);
    if (cell?.phase === 'sent') this.send(cell.message());
    if (cell?.stopRequested === true) this.send({ op: 'interrupt' });
    for (const message of waiting) this.send(message);
  }

  private receive(message: Exclude<FromBridge, Welcome>, bytes: number): void {
    if (message.seq <= this.lastSeq) return;
    if (message.seq !== this.lastSeq + 1) {
      throw new Error(`line ${message.seq} follows line ${this.lastSeq}`);
    }
    this.lastSeq = message.seq;
    if (message.type === 'ready') {
      if (message.language === 'python') this.ready.resolve();
      return;
    }
    if (isAnswer(message)) {
      this.asked.get(message.id)?.answer.resolve(message);
      return;
    }
    if (message.type === 'fault') {
      this.host.log(`bridge: ${message.message}`);
      this.asked.get(message.id ?? '')?.answer.reject(sandboxFault(message.message));
    }
    const { cell } = this;
    // Lines of a cell that already ended here, or that code in the container made up.
    if (cell === null || message.id !== cell.id) return;
    switch (message.type) {
      case 'started':
        cell.started(message.executionCount);
        return;
      case 'output':
        cell.output(message.output, bytes);
        return;
      case 'done':
        cell.done(message);
        return;
      case 'fault':
        cell.fail(sandboxFault(message.message));
    }
  }
}

const refusal = (reason: QueryRefusal, problem: string): QueryReply => ({ ok: false, reason, problem });

/** The bridge checks names, and the host does so again. */
function withoutUnsafeName(result: EditResult): EditResult {
  if (!result.ok || result.artifact === null) return result;
  const { name } = result.artifact;
  const reason = unsafeNameReason(name);
  return reason === null ? result : { ...result, artifact: null, refused: { name, reason } };
}

/** Why a bridge that welcomes us like this cannot be used; null when it can. */
function refusalOf({ protocol, firstSeq, lastSeq }: Welcome, afterSeq: number): string | null {
  if (protocol !== PROTOCOL_VERSION) {
    return `its image speaks protocol ${protocol}, this program ${PROTOCOL_VERSION}`;
  }
  if (lastSeq < afterSeq) return 'its bridge was started anew';
  if (lastSeq > afterSeq && firstSeq > afterSeq + 1) {
    return 'the connection was away for too long, and output is missing';
  }
  return null;
}

function lostBecause(error: unknown): Failure {
  if (error instanceof BridgeError) return sandboxLost(error.message, error);
  if (error instanceof Failure && error.code === 'sandbox-lost') return error;
  const sentence = error instanceof Failure ? error.sentence : String(error);
  return sandboxLost(`connecting to it again failed (${sentence.replace(/\.$/, '')})`, error);
}
