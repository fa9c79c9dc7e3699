/** Runs the calls of one reply, one after the other. Every call gets exactly one result, whatever happens. */
import { unexpected, type Failure } from '../failures.ts';
import type { TextBlock, ToolResultBlock, ToolUseBlock } from '../models/model.ts';
import type { CallResults, Turn } from './loop.ts';
import { namesIn, resultFor, visibleMessages, type ModelView } from './privacy.ts';
import type { StepView } from './stepView.ts';
import { plainText } from './text.ts';
import type { Decision, ReadyCall, Tool } from './tool.ts';

/** From this many identical failures on, the model is told that it goes in circles. */
const REPEATS = 5;

const NOT_RUN = {
  stopped: 'Not run: the user stopped the turn before this code started.',
  lost: 'Not run: the sandbox was lost before this code started.',
  plan: 'Not run: the user asked for a plan, so nothing runs in this turn. Answer with the plan in words.',
  skipped: 'Not run: the user decided against this code. Ask what to do instead, or go on without it.',
};

export async function runCalls(
  turn: Turn,
  view: StepView,
  calls: readonly ToolUseBlock[],
): Promise<CallResults> {
  const results: ToolResultBlock[] = [];
  let failure: Failure | null = null;
  let privacy = turn.privacy();
  for (const [index, call] of calls.entries()) {
    const open = view.call(index, call.name);
    const prepared = prepare(turn, call, failure);
    if (prepared.kind === 'refused') {
      view.drop(open, prepared.shown);
      results.push(errorResult(call, prepared.text));
      continue;
    }
    try {
      const decision = await decisionOn(turn, open.cellId, prepared);
      if (decision === 'stopped') {
        view.drop(open, 'Stopped before it ran.');
        results.push(errorResult(call, NOT_RUN.stopped));
        continue;
      }
      if (decision?.kind === 'skip') {
        view.drop(open, 'Skipped by you.');
        results.push(errorResult(call, NOT_RUN.skipped));
        continue;
      }
      open.shown = 'closed';
      const code = decision?.code ?? null;
      let seen: ModelView | null = null;
      const modelSees = (): ModelView => (seen ??= modelView(turn));
      const { content, isError, schemaContent } = await prepared.call.run(
        {
          turnId: turn.turnId,
          callId: call.id,
          cellId: open.cellId,
          emit: turn.emit,
          signal: turn.stop,
          modelSees,
        },
        code,
      );
      const changed = code !== null && code !== prepared.call.code?.code ? [editedNote(code)] : [];
      const note = countFailures(turn, call.name, prepared.call.key, isError);
      const result = { type: 'tool_result', toolUseId: call.id, isError } as const;
      const made = modelSees().privacy;
      if (made === 'full') privacy = 'full';
      results.push(
        resultFor(made, {
          ...result,
          content: [...changed, ...content, ...note],
          // Code from when values could be seen may hold one, whoever edited it.
          schemaContent: schemaContent && [...(made === 'schema' ? changed : []), ...schemaContent, ...note],
        }),
      );
    } catch (error) {
      failure = unexpected(error);
      results.push(
        errorResult(
          call,
          `This code did not finish: ${plainText(failure.sentence)} It will not be run again by itself.`,
        ),
      );
    }
  }
  return { results, failure, privacy };
}

/**
 * While the model sees everything it may have written a value of a row, so a name that stands in the conversation
 * is no name yet: results made then have none in their other form.
 */
function modelView(turn: Turn): ModelView {
  const privacy = turn.privacy();
  if (privacy === 'full') return { privacy, knows: () => false };
  return { privacy, knows: namesIn(visibleMessages(privacy, [...turn.messages, ...turn.outcome.messages])) };
}

type Prepared =
  | { kind: 'ready'; tool: Tool; call: ReadyCall }
  /** `shown` is for the user, `text` for the model. */
  | { kind: 'refused'; shown: string; text: string };

function prepare(turn: Turn, call: ToolUseBlock, failure: Failure | null): Prepared {
  if (failure !== null)
    return { kind: 'refused', shown: 'The sandbox was lost before it ran.', text: NOT_RUN.lost };
  if (turn.stop.aborted) return { kind: 'refused', shown: 'Stopped before it ran.', text: NOT_RUN.stopped };
  if (turn.toolChoice === 'none')
    return { kind: 'refused', shown: 'A plan was asked for.', text: NOT_RUN.plan };
  const tool = turn.tools.find(({ spec }) => spec.name === call.name);
  if (tool === undefined) {
    const names = turn.tools.map(({ spec }) => spec.name).join(', ');
    const text = `There is no tool ${JSON.stringify(plainText(call.name).slice(0, 60))}. The tools are: ${names}. Nothing was run.`;
    return { kind: 'refused', shown: text, text };
  }
  const ready = tool.prepare(call.input);
  if (!ready.ok) {
    return {
      kind: 'refused',
      shown: 'The model sent unusable input; it was asked again.',
      text: ready.problem,
    };
  }
  return { kind: 'ready', tool, call: ready };
}

/** Null: nothing to decide. */
async function decisionOn(
  turn: Turn,
  cellId: string | null,
  { tool, call }: Extract<Prepared, { kind: 'ready' }>,
): Promise<Decision | 'stopped' | null> {
  if (call.code === null || tool.language === null || cellId === null) return null;
  try {
    return await turn.decide({ cellId, language: tool.language, ...call.code }, turn.stop);
  } catch (error) {
    if (turn.stop.aborted) return 'stopped';
    throw error;
  }
}

const editedNote = (code: string): TextBlock => ({
  type: 'text',
  text: `Note: the user changed the code before it ran. What ran:\n${code}`,
});

/** In our own words: the same for every setting. */
const errorResult = (call: ToolUseBlock, text: string): ToolResultBlock => ({
  type: 'tool_result',
  toolUseId: call.id,
  content: [{ type: 'text', text }],
  isError: true,
  schemaContent: [{ type: 'text', text }],
});

function countFailures(turn: Turn, name: string, call: string, isError: boolean): TextBlock[] {
  const key = `${name}\n${call}`;
  if (!isError) {
    turn.failures.delete(key);
    return [];
  }
  const count = (turn.failures.get(key) ?? 0) + 1;
  turn.failures.set(key, count);
  if (count < REPEATS) return [];
  const text = `Note: exactly this code has now failed ${count} times in this turn. Do something else, or tell the user what does not work.`;
  return [{ type: 'text', text }];
}
