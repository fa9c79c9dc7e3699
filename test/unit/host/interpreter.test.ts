/** Sessions and the middle of the extension on real sessions, with a scripted model and a fake sandbox. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { DEFAULT_TURN_LIMITS } from '../../../src/agent/loop.ts';
import type { HostMount } from '../../../src/container/policy.ts';
import { dockerStopped, Failure } from '../../../src/failures.ts';
import { EngineWatch, sleep } from '../../../src/host/engineWait.ts';
import { FileIds } from '../../../src/host/fileIds.ts';
import { Interpreter } from '../../../src/host/interpreter.ts';
import { Modes } from '../../../src/host/modes.ts';
import type { Folder } from '../../../src/host/mountPlan.ts';
import { Sessions } from '../../../src/host/sessions.ts';
import type { HostEvent } from '../../../src/shared/protocol.ts';
import { fakeSandbox, type FakeSandbox } from '../../support/fakeSandbox.ts';
import { scriptedModel } from '../../support/scriptedModel.ts';

let root = '';
let folder: Folder;
const disposals: (() => Promise<void>)[] = [];

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'host-'));
  folder = { path: path.join(root, 'project'), name: 'project' };
  await mkdir(folder.path);
  await mkdir(path.join(root, 'sample'));
  await writeFile(path.join(folder.path, 'sales.csv'), 'a,b\n1,2\n');
  await writeFile(path.join(root, 'outside.csv'), 'a,b\n1,2\n');
  await writeFile(path.join(root, 'sample', 'sales.csv'), 'a,b\n1,2\n');
});
afterEach(async () => {
  for (const dispose of disposals.splice(0)) await dispose();
  await rm(root, { recursive: true, force: true });
});

/** A window. `hangs`: the model does not answer before it is stopped. */
function window({ hangs = false, folders = [folder], pointer = { id: '' } } = {}) {
  const events: HostEvent[] = [];
  const boxes: { sandbox: FakeSandbox; mounts: HostMount[] }[] = [];
  const user = { trusted: true, agrees: true, asked: [] as string[] };
  const failures: string[] = [];
  const ids = new FileIds();
  const engine = new EngineWatch(
    async () => Promise.resolve(),
    () => interpreter.stateChanged(),
  );
  const sessions: Sessions = new Sessions({
    root: () => path.join(root, 'sessions'),
    pointer: {
      get: () => (pointer.id === '' ? undefined : pointer.id),
      set: async (id) => void (await Promise.resolve((pointer.id = id))),
    },
    workspaceFolders: () => folders,
    sampleFolder: async () => Promise.resolve(path.join(root, 'sample')),
    createSandbox: (_id, mounts) => {
      const sandbox = fakeSandbox();
      boxes.push({ sandbox, mounts });
      return sandbox;
    },
    sessionOptions: (id) => ({
      model: async () =>
        Promise.resolve(scriptedModel(() => ({ content: [{ type: 'text', text: 'Done.' }], hangs }))),
      mode: () => modes.current,
      cellTimeoutMs: 1000,
      outputLimitBytes: 1000,
      limits: DEFAULT_TURN_LIMITS,
      onEvents: (list) => interpreter.sessionEvents(id, list),
      onState: () => interpreter.stateChanged(),
      log: () => undefined,
    }),
    onSwitched: (current) => interpreter.switched(current),
    onRestoreFailed: (error) => failures.push(String(error)),
    lockPatienceMs: 50,
  });
  const kept = new Map<string, unknown>();
  const modes = new Modes(
    {
      get: (key: string) => kept.get(key) as undefined,
      update: async (key: string, value: unknown) => void (await Promise.resolve(kept.set(key, value))),
    },
    () => interpreter.stateChanged(),
  );
  const interpreter: Interpreter = new Interpreter({
    sessions,
    engine,
    isTrusted: () => user.trusted,
    modelState: async () => Promise.resolve({ id: 'm', label: 'M', provider: null, hasKey: false }),
    modes,
    dataFiles: async () => Promise.resolve([ids.add(path.join(folder.path, 'sales.csv'), 'sales.csv')]),
    confirmNewSession: async (reason) => {
      user.asked.push(reason);
      return Promise.resolve(user.agrees);
    },
    emit: (event) => events.push(event),
    report: (failure) => failures.push(failure.code),
  });
  const close = async (): Promise<void> => {
    engine.dispose();
    await sessions.dispose();
  };
  disposals.push(close);
  return { interpreter, sessions, engine, events, boxes, user, failures, pointer, close };
}

const inside = () => [{ path: path.join(folder.path, 'sales.csv'), label: 'sales.csv' }];
const outside = () => [{ path: path.join(root, 'outside.csv'), label: 'outside.csv' }];
const isCode = (code: string) => (error: unknown) => error instanceof Failure && error.code === code;

async function untilAttempted({ interpreter }: ReturnType<typeof window>): Promise<void> {
  for (let n = 0; !(await interpreter.events()).some(({ type }) => type === 'network_attempt'); n++) {
    if (n > 500) throw new Error('the attempt is not in the log');
    await sleep(5);
  }
}

async function untilIdle(interpreter: Interpreter): Promise<void> {
  for (let n = 0; interpreter.isRunning; n++) {
    if (n > 500) throw new Error('the turn did not end');
    await sleep(5);
  }
}

describe('asking about files', () => {
  it('becomes a turn whose files are named as the container sees them', async () => {
    const { interpreter, events } = window();
    await interpreter.snapshot();
    assert.ok(await interpreter.ask({ intent: 'chart', text: '', files: inside() }));
    await untilIdle(interpreter);
    const { events: log, state } = await interpreter.snapshot();
    const question = log.find((event) => event.type === 'user_message');
    assert.deepEqual(question?.files, [{ label: 'sales.csv', containerPath: '/workspace/sales.csv' }]);
    assert.equal(log.at(-1)?.type, 'turn_ended');
    assert.equal(state.turn, 'idle');
    const told = events.flatMap((event) => (event.type === 'events' ? event.events : []));
    assert.ok(
      told.some(({ type }) => type === 'turn_ended'),
      'the panel heard of it',
    );
  });

  it('is refused in an untrusted workspace, and goes on when trust is granted', async () => {
    const { interpreter, user, boxes } = window();
    user.trusted = false;
    await assert.rejects(
      interpreter.ask({ intent: 'chart', text: '', files: inside() }),
      isCode('untrusted'),
    );
    await assert.rejects(interpreter.restartSandbox(), isCode('untrusted'));
    const { state } = await interpreter.snapshot();
    assert.equal(state.trusted, false);
    assert.deepEqual(state.suggestions, [], 'no file of the workspace was looked at');
    assert.equal(boxes[0]?.sandbox.starts, 0);
    user.trusted = true;
    await interpreter.refreshModel();
    assert.ok(await interpreter.ask({ intent: 'chart', text: '', files: inside() }));
    await untilIdle(interpreter);
    assert.ok((await interpreter.snapshot()).state.suggestions.length > 0);
  });

  it('names no host path to the panel', async () => {
    const { interpreter, events } = window();
    await interpreter.ask({ intent: 'analyze', text: '', files: inside() });
    await untilIdle(interpreter);
    const told = JSON.stringify([await interpreter.snapshot(), events]);
    assert.ok(!told.includes(root));
  });

  it('is refused by a file that is gone', async () => {
    const { interpreter } = window();
    const gone = [{ path: path.join(folder.path, 'gone.csv'), label: 'gone.csv' }];
    await assert.rejects(interpreter.ask({ intent: 'chart', text: '', files: gone }), isCode('file-gone'));
  });

  it('waits while another answer is worked on, which Stop ends', async () => {
    const { interpreter } = window({ hangs: true });
    await interpreter.ask({ intent: 'chart', text: '', files: inside() });
    assert.ok(interpreter.isRunning);
    assert.ok(await interpreter.ask({ intent: 'ask', text: 'x', files: [] }));
    assert.equal((await interpreter.snapshot()).state.queue.length, 1);
    await interpreter.stop();
    assert.ok(!interpreter.isRunning);
    assert.ok(await interpreter.ask({ intent: 'ask', text: 'again', files: [] }));
  });
});

describe('files outside the open folders', () => {
  it('get a session that sees them, without a question when nothing was said yet', async () => {
    const { interpreter, user, sessions } = window();
    assert.ok(await interpreter.ask({ intent: 'chart', text: '', files: outside() }));
    assert.deepEqual(user.asked, []);
    assert.deepEqual(
      sessions.now?.mounts.map(({ name }) => name),
      ['project', 'outside.csv'],
    );
    await untilIdle(interpreter);
  });

  it('ask first when there is a conversation, and leave it alone when refused', async () => {
    const { interpreter, user, sessions } = window();
    await interpreter.ask({ intent: 'chart', text: '', files: inside() });
    await untilIdle(interpreter);
    const before = sessions.now?.session.id;
    user.agrees = false;
    assert.equal(await interpreter.ask({ intent: 'chart', text: '', files: outside() }), false);
    assert.equal(sessions.now?.session.id, before);
    user.agrees = true;
    assert.ok(await interpreter.ask({ intent: 'chart', text: '', files: outside() }));
    assert.notEqual(sessions.now?.session.id, before);
    assert.equal(user.asked.length, 2);
    await untilIdle(interpreter);
  });

  it('are mounted alone when no folder is open', async () => {
    const { interpreter, sessions, boxes } = window({ folders: [] });
    await interpreter.ask({ intent: 'chart', text: '', files: outside() });
    await untilIdle(interpreter);
    assert.deepEqual(sessions.now?.mounts, [{ source: path.join(root, 'outside.csv'), name: 'outside.csv' }]);
    assert.ok(boxes.slice(0, -1).every(({ sandbox }) => sandbox.disposed));
  });
});

describe('the sample', () => {
  it('is looked at in a session that sees nothing else', async () => {
    const { interpreter, sessions } = window();
    await interpreter.sampleSession();
    assert.deepEqual(sessions.now?.mounts, [{ source: path.join(root, 'sample'), name: null }]);
    const id = sessions.now?.session.id;
    await interpreter.sampleSession();
    assert.equal(sessions.now?.session.id, id, 'it is used again');
  });
});

describe('the sessions of a window', () => {
  it('show the conversation again after a reload', async () => {
    const first = window();
    await first.interpreter.ask({ intent: 'chart', text: 'please', files: inside() });
    await untilIdle(first.interpreter);
    const before = await first.interpreter.snapshot();
    await first.close();
    const second = window({ pointer: first.pointer });
    const after = await second.interpreter.snapshot();
    assert.equal(after.state.sessionId, before.state.sessionId);
    assert.deepEqual(after.events.slice(0, before.events.length), before.events);
  });

  it('remember a file outside the folders over a reload', async () => {
    const first = window();
    await first.interpreter.ask({ intent: 'chart', text: '', files: outside() });
    await untilIdle(first.interpreter);
    const { mounts } = first.sessions.now ?? {};
    await first.close();
    const second = window({ pointer: first.pointer });
    await second.interpreter.snapshot();
    assert.deepEqual(second.sessions.now?.mounts, mounts);
  });

  it('give a second window on the same folder a session of its own', async () => {
    const first = window();
    await first.interpreter.snapshot();
    const second = window({ pointer: { id: first.pointer.id } });
    await second.interpreter.snapshot();
    assert.notEqual(second.sessions.now?.session.id, first.sessions.now?.session.id);
  });

  it('have theirs again after a reload, also where another window was the last to say which', async () => {
    const first = window();
    await first.interpreter.snapshot();
    const { id } = first.pointer;
    const second = window({ pointer: { id } });
    await second.interpreter.snapshot();
    const pointer = { id: second.pointer.id };
    await first.close();
    const again = window({ pointer });
    assert.equal((await again.interpreter.snapshot()).state.sessionId, id);
    assert.equal(pointer.id, id);
  });

  it('take no session that was left long ago for the one of before a reload', async () => {
    const first = window();
    await first.interpreter.snapshot();
    const { id } = first.pointer;
    const second = window({ pointer: { id } });
    await second.interpreter.snapshot();
    await first.close();
    const old = Date.now() / 1000 - 3600;
    await utimes(path.join(root, 'sessions', id), old, old);
    const again = window({ pointer: { id: second.pointer.id } });
    assert.notEqual((await again.interpreter.snapshot()).state.sessionId, id);
  });

  it('wait for a window that is just closing', async () => {
    const first = window();
    await first.interpreter.snapshot();
    const id = first.pointer.id;
    const second = window({ pointer: first.pointer });
    const opening = second.interpreter.snapshot();
    await first.close();
    assert.equal((await opening).state.sessionId, id);
  });

  it('take a new one when the last cannot be read, and leave that alone', async () => {
    const first = window();
    await first.interpreter.snapshot();
    const id = first.pointer.id;
    await first.close();
    const sources = path.join(root, 'sessions', id, 'sources.json');
    await writeFile(sources, '{"kind":"else"}');
    const second = window({ pointer: first.pointer });
    const { state } = await second.interpreter.snapshot();
    assert.notEqual(state.sessionId, id);
    assert.ok((await readdir(path.join(root, 'sessions'))).includes(id));
  });

  it('do not leave their folder by a forged pointer', async () => {
    const { interpreter, sessions } = window({ pointer: { id: '../project' } });
    await interpreter.snapshot();
    assert.match(sessions.now?.session.id ?? '', /^[0-9a-f-]{36}$/);
  });

  it('tell the panel to forget the old session when a new one starts', async () => {
    const { interpreter, events, boxes } = window();
    await interpreter.snapshot();
    await interpreter.newSession();
    const reset = events.findLast((event) => event.type === 'reset');
    assert.equal(reset?.state.sessionId, (await interpreter.snapshot()).state.sessionId);
    assert.equal(boxes[0]?.sandbox.disposed, true);
  });

  it('ask before a running answer is thrown away for a new session', async () => {
    const { interpreter, user } = window({ hangs: true });
    await interpreter.ask({ intent: 'chart', text: '', files: inside() });
    user.agrees = false;
    assert.equal(await interpreter.newSession(), false);
    assert.ok(interpreter.isRunning);
    user.agrees = true;
    assert.equal(await interpreter.newSession(), true);
    assert.ok(!interpreter.isRunning);
  });
});

describe('the state of the panel', () => {
  it('shows that the engine is absent, and no longer than that', async () => {
    const { interpreter, engine, events } = window();
    await interpreter.snapshot();
    engine.lost(dockerStopped('/sock'));
    const shown = (await interpreter.snapshot()).state.sandbox;
    assert.ok(shown.kind === 'waiting' && shown.failure.code === 'docker-stopped');
    engine.found();
    assert.equal((await interpreter.snapshot()).state.sandbox.kind, 'off');
    const kinds = events.flatMap((event) => (event.type === 'state' ? [event.state.sandbox.kind] : []));
    assert.deepEqual(kinds.slice(-2), ['waiting', 'off']);
  });
});

describe('the mode', () => {
  it('is kept, and a plan is run in the mode before it', async () => {
    const { interpreter, events } = window();
    await interpreter.snapshot();
    await interpreter.setMode('ask');
    await interpreter.setMode('plan');
    assert.equal(events.findLast((event) => event.type === 'state')?.state.mode, 'plan');
    assert.equal(await interpreter.runPlan(), false, 'there is no plan yet');
    await interpreter.ask({ intent: 'chart', text: 'How?', files: inside() });
    await untilIdle(interpreter);
    assert.equal(await interpreter.runPlan(), true);
    await untilIdle(interpreter);
    const { state, events: log } = await interpreter.snapshot();
    assert.equal(state.mode, 'ask');
    const asked = log.flatMap((event) => (event.type === 'user_message' ? [event] : []));
    assert.deepEqual(asked[1]?.files, asked[0]?.files);
    assert.equal(await interpreter.runPlan(), false, 'the last answer was no plan');
  });
});

describe('a message while another answer is worked on', () => {
  it('is queued with what it names, and can be taken back as it was written', async () => {
    const { interpreter } = window({ hangs: true });
    await interpreter.snapshot();
    await interpreter.ask({ intent: 'ask', text: 'first', files: [] });
    const draft = {
      text: 'second',
      files: [{ id: 'file-1', label: 'sales.csv' }],
      images: [{ id: 'ab', name: 'pasted-1.png' }],
    };
    assert.equal(await interpreter.ask({ intent: 'ask', text: 'second', files: inside() }, draft), true);
    const { state } = await interpreter.snapshot();
    assert.deepEqual(
      state.queue.map(({ text, labels }) => ({ text, labels })),
      [{ text: 'second', labels: ['sales.csv', 'pasted-1.png'] }],
    );
    const id = state.queue[0]?.id ?? '';
    assert.deepEqual(interpreter.unqueue(id, new FileIds()), draft);
    assert.equal(interpreter.unqueue(id, new FileIds()), null);
    assert.deepEqual((await interpreter.snapshot()).state.queue, []);
    await interpreter.stop();
  });

  it('is there after a reload as not sent, and comes back into the composer with its files', async () => {
    const pointer = { id: '' };
    const first = window({ hangs: true, pointer });
    await first.interpreter.snapshot();
    await first.interpreter.ask({ intent: 'ask', text: 'first', files: [] });
    const lines = { startLine: 1, endLine: 2, text: 'a,b', totalChars: 3, unsaved: false };
    const selection = { label: 'sales.csv', path: inside()[0]?.path ?? '', ...lines };
    const outsider = { id: 'file-old-3', label: 'gone.csv' };
    const draft = {
      text: 'second',
      files: [
        { id: 'file-old-1', label: 'sales.csv' },
        { id: 'selection-old-2', label: 'sales.csv:1-2' },
        outsider,
      ],
      images: [{ id: 'ab', name: 'pasted-1.png' }],
    };
    const second = { intent: 'ask' as const, text: 'second', files: inside(), selections: [selection] };
    await first.interpreter.ask(second, draft);
    await first.close();

    const { interpreter } = window({ pointer });
    const { state, events } = await interpreter.snapshot();
    assert.equal(state.turn, 'idle');
    assert.deepEqual(
      state.queue.map(({ text, labels, unsent }) => ({ text, labels: labels.length, unsent })),
      [{ text: 'second', labels: 4, unsent: true }],
    );
    assert.ok(!events.some((event) => event.type === 'user_message' && event.text === 'second'));
    const ids = new FileIds();
    const again = interpreter.unqueue(state.queue[0]?.id ?? '', ids);
    assert.deepEqual([again?.text, again?.images], ['second', draft.images]);
    const chips = again?.files ?? [];
    assert.deepEqual(
      ids.find(chips.map(({ id }) => id)).map(({ path: at }) => at),
      inside().map(({ path: at }) => at),
    );
    assert.deepEqual(ids.findSelections(chips.map(({ id }) => id)), [selection]);
    assert.deepEqual(chips[2], outsider);
  });
});

describe('the network of the current session', () => {
  const attempt = {
    time: '2026-01-02T03:04:05.000Z',
    host: 'data.example.org',
    port: 443,
    method: 'CONNECT',
    verdict: 'denied',
    reason: 'closed',
    bytes: 0,
  } as const;
  const place = { host: 'data.example.org', port: 443 };

  it('opens what code tried to reach, shows it, and closes it again', async () => {
    const shown = window();
    const { interpreter, boxes } = shown;
    await interpreter.ask({ intent: 'ask', text: 'go', files: inside() });
    await untilIdle(interpreter);
    boxes[0]?.sandbox.attempt(attempt);
    await untilAttempted(shown);
    await interpreter.allowAttempted(place, 'session');
    assert.deepEqual((await interpreter.snapshot()).state.network, {
      open: [{ rule: 'data.example.org', by: 'session' }],
      canOpen: true,
    });
    assert.equal(boxes[0]?.sandbox.network.rules.length, 1);
    await interpreter.closeHosts(['data.example.org']);
    assert.equal(boxes[0]?.sandbox.network.rules.length, 0);
  });

  it('opens nothing that code did not try, and nothing where the workspace is not trusted', async () => {
    const shown = window();
    const { interpreter, boxes, user } = shown;
    await interpreter.ask({ intent: 'ask', text: 'go', files: inside() });
    await untilIdle(interpreter);
    await assert.rejects(async () => interpreter.allowAttempted(place, 'once'), isCode('cannot-open-host'));
    boxes[0]?.sandbox.attempt(attempt);
    await untilAttempted(shown);
    user.trusted = false;
    await assert.rejects(async () => interpreter.allowAttempted(place, 'once'), isCode('untrusted'));
    assert.equal(boxes[0]?.sandbox.network.rules.length, 0);
  });

  it('is closed again in the next session', async () => {
    const shown = window();
    const { interpreter, boxes } = shown;
    await interpreter.ask({ intent: 'ask', text: 'go', files: inside() });
    await untilIdle(interpreter);
    boxes[0]?.sandbox.attempt(attempt);
    await untilAttempted(shown);
    await interpreter.allowAttempted(place, 'session');
    await interpreter.newSession();
    await interpreter.ask({ intent: 'ask', text: 'go', files: inside() });
    await untilIdle(interpreter);
    assert.deepEqual((await interpreter.snapshot()).state.network?.open, []);
    assert.equal(boxes.at(-1)?.sandbox.network.rules.length, 0);
  });
});
