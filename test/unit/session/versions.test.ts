/** Files have versions: each content under its number, whatever became of the sandbox, and one of them can come back. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Failure } from '../../../src/failures.ts';
import { forkSession } from '../../../src/session/fork.ts';
import { Session } from '../../../src/session/session.ts';
import { PREVIEW_TEXT_BYTES } from '../../../src/session/versions.ts';
import type { SessionEvent } from '../../../src/shared/events.ts';
import { filesOf } from '../../../src/shared/versions.ts';
import type { ModelRequest } from '../../../src/models/model.ts';
import { fakeSandbox, type CellScript } from '../../support/fakeSandbox.ts';
import { sessionOptions, sessionsForTests } from '../../support/openSession.ts';
import { call, say, scriptedModel } from '../../support/scriptedModel.ts';

const sessions = sessionsForTests();
const ask = { intent: 'ask' as const, text: 'Go on', files: [] };

/** Each turn is one cell, which does the next of these. */
const scripted = (...cells: CellScript[]) =>
  fakeSandbox((_, count) => cells[count - 1] ?? { result: { status: 'error' } });
const oneCellEach = () =>
  scriptedModel((n) => (n % 2 === 1 ? { content: [call(`step ${n}`)] } : { content: [say('Done.')] }));

const numbers = (events: readonly SessionEvent[]): Record<string, string[]> =>
  Object.fromEntries(
    filesOf(events).map(({ name, versions, deletedBy }) => [
      name,
      [
        ...versions.map(({ number, by }) => `${number} ${by.kind}`),
        ...(deletedBy === null ? [] : ['deleted']),
      ],
    ]),
  );

/** What the model was told of the newest result. */
function told(request: ModelRequest | undefined): string {
  const block = request?.messages.at(-1)?.content[0];
  const part = block?.type === 'tool_result' ? block.content[0] : undefined;
  return part?.type === 'text' ? part.text : '';
}

describe('versions of files', () => {
  it('number each content of a name, with what made it; the same again is none', async () => {
    const sandbox = scripted(
      { files: { 'a.md': 'one\n', 'b.csv': 'x\n1\n' } },
      { files: { 'a.md': 'two\nlines\n' } },
      { files: { 'a.md': 'two\nlines\n' } },
      { result: { removed: ['b.csv'] } },
    );
    const model = oneCellEach();
    const { session, events } = await sessions.open(model, sandbox);
    for (let turn = 0; turn < 4; turn += 1) await session.send(ask);
    assert.deepEqual(numbers(events), { 'a.md': ['1 cell', '2 cell'], 'b.csv': ['1 cell', 'deleted'] });
    const stored = events.filter((event) => event.type === 'artifact_stored' && event.name === 'a.md');
    assert.deepEqual(
      stored.map(
        (event) => event.type === 'artifact_stored' && [event.version, event.same, event.change?.diff],
      ),
      [
        [undefined, undefined, undefined],
        [2, undefined, '--- a/a.md\n+++ b/a.md\n@@ -1,1 +1,2 @@\n-one\n+two\n+lines'],
        [2, true, undefined],
      ],
    );
    assert.match(
      told(model.requests[3]),
      /new or changed files in \/outputs: "a\.md" \(10 bytes, version 2, \+2 −1 lines\)/,
    );
    assert.match(
      told(model.requests[5]),
      /written again, but NOT changed \(byte for byte as before\): "a\.md"/,
    );
    assert.doesNotMatch(told(model.requests[5]), /new or changed/);
    assert.match(told(model.requests[7]), /no longer in \/outputs: "b\.csv"/);
  });

  it('what is written again in a new sandbox is no edit that failed, and no new version', async () => {
    const files = { 'a.md': 'one\n' };
    const { session, events } = await sessions.open(oneCellEach(), scripted({ files }, { files }));
    await session.send(ask);
    await session.restartSandbox();
    await session.send(ask);
    assert.deepEqual(numbers(events), { 'a.md': ['1 cell'] });
    const again = events.findLast((event) => event.type === 'artifact_stored');
    assert.equal(again?.type === 'artifact_stored' ? again.same : null, undefined);
  });

  it('come back as a new version after the sandbox was lost; nothing goes, and the model is told', async () => {
    const sandbox = scripted({ files: { 'd/a.md': 'one\n' } }, { files: { 'd/a.md': 'two\n' } }, {});
    const model = oneCellEach();
    const { session, events } = await sessions.open(model, sandbox);
    await session.send(ask);
    await session.send(ask);
    sandbox.files.clear();
    sandbox.lose('The sandbox went away.');
    assert.equal(await session.versions.restore('d/a.md', 1), true);
    assert.equal(Buffer.from(sandbox.files.get('d/a.md') ?? []).toString(), 'one\n');
    assert.equal(await session.versions.restore('d/a.md', 1), false, 'it is there already');
    assert.deepEqual(numbers(events), { 'd/a.md': ['1 cell', '2 cell', '3 restored'] });
    assert.deepEqual(
      session.artifacts().map(({ bytes, name }) => [name, bytes]),
      [['d/a.md', 4]],
    );
    await session.send(ask);
    const asked = JSON.stringify(model.requests[4]?.messages.at(-1)?.content);
    assert.match(asked, /put version 1 of .*d\/a\.md.* back into \/outputs/);
  });

  it('are the same after a reload and in a fork, where each has its bytes', async () => {
    const sandbox = scripted({ files: { 'a.md': 'one\n' } }, { files: { 'a.md': 'two\n' } });
    const first = await sessions.open(oneCellEach(), sandbox);
    await first.session.send(ask);
    await first.session.send(ask);
    await first.session.versions.restore('a.md', 1);
    await first.session.dispose();
    const again = await sessions.open(oneCellEach());
    assert.deepEqual(numbers(again.session.events()), { 'a.md': ['1 cell', '2 cell', '3 restored'] });
    assert.equal(await again.session.versions.restore('a.md', 2), true);
    assert.equal(Buffer.from(again.sandbox.files.get('a.md') ?? []).toString(), 'two\n');
    const to = await mkdtemp(join(tmpdir(), 'fork-'));
    try {
      await forkSession({ from: sessions.folder(), to, sessionId: 'f', turnId: null, now: () => 5 });
      const forked = await Session.open(
        sessionOptions(oneCellEach(), { folder: to, sandbox: fakeSandbox(), id: 'f' }),
      );
      const [file] = filesOf(forked.events());
      const texts = (file?.versions ?? []).map(async ({ sha256 }) =>
        readFile(forked.artifactPath(sha256) ?? '', 'utf8'),
      );
      // A fork goes on from an answer: what the user did behind it is not in it.
      assert.deepEqual(await Promise.all(texts), ['one\n', 'two\n']);
      await forked.dispose();
    } finally {
      await rm(to, { recursive: true, force: true });
    }
  });

  it('a version that is not there, is too large or comes while something runs is refused in words', async () => {
    const sandbox = scripted({ files: { 'a.md': 'one\n' } }, { waitMs: 60_000 });
    const { session, events } = await sessions.open(oneCellEach(), sandbox);
    await session.send(ask);
    const codeOf = async (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => 'done',
        (error: unknown) => (error instanceof Failure ? error.code : String(error)),
      );
    assert.equal(await codeOf(session.versions.restore('a.md', 2)), 'artifact-not-stored');
    assert.equal(await codeOf(session.versions.restore('b.md', 1)), 'artifact-not-stored');
    const turn = session.send(ask);
    assert.equal(await codeOf(session.versions.restore('a.md', 1)), 'turn-running');
    await session.stop();
    await turn;
    assert.deepEqual(numbers(events), { 'a.md': ['1 cell'] });
  });

  it('begin as text, cut between characters; what is no text is refused in words', async () => {
    const long = 'ü'.repeat(PREVIEW_TEXT_BYTES / 2 - 1) + 'a€ and more';
    const { session } = await sessions.open(
      oneCellEach(),
      scripted({ files: { 'a.md': '# ü\n', 'long.txt': long, 'b.log': Buffer.from([65, 0, 66]) } }),
    );
    await session.send(ask);
    assert.deepEqual(await session.versions.preview('a.md', 1), { kind: 'text', text: '# ü\n', cut: false });
    const text = long.slice(0, -' and more'.length - 1);
    assert.deepEqual(await session.versions.preview('long.txt', 1), { kind: 'text', text, cut: true });
    await assert.rejects(session.versions.preview('b.log', 1), { code: 'not-previewed' });
    await assert.rejects(session.versions.preview('a.md', 2), { code: 'artifact-not-stored' });
  });

  it('of a table are read by the sandbox', async () => {
    const sandbox = scripted({ files: { 'a.csv': 'x\n1\n' } });
    const { session } = await sessions.open(oneCellEach(), sandbox);
    await session.send(ask);
    const table = { sheets: [{ title: '', rows: [['x'], ['1']], more: false }], cut: false };
    sandbox.onQuery = async () => Promise.resolve({ ok: true, answer: table });
    assert.deepEqual(await session.versions.preview('a.csv', 1), { kind: 'table', table });
    const { name, params } = sandbox.queries.at(-1) ?? {};
    assert.deepEqual(
      [name, params],
      ['tablePreview', { kind: 'text', file: Buffer.from('x\n1\n').toString('base64') }],
    );
    sandbox.onQuery = async () =>
      Promise.resolve({ ok: false, reason: 'refused', problem: 'It is no table.' });
    await assert.rejects(session.versions.preview('a.csv', 1), /cannot be shown here: It is no table\./);
  });

  it('the difference of texts is bounded, and what is no text has none', async () => {
    const many = (from: number) =>
      Array.from({ length: 3000 }, (_, n) => `line ${from + n}`).join('\n') + '\n';
    const { session, events } = await sessions.open(
      oneCellEach(),
      scripted(
        { files: { 'a.txt': many(0), 'b.bin': Buffer.from([0, 1]) } },
        { files: { 'a.txt': many(400), 'b.bin': Buffer.from([0, 2]) } },
      ),
    );
    await session.send(ask);
    await session.send(ask);
    const [text, binary] = events.flatMap((event) =>
      event.type === 'artifact_stored' && event.version === 2 ? [event] : [],
    );
    assert.deepEqual([text?.change?.added, text?.change?.removed], [400, 400]);
    const diff = text?.change?.diff ?? '';
    assert.ok(diff.length < 6200 && diff.endsWith('more lines of the diff are left out …]'));
    assert.equal(binary?.change, undefined);
  });
});

describe('an answer that says what is not so of a file', () => {
  it('is marked, in the log before its turn ends, and the model is told with the next question', async () => {
    const model = scriptedModel((n) => {
      if (n === 1) return { content: [call('write')] };
      return {
        content: [say(n === 2 ? 'I saved a.md.' : n === 3 ? 'I have updated `a.md`.' : 'It was wrong.')],
      };
    });
    const { session, events } = await sessions.open(model, scripted({ files: { 'a.md': 'one\n' } }));
    await session.send(ask);
    assert.equal(
      events.some(({ type }) => type === 'claims_checked'),
      false,
    );
    await session.send({ ...ask, text: 'Add a heading to it.' });
    const marked = events.findIndex(({ type }) => type === 'claims_checked');
    const event = events[marked];
    assert.deepEqual(event?.type === 'claims_checked' && [event.turnId, event.files], ['t2', ['a.md']]);
    assert.equal(events[marked + 1]?.type, 'turn_ended');
    await session.send(ask);
    assert.match(
      JSON.stringify(model.requests[3]?.messages.at(-1)),
      /last answer says that .*a\.md.* was changed, but no version/,
    );
  });
});
