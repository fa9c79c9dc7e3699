/** What the rest of the program needs from something that runs code. No Docker in here. */
import type { FileProfile } from '../shared/fileProfile.ts';
import type {
  Artifact,
  CellResult,
  InstalledPackage,
  Language,
  Output,
  RefusedFile,
} from '../shared/outputs.ts';

export interface ExecuteRequest {
  language: Language;
  code: string;
  /** Wall-clock limit of this cell. After it: SIGINT, 3 s, then the kernel is killed. */
  timeoutMs: number;
  /** Limit for the outputs that leave the container; head and tail of a stream are kept. */
  outputLimitBytes: number;
}

/** Paths are absolute in the container or relative to `/outputs`; only files below `/outputs` can be changed, but for `attach`. */
export type EditRequest =
  /** Lines from 1; -1 as the end: to the last. Also of a folder, and of files below the mounts. */
  | { command: 'view'; path: string; range: [first: number, last: number] | null; limitChars: number }
  | { command: 'create'; path: string; text: string }
  | { command: 'str_replace'; path: string; old: string; new: string }
  /** After this line; 0: before the first. */
  | { command: 'insert'; path: string; line: number; text: string }
  /** Bytes that were kept of the file, in place of what stands there; its folders are made. */
  | { command: 'restore'; path: string; base64: string }
  /** A picture of the user's message, for code to read: `/tmp/attached/NAME`, and no artifact. */
  | { command: 'attach'; path: string; base64: string };

export type EditResult =
  | {
      ok: true;
      /** What was viewed, with line numbers; empty for the other commands. */
      text: string;
      /** Unified diff of what really changed, at most 20,000 characters; empty for `view`. */
      diff: string;
      /** The file after the edit, to be copied out as a cell's artifacts are. */
      artifact: Artifact | null;
      /** The file cannot leave the sandbox, and why. */
      refused: RefusedFile | null;
    }
  /** Nothing was changed; a sentence for the model: not found, not unique, no change, not text, outside. */
  | { ok: false; problem: string };

export interface SchemasRequest {
  /** Absolute, in the container; none: the data files below the roots. */
  paths: readonly string[];
  roots: readonly string[];
  limitFiles: number;
  /** What was read when it has passed is the answer. */
  timeoutMs: number;
  /** False: names, types and counts only. */
  values: boolean;
  /** Those that are as they were then are passed over. */
  known: readonly FileStamp[];
  /** Beside cells rather than between them: none waits for it, and it stands back behind them. */
  background?: boolean;
}

/** A file as it was. */
export interface FileStamp {
  path: string;
  bytes: number;
  /** Milliseconds since the epoch. */
  modified: number;
}

/** By name and version alone: what it is made of comes from the index. */
export type PackageVersion = Pick<InstalledPackage, 'manager' | 'name' | 'version'>;

export interface InstallRequest {
  packages: readonly PackageVersion[];
  timeoutMs: number;
}

export interface InstallResult {
  /** Of those that were asked for. */
  missing: PackageVersion[];
  /** The last of what pip and npm printed, at most 4,000 characters. */
  text: string;
}

export interface QueryRequest {
  language: Language;
  /** One of `queries.ts`. */
  name: string;
  params: Record<string, unknown>;
  /** When it has passed the kernel is interrupted in this, and keeps its variables. */
  timeoutMs: number;
}

/**
 * `busy`: a cell runs, or another query cannot be ended. `gone`: no kernel, or it ended. `refused`: the object is not
 * there, or not of a kind for it. `failed`: what was looked at raised, or the answer is no answer.
 */
export type QueryRefusal = 'busy' | 'gone' | 'unknown' | 'refused' | 'timeout' | 'cancelled' | 'failed';

export type QueryReply =
  /** Not looked at yet: the kernel's process is the user's (see `askKernel`). */
  { ok: true; answer?: unknown } | { ok: false; reason: QueryRefusal; problem: string };

export interface Kernel {
  /**
   * Runs one cell; cells run one after the other. Failure of the user's code is data (`status`). Aborting the
   * signal interrupts the cell: the promise still resolves with the result (`interrupted`, `killed`).
   * @throws Failure when the sandbox is lost; outputs received so far have been delivered.
   */
  execute(
    request: ExecuteRequest,
    onOutput: (output: Output) => void,
    signal?: AbortSignal,
    onStarted?: (executionCount: number | null) => void,
  ): Promise<CellResult>;
  /**
   * One command of a text editor, between cells, by the sandbox's own user. The file it makes is no artifact of
   * a later cell.
   * @throws Failure when the sandbox is lost.
   */
  edit(request: EditRequest, signal?: AbortSignal): Promise<EditResult>;
  /**
   * What data files are made of, read by a program of the sandbox's own, between cells and without a trace in
   * the kernels; those of the background beside cells. Aborting the signal ends it with what was read.
   * @throws Failure when the sandbox is lost.
   */
  schemas(request: SchemasRequest, signal?: AbortSignal): Promise<FileProfile[]>;
  /**
   * Puts packages into `/packages` with pip and npm, between cells; it is no cell, and what it does is in no cell's
   * result. Aborting the signal ends it with what was installed.
   * @throws Failure when the sandbox is lost.
   */
  install(request: InstallRequest, signal?: AbortSignal): Promise<InstallResult>;
  /**
   * Asks the live kernel something between cells; it is no cell and leaves no trace. Never waits for a cell, and a cell
   * that comes ends it. Aborting the signal ends it, too. Never rejects for a sandbox that is lost.
   */
  query(request: QueryRequest, signal?: AbortSignal): Promise<QueryReply>;
  /** Interrupts the running cell, if any. Ends within 5 s, also for code that ignores signals. */
  interrupt(): Promise<void>;
  /** Replaces the kernels of all languages; variables are gone, `/outputs` stays. */
  restart(): Promise<void>;
}
