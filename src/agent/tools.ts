/** The tools of the model: one for each language, each call of which is a cell; the editor; more of an output. */
import * as z from 'zod/mini';
import type { ToolSpec } from '../models/model.ts';
import type { SessionEvent } from '../shared/events.ts';
import type { Language } from '../shared/outputs.ts';
import { editorTool } from './editorTool.ts';
import { executeCell, MAX_CODE_CHARS, type CellOptions } from './executeCell.ts';
import { cellNumber } from './outputStore.ts';
import { showOutputTool } from './showOutput.ts';
import { wellFormed } from './text.ts';
import type { CallContext, Tool, ToolOutcome } from './tool.ts';
import { misfits, strictSchema } from './toolSchema.ts';

const inputSchema = z.object({
  purpose: z
    .string()
    .check(
      z.describe('One short line for the user: what this cell does, in the language of the conversation.'),
    ),
  code: z.string().check(z.describe('The code of the cell.')),
});
export interface CellToolOptions extends CellOptions {
  /** The session's log up to now. Without it cells have no numbers. */
  sessionLog?(): Promise<readonly SessionEvent[]>;
}

/** All tools of a session. */
export function sessionTools(
  options: CellToolOptions & Required<Pick<CellToolOptions, 'storeArtifacts' | 'sessionLog'>>,
): Tool[] {
  return [...cellTools(options), editorTool(options), showOutputTool(options)];
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

const toolSpec = (language: Language): ToolSpec => ({
  kind: 'custom',
  name: language,
  description: DESCRIPTIONS[language],
  inputSchema: strictSchema(inputSchema),
});

type ParsedInput = { ok: true; purpose: string; code: string } | { ok: false; problem: string };

function parseInput(value: unknown): ParsedInput {
  const wanted = 'The input must be a JSON object with the strings "purpose" and "code".';
  if (typeof value === 'string') {
    return { ok: false, problem: `${wanted} What arrived is not valid JSON; nothing was run.` };
  }
  const parsed = inputSchema.safeParse(value);
  if (!parsed.success) {
    const problem = `${wanted} Missing or of the wrong type: ${misfits(parsed.error)}. Nothing was run.`;
    return { ok: false, problem };
  }
  const code = wellFormed(parsed.data.code);
  if (code.trim() === '') return { ok: false, problem: 'The code is empty. Nothing was run.' };
  if (code.length > MAX_CODE_CHARS) {
    return {
      ok: false,
      problem: `The code has ${code.length} characters, the limit is ${MAX_CODE_CHARS}. Nothing was run.`,
    };
  }
  return { ok: true, purpose: wellFormed(parsed.data.purpose).slice(0, 300), code };
}

/** The tools `python`, `bash` and `javascript` over one kernel. */
export function cellTools(options: CellToolOptions): Tool[] {
  return (['python', 'bash', 'javascript'] as const).map((language) => ({
    spec: toolSpec(language),
    language,
    prepare: (input) => {
      const parsed = parseInput(input);
      if (!parsed.ok) return parsed;
      const { purpose, code } = parsed;
      return {
        ok: true,
        key: code,
        code: { purpose, code },
        run: async (context, decided) => runCell(options, language, context, { purpose, code, decided }),
      };
    },
  }));
}

async function runCell(
  options: CellToolOptions,
  language: Language,
  { cellId: ownId, emit, signal, modelSees }: CallContext,
  { purpose, code: written, decided }: { purpose: string; code: string; decided: string | null },
): Promise<ToolOutcome> {
  const cellId = ownId ?? '';
  const code = decided ?? written;
  const withheld = (): boolean => modelSees().privacy === 'schema';
  const cell = { cellId, language, purpose, code, edited: code !== written };
  const { outputs, result } = await executeCell(options, cell, { emit, signal, withheld });
  const { privacy, knows } = modelSees();
  const number = options.sessionLog === undefined ? null : cellNumber(await options.sessionLog(), cellId);
  // Brings the image codec: not before there is a result.
  const { toolResultContent } = await import('./toolResult.ts');
  const { schemaResultContent } = await import('./schemaResult.ts');
  const denied = (await options.network?.deniedTo(cellId, result.status !== 'ok')) ?? [];
  const schemaContent = schemaResultContent({ language, code, outputs, result, knows, denied });
  const content = () => toolResultContent(language, outputs, result, number, denied);
  return {
    content: privacy === 'schema' ? schemaContent : content(),
    schemaContent,
    // Cut output is not what the code wrote: nothing may be concluded from it as if it were.
    isError: result.status !== 'ok' || result.truncated.length > 0,
  };
}
