import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it, mock } from 'node:test';
import { dockerMissing, Failure } from '../../../src/failures.ts';
import { variablesGone } from '../../../src/session/restore.ts';
import { Transcript } from '../../../src/session/transcript.ts';
import type { SessionEvent } from '../../../src/shared/events.ts';
import { fakeSandbox } from '../../support/fakeSandbox.ts';
import { sessionsForTests } from '../../support/openSession.ts';
import { call, say, scriptedModel } from '../../support/scriptedModel.ts';

const sessions = sessionsForTests();

const openSession = sessions.open;

const ask = (text: string) => ({ intent: 'ask' as const, text, files: [] });
const oneCell = () =>
  scriptedModel((n) =>
    n % 2 === 1 ? { content: [say('Let me see.'), call('1 + 1')] } : { content: [say('Two.')] },
  );

describe('a session', () => {
  it('shows each event only after it is on disk, numbered without gaps', async () => {
    const transcript = join(sessions.folder(), 'transcript.jsonl');
    const missing: string[] = [];
    const { readFileSync } = await import('node:fs');
    const { session, events } = await openSession(oneCell(), fakeSandbox(), {
      onEvents: (batch) => {
        const onDisk = readFileSync(transcript, 'utf8');
        for (const event of batch) {
          events.push(event);
          if (!onDisk.includes(JSON.stringify(event))) missing.push(event.type);
        }
      },
    });
    assert.deepEqual(await session.send(ask('1+1?')), { kind: 'finished' });
    assert.deepEqual(missing, []);
    assert.ok(events.length > 8);
    const lines = (await readFile(transcript, 'utf8')).trim().split('\n').slice(1);
    const seqs = lines.map((line) => (JSON.parse(line) as SessionEvent).seq);
    assert.deepEqual(
      seqs,
      seqs.map((_, index) => index + 1),
    );
    assert.equal(
      events.some(({ type }) => type === 'history'),
      false,
    );
  });

  it('keeps artifacts under their hash as soon as the cell has ended, and says which could not be kept', async () => {
    const sandbox = fakeSandbox(() => ({
      files: { 'report.csv': 'a,b\n1,2\n' },
      result: {},
    }));
    const { session, events } = await openSession(oneCell(), sandbox);
    await session.send(ask('save it'));
    const sha256 = createHash('sha256').update('a,b\n1,2\n').digest('hex');
    assert.deepEqual(session.artifacts(), [{ name: 'report.csv', bytes: 8, sha256 }]);
    assert.equal(await readFile(session.artifactPath(sha256) ?? '', 'utf8'), 'a,b\n1,2\n');
    const order = events.map(({ type }) => type);
    assert.ok(order.indexOf('artifact_stored') < order.indexOf('cell_done'));
    assert.equal(session.artifactPath('../../etc/passwd'), null);
  });

  it('looks itself for formulas in a table, whatever the sandbox says of it', async () => {
    const files = { 'bad.csv': 'a\n=1+1\n', 'good.csv': 'a\n2\n' };
    const lies = Object.entries(files).map(([name, text]) => ({
      ...{ name, bytes: text.length, formulas: name === 'good.csv' },
      sha256: createHash('sha256').update(text).digest('hex'),
    }));
    const { session, events } = await openSession(
      oneCell(),
      fakeSandbox(() => ({ files, result: { artifacts: lies } })),
    );
    await session.send(ask('save them'));
    const stored = events.filter((event) => event.type === 'artifact_stored');
    assert.deepEqual(
      stored.map(({ name, formulas }) => [name, formulas]),
      [
        ['bad.csv', true],
        ['good.csv', undefined],
      ],
    );
  });

  it('refuses an artifact whose bytes are not what was announced, and tells the model', async () => {
    const model = oneCell();
    const lie = { name: 'x.csv', bytes: 5, sha256: 'f'.repeat(64) };
    const sandbox = fakeSandbox(() => ({ files: { 'x.csv': 'hello' }, result: { artifacts: [lie] } }));
    const { session, events } = await openSession(model, sandbox);
    await session.send(ask('save it'));
    const done = events.find((event) => event.type === 'cell_done');
    assert.deepEqual(done?.result.artifacts, []);
    assert.deepEqual(done?.result.refused, [{ name: 'x.csv', reason: 'it changed while it was copied' }]);
    assert.match(JSON.stringify(model.requests[1]?.messages), /does NOT get: .*x\.csv/s);
    assert.equal(session.artifactPath(lie.sha256), null);
  });

  it('refuses a second question while one is answered, and any after it was closed', async () => {
    const { session } = await openSession(scriptedModel(() => ({ content: [say('…')], hangs: true })));
    const first = session.send(ask('a'));
    await assert.rejects(
      session.send(ask('b')),
      (error) => error instanceof Failure && error.code === 'turn-running',
    );
    await session.stop();
    assert.deepEqual(await first, { kind: 'stopped' });
    await session.dispose();
    await assert.rejects(
      session.send(ask('c')),
      (error) => error instanceof Failure && error.code === 'session-closed',
    );
  });

  it('stops a running cell and can be asked again', async () => {
    const sandbox = fakeSandbox((_, n) => (n === 1 ? { waitMs: 60_000 } : {}));
    const model = scriptedModel((n) =>
      n === 1 ? { content: [call('while True: pass')] } : { content: [say('ok')] },
    );
    const { session, events, states } = await openSession(model, sandbox);
    const turn = session.send(ask('a'));
    while (!events.some(({ type }) => type === 'cell_running')) await new Promise((r) => setTimeout(r, 5));
    assert.equal(session.activity.sandbox.kind, 'busy');
    await session.stop();
    assert.deepEqual(await turn, { kind: 'stopped' });
    assert.ok(states.some(({ turn: kind }) => kind === 'stopping'));
    assert.deepEqual(session.activity, {
      turn: 'idle',
      sandbox: { kind: 'ready', detail: 'runc, no network' },
      network: { open: [], canOpen: true },
    });
    assert.deepEqual(await session.send(ask('b')), { kind: 'finished' });
    const [, user] = model.requests[1]?.messages.slice(-2) ?? [];
    assert.match(JSON.stringify(user), /interrupted: the user stopped it/);
  });

  it('refuses a question about a hidden file, before anything is sent; one about its neighbour is answered', async () => {
    const hidden = { count: 2, names: ['.env', 'keys/'], cut: false, linkCount: 0, links: [] };
    const plain = fakeSandbox();
    const sandbox = { ...plain, start: async () => ({ ...(await plain.start(() => undefined)), hidden }) };
    const model = scriptedModel(() => ({ content: [say('ok')] }));
    const { session } = await openSession(model, sandbox);
    const about = (containerPath: string) => ({ ...ask('what?'), files: [{ label: 'x', containerPath }] });
    for (const path of ['/workspace/.env', '/workspace/keys/a.csv']) {
      const end = await session.send(about(path));
      assert.ok(end.kind === 'failed' && end.failure.code === 'file-hidden', JSON.stringify(end));
      assert.ok(end.failure.sentence.includes(path));
    }
    assert.equal(model.requests.length, 0);
    for (const path of ['/workspace/.env.example', '/workspace/keys.csv']) {
      assert.deepEqual(await session.send(about(path)), { kind: 'finished' });
    }
  });

  it('says in its state and to the model what is hidden, while code runs, too', async () => {
    const hidden = { count: 1, names: ['.env'], cut: false, linkCount: 0, links: [] };
    const plain = fakeSandbox();
    const sandbox = { ...plain, start: async () => ({ ...(await plain.start(() => undefined)), hidden }) };
    const model = scriptedModel((n) => (n === 1 ? { content: [call('1')] } : { content: [say('ok')] }));
    const { session, states } = await openSession(model, sandbox);
    await session.send(ask('a'));
    const kinds = new Set(states.flatMap((state) => ('hidden' in state.sandbox ? [state.sandbox.kind] : [])));
    assert.deepEqual([...kinds].sort(), ['busy', 'ready']);
    assert.match(model.requests[0]?.system ?? '', /Hidden from you.*"\.env"/);
  });

  it('ends the turn with the sandbox failure and its remedy, and works when the engine is there', async () => {
    let there = false;
    const sandbox = fakeSandbox(
      () => ({}),
      async () => (there ? Promise.resolve() : Promise.reject(dockerMissing('/var/run/docker.sock'))),
    );
    const { session } = await openSession(oneCell(), sandbox);
    const end = await session.send(ask('a'));
    assert.equal(end.kind === 'failed' && end.failure.code, 'docker-missing');
    assert.equal(session.activity.sandbox.kind, 'failed');
    there = true;
    assert.deepEqual(await session.send(ask('a')), { kind: 'finished' });
  });

  it('tells user and model when the sandbox went away between two questions', async () => {
    const model = oneCell();
    const { session, sandbox } = await openSession(model);
    await session.send(ask('a'));
    sandbox.lose('The container was removed.');
    await session.send(ask('b'));
    assert.ok(session.events().some((e) => e.type === 'notice' && /container was removed/.test(e.text)));
    assert.match(JSON.stringify(model.requests[2]?.messages.at(-1)), /<note>The container was removed\./);
  });

  it('restarts the sandbox with a notice', async () => {
    const { session, sandbox } = await openSession(oneCell());
    await session.send(ask('a'));
    await session.restartSandbox();
    assert.equal(sandbox.resets, 1);
    assert.match(JSON.stringify(session.events().at(-1)), /restarted/);
  });

  it('removes the sandbox when it is closed, in the middle of a cell too', async () => {
    const sandbox = fakeSandbox(() => ({ waitMs: 60_000 }));
    const { session, events } = await openSession(oneCell(), sandbox);
    const turn = session.send(ask('a'));
    while (!events.some(({ type }) => type === 'cell_running')) await new Promise((r) => setTimeout(r, 5));
    await session.dispose();
    assert.equal(sandbox.disposed, true);
    assert.deepEqual(await turn, { kind: 'stopped' });
  });

  it('goes on showing when the disk is full, says so once, and saves everything later', async () => {
    const { session, events } = await openSession(oneCell());
    const full = mock.method(Transcript.prototype, 'append', async () =>
      Promise.reject(new Error('ENOSPC: no space left on device')),
    );
    assert.deepEqual(await session.send(ask('a')), { kind: 'finished' });
    full.mock.restore();
    assert.deepEqual(await session.send(ask('b')), { kind: 'finished' });
    assert.equal(events.filter((e) => e.type === 'notice' && /cannot be saved/.test(e.text)).length, 1);
    await session.dispose();
    const again = await openSession(oneCell());
    const types = (list: SessionEvent[]) =>
      list.filter(({ type }) => type !== 'cell_code').map((event) => `${event.seq} ${event.type}`);
    const restored = types(again.session.events());
    assert.deepEqual(restored.slice(1, 1 + types(events).length), types(events));
  });
});

describe('a session that is opened again', () => {
  it('shows the same conversation and says that variables are gone, once', async () => {
    const first = await openSession(oneCell());
    await first.session.send(ask('a'));
    const before = first.session.events();
    await first.session.dispose();
    const model = oneCell();
    const second = await openSession(model, fakeSandbox(), { title: 'Other' });
    assert.equal(second.session.title, 'Sales');
    const after = second.session.events();
    assert.deepEqual(after.slice(0, before.length), before);
    assert.deepEqual(
      after.slice(before.length).map((e) => e.type === 'notice' && e.text),
      [variablesGone().english],
    );
    assert.equal(second.sandbox.starts, 0);
    await second.session.dispose();
    const third = await openSession(model);
    assert.equal(third.session.events().filter((e) => e.type === 'notice').length, 1);
    await third.session.send(ask('b'));
    assert.match(JSON.stringify(model.requests[0]?.messages.at(-1)), /<note>The session was opened again/);
    assert.equal(model.requests[0]?.messages.length, 5);
  });

  it('closes a turn and a cell that were cut by a crash, and the next request is valid', async () => {
    const first = await openSession(
      scriptedModel(() => ({ content: [call('x = 1')] })),
      fakeSandbox(() => ({ waitMs: 60_000 })),
    );
    const turn = first.session.send(ask('a'));
    while (!first.events.some(({ type }) => type === 'cell_running'))
      await new Promise((r) => setTimeout(r, 5));
    const atCrash = await readFile(join(sessions.folder(), 'transcript.jsonl'));
    await first.session.dispose();
    await turn;
    await writeFile(join(sessions.folder(), 'transcript.jsonl'), atCrash);

    const model = scriptedModel(() => ({ content: [say('Again.')] }));
    const { session } = await openSession(model);
    const tail = session.events().slice(-3);
    assert.deepEqual(
      tail.map(({ type }) => type),
      ['cell_done', 'turn_ended', 'notice'],
    );
    assert.equal(tail[0]?.type === 'cell_done' && tail[0].result.status, 'killed');
    assert.equal(
      tail[1]?.type === 'turn_ended' && tail[1].end.kind === 'failed' && tail[1].end.failure.code,
      'turn-cut',
    );
    assert.deepEqual(await session.send(ask('b')), { kind: 'finished' });
    const messages = model.requests[0]?.messages ?? [];
    assert.deepEqual(
      messages.map(({ role }) => role),
      ['user', 'assistant', 'user'],
    );
    assert.match(JSON.stringify(messages[2]?.content[0]), /no recorded result/);
  });

  it('drops a torn last line and goes on with the next number', async () => {
    const first = await openSession(oneCell());
    await first.session.send(ask('a'));
    const count = first.session.events().length;
    await first.session.dispose();
    await appendFile(
      join(sessions.folder(), 'transcript.jsonl'),
      '{"type":"text","seq":99,"at":1,"turnId":"t1","del',
    );
    const { session } = await openSession(oneCell());
    assert.equal(session.events().length, count + 1);
    await session.send(ask('b'));
    const lines = (await readFile(join(sessions.folder(), 'transcript.jsonl'), 'utf8')).trim().split('\n');
    for (const line of lines) JSON.parse(line);
    const seqs = lines.slice(1).map((line) => (JSON.parse(line) as SessionEvent).seq);
    assert.deepEqual(
      seqs,
      seqs.map((_, index) => index + 1),
    );
  });

  it('keeps damaged lines in a copy and says how many there are', async () => {
    const first = await openSession(oneCell());
    await first.session.send(ask('a'));
    await first.session.dispose();
    const file = join(sessions.folder(), 'transcript.jsonl');
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    const damaged = lines.map((line, index) => (index === 3 ? line.slice(0, -5) : line));
    await writeFile(file, damaged.join('\n') + '\n');
    const { session } = await openSession(oneCell());
    assert.ok(session.events().some((e) => e.type === 'notice' && /could not be read: 1\./.test(e.text)));
    assert.equal(await readFile(`${file}.bad`, 'utf8'), (damaged[3] ?? '') + '\n');
    await session.dispose();
    const again = await openSession(oneCell());
    assert.equal(
      again.session.events().filter((e) => e.type === 'notice' && /could not be read/.test(e.text)).length,
      1,
    );
  });

  it('refuses a transcript of a newer version and leaves it alone', async () => {
    const file = join(sessions.folder(), 'transcript.jsonl');
    const newer = '{"format":"code-interpreter-transcript","version":2}\n{"future":true}\n';
    await writeFile(file, newer);
    await assert.rejects(
      openSession(oneCell()),
      (error) => error instanceof Failure && error.code === 'session-newer',
    );
    assert.equal(await readFile(file, 'utf8'), newer);
  });
});
