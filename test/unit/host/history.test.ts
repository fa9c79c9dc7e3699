/** The history of a workspace: sessions are opened, renamed, deleted, forked; one that another window has is left alone. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { DEFAULT_TURN_LIMITS } from '../../../src/agent/loop.ts';
import { Failure } from '../../../src/failures.ts';
import { History } from '../../../src/host/history.ts';
import { historyWords, whenWords } from '../../../src/host/historyWords.ts';
import { inParts } from '../../../src/host/parts.ts';
import { Sessions, type OpenSession } from '../../../src/host/sessions.ts';
import { fakeSandbox, type FakeSandbox } from '../../support/fakeSandbox.ts';
import { call, say, scriptedModel } from '../../support/scriptedModel.ts';

const DAY_MS = 86_400_000;
let root = '';
const open: Sessions[] = [];
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'history-'));
});
afterEach(async () => {
  for (const sessions of open.splice(0)) await sessions.dispose();
  await rm(root, { recursive: true, force: true });
});

function world() {
  const pointer = { id: '' };
  const shown: OpenSession[] = [];
  const boxes: FakeSandbox[] = [];
  const clock = { now: Date.now(), running: false };
  const sessions = new Sessions({
    root: () => root,
    pointer: {
      get: () => (pointer.id === '' ? undefined : pointer.id),
      set: async (id) => void (await Promise.resolve((pointer.id = id))),
    },
    workspaceFolders: () => [],
    sampleFolder: async () => Promise.resolve(root),
    createSandbox: () => {
      const sandbox = fakeSandbox();
      boxes.push(sandbox);
      return sandbox;
    },
    sessionOptions: () => ({
      model: async () =>
        Promise.resolve(
          scriptedModel((n) => ({
            content: n % 2 === 1 ? [say('Let me see.'), call('x = 1')] : [say('One.')],
          })),
        ),
      cellTimeoutMs: 1000,
      outputLimitBytes: 1000,
      limits: DEFAULT_TURN_LIMITS,
      onEvents: () => undefined,
      onState: () => undefined,
      log: () => undefined,
    }),
    onSwitched: (current) => shown.push(current),
    onRestoreFailed: (error) => assert.fail(String(error)),
    lockPatienceMs: 50,
  });
  open.push(sessions);
  const history = new History({
    root: () => root,
    sessions,
    isRunning: () => clock.running,
    now: () => clock.now,
  });
  const ask = async (text: string): Promise<string> => {
    const { session } = await sessions.current();
    await session.send({ intent: 'ask', text, files: [] });
    return session.id;
  };
  return { sessions, history, ask, shown, pointer, clock };
}

const isCode = (code: string) => (error: unknown) => error instanceof Failure && error.code === code;
const titles = async (history: History) =>
  (await history.list()).map((entry) => historyWords(entry, Date.now()).title);

describe('the history', () => {
  it('opens an old session where it was left; the one before is closed and free', async () => {
    const { sessions, history, ask, shown, pointer } = world();
    const first = await ask('How many rows?');
    const view = { draft: { text: 'and then', files: [], images: [] }, place: { key: 2, offsetPx: 30 } };
    (await sessions.current()).view.keep(view);
    await sessions.startNew();
    const second = await ask('How many columns?');
    assert.deepEqual(await titles(history), ['How many columns?', 'How many rows?']);
    assert.deepEqual(
      (await history.list()).map(({ place }) => place),
      ['shown', 'closed'],
    );
    await history.open(first);
    assert.equal(pointer.id, first);
    const current = shown.at(-1);
    assert.equal(current?.session.id, first);
    assert.deepEqual(current.view.current, view);
    assert.deepEqual((await history.list()).find(({ id }) => id === second)?.place, 'closed');
    assert.ok(!(await readdir(path.join(root, second))).includes('owner.json'), 'its lock is free');
    await history.open(second);
    assert.equal((await sessions.current()).session.id, second);
  });

  it('leaves a session alone that another window has, and says so', async () => {
    const { sessions, history, ask } = world();
    const taken = await ask('Mine?');
    await sessions.startNew();
    const mine = await ask('Yours?');
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    try {
      const owner = { pid: other.pid, startedAt: '' };
      await writeFile(path.join(root, taken, 'owner.json'), JSON.stringify(owner));
      const entry = (await history.list()).find(({ id }) => id === taken);
      assert.equal(entry?.place, 'elsewhere');
      assert.match(historyWords(entry, Date.now()).when, /open in another window$/);
      assert.equal((await history.openElsewhere())?.id, taken);
      const before = await readFile(path.join(root, taken, 'transcript.jsonl'), 'utf8');
      await assert.rejects(history.open(taken), isCode('session-elsewhere'));
      await assert.rejects(history.rename(taken, 'x'), isCode('session-elsewhere'));
      await assert.rejects(history.remove(taken), isCode('session-elsewhere'));
      assert.equal(await history.sweep(1), 0);
      assert.equal(await readFile(path.join(root, taken, 'transcript.jsonl'), 'utf8'), before);
      assert.equal((await sessions.current()).session.id, mine, 'what was shown still is');
      assert.deepEqual(
        await (await sessions.current()).session.send({ intent: 'ask', text: 'On?', files: [] }),
        {
          kind: 'finished',
        },
      );
      await history.fork(taken, null);
      assert.equal((await sessions.current()).session.title, 'Mine? (fork)');
      assert.equal(await readFile(path.join(root, taken, 'transcript.jsonl'), 'utf8'), before);
    } finally {
      other.kill();
    }
  });

  it('renames the session that is shown and others; no name gives the first question again', async () => {
    const { sessions, history, ask } = world();
    const first = await ask('How many rows?');
    await sessions.startNew();
    const second = await ask('How many columns?');
    await history.rename(first, '  Rows\nof it ');
    await history.rename(second, 'Columns');
    assert.deepEqual(await titles(history), ['Columns', 'Rows of it']);
    assert.equal((await sessions.current()).session.title, 'Columns');
    await history.rename(second, '');
    await history.rename(first, '');
    assert.deepEqual(await titles(history), ['How many columns?', 'How many rows?']);
    await history.open(first);
    const events = (await sessions.current()).session.events();
    assert.deepEqual(
      events.map(({ seq }) => seq),
      [...events.map(({ seq }) => seq)].sort((a, b) => a - b),
    );
  });

  it('deletes into the trash, takes back, and forgets after a week', async () => {
    const { sessions, history, ask, clock } = world();
    const first = await ask('How many rows?');
    clock.running = true;
    await assert.rejects(history.remove(first), isCode('turn-running'));
    clock.running = false;
    await history.remove(first);
    assert.notEqual((await sessions.current()).session.id, first, 'another takes its place');
    assert.deepEqual(await history.list(), []);
    await history.restore(first);
    assert.deepEqual(await titles(history), ['How many rows?']);
    await history.open(first);
    assert.equal((await sessions.current()).session.title, 'How many rows?');
    await history.remove(first);
    clock.now += 6 * DAY_MS;
    await history.sweep(0);
    assert.deepEqual(await readdir(path.join(root, '.trash')), [first]);
    clock.now += 2 * DAY_MS;
    await history.sweep(0);
    assert.deepEqual(await readdir(path.join(root, '.trash')), []);
    await assert.rejects(history.restore(first), isCode('session-unusable'));
  });

  it('keeps sessions for ever unless a setting says how long, and never sweeps what is shown', async () => {
    const { sessions, history, ask, clock } = world();
    const old = await ask('Old?');
    await sessions.startNew();
    const shown = await ask('Shown?');
    clock.now += 400 * DAY_MS;
    assert.equal(await history.sweep(0), 0);
    assert.equal(await history.sweep(500), 0);
    assert.equal(await history.sweep(30), 1);
    assert.deepEqual(
      (await history.list()).map(({ id }) => id),
      [shown],
    );
    assert.ok(!(await readdir(root)).includes(old));
  });

  it('forks an answer of the session that is shown, and shows the fork', async () => {
    const { sessions, history, ask } = world();
    const first = await ask('One?');
    await ask('Two?');
    await history.fork(first, 't1');
    const { session, sources } = await sessions.current();
    assert.notEqual(session.id, first);
    assert.equal(session.title, 'One? (fork)');
    assert.deepEqual(sources, { kind: 'workspace', files: [] });
    assert.deepEqual(await session.send({ intent: 'ask', text: 'Three?', files: [] }), { kind: 'finished' });
    assert.deepEqual(await titles(history), ['One? (fork)', 'One?']);
    const count = (await readdir(root)).length;
    await assert.rejects(history.fork(first, 't9'), isCode('cannot-fork'));
    assert.equal((await readdir(root)).length, count, 'nothing is left behind');
    assert.equal((await sessions.current()).session.id, session.id);
  });

  it('finds words in all of them, and stops when asked', async () => {
    const { sessions, history, ask } = world();
    await ask('What of the herring?');
    await sessions.startNew();
    await ask('What of the whale?');
    const found: string[] = [];
    const stop = new AbortController();
    for await (const { session, hits } of history.search('HERRING', stop.signal)) {
      found.push(`${historyWords(session, 0).title}: ${hits[0]?.where ?? ''}`);
    }
    assert.deepEqual(found, ['What of the herring?: question']);
    stop.abort();
    for await (const hit of history.search('what', stop.signal)) assert.fail(hit.session.id);
  });

  it('refuses names that lead out of its folder', async () => {
    const { history } = world();
    for (const id of ['../x', '..', '.trash', '']) {
      await assert.rejects(history.open(id), isCode('session-unusable'));
      await assert.rejects(history.remove(id), isCode('session-unusable'));
      await assert.rejects(history.fork(id, null), isCode('session-unusable'));
    }
    await assert.rejects(history.rename('nobody', 'x'), isCode('session-unusable'));
    assert.deepEqual(await readdir(root), []);
  });

  it('says when in the words of the day', () => {
    const now = new Date(2026, 4, 20, 15, 0).getTime();
    assert.equal(whenWords(now - 5000, now), 'just now');
    assert.equal(whenWords(now - 60_000, now), '1 minute ago');
    assert.equal(whenWords(now - 5 * 3_600_000, now), 'today, 10:00');
    assert.equal(whenWords(now - 20 * 3_600_000, now), 'yesterday, 19:00');
    assert.equal(whenWords(now - 40 * DAY_MS, now), '10 Apr');
    assert.equal(whenWords(now - 400 * DAY_MS, now), '15 Apr 2025');
  });
});

describe('a long session on its way to the panel', () => {
  it('goes in parts of bounded length, in order and whole', () => {
    const events = Array.from({ length: 50 }, (_, n) => ({
      type: 'text' as const,
      turnId: 't',
      blockId: 'b',
      delta: 'x'.repeat(n === 20 ? 5000 : 100),
      seq: n + 1,
      at: 0,
    }));
    const parts = inParts(events, 1000);
    assert.ok(parts.length > 5);
    assert.deepEqual(parts.flat(), events);
    for (const part of parts) assert.ok(part.length === 1 || JSON.stringify(part).length < 2000);
    assert.deepEqual(inParts([], 1000), [[]]);
  });
});
