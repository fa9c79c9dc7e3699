/**
 * Every way a reply can end or break, through the real SDK and the local server: how the turn ends and in which words,
 * how many requests were made, how many cells ran; that the API takes the conversation afterwards, and the next
 * message works. Each request must fit the SDK's own types, and so must what the server sends.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SessionEvent, TurnEnd } from '../../../src/shared/events.ts';
import { fakeSandbox } from '../../support/fakeSandbox.ts';
import { apiModel, sessionsForTests, type Seen } from '../../support/openSession.ts';
import { startScriptedApi, TEST_KEY, type ScriptedApi } from '../../support/scriptedApi.ts';
import { endings } from '../../support/replyEndings.ts';
import { faults } from '../../support/replyFaults.ts';
import type { Row } from '../../support/replyRow.ts';
import { statuses } from '../../support/replyStatuses.ts';
import { apiError, frames, text } from '../../support/scriptedApiReplies.ts';
import { sdkProblems } from '../../support/sdkSchema.ts';

const sessions = sessionsForTests();

const PATIENCE = {
  headerTimeoutMs: 300,
  idleMs: 120,
  quietMs: 300,
  maxRetryAfterMs: 400,
  backoffMs: 5,
};

const wordsOf = (end: TurnEnd): string => {
  switch (end.kind) {
    case 'failed':
      return `failed ${end.failure.sentence}`;
    case 'limit':
      return `limit ${end.sentence}`;
    case 'finished':
    case 'stopped':
      return end.kind;
  }
};

const open = async (api: ScriptedApi, apiKey = TEST_KEY): Promise<Seen> =>
  sessions.open(apiModel(api, { apiKey, patience: PATIENCE }), fakeSandbox());
const ask = (words: string) => ({ intent: 'ask' as const, text: words, files: [] });
/** Requests that the server would not take; what a script answered with an error is not among them. */
const refused = (api: ScriptedApi): (string | null)[] =>
  api.conversations().flatMap(({ body, problem }) => (body === null && problem !== null ? [problem] : []));

async function play({ script, end, requests, runs = 0, ...row }: Row): Promise<void> {
  const api = await startScriptedApi({ script: (request, n) => script(n, request) });
  try {
    const { session, sandbox } = await open(api, row.key);
    const ended = await session.send(ask('First question'));
    assert.match(wordsOf(ended), end);
    if (ended.kind === 'failed') {
      assert.ok(ended.failure.remedy, 'the user is told what to do');
      if (row.remedy) assert.match(ended.failure.remedy.text, row.remedy);
    }
    assert.equal(api.conversations().length, requests, 'requests');
    assert.equal(sandbox.executed.length, runs, 'cells that ran');
    if (row.key !== undefined) {
      assert.equal(api.requests.length, 1, 'one request shows that the key is wrong');
      return;
    }

    api.setScript(() => text('And now it works.'));
    assert.deepEqual(await session.send(ask('Second question')), { kind: 'finished' });
    assert.equal(api.conversations().length, requests + 1);
    assert.equal(sandbox.executed.length, runs, 'nothing ran again');
    const last = api.conversations().at(-1);
    assert.ok(last);
    if (row.sentNext) assert.match(last.raw, row.sentNext);
    if (row.notSentNext) assert.doesNotMatch(last.raw, row.notSentNext);
    assert.deepEqual(refused(api), []);
    if (row.unknownToSdk === true) return;
    for (const { body } of api.conversations())
      assert.deepEqual(sdkProblems('MessageCreateParamsStreaming', body), []);
  } finally {
    await api.close();
  }
}

describe('a reply that ends', () => {
  for (const row of endings) it(row.name, async () => play(row));
});
describe('a stream that breaks', () => {
  for (const row of faults) it(row.name, async () => play(row));
});
describe('an answer with a status', () => {
  for (const row of statuses) it(row.name, async () => play(row));
});

describe('Stop', () => {
  const waitFor = async (events: SessionEvent[], type: SessionEvent['type']): Promise<void> => {
    for (let tries = 0; !events.some((event) => event.type === type); tries += 1) {
      assert.ok(tries < 1000, `no ${type}`);
      await new Promise((done) => setTimeout(done, 5));
    }
  };
  it('ends the wait that a server asked for, which the user sees', async () => {
    const wait = { 'retry-after-ms': '60000' };
    const api = await startScriptedApi({ script: () => apiError(429, 'rate_limit_error', 'slow', wait) });
    const { session, events } = await sessions.open(apiModel(api));
    const turn = session.send(ask('First question'));
    await waitFor(events, 'model_waiting');
    const waiting = events.find((event) => event.type === 'model_waiting');
    assert.ok(waiting?.type === 'model_waiting' && waiting.untilMs - Date.now() > 50_000);
    const stoppedAt = performance.now();
    await session.stop();
    assert.deepEqual(await turn, { kind: 'stopped' });
    assert.ok(performance.now() - stoppedAt < 5000, 'it does not wait for the minute to pass');
    assert.equal(api.conversations().length, 1);
    api.setScript(() => text('And now it works.'));
    assert.deepEqual(await session.send(ask('Second question')), { kind: 'finished' });
    await api.close();
  });
});

describe('the local server', () => {
  it('sends what the SDK knows', () => {
    const replies = endings.flatMap(({ script, unknownToSdk }) =>
      unknownToSdk === true ? [] : [1, 2].map((n) => script(n, { model: 'm', max_tokens: 1, messages: [] })),
    );
    const sent = replies.flatMap((reply) => (reply.kind === 'message' ? frames(reply, 'm', 3) : []));
    assert.ok(sent.length > 100);
    for (const { event, data } of sent) {
      if (event !== 'ping') assert.deepEqual(sdkProblems('RawMessageStreamEvent', data), [], event);
    }
  });
  it('is told when it sends something else', () => {
    const planted = { type: 'content_block_stop', index: '0' };
    assert.notDeepEqual(sdkProblems('RawMessageStreamEvent', planted), []);
  });
});
