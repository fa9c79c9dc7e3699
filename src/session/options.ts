/** What a session is made of, what it is asked, and how it tells how it is. */
import type { SessionLimits } from '../agent/budget.ts';
import type { TurnLimits } from '../agent/loop.ts';
import type { Sandbox } from '../kernel/sandbox.ts';
import type { NetworkState } from '../shared/network.ts';
import type { Effort, Model } from '../models/model.ts';
import type { Prices } from '../models/prices.ts';
import type { FileRef, Intent, NewSessionEvent, SessionEvent } from '../shared/events.ts';
import type { Mode, Privacy, SandboxState } from '../shared/protocol.ts';
import type { Attachments } from './attachments.ts';
import type { UserFiles } from './changes/sessionChanges.ts';
import type { NetworkSettings } from './network.ts';

export interface SessionActivity {
  turn: 'idle' | 'running' | 'deciding' | 'stopping';
  sandbox: SandboxState;
  network: NetworkState;
}

export interface SessionOptions {
  id: string;
  /** Used for a new session; a restored one keeps the title of its log. */
  title: string;
  /** Of a new session: what its log begins with, as if it had happened. Absent: nothing. */
  beginning?: readonly NewSessionEvent[];
  /** This session's folder on disk; created when missing. */
  folder: string;
  sandbox: Sandbox;
  /** Asked at each turn, so that a key set in between counts. */
  model(): Promise<Model>;
  cellTimeoutMs: number;
  outputLimitBytes: number;
  limits: TurnLimits;
  /** What all turns may use together, and prices; asked at each turn. Absent: no limit, no price. */
  spending?(): { limits: SessionLimits; prices: Prices };
  /** What the model may see, as it is now. Absent: everything. */
  privacy?(): Privacy;
  /** Who decides what runs, as it is now. Absent: everything runs by itself. */
  mode?(): Mode;
  /** What the user's settings open, as they are now. Absent: nothing. @throws Failure when they cannot be read */
  network?(): Promise<NetworkSettings>;
  /** How hard the model thinks, asked at each turn. Absent or null: as the API decides. */
  effort?(): Effort | null;
  /** The user's files, for changes that are proposed to them. Absent: none can be. */
  userFiles?: UserFiles;
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
  attachments?: Attachments;
}
