/**
 * Proposed changes with a real sandbox: the model's editor and code propose, the user's file is written only by the
 * host and only where the user accepted; what is hidden from code is proposed by nobody.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Changes } from '../../src/host/changes.ts';
import { MountedFiles } from '../../src/host/userFiles.ts';
import type { AssistantBlock } from '../../src/models/model.ts';
import { Session } from '../../src/session/session.ts';
import { makeWorkspace, SandboxFixture } from '../support/dockerFixture.ts';
import { sessionOptions } from '../support/openSession.ts';
import { call, say, scriptedModel } from '../support/scriptedModel.ts';

const text = (changes: Record<number, string> = {}): string =>
  Array.from({ length: 20 }, (_, n) => changes[n + 1] ?? `line ${n + 1}\r\n`).join('');
const edit = (input: object): AssistantBlock => ({
  type: 'tool_use',
  id: 'edit',
  name: 'str_replace_based_edit_tool',
  input,
});

describe('changes of workspace files', { timeout: 300_000 }, () => {
  let box: SandboxFixture;
  let session: Session;
  let changes: Changes;
  let replies: AssistantBlock[][] = [];
  const folder = mkdtempSync(path.join(tmpdir(), 'session-'));
  const user = (name: string): string => path.join(box.workspace, name);

  before(async () => {
    const files = { 'a.py': text(), '.env': 'TOKEN=1\n', '.git/config': '[core]\n' };
    box = await SandboxFixture.make({}, makeWorkspace(files));
    const mounts = [{ source: box.workspace, name: null }];
    const model = scriptedModel(() => ({ content: replies.shift() ?? [say('Done.')] }));
    const userFiles = new MountedFiles(mounts);
    session = await Session.open(sessionOptions(model, { folder, sandbox: box.sandbox, userFiles }));
    changes = new Changes({
      shown: async () => Promise.resolve({ session, mounts }),
      protectedFiles: () => [],
      confirm: async () => Promise.resolve(false),
      isUnsaved: () => false,
    });
  });
  after(async () => {
    await session.dispose();
    await box.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const turn = async (...content: AssistantBlock[]): Promise<void> => {
    replies = content.map((block) => [block]);
    assert.equal((await session.send({ intent: 'ask', text: 'Go on', files: [] })).kind, 'finished');
  };

  it('the editor copies the file, changes the copy and goes on with it; code goes on with it, too', async () => {
    await turn(
      edit({ command: 'str_replace', path: '/workspace/a.py', old_str: 'line 3', new_str: 'three' }),
      edit({ command: 'insert', path: '/workspace/a.py', insert_line: 20, insert_text: 'the end' }),
      call(
        "p = '/outputs/changes/workspace/a.py'; t = open(p, newline='').read(); open(p, 'w', newline='').write(t.replace('line 12', 'twelve'))",
      ),
    );
    assert.equal(await readFile(user('a.py'), 'utf8'), text(), 'nothing is written by itself');
    const [change] = await changes.list();
    assert.deepEqual(
      change?.hunks.map(({ lines }) => lines.filter((line) => /^[+-]/.test(line))),
      [['-line 3\r', '+three\r'], ['-line 12\r', '+twelve\r'], ['+the end\r']],
    );
  });

  it('one hunk of three is accepted and taken back, and the model reads it in the file', async () => {
    const [change] = await changes.list();
    const { containerPath, sha256 } = change ?? { containerPath: '', sha256: '' };
    assert.equal(await changes.decide({ containerPath, sha256, hunks: [1], accept: true }), true);
    assert.equal(await readFile(user('a.py'), 'utf8'), text({ 12: 'twelve\r\n' }));
    assert.equal(await box.ok('bash', 'sed -n 12p /workspace/a.py | tr -d "\\r"'), 'twelve');
    assert.equal(await changes.undo(containerPath), true);
    assert.equal(await readFile(user('a.py'), 'utf8'), text());
  });

  it('what is hidden is proposed neither by way of the session nor by the sandbox itself', async () => {
    await turn(edit({ command: 'create', path: '/workspace/.env', file_text: '' }));
    const told = session.events().findLast((event) => event.type === 'file_edit');
    assert.ok(told?.type === 'file_edit' && !told.ok && /holds secrets/.test(told.sentence));
    for (const name of ['.env', '.git/config', '.git/new']) {
      const result = await box.sandbox.kernel.edit({
        command: 'create',
        path: `/workspace/${name}`,
        text: 'x',
      });
      assert.match(result.ok ? '' : result.problem, /holds secrets/, name);
    }
    const seen = await box.sandbox.kernel.edit({ command: 'create', path: '/workspace/new/b.py', text: 'x' });
    assert.ok(seen.ok && seen.artifact?.name === 'changes/workspace/new/b.py', 'an ordinary name is');
    await turn(call("import shutil; shutil.copyfile('/workspace/a.py', '/outputs/changes/workspace/.env')"));
    const refused = (await changes.list()).find(({ label }) => label === '.env');
    assert.equal(refused?.state.kind, 'refused');
    assert.equal(await readFile(user('.env'), 'utf8'), 'TOKEN=1\n');
  });
});
