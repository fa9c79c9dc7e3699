/** One conversation = one notebook = one sandbox. Knows neither VS Code nor Docker. */
import type { TurnLimits } from '../agent/loop.ts';
import type { Sandbox } from '../kernel/sandbox.ts';
import type { Model } from '../models/model.ts';
import type { FileRef, Intent, SessionEvent, TurnEnd } from '../shared/events.ts';
import type { Artifact } from '../shared/outputs.ts';
import type { SandboxState } from '../shared/protocol.ts';

export interface SessionActivity {
  turn: 'idle' | 'running' | 'stopping';
  sandbox: SandboxState;
}

export interface SessionOptions {
  id: string;
  title: string;
  /** This session's folder on disk; created when missing. */
  folder: string;
  sandbox: Sandbox;
  /** Asked at each turn, so that a key set in between counts. */
  model(): Promise<Model>;
  cellTimeoutMs: number;
  outputLimitBytes: number;
  limits: TurnLimits;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Called after the events are on disk. `history` events are left out. */
  onEvents(events: SessionEvent[]): void;
  onState(state: SessionActivity): void;
  log(line: string): void;
}

export interface SendRequest {
  intent: Intent;
  text: string;
  files: FileRef[];
}

export class Session {
  readonly id: string;
  readonly title: string;

  private constructor(private readonly options: SessionOptions) {
    this.id = options.id;
    this.title = options.title;
  }

  /**
   * New, or restored from its folder. Restored: a turn that was cut is closed, and a notice says that variables
   * are gone if cells ran. The sandbox is not started.
   * @throws Failure when the folder cannot be written or was written by a newer version.
   */
  static async open(options: SessionOptions): Promise<Session> {
    await Promise.resolve();
    return new Session(options);
  }

  /** The log so far without `history` events; superseded `cell_code` events are left out. */
  events(): SessionEvent[] {
    return [];
  }

  get activity(): SessionActivity {
    return { turn: 'idle', sandbox: { kind: 'off' } };
  }

  /** Starts the sandbox ahead of the first question (or again after a failure); the state tells how it goes. Never rejects. */
  async warmUp(): Promise<void> {
    await Promise.resolve(this.options);
  }

  /**
   * Runs one turn; resolves when it has ended, also when it failed.
   * @throws Failure `turn-running` while another turn runs; `session-closed` after dispose.
   */
  async send(request: SendRequest): Promise<TurnEnd> {
    await Promise.resolve(request);
    throw new Error('The body follows.');
  }

  /** Ends the running turn, the running cell included; resolves when it has ended. */
  async stop(): Promise<void> {
    await Promise.resolve();
  }

  /** Stops the turn, throws the container away, starts a new one; a notice tells the user, and the model. */
  async restartSandbox(): Promise<void> {
    await Promise.resolve();
  }

  /** Path of an artifact's bytes on the host, or null when this session has none of that hash. */
  artifactPath(sha256: string): string | null {
    return sha256 === '' ? '' : null;
  }

  /** The newest version of each file, in the order of first appearance. */
  artifacts(): Artifact[] {
    return [];
  }

  /** Stops the turn, removes the sandbox, closes the log. Idempotent; never rejects. */
  async dispose(): Promise<void> {
    await Promise.resolve();
  }
}
