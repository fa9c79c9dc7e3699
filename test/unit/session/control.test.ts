/** Who decides what runs: modes, decisions, the queue, the two steps of Stop. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createAnalyst } from '../../../src/models/analyst/analyst.ts';
import type { Model } from '../../../src/models/model.ts';
import { Decisions } from '../../../src/session/decisions.ts';
import { MessageQueue } from '../../../src/session/queue.ts';
import { type SessionOptions } from '../../../src/session/session.ts';
import type { Mode } from '../../../src/shared/protocol.ts';
import { fakeSandbox, type FakeSandbox } from '../../support/fakeSandbox.ts';
import { sessionsForTests } from '../../support/openSession.ts';
import { call, say, scriptedModel } from '../../support/scriptedModel.ts';

const sessions = sessionsForTests();

const sleep = async (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
async function until(holds: () => boolean): Promise<void> {
  for (let n = 0; !holds(); n += 1) {
    if (n > 600) throw new Error('It did not come to that.');
    await sleep(5);
  }
}

async function openSession(
  model: Model,
  { sandbox, ...more }: Partial<SessionOptions> & { sandbox?: FakeSandbox } = {},
) {
  const control: { mode: Mode } = { mode: 'auto' };
  const seen = await sessions.open(model, sandbox, { mode: () => control.mode, ...more });
  const { session } = seen;
  const cellWaits = async (): Promise<string> => {
    const waits = () => session.events().findLast((event) => event.type === 'cell_waiting');
    await until(() => session.activity.turn === 'deciding' && waits() !== undefined);
    const waiting = waits();
    assert.ok(waiting);
    return waiting.cellId;
  };
  return { ...seen, control, cellWaits };
}

const ask = (text: string) => ({ intent: 'ask' as const, text, files: [] });
const draft = (text: string) => ({ text, files: [], images: [] });
const oneCell = () =>
  scriptedModel((n) => (n % 2 === 1 ? { content: [call('1 + 1')] } : { content: [say('Two.')] }));

describe('in the mode "ask"', () => {
  it('nothing runs before the user says so, and then what they made of it; the model is told', async () => {
    const model = oneCell();
    const { session, sandbox, control, cellWaits, events } = await openSession(model);
    control.mode = 'ask';
    const turn = session.send(ask('1+1?'));
    const cellId = await cellWaits();
    await sleep(30);
    assert.equal(sandbox.executed.length, 0);
    assert.equal(session.decide('another', { kind: 'run', code: 'bad()' }), false);
    assert.equal(session.decide(cellId, { kind: 'run', code: '2 + 2' }), true);
    assert.equal(session.decide(cellId, { kind: 'run', code: '3 + 3' }), false, 'decided once');
    assert.deepEqual(await turn, { kind: 'finished' });
    assert.deepEqual(
      sandbox.executed.map(({ code }) => code),
      ['2 + 2'],
    );
    const ran = events.find((event) => event.type === 'cell_running');
    assert.equal(ran?.code, '2 + 2');
    assert.equal(ran.edited, true);
    assert.match(JSON.stringify(model.requests[1]?.messages.at(-1)), /the user changed the code.*2 \+ 2/s);
  });

  it('a cell that is run as it was written is not called edited', async () => {
    const { session, control, cellWaits, events } = await openSession(oneCell());
    control.mode = 'ask';
    const turn = session.send(ask('1+1?'));
    session.decide(await cellWaits(), { kind: 'run', code: '1 + 1' });
    await turn;
    assert.equal(events.find((event) => event.type === 'cell_running')?.edited, undefined);
  });

  it('a skipped cell never runs, and the model goes on without it', async () => {
    const model = oneCell();
    const { session, sandbox, control, cellWaits, events } = await openSession(model);
    control.mode = 'ask';
    const turn = session.send(ask('1+1?'));
    session.decide(await cellWaits(), { kind: 'skip' });
    assert.deepEqual(await turn, { kind: 'finished' });
    assert.equal(sandbox.executed.length, 0);
    assert.equal(events.find((event) => event.type === 'cell_dropped')?.reason, 'Skipped by you.');
    assert.match(JSON.stringify(model.requests[1]?.messages.at(-1)), /the user decided against this code/);
  });

  it('Stop ends the wait, and the next question works', async () => {
    const { session, sandbox, control, cellWaits } = await openSession(oneCell());
    control.mode = 'ask';
    const turn = session.send(ask('a'));
    const cellId = await cellWaits();
    await session.stop();
    assert.deepEqual(await turn, { kind: 'stopped' });
    assert.equal(session.decide(cellId, { kind: 'run', code: '1 + 1' }), false);
    assert.equal(session.activity.turn, 'idle');
    control.mode = 'auto';
    assert.deepEqual(await session.send(ask('b')), { kind: 'finished' });
    assert.equal(sandbox.executed.length, 0);
  });

  it('changed in the middle of a turn, the next cell waits', async () => {
    const model = scriptedModel((n) => (n < 3 ? { content: [call(`x${n}`)] } : { content: [say('Done.')] }));
    const { session, sandbox, control, cellWaits } = await openSession(model, {
      sandbox: fakeSandbox(() => {
        control.mode = 'ask';
        return {};
      }),
    });
    const turn = session.send(ask('a'));
    const cellId = await cellWaits();
    assert.equal(sandbox.executed.length, 1);
    session.decide(cellId, { kind: 'run', code: 'x2' });
    assert.deepEqual(await turn, { kind: 'finished' });
  });

  it('a cell that waited when the window died is dropped, not run', async () => {
    const first = await openSession(oneCell());
    first.control.mode = 'ask';
    const turn = first.session.send(ask('a'));
    await first.cellWaits();
    await until(() => first.events.some(({ type }) => type === 'cell_waiting'));
    const atDeath = await readFile(join(sessions.folder(), 'transcript.jsonl'));
    await first.session.dispose();
    await turn;
    await writeFile(join(sessions.folder(), 'transcript.jsonl'), atDeath);
    const second = await openSession(oneCell());
    const dropped = second.session.events().findLast((event) => event.type === 'cell_dropped');
    assert.match(dropped?.reason ?? '', /window was closed/);
    assert.equal(second.session.activity.turn, 'idle');
    assert.deepEqual(await second.session.send(ask('b')), { kind: 'finished' });
    assert.equal(second.sandbox.executed.length, 1, 'only what the new question asked for');
  });
});

describe('in the mode "plan"', () => {
  it('the model is told to plan and may not call tools; the turn is marked', async () => {
    const model = scriptedModel(() => ({ content: [say('1. Load it.')] }));
    const { session, control, events } = await openSession(model);
    control.mode = 'plan';
    await session.send(ask('How?'));
    assert.equal(model.requests[0]?.toolChoice, 'none');
    assert.match(JSON.stringify(model.requests[0]?.messages.at(-1)), /<note>The user wants a plan first/);
    assert.equal(events.find((event) => event.type === 'turn_started')?.plan, true);
    control.mode = 'auto';
    await session.send(ask('Go ahead with this plan.'));
    assert.equal(model.requests[1]?.toolChoice, 'auto');
    assert.doesNotMatch(JSON.stringify(model.requests[1]?.messages.at(-1)), /wants a plan/);
    assert.equal(events.findLast((event) => event.type === 'turn_started')?.plan, undefined);
  });

  it('a model that calls a tool all the same runs nothing', async () => {
    const model = oneCell();
    const { session, sandbox, control, events } = await openSession(model);
    control.mode = 'plan';
    assert.deepEqual(await session.send(ask('How?')), { kind: 'finished' });
    assert.equal(sandbox.executed.length, 0);
    assert.equal(events.find((event) => event.type === 'cell_dropped')?.reason, 'A plan was asked for.');
    assert.match(JSON.stringify(model.requests[1]?.messages.at(-1)), /asked for a plan/);
  });

  it('the built-in analyst says its next step instead of running it', async () => {
    const { session, sandbox, control, events } = await openSession(createAnalyst({ typingMs: 0 }));
    control.mode = 'plan';
    const files = [{ label: 'sales.csv', containerPath: '/workspace/sales.csv' }];
    assert.deepEqual(await session.send({ intent: 'analyze', text: '', files }), { kind: 'finished' });
    assert.equal(sandbox.executed.length, 0);
    const text = events.flatMap((event) => (event.type === 'text' ? [event.delta] : [])).join('');
    assert.match(text, /^1\. .+/);
    assert.match(text, /Nothing has run yet/);
  });
});

describe('effort', () => {
  it('goes with each request as it is set then', async () => {
    const model = scriptedModel(() => ({ content: [say('ok')] }));
    const now: { effort: 'low' | null } = { effort: null };
    const { session } = await openSession(model, { effort: () => now.effort });
    await session.send(ask('a'));
    now.effort = 'low';
    await session.send(ask('b'));
    assert.deepEqual(
      model.requests.map(({ effort }) => effort),
      [null, 'low'],
    );
  });
});

describe('messages written while a turn runs', () => {
  it('are sent in their order, each after the one before has finished', async () => {
    const model = oneCell();
    const { session, control, cellWaits, events } = await openSession(model);
    control.mode = 'ask';
    void session.send(ask('first'));
    const cellId = await cellWaits();
    session.enqueue(ask('second'), draft('second'));
    session.enqueue(ask('third'), draft('third'));
    assert.deepEqual(
      session.queued.map(({ draft: { text } }) => text),
      ['second', 'third'],
    );
    control.mode = 'auto';
    session.decide(cellId, { kind: 'run', code: '1 + 1' });
    await until(() => events.filter(({ type }) => type === 'turn_ended').length === 3);
    await until(() => session.activity.turn === 'idle');
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'user_message' ? [event.text] : [])),
      ['first', 'second', 'third'],
    );
    const order = events.flatMap(({ type }) =>
      type === 'user_message' || type === 'turn_ended' ? [type] : [],
    );
    assert.deepEqual(
      order,
      [1, 2, 3].flatMap(() => ['user_message', 'turn_ended']),
    );
    assert.deepEqual(session.queued, []);
  });

  it('wait after a turn that was stopped, until they are sent by hand', async () => {
    const model = scriptedModel((n) =>
      n === 1 ? { content: [say('…')], hangs: true } : { content: [say('ok')] },
    );
    const { session, events } = await openSession(model);
    const first = session.send(ask('first'));
    session.enqueue(ask('second'), draft('second'));
    assert.equal(session.sendQueued(), false, 'not while a turn runs');
    await until(() => model.requests.length === 1);
    await session.stop();
    await first;
    await sleep(30);
    assert.equal(session.activity.turn, 'idle');
    assert.equal(session.queued.length, 1);
    assert.equal(session.sendQueued(), true);
    await until(() => events.filter(({ type }) => type === 'turn_ended').length === 2);
    assert.deepEqual(session.queued, []);
  });

  it('wait after a turn that failed', async () => {
    const model = scriptedModel(() => ({ content: [], throws: new Error('broken') }));
    const { session } = await openSession(model);
    const first = session.send(ask('first'));
    session.enqueue(ask('second'), draft('second'));
    assert.equal((await first).kind, 'failed');
    await sleep(30);
    assert.equal(session.activity.turn, 'idle');
    assert.equal(session.queued.length, 1);
  });

  it('can be taken back, once', async () => {
    const model = scriptedModel((n) => ({ content: [say('…')], hangs: n === 1 }));
    const { session, events } = await openSession(model);
    const first = session.send(ask('first'));
    const id = session.enqueue(ask('second'), draft('second'));
    assert.equal(session.unqueue(id)?.draft.text, 'second');
    assert.equal(session.unqueue(id), null);
    await session.stop();
    await first;
    assert.equal(session.sendQueued(), false);
    assert.equal(events.filter(({ type }) => type === 'user_message').length, 1);
  });

  it('keep their ids to themselves', () => {
    const queue = new MessageQueue<string>();
    const a = queue.add('a', draft('a'));
    assert.equal(queue.next()?.request, 'a');
    assert.notEqual(queue.add('b', draft('b')), a);
    assert.equal(queue.next()?.request, 'b');
    assert.equal(queue.next(), null);
  });
});

describe('messages that waited when the window was closed', () => {
  /** A session that was closed while its first question was worked on. */
  async function closed(texts: string[]): Promise<void> {
    const model = scriptedModel(() => ({ content: [say('…')], hangs: true }));
    const { session } = await openSession(model);
    const first = session.send(ask('first'));
    for (const text of texts) session.enqueue(ask(text), draft(text));
    await until(() => model.requests.length === 1);
    await session.dispose();
    await first;
  }
  const asked = (model: ReturnType<typeof scriptedModel>): string[] =>
    model.requests.map(({ messages }) => JSON.stringify(messages.at(-1)?.content.at(-1)));

  it('are there again, in their order, as unsent; none goes by itself, not behind another answer either', async () => {
    await closed(['second', 'third']);
    const model = scriptedModel(() => ({ content: [say('ok')] }));
    const { session } = await openSession(model);
    await sleep(30);
    const waiting = () => session.queued.map(({ draft: { text }, unsent }) => [text, unsent]);
    assert.deepEqual(waiting(), [
      ['second', true],
      ['third', true],
    ]);
    assert.deepEqual(await session.send(ask('new')), { kind: 'finished' });
    await sleep(30);
    assert.equal(model.requests.length, 1);
    assert.equal(waiting().length, 2);
    assert.equal(session.sendQueued(), true);
    await until(() => session.queued.length === 1 && session.activity.turn === 'idle');
    await sleep(30);
    assert.match(asked(model)[1] ?? '', /second/);
    assert.equal(model.requests.length, 2, 'one by hand is one');
    assert.deepEqual(waiting(), [['third', true]]);
  });

  it('let a new one pass that waits for its turn', async () => {
    await closed(['second']);
    const model = scriptedModel(() => ({ content: [say('ok')] }));
    const { session } = await openSession(model);
    const turn = session.send(ask('new'));
    session.enqueue(ask('newer'), draft('newer'));
    await turn;
    await until(() => model.requests.length === 2 && session.activity.turn === 'idle');
    assert.match(asked(model)[1] ?? '', /newer/);
    assert.deepEqual(
      session.queued.map(({ draft: { text } }) => text),
      ['second'],
    );
  });

  it('are gone for good when they were sent or taken back', async () => {
    await closed(['second']);
    const { session } = await openSession(scriptedModel(() => ({ content: [say('ok')] })));
    assert.equal(session.unqueue(session.queued[0]?.id ?? '')?.draft.text, 'second');
    await session.dispose();
    const again = await openSession(scriptedModel(() => ({})));
    assert.deepEqual(again.session.queued, []);
  });

  it('in a file that cannot be read do not keep the session from opening', async () => {
    await closed(['second']);
    await writeFile(join(sessions.folder(), 'queue.json'), '{"version": 9');
    const lines: string[] = [];
    const { session } = await openSession(
      scriptedModel(() => ({})),
      { log: (line) => lines.push(line) },
    );
    assert.deepEqual(session.queued, []);
    assert.match(lines.join('\n'), /queue\.json/);
  });
});

describe('the second Stop', () => {
  it('replaces the sandbox of a cell that does not stop, says so, and the next question works', async () => {
    const sandbox = fakeSandbox((_, n) => (n === 1 ? { waitMs: 60_000, ignoresInterrupt: true } : {}));
    const model = oneCell();
    const { session, events } = await openSession(model, { sandbox });
    const turn = session.send(ask('a'));
    await until(() => events.some(({ type }) => type === 'cell_running'));
    void session.stop();
    await sleep(50);
    assert.equal(session.activity.turn, 'stopping', 'the first Stop waits for the cell');
    assert.equal(sandbox.resets, 0);
    await session.stop({ force: true });
    assert.deepEqual(await turn, { kind: 'stopped' });
    assert.equal(sandbox.resets, 1);
    const seen = session.events();
    assert.ok(seen.some((event) => event.type === 'notice' && /variables .* are gone/.test(event.text)));
    assert.equal(seen.filter(({ type }) => type === 'cell_done').length, 1);
    assert.deepEqual(await session.send(ask('b')), { kind: 'finished' });
    const told = JSON.stringify(model.requests[1]?.messages);
    assert.match(told, /<note>The running code was killed and the sandbox replaced/);
  });

  it('leaves a model behind that hears nothing; what it says later is not recorded', async () => {
    let finish = (): void => undefined;
    const deaf: Model = {
      ...scriptedModel(() => ({})),
      reply: async (_request, onEvent) => {
        onEvent({ type: 'text', index: 0, delta: 'Before.' });
        await new Promise<void>((resolve) => (finish = resolve));
        onEvent({ type: 'text', index: 0, delta: 'After.' });
        throw new Error('too late');
      },
    };
    const { session, sandbox, events } = await openSession(deaf);
    const turn = session.send(ask('a'));
    await until(() => events.some(({ type }) => type === 'text'));
    void session.stop();
    await session.stop({ force: true });
    assert.deepEqual(await turn, { kind: 'stopped' });
    assert.equal(sandbox.resets, 0, 'no cell ran: the variables stay');
    const before = session.events().length;
    finish();
    await sleep(30);
    assert.equal(session.events().length, before);
  });
});

describe('a decision', () => {
  it('is asked for under a signal that is aborted already: refused at once', async () => {
    const decisions = new Decisions(() => undefined);
    await assert.rejects(decisions.on('c', AbortSignal.abort(new Error('stopped'))), /stopped/);
    assert.equal(decisions.isWaiting, false);
  });
});
