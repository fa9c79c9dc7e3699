/** Runs the calls of one reply, one after the other. Every call gets exactly one result, whatever happens. */
import { unexpected, type Failure } from '../failures.ts';
import type { TextBlock, ToolResultBlock, ToolUseBlock } from '../models/model.ts';
import type { CallResults, Turn } from './loop.ts';
import { namesIn, resultFor, visibleMessages, type ModelView } from './privacy.ts';
import type { Counted, Mistake } from './repeats.ts';
import type { StepView } from './stepView.ts';
import { plainText } from './text.ts';
import type { Decision, ReadyCall, Tool } from './tool.ts';
import { t } from '../shared/l10n.ts';

const NOT_RUN = {
  stopped: 'Not run: the user stopped the turn before this code started.',
  lost: 'Not run: the sandbox was lost before this code started.',
  circling: 'Not run: the turn ended before this call, because another one failed too often.',
  plan: 'Not run: the user asked for a plan, so nothing runs in this turn. Answer with the plan in words.',
  skipped: 'Not run: the user decided against this code. Ask what to do instead, or go on without it.',
};

const NOTHING: Counted = { note: '', end: null };

export async function runCalls(
  turn: Turn,
  view: StepView,
  calls: readonly ToolUseBlock[],
): Promise<CallResults> {
  const results: ToolResultBlock[] = [];
  let failure: Failure | null = null;
  let circling: string | null = null;
  let privacy = turn.privacy();
  for (const [index, call] of calls.entries()) {
    const open = view.call(index, call.name);
    const prepared = prepare(turn, call, { failure, circling });
    if (prepared.kind === 'refused') {
      view.drop(open, prepared.shown);
      const counted = prepared.mistake === null ? NOTHING : turn.repeats.failed(prepared.mistake);
      circling ??= counted.end;
      results.push(errorResult(call, [prepared.text, counted.note].filter((text) => text !== '').join('\n')));
      continue;
    }
    try {
      const decision = await decisionOn(turn, open.cellId, prepared);
      if (decision === 'stopped') {
        view.drop(open, t('Stopped before it ran.'));
        results.push(errorResult(call, NOT_RUN.stopped));
        continue;
      }
      if (decision?.kind === 'skip') {
        view.drop(open, t('Skipped by you.'));
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
      const counted = isError ? turn.repeats.failed(mistakeOf(prepared)) : NOTHING;
      if (!isError) turn.repeats.worked(call.name, prepared.call.key);
      circling ??= counted.end;
      const note: TextBlock[] = counted.note === '' ? [] : [{ type: 'text', text: counted.note }];
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
  return { results, failure, circling, privacy };
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
  /** `shown` is for the user, `text` for the model; `mistake`: it is the model's own. */
  | { kind: 'refused'; shown: string; text: string; mistake: Mistake | null };

function prepare(
  turn: Turn,
  call: ToolUseBlock,
  before: Pick<CallResults, 'failure' | 'circling'>,
): Prepared {
  const refused = (shown: string, text: string, mistake: Mistake | null = null): Prepared => ({
    kind: 'refused',
    shown,
    text,
    mistake,
  });
  if (before.failure !== null) return refused(t('The sandbox was lost before it ran.'), NOT_RUN.lost);
  if (turn.stop.aborted) return refused(t('Stopped before it ran.'), NOT_RUN.stopped);
  if (before.circling !== null) return refused(t('The turn ended before it ran.'), NOT_RUN.circling);
  if (turn.toolChoice === 'none') return refused(t('A plan was asked for.'), NOT_RUN.plan);
  const tool = turn.tools.find(({ spec }) => spec.name === call.name);
  if (tool === undefined) {
    const names = turn.tools.map(({ spec }) => spec.name).join(', ');
    const asked = JSON.stringify(plainText(call.name).slice(0, 60));
    const text = `There is no tool ${asked}. The tools are: ${names}. Nothing was run.`;
    return refused(t`There is no tool ${asked}. The tools are: ${names}. Nothing was run.`, text, {
      kind: 'unknown_tool',
      tool: asked,
    });
  }
  const ready = tool.prepare(call.input);
  if (!ready.ok) {
    const mistake = { kind: 'bad_input', tool: call.name, problem: ready.problem } as const;
    return refused(t('The model sent unusable input; it was asked again.'), ready.problem, mistake);
  }
  return { kind: 'ready', tool, call: ready };
}

const mistakeOf = ({ tool, call }: Extract<Prepared, { kind: 'ready' }>): Mistake => ({
  kind: 'failed',
  tool: tool.spec.name,
  call: call.key,
  title: plainText(call.code?.purpose ?? '').slice(0, 120),
});

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
