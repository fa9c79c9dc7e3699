/** A model that repeats what fails is told so, and stopped when it does not hear; the next question works. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_TURN_LIMITS, runTurn, UNATTENDED } from '../../../src/agent/loop.ts';
import { cellTools } from '../../../src/agent/tools.ts';
import { problemsOf } from '../../../src/agent/validate.ts';
import type { AssistantBlock, Message } from '../../../src/models/model.ts';
import { fakeSandbox } from '../../support/fakeSandbox.ts';
import { call, say, scriptedModel, type ScriptedModel } from '../../support/scriptedModel.ts';

const question: Message = { role: 'user', content: [{ type: 'text', text: 'Question' }] };

/** Unless the sandbox is another one, code with `broken` in it fails. */
async function run(
  model: ScriptedModel,
  sandbox = fakeSandbox(({ code }) => (code.includes('broken') ? { result: { status: 'error' } } : {})),
) {
  const outcome = await runTurn({
    ...UNATTENDED,
    turnId: 't1',
    messages: [question],
    system: 'system',
    tools: cellTools({ kernel: () => sandbox.kernel, cellTimeoutMs: 1000, outputLimitBytes: 1000 }),
    model,
    emit: () => undefined,
    signal: new AbortController().signal,
    limits: DEFAULT_TURN_LIMITS,
  });
  assert.deepEqual(problemsOf([question, ...outcome.messages, question].filter(mergedWithLast)), []);
  const sentence = outcome.end.kind === 'limit' ? outcome.end.sentence : outcome.end.kind;
  const told = (n: number): string => JSON.stringify(model.requests[n]?.messages.at(-1));
  return { sentence, told, executed: sandbox.executed.length, asked: model.requests.length };
}

/** Results are the last message: the next question is joined to them when it is sent. */
const mergedWithLast = (message: Message, index: number, all: readonly Message[]): boolean =>
  !(index === all.length - 1 && all[index - 1]?.role === message.role);

const forEver = (block: (n: number) => AssistantBlock) =>
  scriptedModel((n) => ({ content: [say(`Try ${n}.`), block(n)] }));

describe('the same failure again and again', () => {
  it('is told after five times and ends the turn after eight, with what failed', async () => {
    const { sentence, told, executed, asked } = await run(forEver(() => call('broken()')));
    assert.doesNotMatch(told(4), /in this turn/);
    assert.match(told(5), /exactly this call has now failed 5 times.*ends if it happens 3 times more/);
    assert.match(told(7), /failed 7 times.*ends if it happens once more/);
    assert.match(
      sentence,
      /the same python step \("Run broken\(\)"\) failed 8 times in a row\. Send a message/,
    );
    assert.deepEqual([executed, asked], [8, 8]);
  });

  it('is the same call whatever its purpose says', async () => {
    const model = forEver((n) => ({
      type: 'tool_use',
      id: `toolu_p${n}`,
      name: 'python',
      input: { purpose: `Attempt ${n}`, code: 'broken()' },
    }));
    assert.match((await run(model)).sentence, /\("Attempt 8"\) failed 8 times/);
  });

  it('counts two calls that fail in turns, each for itself', async () => {
    const { sentence, executed } = await run(forEver((n) => call(n % 2 === 1 ? 'broken(1)' : 'broken(2)')));
    assert.match(sentence, /broken\(1\).* failed 8 times/);
    assert.equal(executed, 15);
  });

  it('goes on while something works in between: it is told, not ended', async () => {
    const model = scriptedModel((n) =>
      n <= 24 ? { content: [call(n % 2 === 1 ? 'broken()' : `edit(${n})`)] } : { content: [say('Done.')] },
    );
    const { sentence, told } = await run(model);
    assert.equal(sentence, 'finished');
    assert.match(told(9), /has now failed 5 times/);
    assert.doesNotMatch(told(9), /The turn ends/);
  });

  it('begins anew when the call has worked', async () => {
    let works = 0;
    const model = scriptedModel((n) =>
      n <= 11 ? { content: [call('flaky()')] } : { content: [say('Ok.')] },
    );
    const sandbox = fakeSandbox(() => (++works % 5 === 0 ? {} : { result: { status: 'error' } }));
    assert.equal((await run(model, sandbox)).sentence, 'finished');
    assert.doesNotMatch(JSON.stringify(model.requests), /has now failed/);
  });

  it('also when the input is unusable in the same way, though never the same', async () => {
    const model = forEver((n) => ({
      type: 'tool_use',
      id: `toolu_b${n}`,
      name: 'bash',
      input: { command: n },
    }));
    const { sentence, told, executed, asked } = await run(model);
    assert.match(told(5), /the input of bash has now been wrong in the same way 5 times/);
    assert.match(sentence, /the same unusable input for bash 8 times in a row/);
    assert.deepEqual([executed, asked], [0, 8]);
  });

  it('also when the tool does not exist', async () => {
    const { sentence, told, asked } = await run(forEver((n) => call(`${n}`, 'browser')));
    assert.match(told(5), /no tool .*browser.*called 5 times in this turn, and it does not exist/);
    assert.match(sentence, /a tool that does not exist \("browser"\) 8 times in a row/);
    assert.equal(asked, 8);
  });

  it('leaves the rest of the reply out', async () => {
    const model = scriptedModel((n) =>
      n === 1
        ? { content: [...Array.from({ length: 8 }, () => call('broken()')), call('print(1)')] }
        : { content: [say('Not asked.')] },
    );
    const { sentence, executed, asked } = await run(model);
    assert.match(sentence, /failed 8 times/);
    assert.deepEqual([executed, asked], [8, 1]);
  });
});
