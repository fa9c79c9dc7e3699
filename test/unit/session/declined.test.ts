/** A turn that the model declined is left out of what it reads; that its cells ran is not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { problemsOf } from '../../../src/agent/validate.ts';
import { NO_USAGE, type ModelRequest } from '../../../src/models/model.ts';
import { conversation } from '../../../src/session/conversation.ts';
import type { NewSessionEvent } from '../../../src/shared/events.ts';
import { fakeSandbox } from '../../support/fakeSandbox.ts';
import { sessionsForTests } from '../../support/openSession.ts';
import { call, say, scriptedModel, type ScriptedReply } from '../../support/scriptedModel.ts';

const sessions = sessionsForTests();
const ask = (text: string) => ({ intent: 'ask' as const, text, files: [] });
const REFUSED: ScriptedReply = {
  content: [],
  stopReason: { kind: 'refusal', category: 'bio', explanation: null },
};
const script = (...replies: ScriptedReply[]) =>
  scriptedModel((n) => replies[n - 1] ?? { content: [say('Ok.')] });
const sent = (request: ModelRequest | undefined): string => JSON.stringify(request?.messages);

describe('after a turn that the model declined', () => {
  it('it is told that cells ran which it does not see, by their numbers, and nothing of what they did', async () => {
    const model = script(
      { content: [call('a = 1')] },
      { content: [say('One.')] },
      { content: [call('secret_b = 2'), call('secret_c = 3')] },
      REFUSED,
    );
    const { session } = await sessions.open(model);
    await session.send(ask('first'));
    const end = await session.send(ask('the declined question'));
    assert.ok(end.kind === 'limit' && end.leftOut === true);
    assert.deepEqual(await session.send(ask('third')), { kind: 'finished' });
    const request = model.requests[4];
    assert.match(
      sent(request),
      /<note>A question and its answer are left out here\. Cells 2, 3 ran in it; you do not see that code\. Variables and files/,
    );
    assert.doesNotMatch(sent(request), /secret_|declined question/);
    assert.deepEqual(problemsOf(request?.messages ?? []), []);
    const text = sent(request);
    assert.ok(
      text.indexOf('left out here') > text.indexOf('One.') &&
        text.indexOf('left out here') < text.indexOf('third'),
    );
  });

  it('later requests begin with the same bytes, also after a reload', async () => {
    const model = script({ content: [call('a = 1')] }, REFUSED);
    const first = await sessions.open(model);
    await first.session.send(ask('declined'));
    await first.session.send(ask('second'));
    await first.session.send(ask('third'));
    const [second, third] = model.requests.slice(2).map(({ messages }) => messages);
    assert.ok(second !== undefined && third !== undefined);
    assert.equal(JSON.stringify(third.slice(0, second.length)), JSON.stringify(second));
    await first.session.dispose();
    const again = script();
    const { session } = await sessions.open(again);
    await session.send(ask('fourth'));
    assert.equal(JSON.stringify(again.requests[0]?.messages.slice(0, second.length)), JSON.stringify(second));
  });

  it('without cells nothing is said', async () => {
    const model = script(REFUSED);
    const { session } = await sessions.open(model);
    await session.send(ask('declined'));
    await session.send(ask('second'));
    assert.doesNotMatch(sent(model.requests[1]), /left out|declined/);
  });

  it('what it was told together with the declined question is told again', async () => {
    const model = script({ content: [call('a = 1')] }, { content: [say('One.')] }, REFUSED);
    const { session } = await sessions.open(model, fakeSandbox());
    await session.send(ask('first'));
    await session.restartSandbox();
    await session.send(ask('declined'));
    assert.match(sent(model.requests[2]), /The sandbox was restarted/);
    await session.send(ask('third'));
    assert.match(sent(model.requests[3]), /The sandbox was restarted/);
    await session.send(ask('fourth'));
    assert.equal(sent(model.requests[4]).split('The sandbox was restarted').length, 2, 'and only once');
  });

  it('files that its editor changed are mentioned, files that it only looked at are not', () => {
    const told = (command: 'view' | 'insert'): string => {
      const edit = { callId: 'c', path: 'a.txt', ok: true, sentence: '', diff: '', artifact: null };
      const end = { kind: 'limit' as const, sentence: '', leftOut: true };
      const events: NewSessionEvent[] = [
        { type: 'user_message', turnId: 't1', intent: 'ask', text: 'q', files: [] },
        { type: 'file_edit', turnId: 't1', command, ...edit },
        { type: 'turn_ended', turnId: 't1', end, usage: { ...NO_USAGE } },
      ];
      return JSON.stringify(
        conversation(
          events.map((event, index) => ({ ...event, seq: index + 1, at: 0 })),
          'm',
        ),
      );
    };
    assert.match(told('insert'), /left out here\. Files in \/outputs were changed in it/);
    assert.equal(told('view'), '[]');
  });
});
