/** A fork goes on from an answer: its history is one that the API takes, its files are there, its variables are not. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { forkSession, forkTitle } from '../../../src/session/fork.ts';
import { variablesGone, variablesNotHere } from '../../../src/session/restore.ts';
import { Session } from '../../../src/session/session.ts';
import { readLog } from '../../../src/session/transcript.ts';
import { Failure } from '../../../src/failures.ts';
import { fakeSandbox } from '../../support/fakeSandbox.ts';
import { longSession, table, type LongSession } from '../../support/longSession.ts';
import { apiModel, sessionOptions } from '../../support/openSession.ts';
import { checkRequest } from '../../support/scriptedApiChecks.ts';

const now = () => 5;
const HASH = 'ab'.repeat(32);

describe('a fork', () => {
  let long: LongSession;
  let root: string;
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'fork-'));
    long = await longSession({ stepsPerTurn: 2, callsPerStep: 2, outputs: (n) => [table(n, 300)] });
    for (const words of ['First?', 'Second?', 'Third?']) await long.ask(words);
  });
  after(async () => {
    await long.close();
    await rm(root, { recursive: true, force: true });
  });
  const fork = async (name: string, turnId: string | null) => {
    const to = join(root, name);
    await forkSession({ from: long.folder, to, sessionId: name, turnId, now });
    return { to, events: (await readLog(join(to, 'transcript.jsonl'))).events };
  };

  it('ends with the answer it goes on from, numbered without gaps, under an id and a title of its own', async () => {
    const { events } = await fork('upto', 't2');
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, index) => index + 1),
    );
    const asked = events.flatMap((event) => (event.type === 'user_message' ? [event.text] : []));
    assert.deepEqual(asked, ['First?', 'Second?']);
    const starts = events.filter(({ type }) => type === 'session_started');
    assert.deepEqual(
      starts.map((event) => event.type === 'session_started' && event.sessionId),
      ['upto'],
    );
    const last = events.at(-1);
    assert.equal(last?.type === 'notice' ? last.text : '', variablesNotHere().english);
    assert.equal(events.at(-2)?.type, 'turn_ended');
  });

  it('is a conversation that the API accepts, and tells the model that variables are not there', async () => {
    const { to } = await fork('goes-on', 't2');
    const own = { id: 'goes-on', folder: to, sandbox: fakeSandbox() };
    const session = await Session.open(sessionOptions(apiModel(long.api), own));
    try {
      const notices = session.events().flatMap((event) => (event.type === 'notice' ? [event.text] : []));
      assert.ok(!notices.includes(variablesGone().english), 'said once, in its own words');
      const sent = long.bodies().length;
      const end = await session.send({ intent: 'ask', text: 'Fourth, elsewhere?', files: [] });
      assert.equal(end.kind, 'finished');
      const bodies = long.bodies().slice(sent);
      assert.ok(bodies.length > 0);
      for (const body of bodies) {
        assert.equal(checkRequest(body).problem, null);
        assert.ok(body.includes('Second?') && body.includes('Fourth, elsewhere?'));
        assert.ok(!body.includes('Third?'));
      }
      assert.ok(bodies[0]?.includes(variablesNotHere().english.slice(0, 60)));
      const turns = session
        .events()
        .flatMap((event) => (event.type === 'user_message' ? [event.turnId] : []));
      assert.equal(new Set(turns).size, turns.length, 'turns keep names of their own');
    } finally {
      await session.dispose();
    }
  });

  it('leaves the other as it is, and has its files without copying them', async () => {
    const name = join(long.folder, 'artifacts', HASH);
    await writeFile(name, 'made by code');
    const log = join(long.folder, 'transcript.jsonl');
    const before = await readFile(log, 'utf8');
    const { events } = await readLog(log);
    const end = events.findIndex((event) => event.type === 'turn_ended');
    const stored = {
      type: 'artifact_stored',
      cellId: 'c',
      name: 'a.csv',
      bytes: 12,
      sha256: HASH,
      seq: 1,
      at: 1,
    };
    const from = join(root, 'with-file');
    await forkSession({ from: long.folder, to: from, sessionId: 'with-file', turnId: 't1', now });
    const lines = (await readFile(join(from, 'transcript.jsonl'), 'utf8')).split('\n');
    lines.splice(end, 0, JSON.stringify(stored));
    await writeFile(join(from, 'transcript.jsonl'), lines.join('\n'));
    await writeFile(join(from, 'artifacts', HASH), 'made by code');
    await writeFile(join(from, 'artifacts', 'cd'.repeat(32)), 'named by nothing');
    const to = join(root, 'second');
    await forkSession({ from, to, sessionId: 'second', turnId: null, now });
    assert.deepEqual(await readdir(join(to, 'artifacts')), [HASH]);
    const [a, b] = await Promise.all([
      stat(join(from, 'artifacts', HASH)),
      stat(join(to, 'artifacts', HASH)),
    ]);
    assert.equal(a.ino, b.ino);
    assert.equal(await readFile(log, 'utf8'), before);
  });

  it('is refused from an answer that is not there', async () => {
    await assert.rejects(
      fork('nowhere', 't9'),
      (error) => error instanceof Failure && error.code === 'cannot-fork',
    );
  });

  it('is numbered when it is one of a fork', () => {
    assert.equal(forkTitle('Sales'), 'Sales (fork)');
    assert.equal(forkTitle('Sales (fork)'), 'Sales (fork 2)');
    assert.equal(forkTitle('Sales (fork 2)'), 'Sales (fork 3)');
  });
});
