/** The tools of the model: one for each language; each call is a cell. */
import * as z from 'zod/mini';
import type { Kernel } from '../kernel/kernel.ts';
import type { ImageBlock, TextBlock, ToolSpec } from '../models/model.ts';
import type { Artifact, CellResult, Language, Output, RefusedFile } from '../shared/outputs.ts';
import type { TurnEvent } from './loop.ts';
import { wellFormed } from './text.ts';

const MAX_CODE_CHARS = 1_000_000;

const inputSchema = z.object({
  purpose: z
    .string()
    .check(
      z.describe('One short line for the user: what this cell does, in the language of the conversation.'),
    ),
  code: z.string().check(z.describe('The code of the cell.')),
});
export type CellInput = z.infer<typeof inputSchema>;

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

const DESCRIPTIONS: Record<Language, string> = {
  python:
    'Runs a Python cell (IPython) in the sandbox. Variables, imports and the working directory stay for later cells. ' +
    'The value of the last expression and matplotlib, Plotly and Altair figures are shown inline. ' +
    'Magics, `!command` and top-level await work.',
  bash: 'Runs bash in the sandbox. Variables, functions and the working directory stay for later cells.',
  javascript:
    'Runs JavaScript (Node) in the sandbox. Top-level declarations and await work and stay for later cells; ' +
    'require() gives the installed packages.',
};

/** JSON schema for the API: without the draft's address, nothing but the declared fields. */
function toolSpec(language: Language): ToolSpec {
  const schema: Record<string, unknown> = { ...z.toJSONSchema(inputSchema) };
  delete schema['$schema'];
  return { name: language, description: DESCRIPTIONS[language], inputSchema: schema };
}

function parseInput(value: unknown): ReturnType<Tool['parse']> {
  const wanted = 'The input must be a JSON object with the strings "purpose" and "code".';
  if (typeof value === 'string') {
    return { ok: false, problem: `${wanted} What arrived is not valid JSON; nothing was run.` };
  }
  const parsed = inputSchema.safeParse(value);
  if (!parsed.success) {
    const paths = parsed.error.issues.map((issue) => issue.path.join('.') || 'input').join(', ');
    return { ok: false, problem: `${wanted} Missing or of the wrong type: ${paths}. Nothing was run.` };
  }
  const code = wellFormed(parsed.data.code);
  if (code.trim() === '') return { ok: false, problem: 'The code is empty. Nothing was run.' };
  if (code.length > MAX_CODE_CHARS) {
    return {
      ok: false,
      problem: `The code has ${code.length} characters, the limit is ${MAX_CODE_CHARS}. Nothing was run.`,
    };
  }
  return { ok: true, input: { purpose: wellFormed(parsed.data.purpose).slice(0, 300), code } };
}

/** The tools `python`, `bash` and `javascript` over one kernel. */
export function cellTools(options: CellToolOptions): Tool[] {
  return (['python', 'bash', 'javascript'] as const).map((language) => ({
    spec: toolSpec(language),
    language,
    parse: parseInput,
    run: async (cellId, input, emit, signal) => runCell(options, language, cellId, input, emit, signal),
  }));
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

async function runCell(
  options: CellToolOptions,
  language: Language,
  cellId: string,
  { purpose, code }: CellInput,
  emit: (event: TurnEvent) => void,
  signal: AbortSignal,
): Promise<ToolOutcome> {
  const outputs: Output[] = [];
  const startedAt = performance.now();
  let count: number | null = null;
  let running = false;
  const markRunning = (executionCount: number | null): void => {
    if (running) return;
    running = true;
    count = executionCount;
    emit({ type: 'cell_running', cellId, purpose, code, executionCount });
  };

  let result: CellResult;
  try {
    const { cellTimeoutMs: timeoutMs, outputLimitBytes } = options;
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
    result = await keepArtifacts(options, cellId, result, emit, signal);
  } catch (error) {
    markRunning(null);
    emit({ type: 'cell_done', cellId, result: lostResult(count, startedAt) });
    throw error;
  }
  emit({ type: 'cell_done', cellId, result });
  // Brings the image codec: not before there is a result.
  const { toolResultContent } = await import('./toolResult.ts');
  return {
    content: toolResultContent(language, outputs, result),
    isError: result.status !== 'ok',
    result,
  };
}

async function keepArtifacts(
  options: CellToolOptions,
  cellId: string,
  result: CellResult,
  emit: (event: TurnEvent) => void,
  signal: AbortSignal,
): Promise<CellResult> {
  if (options.storeArtifacts === undefined || result.artifacts.length === 0) return result;
  const { stored, refused } = await options.storeArtifacts(result.artifacts, signal);
  for (const artifact of stored) emit({ type: 'artifact_stored', cellId, ...artifact });
  return { ...result, artifacts: stored, refused: [...result.refused, ...refused] };
}
