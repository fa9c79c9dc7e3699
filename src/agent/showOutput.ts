/** The tool `show_output`: more of what an earlier cell put out than its result could hold. */
import * as z from 'zod/mini';
import type { SessionEvent } from '../shared/events.ts';
import { describeOutputs } from './describeOutputs.ts';
import { cellCount, storedCell, type StoredCell } from './outputStore.ts';
import { findLines, SHOWN_LIMIT_CHARS, sliceLines, toLines, type Line, type Shown } from './shownLines.ts';
import { plainText } from './text.ts';
import type { CallContext, Tool, ToolOutcome } from './tool.ts';
import { misfits, strictSchema } from './toolSchema.ts';
import { t } from '../shared/l10n.ts';

const inputSchema = z.object({
  cell: z.int().check(z.describe('The number of the cell, as its result says: "cell 4".')),
  show: z
    .enum(['lines', 'search', 'describe'])
    .check(
      z.describe(
        'lines: from `first` to `last`. search: the lines that contain `text`, with those around them. ' +
          'describe: what outputs there are, with types and sizes.',
      ),
    ),
  first: z.nullable(z.int()).check(z.describe('First line, from 1. Null: from the beginning.')),
  last: z.nullable(z.int()).check(z.describe('Last line. Null: to the end.')),
  text: z
    .nullable(z.string())
    .check(z.describe('Plain text to search for; upper and lower case are the same. Null unless searching.')),
});
type Input = z.infer<typeof inputSchema>;

const DESCRIPTION =
  'Shows more of what an earlier cell of this conversation put out, when its result left something out or is no ' +
  'longer in full. Nothing runs again. At most 8,000 characters at a time; long lines are counted as several of 2,000 ' +
  'characters. What the sandbox itself dropped for its output limit is gone.';

export interface ShowOutputOptions {
  /** The session's log up to now. */
  sessionLog(): Promise<readonly SessionEvent[]>;
}

export function showOutputTool(options: ShowOutputOptions): Tool {
  return {
    spec: {
      kind: 'custom',
      name: 'show_output',
      description: DESCRIPTION,
      inputSchema: strictSchema(inputSchema),
    },
    language: null,
    prepare: (value) => {
      const input = parse(value);
      if (typeof input === 'string') return { ok: false, problem: input };
      return {
        ok: true,
        key: JSON.stringify(input),
        code: null,
        run: async (context) => show(await options.sessionLog(), input, context),
      };
    },
  };
}

/** The input, or what is wrong with it. */
function parse(value: unknown): Input | string {
  // What a kind of showing has no use for may be missing.
  const filled =
    typeof value === 'object' && value !== null ? { first: null, last: null, text: null, ...value } : value;
  const parsed = inputSchema.safeParse(filled);
  if (!parsed.success) {
    return (
      'The input must be a JSON object with "cell" (a number), "show" ("lines", "search" or "describe"), "first" and ' +
      `"last" (numbers or null) and "text" (a string or null). Missing or of the wrong type: ${misfits(parsed.error)}.`
    );
  }
  const { show: kind, text } = parsed.data;
  if (kind === 'search' && ((text ?? '').trim() === '' || text?.includes('\n'))) {
    return 'To search, give the "text" to look for, within one line. Regular expressions are not understood.';
  }
  return parsed.data;
}

async function show(
  events: readonly SessionEvent[],
  input: Input,
  { turnId, callId, emit }: CallContext,
): Promise<ToolOutcome> {
  const cell = storedCell(events, input.cell);
  const shown = cell === null ? noSuchCell(events, input.cell) : await shownOf(cell, input);
  const { ok, text, sentence } = shown;
  emit({ type: 'output_shown', turnId, callId, cellId: cell?.cellId ?? null, ok, sentence });
  return { content: [{ type: 'text', text }], isError: !ok };
}

function noSuchCell(events: readonly SessionEvent[], number: number): Shown {
  const count = cellCount(events);
  const there = count === 0 ? 'No cell has run yet.' : `The cells that ran are 1 to ${count}.`;
  return {
    ok: false,
    text: `There is no cell ${number}. ${there}`,
    sentence: t('Looked for a cell that does not exist'),
  };
}

async function shownOf(cell: StoredCell, input: Input): Promise<Shown> {
  const title = cell.purpose.trim() === '' ? t('an earlier cell') : `“${plainText(cell.purpose)}”`;
  if (input.show === 'describe') {
    return {
      ok: true,
      text: describeOutputs(cell, SHOWN_LIMIT_CHARS),
      sentence: t`Looked at what ${title} put out`,
    };
  }
  const lines = await linesOf(cell);
  if (lines.length === 0) {
    return {
      ok: true,
      text: `Cell ${cell.number} has no output.`,
      sentence: t`Looked at the output of ${title}`,
    };
  }
  if (input.show === 'search') return findLines(cell.number, lines, input.text ?? '', title);
  return sliceLines(cell.number, lines, input, title);
}

/** All of it, as the results write it: each output under its title. */
async function linesOf({ outputs }: StoredCell): Promise<Line[]> {
  // Brings the image codec.
  const { sectionsOf } = await import('./resultSections.ts');
  return sectionsOf(outputs).sections.flatMap(({ title, text }) => toLines(`[${title}]\n${text}`));
}
