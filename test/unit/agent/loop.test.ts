import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  DEFAULT_TURN_LIMITS,
  runTurn,
  UNATTENDED,
  type TurnEvent,
  type TurnLimits,
} from '../../../src/agent/loop.ts';
import { validHistory } from '../../../src/agent/history.ts';
import { cellTools } from '../../../src/agent/tools.ts';
import { conversationTooLong, modelOverloaded, sandboxNotReady } from '../../../src/failures.ts';
import type { AssistantBlock, Message, Model } from '../../../src/models/model.ts';
import { fakeSandbox, type FakeSandbox } from '../../support/fakeSandbox.ts';
import { call, say, scriptedModel } from '../../support/scriptedModel.ts';

const question: Message = { role: 'user', content: [{ type: 'text', text: 'Question' }] };

function start(
  model: Model,
  sandbox: FakeSandbox = fakeSandbox(),
  limits: Partial<TurnLimits> = {},
  stop = new AbortController(),
  onEvent: (event: TurnEvent) => void = () => undefined,
) {
  const events: TurnEvent[] = [];
  const turn = runTurn({
    ...UNATTENDED,
    turnId: 't1',
    messages: [question],
    system: 'system',
    tools: cellTools({ kernel: () => sandbox.kernel, cellTimeoutMs: 1000, outputLimitBytes: 1000 }),
    model,
    emit: (event) => {
      events.push(event);
      onEvent(event);
    },
    signal: stop.signal,
    limits: { ...DEFAULT_TURN_LIMITS, ...limits },
  });
  return { events, turn, sandbox };
}

const cut = (content: AssistantBlock[], kind: 'max_tokens' | 'pause_turn' | 'context_window') =>
  scriptedModel(() => ({ content, stopReason: { kind } }));

/** What the API checks: the history must be valid as it is, without repair. */
function assertPaired(messages: readonly Message[]): void {
  const all = [question, ...messages];
  const calls = all.flatMap((m) =>
    m.role === 'assistant' ? m.content.flatMap((b) => (b.type === 'tool_use' ? [b.id] : [])) : [],
  );
  const results = all.flatMap((m) =>
    m.role === 'user' ? m.content.flatMap((b) => (b.type === 'tool_result' ? [b.toolUseId] : [])) : [],
  );
  assert.deepEqual(results, calls, 'each call has its result, in order');
  assert.equal(new Set(calls).size, calls.length);
  all.forEach((message, index) => {
    assert.ok(message.content.length > 0);
    for (const block of message.content) if (block.type === 'text') assert.notEqual(block.text.trim(), '');
    if (message.role === 'assistant' && message.content.some((b) => b.type === 'tool_use')) {
      assert.equal(all[index + 1]?.role, 'user');
    }
  });
}

const kinds = (events: TurnEvent[]) => events.map(({ type }) => type);

describe('a turn', () => {
  it('runs cells one after the other and hands each result back once, in one message', async () => {
    const model = scriptedModel((n) =>
      n === 1
        ? { content: [say('First.'), call('a'), call('b'), call('echo c', 'bash')] }
        : { content: [say('Done.')] },
    );
    const { turn, sandbox, events } = start(model);
    const outcome = await turn;
    assert.deepEqual(outcome.end, { kind: 'finished' });
    assert.deepEqual(
      sandbox.executed.map(({ code }) => code),
      ['a', 'b', 'echo c'],
    );
    assert.equal(outcome.messages.length, 3);
    assertPaired(outcome.messages);
    assert.equal(outcome.usage.outputTokens, 40);
    const running = events.flatMap((e) =>
      e.type === 'cell_running' || e.type === 'cell_done' ? [`${e.type} ${e.cellId}`] : [],
    );
    assert.deepEqual(
      running,
      ['c0', 'c1', 'c2'].flatMap((c) => [`cell_running t1-s1-${c}`, `cell_done t1-s1-${c}`]),
    );
  });

  it('writes the call down before it runs, and the result before the next request', async () => {
    const written: string[] = [];
    const model = scriptedModel((n) => {
      written.push(`request ${n}`);
      return n === 1 ? { content: [call('a')] } : { content: [say('Done.')] };
    });
    await start(model, fakeSandbox(), {}, undefined, (event) => {
      if (event.type === 'history' || event.type === 'cell_running') written.push(event.type);
    }).turn;
    assert.deepEqual(written, ['request 1', 'history', 'cell_running', 'history', 'request 2', 'history']);
  });

  it('shows code while it is typed', async () => {
    const { turn, events } = start(
      scriptedModel((n) => (n === 1 ? { content: [call('print("long enough")')] } : {})),
    );
    await turn;
    const typed = events.flatMap((e) => (e.type === 'cell_code' ? [e.code] : []));
    assert.equal(typed.at(-1), 'print("long enough")');
    assert.ok(typed.length > 1 && 'print("long enough")'.startsWith(typed[0] ?? 'x'));
  });

  it('answers an unknown tool, bad input, text instead of JSON and empty code without running anything', async () => {
    const odd: AssistantBlock[] = [
      call('x', 'browser'),
      { type: 'tool_use', id: 'b', name: 'python', input: { purpose: 1 } },
      { type: 'tool_use', id: 'c', name: 'python', input: '{"purpose": "x", "co' },
      call('  \n'),
      { type: 'tool_use', id: 'e', name: 'python', input: null },
    ];
    const model = scriptedModel((n) => (n === 1 ? { content: odd } : { content: [say('Sorry.')] }));
    const { turn, sandbox, events } = start(model);
    const outcome = await turn;
    assert.deepEqual(outcome.end, { kind: 'finished' });
    assert.equal(sandbox.executed.length, 0);
    assertPaired(outcome.messages);
    const results = outcome.messages[1]?.content ?? [];
    assert.ok(results.every((block) => block.type === 'tool_result' && block.isError));
    assert.match(JSON.stringify(results[0]), /no tool .*browser.*python, bash, javascript/);
    assert.match(JSON.stringify(results[2]), /not valid JSON/);
    assert.equal(kinds(events).filter((kind) => kind === 'cell_dropped').length, 4);
  });

  it('shows a part of an unknown kind where it came, and what it holds when it is whole', async () => {
    const block = { type: 'hologram', data: 'x'.repeat(50_000) };
    const opaque: AssistantBlock = { type: 'opaque', block };
    const { turn, events } = start(scriptedModel(() => ({ content: [say('Look:'), opaque, say('So.')] })));
    const { end, messages } = await turn;
    assert.deepEqual(end, { kind: 'finished' });
    assert.deepEqual(messages[0]?.content[1], opaque, 'it goes back whole');
    assert.deepEqual(
      kinds(events).filter((kind, at, all) => kind !== all[at - 1]),
      ['text', 'opaque_block', 'text', 'opaque_block', 'history'],
    );
    const [begun, whole] = events.filter((event) => event.type === 'opaque_block');
    assert.deepEqual([begun?.kind, begun?.json, whole?.blockId], ['hologram', null, begun?.blockId]);
    assert.match(whole?.json ?? '', /^\{\n {2}"type": "hologram"/);
    assert.ok((whole?.json?.length ?? 0) < 21_000);
  });

  it('gives empty and repeated ids of a careless server a new one', async () => {
    const model = scriptedModel((n) =>
      n <= 2
        ? { content: [call('a', 'python', 'same'), call('b', 'python', 'same'), call('c', 'python', '')] }
        : { content: [say('ok')] },
    );
    const outcome = await start(model).turn;
    assertPaired(outcome.messages);
    assert.equal(model.requests.length, 3);
  });

  for (const [kind, sentence] of [
    ['pause_turn', /paused/],
    ['context_window', /as long as the model can read/],
  ] as const) {
    it(`does not run the code of a reply that ended with ${kind}`, async () => {
      const { turn, sandbox, events } = start(cut([say('I will'), call('rm -rf /outputs', 'bash')], kind));
      const { end, messages } = await turn;
      assert.equal(sandbox.executed.length, 0);
      assert.ok(end.kind === 'limit');
      assert.match(end.sentence, sentence);
      assert.deepEqual(messages, [{ role: 'assistant', content: [say('I will')] }]);
      assert.equal(kinds(events).at(-2), 'cell_dropped');
    });
  }

  it('tells a cut reply twice to be shorter, never runs its code, and then ends', async () => {
    const model = cut([say('I will'), call('rm -rf /outputs', 'bash')], 'max_tokens');
    const { turn, sandbox } = start(model);
    const { end, messages } = await turn;
    assert.equal(sandbox.executed.length, 0);
    assert.ok(end.kind === 'limit');
    assert.match(end.sentence, /maximum length/);
    assert.equal(model.requests.length, 3);
    assert.match(JSON.stringify(model.requests[1]?.messages.at(-1)), /several shorter calls/);
    assertPaired(messages);
  });

  it('goes on after a cut reply, and after a pause without a message of the user', async () => {
    const model = scriptedModel((n) =>
      n === 1
        ? { content: [say('Half')], stopReason: { kind: 'max_tokens' } }
        : n === 2
          ? { content: [say('Wait.')], stopReason: { kind: 'pause_turn' } }
          : { content: [say('Done.')] },
    );
    const { end } = await start(model).turn;
    assert.deepEqual(end, { kind: 'finished' });
    assert.equal(model.requests[2]?.messages.at(-1)?.role, 'assistant');
  });

  it('ends a reply that pauses for ever', async () => {
    const model = cut([say('Wait.')], 'pause_turn');
    const { end } = await start(model).turn;
    assert.ok(end.kind === 'limit');
    assert.match(end.sentence, /paused/);
    assert.equal(model.requests.length, 6);
  });

  it('says so when the model ends its turn without a word', async () => {
    const model = scriptedModel(() => ({ content: [] }));
    const { end } = await start(model).turn;
    assert.ok(end.kind === 'limit');
    assert.match(end.sentence, /without an answer/);
    assert.equal(model.requests.length, 1);
  });

  it('says that the model declined, with its reason, and leaves nothing empty behind', async () => {
    const model = scriptedModel(() => ({
      content: [],
      stopReason: { kind: 'refusal', category: 'cyber', explanation: 'Not this.' },
    }));
    const { end, messages } = await start(model).turn;
    assert.ok(end.kind === 'limit' && end.leftOut === true);
    assert.match(end.sentence, /^The model declined to answer \(cyber\): Not this\. /);
    assert.deepEqual(messages, []);
  });

  it('does not run calls of a reply that says it is over', async () => {
    const { turn, sandbox } = start(
      scriptedModel(() => ({ content: [say('x'), call('a')], stopReason: { kind: 'end_turn' } })),
    );
    const { end, messages } = await turn;
    assert.deepEqual(end, { kind: 'finished' });
    assert.equal(sandbox.executed.length, 0);
    assertPaired(messages);
  });

  it('keeps what was said when the reply breaks off, and ends with the failure', async () => {
    const { turn, events } = start(
      scriptedModel(() => ({ content: [say('I begin'), call('a')], throws: modelOverloaded('busy') })),
    );
    const { end, messages } = await turn;
    assert.equal(end.kind === 'failed' && end.failure.code, 'model-overloaded');
    assert.deepEqual(messages, [{ role: 'assistant', content: [say('I begin')] }]);
    assert.equal(kinds(events).filter((kind) => kind === 'cell_dropped').length, 1);
  });

  it('ends with the failure when the sandbox is lost, and every call has its result', async () => {
    const model = scriptedModel(() => ({ content: [call('a'), call('b')] }));
    const sandbox = fakeSandbox(() => ({ throws: sandboxNotReady('gone') }));
    const { turn, events } = start(model, sandbox);
    const { end, messages } = await turn;
    assert.equal(end.kind === 'failed' && end.failure.code, 'sandbox-not-ready');
    assertPaired(messages);
    const done = events.find((e) => e.type === 'cell_done');
    assert.equal(done?.result.stateLost, true);
    assert.match(JSON.stringify(messages[1]), /did not finish: .*Not run: the sandbox was lost/s);
  });

  it('asks once more with older results in short form when the conversation is too long, and never again', async () => {
    const sandbox = fakeSandbox(() => ({
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'x'.repeat(5000) }],
    }));
    const script = (times: number) =>
      scriptedModel((n) => {
        if (n <= 2) return { content: [call(`step ${n}`)] };
        return n <= 2 + times ? { throws: conversationTooLong() } : { content: [say('Done.')] };
      });
    const once = script(1);
    assert.deepEqual((await start(once, sandbox).turn).end, { kind: 'finished' });
    const lengths = once.requests.map(({ messages }) => messages.map((m) => JSON.stringify(m).length));
    assert.equal(lengths.length, 4);
    assert.ok((lengths[2]?.[2] ?? 0) > 5000 && (lengths[3]?.[2] ?? 0) < 1000);
    assert.equal(lengths[3]?.[4], lengths[2]?.[4], 'the last result stays whole');
    const always = script(9);
    const { end } = await start(always, sandbox).turn;
    assert.equal(end.kind === 'failed' && end.failure.code, 'conversation-too-long');
    assert.equal(always.requests.length, 4);
  });

  it('hears about an exception in our own code instead of hanging', async () => {
    const model = scriptedModel(() => {
      throw new Error('bug');
    });
    const { end } = await start(model).turn;
    assert.equal(end.kind === 'failed' && end.failure.code, 'unexpected');
  });
});

describe('limits', () => {
  const endless = () => scriptedModel((n) => ({ content: [call(`x = ${n}`)] }));

  it('ends an endless loop of calls after its steps, with a valid history', async () => {
    const model = endless();
    const { end, messages } = await start(model, fakeSandbox(), { maxSteps: 3 }).turn;
    assert.match(end.kind === 'limit' ? end.sentence : '', /3 steps/);
    assert.equal(model.requests.length, 3);
    assertPaired(messages);
  });

  it('ends after its tokens', async () => {
    const model = endless();
    const { end } = await start(model, fakeSandbox(), { maxTokens: 230 }).turn;
    assert.match(end.kind === 'limit' ? end.sentence : '', /240 tokens/);
    assert.equal(model.requests.length, 2);
  });

  it('takes a time that no timer can wait for as very long', async () => {
    const model = scriptedModel(() => ({ content: [say('Done.')] }));
    const { turn } = start(model, fakeSandbox(), { maxMinutes: 1_000_000 });
    assert.deepEqual((await turn).end, { kind: 'finished' });
  });

  it('ends after its time, the running cell included', async () => {
    const { turn } = start(
      endless(),
      fakeSandbox(() => ({ waitMs: 60_000 })),
      { maxMinutes: 0.001 },
    );
    const { end, messages } = await turn;
    assert.match(end.kind === 'limit' ? end.sentence : '', /time limit/);
    assertPaired(messages);
  });

  it('tells a model that the same code failed again and again', async () => {
    const sandbox = fakeSandbox(() => ({ result: { status: 'error' } }));
    const model = scriptedModel((n) =>
      n <= 5 ? { content: [call('broken()')] } : { content: [say('I give up.')] },
    );
    await start(model, sandbox).turn;
    assert.doesNotMatch(JSON.stringify(model.requests[4]), /has now failed/);
    assert.match(JSON.stringify(model.requests[5]), /has now failed 5 times/);
  });
});

describe('Stop', () => {
  it('at any event leaves a history that the next question can be added to', async () => {
    const script = () =>
      scriptedModel((n) =>
        n <= 2
          ? {
              content: [
                { type: 'thinking', thinking: 'hm', signature: 's' },
                say('Text before.'),
                call('a'),
                call('b'),
              ],
            }
          : { content: [say('Done.')] },
      );
    const whole = start(script());
    await whole.turn;
    for (let at = 0; at < whole.events.length; at += 1) {
      const stop = new AbortController();
      let seen = 0;
      const { turn, events } = start(script(), fakeSandbox(), {}, stop, () => {
        if (seen++ === at) stop.abort();
      });
      const { end, messages } = await turn;
      const last = at >= whole.events.length - 1;
      assert.equal(end.kind, last ? 'finished' : 'stopped', `stop at event ${at}, ${whole.events[at]?.type}`);
      assertPaired(messages);
      const closed = new Set(
        events.flatMap((e) => (e.type === 'cell_done' || e.type === 'cell_dropped' ? [e.cellId] : [])),
      );
      for (const e of events)
        if (e.type === 'cell_started') assert.ok(closed.has(e.cellId), `cell open after stop at ${at}`);
      const next = validHistory([question, ...messages, question]);
      assert.deepEqual(
        next.map(({ role }) => role),
        next.map((_, i) => (i % 2 === 0 ? 'user' : 'assistant')),
      );
    }
  });

  it('before the first byte asks nobody', async () => {
    const stop = new AbortController();
    stop.abort();
    const model = scriptedModel(() => ({ content: [say('x')] }));
    const { end, messages } = await start(model, fakeSandbox(), {}, stop).turn;
    assert.deepEqual([end, messages, model.requests.length], [{ kind: 'stopped' }, [], 0]);
  });

  it('interrupts the running cell, tells the model so, and does not start the next one', async () => {
    const stop = new AbortController();
    const { turn, sandbox } = start(
      scriptedModel(() => ({ content: [call('loop'), call('next')] })),
      fakeSandbox(() => ({ waitMs: 60_000 })),
      {},
      stop,
      (event) => {
        if (event.type === 'cell_running') setTimeout(() => stop.abort(), 10);
      },
    );
    const { end, messages } = await turn;
    assert.deepEqual(end, { kind: 'stopped' });
    assert.equal(sandbox.executed.length, 1);
    assert.match(JSON.stringify(messages[1]), /interrupted: the user stopped it.*Not run: the user stopped/s);
  });
});
