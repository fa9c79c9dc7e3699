/** The tools of the model: one for each language; each call is a cell. */
import type { Kernel } from '../kernel/kernel.ts';
import type { ImageBlock, TextBlock, ToolSpec } from '../models/model.ts';
import type { Artifact, CellResult, Language, RefusedFile } from '../shared/outputs.ts';
import type { TurnEvent } from './loop.ts';

export interface CellInput {
  purpose: string;
  code: string;
}

/** What the model gets back for a call. */
export interface ToolOutcome {
  content: (TextBlock | ImageBlock)[];
  isError: boolean;
  result: CellResult;
}

export interface Tool {
  readonly spec: ToolSpec;
  readonly language: Language;
  /** The input, or a sentence for the model about what is wrong with it. */
  parse(input: unknown): { ok: true; input: CellInput } | { ok: false; problem: string };
  /**
   * Runs one cell and emits its events from `cell_running` to `cell_done`. Failure of the code is a result.
   * @throws Failure when the sandbox is lost; `cell_done` has been emitted then, too.
   */
  run(
    cellId: string,
    input: CellInput,
    emit: (event: TurnEvent) => void,
    signal: AbortSignal,
  ): Promise<ToolOutcome>;
}

export interface CellToolOptions {
  kernel(): Kernel;
  cellTimeoutMs: number;
  outputLimitBytes: number;
  /**
   * Copies the cell's files out of the sandbox; `stored` are safe on the host when it resolves, `refused` say why
   * not. Without it (benchmarks, tests) files stay in the sandbox.
   */
  storeArtifacts?(
    artifacts: readonly Artifact[],
    signal: AbortSignal,
  ): Promise<{ stored: Artifact[]; refused: RefusedFile[] }>;
}

/** The tools `python`, `bash` and `javascript` over one kernel. */
export function cellTools(options: CellToolOptions): Tool[] {
  throw new Error(`The body follows (${options.cellTimeoutMs} ms).`);
}
