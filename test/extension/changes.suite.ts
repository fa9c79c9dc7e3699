/** Proposed changes with VS Code's own documents, questions and diff editor; the requests are those of the panel. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { changeRequests } from '../../src/host/changeRequests.ts';
import type { PanelRequestOptions } from '../../src/host/panelRequests.ts';
import { VERSION_SCHEME, VersionDocuments } from '../../src/host/versionDocuments.ts';
import { untrustedWorkspace } from '../../src/failures.ts';
import { ChangesWorld, codeOf } from '../support/changesWorld.ts';
import { answering, until } from './support.ts';

const text = (changes: Record<number, string> = {}): string =>
  Array.from({ length: 20 }, (_, n) => changes[n + 1] ?? `line ${n + 1}\n`).join('');

describe('proposed changes', () => {
  let root: string;
  let world: ChangesWorld;
  let versions: VersionDocuments;
  let trusted = true;
  let requests: ReturnType<typeof changeRequests>;
  const content = async (): Promise<string> => readFile(world.at('tests/a.py'), 'utf8');
  const change = async () => {
    const [found] = (await requests.listChanges({})).changes;
    assert.ok(found);
    return found;
  };
  const decide = async (hunks: number[] | null) => {
    const { containerPath, sha256 } = await change();
    return requests.decideChange({ containerPath, sha256, hunks, accept: true });
  };

  before(async () => {
    root = await realpath(await mkdtemp(path.join(tmpdir(), 'changes-')));
    world = await ChangesWorld.make(root);
    await world.put('tests/a.py', text());
    await world.propose('tests/a.py', text({ 3: 'three\n', 15: 'fifteen\n' }));
    const session = {
      id: 's',
      changes: world.session,
      artifactPath: (sha256: string) => world.store.path(sha256),
    };
    const shown = session as unknown as Parameters<VersionDocuments['compareWithFile']>[0];
    versions = new VersionDocuments(() => shown);
    const options = {
      interpreter: {
        checkTrust: () => {
          if (!trusted) throw untrustedWorkspace();
        },
      },
      sessions: { current: async () => Promise.resolve({ session: shown, mounts: world.mounts }) },
      versions,
      protectedFiles: () => ['**/tests/**'],
    };
    requests = changeRequests(options as unknown as PanelRequestOptions);
  });
  after(async () => {
    versions.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(root, { recursive: true, force: true });
  });

  it('of a protected file are asked about, with the pattern; only a yes writes', async () => {
    const asked: unknown[][] = [];
    const answer =
      (words: string | undefined) =>
      (...args: unknown[]) => {
        asked.push(args);
        return words;
      };
    await answering('showWarningMessage', answer(undefined), async () => {
      assert.deepEqual(await decide([1]), { done: false });
    });
    assert.equal(await content(), text());
    const [message, options] = asked[0] ?? [];
    assert.equal(message, 'Change tests/a.py?');
    assert.deepEqual(options, { modal: true, detail: 'It is protected: **/tests/**' });
    await answering('showWarningMessage', answer('Accept This Change'), async () => {
      assert.deepEqual(await decide([1]), { done: true });
    });
    assert.equal(await content(), text({ 15: 'fifteen\n' }));
    const { containerPath } = await change();
    assert.deepEqual(await requests.undoChange({ containerPath }), { undone: true });
    assert.equal(await content(), text());
  });

  it('wait while an editor holds changes of the file that are not saved', async () => {
    const document = await vscode.workspace.openTextDocument(world.at('tests/a.py'));
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'typed\n'));
    assert.equal(await codeOf(decide([0])), 'change-unsaved');
    assert.equal(await content(), text());
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await until('it is reverted', () => !document.isDirty);
    await answering(
      'showWarningMessage',
      () => 'Accept This Change',
      async () => decide([0]),
    );
    assert.equal(await content(), text({ 3: 'three\n' }));
    await until('the editor shows it', () => document.getText().startsWith('line 1\nline 2\nthree\n'));
  });

  it('need a trusted workspace', async () => {
    trusted = false;
    try {
      const { containerPath } = await change();
      assert.equal(await codeOf(decide([1])), 'untrusted');
      assert.equal(await codeOf(requests.undoChange({ containerPath })), 'untrusted');
    } finally {
      trusted = true;
    }
  });

  it('open beside the file in the diff editor', async () => {
    const { containerPath, sha256 } = await change();
    await requests.openChange({ containerPath, sha256 });
    const diffs = () =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .flatMap(({ label, input }) => (input instanceof vscode.TabInputTextDiff ? [{ label, input }] : []));
    await until('it is open', () => diffs().length === 1);
    const [tab] = diffs();
    assert.equal(tab?.label, 'tests/a.py (file ↔ proposed)');
    assert.equal(tab.input.original.fsPath, world.at('tests/a.py'));
    assert.equal(tab.input.modified.scheme, VERSION_SCHEME);
  });
});
