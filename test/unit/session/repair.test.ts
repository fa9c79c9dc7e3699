/**
 * Whatever happened before (a crash at any line, Stop at any moment), the next question is a request that the
 * API takes. The scripted server checks as the API does; the SDK is the real one.
 */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Session } from '../../../src/session/session.ts';
import { fakeSandbox } from '../../support/fakeSandbox.ts';
import { apiModel, sessionOptions } from '../../support/openSession.ts';
import { startScriptedApi, type ScriptedApi } from '../../support/scriptedApi.ts';
import { blocksOf, type MessagesRequest } from '../../support/scriptedApiChecks.ts';
import { text, type MessageReply } from '../../support/scriptedApiReplies.ts';

/** Each question gets thinking, words, two cells, again one cell, then an answer. */
function conversation(delayMs: number) {
  return (request: MessagesRequest): MessageReply => {
    const parts = blocksOf(request.messages.at(-1) ?? { role: 'user', content: [] });
    const results = parts.filter(({ type }) => type === 'tool_result').length;
    const isQuestion = parts.some(({ type }) => type === 'text');
    const cell = (n: number) => ({
      type: 'tool_use' as const,
      name: 'python',
      input: { purpose: `p${n}`, code: `x = ${n}` },
    });
    if (!isQuestion && results === 1) return { ...text('All done, here is the answer.'), delayMs };
    const blocks: MessageReply['blocks'] = isQuestion
      ? [
          { type: 'thinking', thinking: 'Let me think.' },
          { type: 'text', text: 'First I look at it.' },
          cell(1),
          cell(2),
        ]
      : [cell(3)];
    return { kind: 'message', blocks, delayMs };
  };
}

const png =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const sandbox = (waitMs = 0) =>
  fakeSandbox(() => ({
    outputs: [{ output_type: 'display_data', data: { 'image/png': png }, metadata: {} }],
    files: { 'a.txt': 'a' },
    waitMs,
  }));

describe('the next question is valid', () => {
  let api: ScriptedApi;
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'repair-'));
    api = await startScriptedApi({ script: conversation(0) });
  });
  after(async () => {
    await api.close();
    await rm(folder, { recursive: true, force: true });
  });

  const openIn = async (name: string, waitMs = 0): Promise<Session> =>
    Session.open(
      sessionOptions(apiModel(api), { id: name, folder: join(folder, name), sandbox: sandbox(waitMs) }),
    );
  const question = (words: string) => ({ intent: 'ask' as const, text: words, files: [] });

  /** None was refused. */
  function assertAccepted(): void {
    assert.deepEqual(
      api.conversations().flatMap(({ problem }) => (problem === null ? [] : [problem])),
      [],
    );
  }

  it('after a crash at any line of the log, and in the middle of lines', async () => {
    const first = await openIn('whole');
    for (const words of ['one', 'two'])
      assert.deepEqual(await first.send(question(words)), { kind: 'finished' });
    await first.dispose();
    const log = await readFile(join(folder, 'whole', 'transcript.jsonl'));
    const ends = [...log.entries()].flatMap(([at, byte]) => (byte === 0x0a ? [at + 1] : []));
    const cuts = ends
      .flatMap((end, index) => (index % 4 === 0 ? [end, end - 9] : [end]))
      .filter((cut) => cut > 60);
    assert.ok(cuts.length > 30);
    for (const cut of cuts) {
      const name = `cut-${cut}`;
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, 'transcript.jsonl'), log.subarray(0, cut));
      const again = await openIn(name);
      assert.deepEqual(await again.send(question('three')), { kind: 'finished' }, `cut at byte ${cut}`);
      await again.dispose();
      await rm(join(folder, name), { recursive: true });
    }
    assertAccepted();
  });

  it('after Stop at 60 moments of writing and running', async () => {
    api.setScript(conversation(1));
    const session = await openIn('stopped', 15);
    const ends = new Map<string, number>();
    for (let n = 0; n < 60; n += 1) {
      const turn = session.send(question(`question ${n}`));
      const stop = setTimeout(() => void session.stop(), (n * 37) % 190);
      const { kind } = await turn;
      clearTimeout(stop);
      ends.set(kind, (ends.get(kind) ?? 0) + 1);
    }
    api.setScript(conversation(0));
    assert.deepEqual(await session.send(question('last')), { kind: 'finished' });
    await session.dispose();
    assertAccepted();
    assert.ok((ends.get('stopped') ?? 0) > 20, JSON.stringify([...ends]));
    assert.equal(ends.get('failed'), undefined);
  });
});
