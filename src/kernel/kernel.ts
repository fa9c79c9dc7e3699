/** What the rest of the program needs from something that runs code. No Docker in here. */
import type { CellResult, Language, Output } from '../shared/outputs.ts';

export interface ExecuteRequest {
  language: Language;
  code: string;
  /** Wall-clock limit of this cell. After it: SIGINT, 3 s, then the kernel is killed. */
  timeoutMs: number;
  /** Limit for the outputs that leave the container; head and tail of a stream are kept. */
  outputLimitBytes: number;
}

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
  /** Interrupts the running cell, if any. Ends within 5 s, also for code that ignores signals. */
  interrupt(): Promise<void>;
  /** Replaces the kernels of all languages; variables are gone, `/outputs` stays. */
  restart(): Promise<void>;
}
