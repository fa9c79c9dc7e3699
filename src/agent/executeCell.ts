/** Runs one cell and tells it by events; for the model's calls and for what the user runs by hand. */
import type { Kernel } from '../kernel/kernel.ts';
import type { NetworkAttempt } from '../shared/network.ts';
import type { CellResult, Language, Output } from '../shared/outputs.ts';
import type { StoreArtifacts } from './editorTool.ts';
import type { TurnEvent } from './loop.ts';

export const MAX_CODE_CHARS = 1_000_000;

export interface CellOptions {
  kernel(): Kernel;
  cellTimeoutMs: number;
  outputLimitBytes: number;
  /** Without it (benchmarks, tests) files stay in the sandbox. */
  storeArtifacts?: StoreArtifacts;
  /** Who knows what code tried to reach. Absent: nobody. */
  network?: {
    cellStarts(cellId: string): void;
    /** What was denied to a cell that has ended. */
    deniedTo(cellId: string, failed: boolean): Promise<NetworkAttempt[]>;
  };
}

export interface CellToRun {
  cellId: string;
  language: Language;
  purpose: string;
  code: string;
  /** The user changed what the model wrote. */
  edited: boolean;
}

export interface CellContext {
  /** Must not throw. */
  emit: (event: TurnEvent) => void;
  signal: AbortSignal;
  /** The model is told names, types and counts only; asked when there is a result. */
  withheld: () => boolean;
}

/**
 * Emits `cell_running`, `cell_output`, `artifact_stored` and `cell_done`. Failure of the user's code is data.
 * @throws Failure when the sandbox is lost; the cell's events have been completed then, too.
 */
export async function executeCell(
  options: CellOptions,
  { cellId, language, purpose, code, edited }: CellToRun,
  { emit, signal, withheld }: CellContext,
): Promise<{ outputs: Output[]; result: CellResult }> {
  const outputs: Output[] = [];
  const startedAt = performance.now();
  const since = Date.now();
  let count: number | null = null;
  let running = false;
  const markRunning = (executionCount: number | null): void => {
    if (running) return;
    running = true;
    count = executionCount;
    const how = edited ? { edited: true } : {};
    emit({ type: 'cell_running', cellId, purpose, code, executionCount, ...how });
  };
  let result: CellResult;
  try {
    const { cellTimeoutMs: timeoutMs, outputLimitBytes } = options;
    options.network?.cellStarts(cellId);
    result = await options.kernel().execute(
      { language, code, timeoutMs, outputLimitBytes },
      (output) => {
        markRunning(null);
        outputs.push(output);
        emit({ type: 'cell_output', cellId, output });
      },
      signal,
      markRunning,
    );
    markRunning(result.executionCount);
    result = await keepArtifacts(options, cellId, result, since, { emit, signal });
  } catch (error) {
    markRunning(null);
    emit({ type: 'cell_done', cellId, result: lostResult(count, startedAt) });
    throw error;
  }
  emit({ type: 'cell_done', cellId, result, ...(withheld() ? { withheld: true } : {}) });
  return { outputs, result };
}

/** What a cell's result is when the sandbox was lost under it. */
const lostResult = (executionCount: number | null, startedAt: number): CellResult => ({
  status: 'killed',
  executionCount,
  durationMs: performance.now() - startedAt,
  stateLost: true,
  truncated: [],
  artifacts: [],
  refused: [],
});

async function keepArtifacts(
  options: CellOptions,
  cellId: string,
  result: CellResult,
  since: number,
  { emit, signal }: Pick<CellContext, 'emit' | 'signal'>,
): Promise<CellResult> {
  if (options.storeArtifacts === undefined || result.artifacts.length === 0) return result;
  const { stored, refused } = await options.storeArtifacts(result.artifacts, signal, since);
  for (const artifact of stored) emit({ type: 'artifact_stored', cellId, ...artifact });
  return { ...result, artifacts: stored, refused: [...result.refused, ...refused] };
}
