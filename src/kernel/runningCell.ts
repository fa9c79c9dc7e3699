/** A cell that was sent to the bridge, until its promise settles (once). */
import { randomUUID } from 'node:crypto';
import type { CellResult, CellStatus, Output, RefusedFile } from '../shared/outputs.ts';
import { unsafeNameReason } from './artifactName.ts';
import { Deadline, type DeadlineTimes } from './deadline.ts';
import type { ExecuteRequest } from './kernel.ts';
import type { FromBridge, ToBridge } from './wire.ts';

type Done = Extract<FromBridge, { type: 'done' }>;

/** What a bridge that ignores its output limit may send before the host drops the rest. */
const OUTPUT_SLACK_BYTES = 64 * 1024 * 1024;

export class RunningCell {
  readonly id = randomUUID();
  readonly settled: Promise<CellResult>;
  /** Whether the bridge is known to have got the request. */
  phase: 'sent' | 'started' = 'sent';
  stopRequested = false;
  private executionCount: number | null = null;
  private readonly sentAt = performance.now();
  private receivedBytes = 0;
  private droppedBytes = 0;
  private deadlines: Deadline[] = [];
  private listenerError: Error | null = null;
  private resolve!: (result: CellResult) => void;
  private reject!: (error: Error) => void;

  constructor(
    private readonly request: ExecuteRequest,
    private readonly onOutput: (output: Output) => void,
    private readonly onStarted: (executionCount: number | null) => void,
  ) {
    this.settled = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  message(): ToBridge {
    return { op: 'execute', id: this.id, ...this.request };
  }

  started(executionCount: number | null): void {
    this.phase = 'started';
    this.executionCount = executionCount;
    this.tell(() => {
      this.onStarted(executionCount);
    });
  }

  output(output: Output, bytes: number): void {
    this.receivedBytes += bytes;
    if (this.receivedBytes > this.request.outputLimitBytes + OUTPUT_SLACK_BYTES) this.droppedBytes += bytes;
    else
      this.tell(() => {
        this.onOutput(output);
      });
  }

  done(message: Done): void {
    const refused: RefusedFile[] = [...message.refused];
    const artifacts = message.artifacts.filter(({ name }) => {
      const reason = unsafeNameReason(name);
      if (reason !== null) refused.push({ name, reason });
      return reason === null;
    });
    const { status, executionCount, durationMs, stateLost, limits = [], packages, removed = [] } = message;
    this.finish({
      status,
      executionCount,
      durationMs,
      stateLost,
      truncated: [...message.truncated, ...this.droppedHere()],
      ...(limits.length === 0 ? {} : { limits }),
      artifacts,
      refused,
      ...(removed.length === 0 ? {} : { removed: removed.filter((name) => unsafeNameReason(name) === null) }),
      ...(packages === undefined ? {} : { packages }),
    });
  }

  /** The cell ended without the bridge saying so. */
  endedWithSandbox(status: CellStatus): void {
    const figure = this.request.timeoutMs / 1000;
    this.finish({
      ...notRun(status),
      ...(status === 'timeout' ? { limits: [{ kind: 'time', figure }] } : {}),
      executionCount: this.executionCount,
      durationMs: performance.now() - this.sentAt,
      stateLost: true,
      truncated: this.droppedHere(),
    });
  }

  fail(error: Error): void {
    this.cancelDeadlines();
    this.reject(error);
  }

  /** Adds a deadline that ends with the cell. */
  watch(times: DeadlineTimes, lastHeardAt: () => number, onPassed: () => void): void {
    this.deadlines.push(new Deadline(times, lastHeardAt, onPassed));
  }

  private finish(result: CellResult): void {
    this.cancelDeadlines();
    if (this.listenerError === null) this.resolve(result);
    else this.reject(this.listenerError);
  }

  /** An error of a listener (a full disk, a bug) is the caller's, and must not break the connection. */
  private tell(listener: () => void): void {
    try {
      listener();
    } catch (error) {
      this.listenerError ??= error instanceof Error ? error : new Error(String(error));
    }
  }

  private cancelDeadlines(): void {
    for (const deadline of this.deadlines) deadline.cancel();
    this.deadlines = [];
  }

  private droppedHere(): CellResult['truncated'] {
    return this.droppedBytes === 0 ? [] : [{ stream: 'output', droppedBytes: this.droppedBytes }];
  }
}

/** The result of a cell that never reached a kernel. */
export const notRun = (status: CellStatus): CellResult => ({
  status,
  executionCount: null,
  durationMs: 0,
  stateLost: false,
  truncated: [],
  artifacts: [],
  refused: [],
});
