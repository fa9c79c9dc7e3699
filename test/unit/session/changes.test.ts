/** From the model's edit of a workspace file to the file itself: a real session, real files, the host's own writing. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, realpath, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { HostMount } from '../../../src/container/policy.ts';
import { Changes } from '../../../src/host/changes.ts';
import { MountedFiles } from '../../../src/host/userFiles.ts';
import type { AssistantBlock } from '../../../src/models/model.ts';
import type { Privacy } from '../../../src/shared/protocol.ts';
import { codeOf } from '../../support/changesWorld.ts';
import { fakeSandbox } from '../../support/fakeSandbox.ts';
import { sessionsForTests } from '../../support/openSession.ts';
import { call, say, scriptedModel } from '../../support/scriptedModel.ts';

const sessions = sessionsForTests();
const ask = { intent: 'ask' as const, text: 'Go on', files: [] };

let user: string;
let mounts: HostMount[];
beforeEach(async () => {
  user = await realpath(await mkdtemp(join(tmpdir(), 'user-')));
  mounts = [{ source: user, name: null }];
});
afterEach(async () => rm(user, { recursive: true, force: true }));

const text = (changes: Record<number, string> = {}): string =>
  Array.from({ length: 20 }, (_, n) => changes[n + 1] ?? `line ${n + 1}\n`).join('');
const rewrite = (path: string, content: string): AssistantBlock => ({
  type: 'tool_use',
  id: 'edit',
  name: 'str_replace_based_edit_tool',
  input: { command: 'create', path, file_text: content },
});

/** A session whose model does that in its first turn. */
async function opened(step: AssistantBlock, files: Record<string, string> = {}, privacy: Privacy = 'full') {
  const path = join(user, 'a.py');
  await writeFile(path, text());
  await utimes(path, 0, 0);
  const model = scriptedModel((n) => ({ content: [n === 1 ? step : say('Done.')] }));
  const seen = await sessions.open(
    model,
    fakeSandbox(() => ({ files })),
    {
      userFiles: new MountedFiles(mounts),
      privacy: () => privacy,
      now: Date.now,
    },
  );
  const changes = new Changes({
    shown: async () => Promise.resolve({ session: seen.session, mounts }),
    protectedFiles: () => [],
    confirm: async () => Promise.resolve(true),
    isUnsaved: () => false,
  });
  const content = async (): Promise<string> => readFile(path, 'utf8');
  return { ...seen, model, changes, content };
}

describe('a change that the model proposes', () => {
  for (const [how, step, files] of [
    ['with its editor', rewrite('/workspace/a.py', text({ 3: 'three\n', 15: 'fifteen\n' })), {}],
    ['with code', call('write()'), { 'changes/workspace/a.py': text({ 3: 'three\n', 15: 'fifteen\n' }) }],
  ] as const) {
    it(`${how} is accepted in part and taken back, and the model is told`, async () => {
      const { session, events, model, changes, content } = await opened(step, files);
      await session.send(ask);
      assert.equal(await content(), text(), 'nothing is written by itself');
      const based = events.findIndex(({ type }) => type === 'change_based');
      const stored = events.findIndex(({ type }) => type === 'artifact_stored' || type === 'file_edit');
      assert.ok(based >= 0 && based < stored);
      const [change] = await changes.list();
      assert.deepEqual([change?.label, change?.hunks.length, change?.state.kind], ['a.py', 2, 'open']);
      const { containerPath, sha256 } = change ?? { containerPath: '', sha256: '' };
      assert.equal(await changes.decide({ containerPath, sha256, hunks: [1], accept: true }), true);
      assert.equal(await content(), text({ 15: 'fifteen\n' }));
      const decided = events.find((event) => event.type === 'change_decided');
      const hashes = decided?.type === 'change_decided' ? decided.written : undefined;
      assert.equal(await readFile(session.artifactPath(hashes?.before?.sha256 ?? '') ?? '', 'utf8'), text());
      assert.equal(
        await readFile(session.artifactPath(hashes?.after.sha256 ?? '') ?? '', 'utf8'),
        await content(),
      );
      await session.send(ask);
      const question = JSON.stringify(model.requests[2]?.messages.at(-1)?.content);
      assert.match(
        question,
        /Of 2 hunks that you proposed for .*a\.py.* the user accepted 1 and rejected 0, 1 not/,
      );
      assert.equal(await changes.undo(containerPath), true);
      assert.equal(await content(), text());
      await session.send(ask);
      const later = JSON.stringify(model.requests[3]?.messages.at(-1)?.content);
      assert.match(later, /was taken back/);
      await session.send(ask);
      const last = JSON.stringify(model.requests[4]?.messages.at(-1)?.content);
      assert.doesNotMatch(last, /hunks/, 'once');
    });
  }

  it('is there after a reload, with what was decided, and can be taken back', async () => {
    const first = await opened(rewrite('/workspace/a.py', text({ 3: 'three\n', 15: 'x\n' })));
    await first.session.send(ask);
    const [change] = await first.changes.list();
    const { containerPath, sha256 } = change ?? { containerPath: '', sha256: '' };
    await first.changes.decide({ containerPath, sha256, hunks: [0], accept: true });
    await first.session.dispose();
    const again = await sessions.open(scriptedModel(() => ({ content: [] })));
    const changes = new Changes({
      shown: async () => Promise.resolve({ session: again.session, mounts }),
      protectedFiles: () => [],
      confirm: async () => Promise.resolve(true),
      isUnsaved: () => false,
    });
    const [later] = await changes.list();
    assert.deepEqual(
      later?.hunks.map(({ decision }) => decision),
      ['accepted', 'open'],
    );
    await changes.undo(containerPath);
    assert.equal(await first.content(), text());
  });

  it('of a hidden file is refused before the sandbox is asked', async () => {
    await writeFile(join(user, '.env'), 'TOKEN=1\n');
    const { session, sandbox, events, changes } = await opened(rewrite('/workspace/.env', ''));
    await session.send(ask);
    assert.equal(sandbox.edits.length, 0);
    const edit = events.find((event) => event.type === 'file_edit');
    assert.ok(edit?.type === 'file_edit' && !edit.ok && /holds secrets/.test(edit.sentence));
    assert.deepEqual(await changes.list(), []);
  });

  it('is told in counts only where the model sees no values', async () => {
    const proposed = text({ 3: 'three\n' });
    const { session, model, changes } = await opened(rewrite('/workspace/a.py', proposed), {}, 'schema');
    await session.send(ask);
    const [change] = await changes.list();
    const { containerPath, sha256 } = change ?? { containerPath: '', sha256: '' };
    await changes.decide({ containerPath, sha256, hunks: null, accept: false });
    assert.equal(await codeOf(changes.undo(containerPath)), 'done');
    await session.send(ask);
    const question = JSON.stringify(model.requests[2]?.messages.at(-1)?.content);
    assert.match(
      question,
      /Of 1 hunk that you proposed for a file \(name withheld\) the user accepted 0 and rejected 1/,
    );
  });
});
