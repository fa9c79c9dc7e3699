/** A sandbox for unit tests: what each cell does is given by a function. */
import { sandboxLost } from '../../src/failures.ts';
import type {
  EditRequest,
  ExecuteRequest,
  InstallRequest,
  InstallResult,
  Kernel,
  QueryReply,
  QueryRequest,
  SchemasRequest,
} from '../../src/kernel/kernel.ts';
import {
  CLOSED,
  type Manifest,
  type Network,
  type Progress,
  type Sandbox,
  type SandboxFacts,
} from '../../src/kernel/sandbox.ts';
import type { NetworkAttempt } from '../../src/shared/network.ts';
import type { Artifact, CellResult, Output } from '../../src/shared/outputs.ts';
import { Readable } from 'node:stream';
import { artifactOf, fakeEdit } from './fakeEditor.ts';

export const fakeManifest: Manifest = {
  python: '3.13.5',
  node: '22.20.0',
  pythonPackages: { pandas: '2.3.3', numpy: '2.3.4', matplotlib: '3.10.7', duckdb: '1.4.1' },
  nodePackages: { docx: '9.5.1', exceljs: '4.4.0' },
  tools: { sqlite3: '3.46.1', jq: '1.8.1' },
  fonts: ['DejaVu Sans', 'Noto Sans CJK JP'],
};

export const fakeFacts: SandboxFacts = {
  manifest: fakeManifest,
  mounts: [{ target: '/workspace', source: '/home/user/project' }],
  memoryBytes: 2 * 1024 ** 3,
  cpus: 2,
  canOpenNetwork: true,
  runtime: 'runc',
  image: 'code-interpreter-sandbox:0123456789abcdef',
};

export interface CellScript {
  outputs?: Output[];
  result?: Partial<CellResult>;
  /** Files below /outputs after the cell: name → bytes. */
  files?: Record<string, string | Uint8Array>;
  /** The cell waits this long, or until it is interrupted. */
  waitMs?: number;
  /** Waits until the sandbox is replaced, whatever is asked of it. */
  ignoresInterrupt?: boolean;
  /** The sandbox is lost while the cell runs. */
  throws?: Error;
}

export interface FakeSandbox extends Sandbox {
  /** Every executed cell, in order. */
  readonly executed: ExecuteRequest[];
  /** Every command of the editor, in order. */
  readonly edits: EditRequest[];
  /** Every look at data files, in order; none is found. */
  readonly looks: SchemasRequest[];
  /** Every installation, in order. */
  readonly installs: InstallRequest[];
  /** How the next installations end; everything is there when not set. */
  onInstall: (request: InstallRequest, signal?: AbortSignal) => Promise<InstallResult>;
  /** Every query, in order. */
  readonly queries: QueryRequest[];
  /** How queries are answered; refused as `gone` when not set. */
  onQuery: (request: QueryRequest, signal?: AbortSignal) => Promise<QueryReply>;
  /** What lies below /outputs: name → bytes. */
  readonly files: Map<string, Uint8Array>;
  starts: number;
  resets: number;
  disposed: boolean;
  /** What was opened last. */
  network: Network;
  /** Code tries to reach something. */
  attempt(attempt: NetworkAttempt): void;
  /** Makes the container go away, as a listener would hear it. */
  lose(sentence: string): void;
}

/**
 * @param cell what a cell does; called with its request and its number from 1.
 * @param start called at each start; may throw a Failure or report progress.
 */
export function fakeSandbox(
  cell: (request: ExecuteRequest, count: number) => CellScript = () => ({}),
  start: (onProgress: (progress: Progress) => void) => Promise<void> = async () => Promise.resolve(),
): FakeSandbox {
  const executed: ExecuteRequest[] = [];
  const edits: EditRequest[] = [];
  const looks: SchemasRequest[] = [];
  const installs: InstallRequest[] = [];
  const queries: QueryRequest[] = [];
  const files = new Map<string, Uint8Array>();
  let facts = { ...fakeFacts };
  const lost: ((sentence: string) => void)[] = [];
  const attempts: ((attempt: NetworkAttempt) => void)[] = [];
  let interruptRunning: (() => void) | null = null;
  let failRunning: ((failure: Error) => void) | null = null;

  const kernel: Kernel = {
    async execute(request, onOutput, signal, onStarted) {
      executed.push(request);
      const count = executed.length;
      const script = cell(request, count);
      onStarted?.(count);
      for (const output of script.outputs ?? []) onOutput(output);
      if (script.throws) throw script.throws;
      let interrupted = signal?.aborted ?? false;
      if (script.waitMs !== undefined && !interrupted) {
        interrupted = await new Promise<boolean>((resolve, reject) => {
          failRunning = reject;
          if (script.ignoresInterrupt === true) return;
          const timer = setTimeout(() => resolve(false), script.waitMs);
          interruptRunning = () => {
            clearTimeout(timer);
            resolve(true);
          };
          signal?.addEventListener('abort', () => interruptRunning?.(), { once: true });
        });
        interruptRunning = null;
        failRunning = null;
      }
      const artifacts: Artifact[] = Object.entries(script.files ?? {}).map(([name, content]) => {
        const bytes = typeof content === 'string' ? Buffer.from(content) : content;
        const before = files.get(name);
        const same = before !== undefined && Buffer.from(bytes).equals(before) ? { same: true } : {};
        files.set(name, bytes);
        return { ...artifactOf(name, bytes), ...same };
      });
      return {
        status: interrupted ? 'interrupted' : 'ok',
        executionCount: count,
        durationMs: 12,
        stateLost: false,
        truncated: [],
        refused: [],
        artifacts,
        ...script.result,
      };
    },
    async edit(request) {
      edits.push(request);
      return Promise.resolve(fakeEdit(files, request));
    },
    async schemas(request) {
      looks.push(request);
      return Promise.resolve([]);
    },
    async install(request, signal) {
      installs.push(request);
      return sandbox.onInstall(request, signal);
    },
    async query(request, signal) {
      queries.push(request);
      return sandbox.onQuery(request, signal);
    },
    async interrupt() {
      await Promise.resolve();
      interruptRunning?.();
    },
    async restart() {
      await Promise.resolve();
    },
  };

  const sandbox: FakeSandbox = {
    executed,
    edits,
    looks,
    installs,
    queries,
    onQuery: async () => Promise.resolve({ ok: false, reason: 'gone', problem: 'There is no kernel.' }),
    onInstall: async () => Promise.resolve({ missing: [], text: '' }),
    files,
    starts: 0,
    resets: 0,
    disposed: false,
    kernel,
    async start(onProgress) {
      sandbox.starts += 1;
      await start(onProgress);
      return facts;
    },
    async reset() {
      sandbox.resets += 1;
      failRunning?.(sandboxLost('it was replaced by a new one'));
      files.clear();
      facts = { ...fakeFacts };
      return Promise.resolve(facts);
    },
    async readArtifact(name, limitBytes) {
      const bytes = files.get(name);
      if (bytes === undefined) throw new Error(`no file ${name}`);
      return Promise.resolve(Readable.from([Buffer.from(bytes.subarray(0, limitBytes))]));
    },
    async dispose() {
      sandbox.disposed = true;
      return Promise.resolve();
    },
    onLost(listener) {
      lost.push(listener);
    },
    network: CLOSED,
    async setNetwork(network) {
      sandbox.network = network;
      return Promise.resolve();
    },
    onAttempt(listener) {
      attempts.push(listener);
    },
    attempt(attempt) {
      for (const listener of attempts) listener(attempt);
    },
    lose(sentence) {
      facts = { ...fakeFacts };
      for (const listener of lost) listener(sentence);
    },
  };
  return sandbox;
}
