/** What the panel shows, as data. Made only by `store.ts`; every change makes new objects along its path. */
import {
  type Artifact,
  type CellResult,
  type CellStatus,
  type Language,
  type MimeBundle,
} from '../src/shared/outputs.ts';
import {
  type CheckedNumber,
  type AttachedImage,
  type FailureView,
  type FileRef,
  type Intent,
  type Selection,
  type SessionEvent,
  type TurnEnd,
} from '../src/shared/events.ts';
import { type FileProfile } from '../src/shared/fileProfile.ts';
import { type NetworkAttempt } from '../src/shared/network.ts';
import { type PanelState } from '../src/shared/protocol.ts';
import { NO_FACTS, type StaleFacts } from '../src/shared/stale.ts';
import { type FileEvent } from '../src/shared/versions.ts';
import { type Took } from './receiptText.ts';
import { type TextBuffer } from './textBuffer.ts';

/**
 * `waiting`: for the user. `queued`: written, and another cell has to finish first. `dropped`: never ran. `new`: the
 * user's own, and has not run.
 */
export type CellPhase = 'writing' | 'waiting' | 'queued' | 'running' | CellStatus | 'dropped' | 'new';

export type OutputView =
  | { kind: 'stream'; key: number; name: 'stdout' | 'stderr'; text: TextBuffer }
  | { kind: 'data'; key: number; displayId: string | null; data: MimeBundle; metadata: MimeBundle }
  | { kind: 'error'; key: number; ename: string; evalue: string; traceback: readonly string[] };

export interface CellView {
  readonly cellId: string;
  readonly language: Language;
  readonly purpose: string;
  readonly code: string;
  /** The user changed what the model had written. */
  readonly edited: boolean;
  /** The user wrote it. */
  readonly own: boolean;
  /** What the user made of the code since it was written or ran; null: nothing. */
  readonly draft: string | null;
  /** A quiet line stands for it. */
  readonly deleted: boolean;
  /** Its turn comes in the run that goes on. */
  readonly inRun: boolean;
  /** It runs again: what the last run left stays until something new comes, or the end. */
  readonly again: boolean;
  readonly phase: CellPhase;
  readonly executionCount: number | null;
  /** Milliseconds since the epoch, by the host's clock; null before it runs. */
  readonly startedAt: number | null;
  readonly result: CellResult | null;
  /** Why it never ran; empty unless `dropped`. */
  readonly droppedReason: string;
  readonly outputs: readonly OutputView[];
  readonly artifacts: readonly Artifact[];
  /** Which names its code sets is not known: it marks no other cell. */
  readonly unread?: boolean;
  /** What its code tried to reach. Absent: nothing. */
  readonly attempts?: readonly NetworkAttempt[];
  /** The model was told names, types and counts only; `released`: the user let it see the rest. */
  readonly withheld?: boolean;
  readonly released?: boolean;
  /** Keys of the outputs that were cleared, by place: for those that come instead. */
  readonly freeKeys?: readonly number[];
  /** `clear_output(wait=True)` was called: the next output replaces what is shown. */
  readonly clearPending: boolean;
}

/** What the model's editor did. */
export type FileEdit = Pick<
  Extract<SessionEvent, { type: 'file_edit' }>,
  'callId' | 'command' | 'ok' | 'sentence' | 'diff' | 'artifact'
>;

export type TurnPart =
  | {
      kind: 'text';
      blockId: string;
      text: string;
      numbers?: readonly CheckedNumber[];
      claims?: readonly string[];
    }
  /** Times by the host's clock; `endedAt` is null while it thinks. */
  | { kind: 'thinking'; blockId: string; text: string; startedAt: number; endedAt: number | null }
  | { kind: 'cell'; cellId: string }
  /** Of a kind that is not known here; `json` is null while it comes. */
  | { kind: 'opaque'; blockId: string; name: string; json: string | null }
  | ({ kind: 'edit' } & FileEdit)
  /** What the files of the question are made of. */
  | { kind: 'profile'; blockId: string; files: readonly FileProfile[]; withheld: boolean }
  /** The model read more of an earlier output. */
  | { kind: 'shown'; callId: string; ok: boolean; sentence: string };

/** Nothing is sent to the model before `untilMs` (epoch). */
export interface ModelWait {
  readonly reason: string;
  readonly untilMs: number;
}

export interface TurnView {
  readonly turnId: string;
  /** The answer is a plan: nothing ran. */
  readonly plan: boolean;
  readonly wait: ModelWait | null;
  readonly modelLabel: string;
  readonly parts: readonly TurnPart[];
  /** Null while it runs. */
  readonly end: TurnEnd | null;
  /** Known when it has ended. */
  readonly took?: Took;
}

export type Item =
  | {
      kind: 'user';
      key: number;
      intent: Intent;
      text: string;
      files: readonly FileRef[];
      images: readonly AttachedImage[];
      selections: readonly Selection[];
    }
  | { kind: 'turn'; key: number; turnId: string }
  /** A cell of the user's own that stands in no answer. */
  | { kind: 'cell'; key: number; cellId: string }
  | {
      kind: 'notice';
      key: number;
      level: 'info' | 'warning' | 'error';
      text: string;
      /** With its remedy; `text` is its sentence. */
      failure?: FailureView;
    };

/** The user runs cells. */
export type RunView = Pick<Extract<SessionEvent, { type: 'run_started' }>, 'runId' | 'cellIds' | 'restarted'>;

export interface ViewState {
  /** Null until the host has answered `ready`. */
  readonly panel: PanelState | null;
  readonly items: readonly Item[];
  readonly turns: ReadonlyMap<string, TurnView>;
  readonly cells: ReadonlyMap<string, CellView>;
  /** Null: none goes on. */
  readonly run: RunView | null;
  /** Why a cell's outputs are not what the notebook would give now, in words, by cell; names between backticks. */
  readonly stale: ReadonlyMap<string, string>;
  readonly staleFacts: StaleFacts;
  /** What code of the whole session tried to reach, oldest first. */
  readonly attempts: readonly NetworkAttempt[];
  /** What became of files, oldest first: for `filesOf`. */
  readonly files: readonly FileEvent[];
  /** The newest event about a file or a proposed change. */
  readonly touched: number;
  /** Messages that were sent since this page shows the session. */
  readonly asked: number;
  /** The newest event that has been folded in; older ones are repeats. */
  readonly lastSeq: number;
  /** Events that came before the answer to `ready`. */
  readonly early: readonly SessionEvent[];
  /** Said once to screen readers; `seq` tells a repeated sentence from a new one. */
  readonly announcement: { seq: number; text: string };
  /** A request of the panel failed: shown above the composer until dismissed. */
  readonly problem: string | null;
}

export const emptyState: ViewState = {
  panel: null,
  items: [],
  turns: new Map(),
  cells: new Map(),
  run: null,
  stale: new Map(),
  staleFacts: NO_FACTS,
  attempts: [],
  files: [],
  touched: 0,
  asked: 0,
  lastSeq: 0,
  early: [],
  announcement: { seq: 0, text: '' },
  problem: null,
};
