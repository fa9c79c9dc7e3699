/** Proposed changes reach the user's files only as the user accepted them, and over nothing that is not known. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { changeNotes } from '../../../src/session/changes/changeNotes.ts';
import { edited, lines, three } from '../../support/changedLines.ts';
import { changesForTests, codeOf, type ChangesWorld } from '../../support/changesWorld.ts';

const world = changesForTests();

describe('a proposed change', () => {
  it('is shown hunk by hunk, and the file is as it was', async () => {
    const on = world();
    const text = await three(on);
    const change = await on.change('a.py');
    const { containerPath, kind, state, changedMeanwhile, canUndo } = change;
    assert.deepEqual(
      { containerPath, kind, state, changedMeanwhile, canUndo },
      {
        ...{ containerPath: '/workspace/a.py', kind: 'text', state: { kind: 'open' } },
        ...{ changedMeanwhile: false, canUndo: false },
      },
    );
    assert.deepEqual(change.hunks[1], {
      ...{ index: 1, oldStart: 12, oldLines: 7, newStart: 12, newLines: 7 },
      lines: [
        ...[' line 12', ' line 13', ' line 14', '-line 15', '+fifteen'],
        ...[' line 16', ' line 17', ' line 18'],
      ],
      ...{ decision: 'open', zone: null },
    });
    assert.equal(await on.get('a.py'), text.join(''));
  });

  it('is accepted in parts, in any order, and taken back step by step', async () => {
    const on = world();
    const text = await three(on);
    await chmod(on.at('a.py'), 0o755);
    assert.equal(await on.decide('a.py', [2]), true);
    assert.equal(await on.get('a.py'), edited(text, { 27: 'twenty-seven\n' }));
    await on.decide('a.py', [0]);
    await on.decide('a.py', [1], false);
    assert.equal(await on.get('a.py'), edited(text, { 3: 'three\n', 27: 'twenty-seven\n' }));
    assert.equal((await stat(on.at('a.py'))).mode & 0o777, 0o755, 'still executable');
    assert.deepEqual((await on.change('a.py')).state, { kind: 'decided', accepted: 2, rejected: 1 });
    assert.deepEqual(await readdir(on.folder), ['a.py']);
    assert.equal(await on.undo('a.py'), true);
    assert.equal(await on.get('a.py'), edited(text, { 27: 'twenty-seven\n' }));
    assert.equal(await on.undo('a.py'), true);
    assert.equal(await on.get('a.py'), text.join(''));
    assert.equal(await on.undo('a.py'), false, 'nothing is left to take back');
    // A rejection can be thought over; what was taken back is open again.
    assert.equal(await on.decide('a.py', [1]), true);
    assert.equal(await on.get('a.py'), edited(text, { 15: 'fifteen\n' }));
    assert.deepEqual(
      (await on.change('a.py')).hunks.map(({ decision }) => decision),
      ['open', 'accepted', 'open'],
    );
  });

  it('is about the content that was seen: another, and what is decided, is refused', async () => {
    const on = world();
    await three(on);
    const { containerPath, sha256 } = await on.change('a.py');
    await on.decide('a.py', [0]);
    const ask = { containerPath, sha256, accept: true };
    assert.equal(await codeOf(on.changes.decide({ ...ask, hunks: [0] })), 'change-outdated');
    assert.equal(await codeOf(on.changes.decide({ ...ask, hunks: [3] })), 'change-outdated');
    assert.equal(await codeOf(on.changes.decide({ ...ask, hunks: [0], accept: false })), 'change-outdated');
    await on.propose('a.py', 'something else\n');
    assert.equal(await codeOf(on.changes.decide({ ...ask, hunks: [1] })), 'change-outdated');
    assert.equal(
      await codeOf(on.changes.decide({ ...ask, containerPath: '/workspace/b.py', hunks: null })),
      'change-outdated',
    );
  });

  it('goes on after an edit of the copy: accepted parts stay, rejected ones stay rejected', async () => {
    const on = world();
    const text = await three(on);
    await on.decide('a.py', [0]);
    await on.decide('a.py', [1], false);
    await on.propose(
      'a.py',
      edited(text, { 3: 'three\n', 9: 'nine\n', 15: 'fifteen\n', 27: 'twenty-seven\n' }),
    );
    const { hunks } = await on.change('a.py');
    assert.deepEqual(
      hunks.map(({ decision, lines: shown }) => [decision, shown.find((line) => line.startsWith('+'))]),
      [
        ['open', '+nine'],
        ['rejected', '+fifteen'],
        ['open', '+twenty-seven'],
      ],
    );
    await on.decide('a.py', null);
    assert.equal(await on.get('a.py'), edited(text, { 3: 'three\n', 9: 'nine\n', 27: 'twenty-seven\n' }));
    await on.undo('a.py');
    // Of the content before: the file is as it was at first, and all of the newest is open again.
    await on.undo('a.py');
    assert.equal(await on.get('a.py'), text.join(''));
    assert.equal((await on.change('a.py')).hunks.length, 4);
  });

  it('that is what the file holds has nothing to decide', async () => {
    const on = world();
    await on.put('a.py', 'same\n');
    await on.propose('a.py', 'same\n');
    assert.deepEqual((await on.change('a.py')).state, { kind: 'same' });
  });

  it('whose copy code deleted is gone from the list', async () => {
    const on = world();
    await three(on);
    const result = { status: 'ok' as const, executionCount: 1, durationMs: 1, stateLost: false };
    const removed = ['changes/workspace/a.py'];
    const nothing = { truncated: [], artifacts: [], refused: [] };
    on.push({ type: 'cell_done', cellId: 'c1', result: { ...result, ...nothing, removed } });
    assert.deepEqual(await on.changes.list(), []);
  });
});

describe('a file that the user changed meanwhile', () => {
  it('is merged with where the changes do not meet, and taken back byte for byte', async () => {
    const on = world();
    const text = await three(on);
    const mine = edited(text, { 8: 'my eight\n' });
    await writeFile(on.at('a.py'), mine);
    assert.equal((await on.change('a.py')).changedMeanwhile, true);
    await on.decide('a.py', [0]);
    assert.equal(await on.get('a.py'), edited(text, { 3: 'three\n', 8: 'my eight\n' }));
    const decided = on.events.findLast((event) => event.type === 'change_decided');
    assert.equal(decided?.type === 'change_decided' && decided.written?.merged, true);
    await on.decide('a.py', [2]);
    await on.undo('a.py');
    await on.undo('a.py');
    assert.equal(await on.get('a.py'), mine);
  });

  it('at the same lines is refused with the lines, and nothing is written or decided', async () => {
    const on = world();
    const text = await three(on);
    const mine = edited(text, { 3: 'my three\n' });
    await writeFile(on.at('a.py'), mine);
    await assert.rejects(on.decide('a.py', [0]), /lines 3\).*Nothing was written.*diff editor/);
    assert.equal(await on.get('a.py'), mine);
    assert.equal((await on.change('a.py')).hunks[0]?.decision, 'open');
    assert.equal(await on.decide('a.py', [1, 2]), true, 'the others can be accepted');
    assert.equal(
      await on.get('a.py'),
      edited(text, { 3: 'my three\n', 15: 'fifteen\n', 27: 'twenty-seven\n' }),
    );
  });

  it('counts accepted lines only while they are there', async () => {
    const on = world();
    const text = await three(on);
    await on.decide('a.py', [0, 1]);
    await writeFile(on.at('a.py'), edited(text, { 3: 'three\n', 28: 'mine\n' }));
    const decisions = async () => (await on.change('a.py')).hunks.map(({ decision }) => decision);
    assert.deepEqual(await decisions(), ['accepted', 'open', 'open']);
    assert.equal(await codeOf(on.undo('a.py')), 'not-undone');
    await on.decide('a.py', [1]);
    assert.equal(await on.get('a.py'), edited(text, { 3: 'three\n', 15: 'fifteen\n', 28: 'mine\n' }));
  });

  it('counts lines that were taken away as accepted until they are back', async () => {
    const on = world();
    const text = lines(20);
    await on.put('a.py', text.join(''));
    await on.propose('a.py', edited(text, { 5: '', 6: '', 18: 'x\n' }));
    await on.decide('a.py', [0]);
    await writeFile(on.at('a.py'), edited(text, { 5: '', 6: '', 12: 'mine\n' }));
    assert.equal((await on.change('a.py')).hunks[0]?.decision, 'accepted');
    await writeFile(on.at('a.py'), edited(text, { 12: 'mine\n' }));
    assert.equal((await on.change('a.py')).hunks[0]?.decision, 'open');
  });

  it('while the code ran is never merged with', async () => {
    const on = world();
    const text = lines(30);
    await on.put('a.py', text.join(''));
    const [began, since] = [Date.now() - 1000, Date.now()];
    await utimes(on.at('a.py'), new Date(since), new Date(since));
    await on.propose('a.py', edited(text, { 3: 'three\n', 27: 'x\n' }), began);
    await on.decide('a.py', [0]);
    assert.equal(await on.get('a.py'), edited(text, { 3: 'three\n' }), 'as long as nothing else happens');
    await writeFile(on.at('a.py'), edited(text, { 10: 'mine\n' }));
    const change = await on.change('a.py');
    assert.ok(change.state.kind === 'refused' && /while the code ran/.test(change.state.sentence));
    assert.equal(await codeOf(on.decide('a.py', [1])), 'change-refused');
    assert.equal(await on.get('a.py'), edited(text, { 10: 'mine\n' }));
  });

  it('between the look and the writing is never overwritten', async () => {
    const on = world();
    const text = await three(on);
    const { containerPath, sha256 } = await on.change('a.py');
    // Same length and same time: only the content tells.
    const { mtime } = await stat(on.at('a.py'));
    const mine = edited(text, { 30: 'LINE 30\n' });
    const put = on.store.put.bind(on.store);
    let races = 0;
    on.store.put = async (...args) => {
      const kept = await put(...args);
      await writeFile(on.at('a.py'), mine);
      await utimes(on.at('a.py'), mtime, mtime);
      races += 1;
      return kept;
    };
    await assert.rejects(
      on.changes.decide({ containerPath, sha256, hunks: [0], accept: true }),
      /changed meanwhile/,
    );
    on.store.put = put;
    assert.ok(races > 0);
    assert.equal(await on.get('a.py'), mine);
    assert.deepEqual(await readdir(on.folder), ['a.py']);
    assert.equal((await on.change('a.py')).hunks[0]?.decision, 'open');
  });

  it('when a question of ours was open is looked at again', async () => {
    const on = world();
    const text = await three(on, 'package.json');
    on.answer = async () => {
      await writeFile(on.at('package.json'), edited(text, { 8: 'mine\n' }));
      return true;
    };
    assert.equal(await on.decide('package.json', [0]), true);
    assert.equal(await on.get('package.json'), edited(text, { 3: 'three\n', 8: 'mine\n' }));
  });

  it('is not searched for minutes: a merge that is too large is refused in words', async () => {
    const on = world();
    const text = Array.from({ length: 20_000 }, (_, n) => `line ${n % 50}\n`);
    await on.put('a.py', text.join(''));
    await on.propose('a.py', edited(text, { 3: 'three\n', 19_000: 'x\n' }));
    const mine = edited(text, { 1: 'mine\n', 19_990: 'mine\n' });
    await writeFile(on.at('a.py'), mine);
    assert.equal(await codeOf(on.decide('a.py', [0])), 'changed-meanwhile');
    assert.equal(await on.get('a.py'), mine);
  });

  it('is another base for a copy that was made of it', async () => {
    const on = world();
    const text = await three(on);
    const mine = edited(text, { 8: 'mine\n', 9: 'mine, too\n' });
    await on.put('a.py', mine);
    await on.propose('a.py', mine.replace('line 20\n', 'twenty\n'));
    const { hunks, changedMeanwhile } = await on.change('a.py');
    assert.deepEqual([hunks.length, changedMeanwhile], [1, false]);
    await on.decide('a.py', null);
    assert.equal(await on.get('a.py'), mine.replace('line 20\n', 'twenty\n'));
  });
});

describe('what is not written', () => {
  const nothing = async (
    on: ChangesWorld,
    name: string,
    code: string,
    text: string | null,
  ): Promise<void> => {
    const { sha256, containerPath } = await on.change(name);
    assert.equal(await codeOf(on.changes.decide({ containerPath, sha256, hunks: null, accept: true })), code);
    if (text !== null) assert.equal(await on.get(name), text);
  };

  it('a file with unsaved changes in an editor', async () => {
    const on = world();
    const text = (await three(on)).join('');
    on.unsaved = [on.at('a.py')];
    await nothing(on, 'a.py', 'change-unsaved', text);
    on.unsaved = [];
    await on.decide('a.py', [0]);
    on.unsaved = [on.at('a.py')];
    assert.equal(await codeOf(on.undo('a.py')), 'change-unsaved');
  });

  it('a read-only file', async () => {
    const on = world();
    const text = (await three(on)).join('');
    await chmod(on.at('a.py'), 0o444);
    const { state } = await on.change('a.py');
    assert.ok(state.kind === 'refused' && /read-only/.test(state.sentence));
    await nothing(on, 'a.py', 'change-refused', text);
  });

  it('what a link leads to outside of the folder, before or after it was proposed', async () => {
    const on = world();
    await writeFile(join(on.elsewhere, 'secret.py'), 'theirs\n');
    await symlink(join(on.elsewhere, 'secret.py'), on.at('out.py'));
    await symlink(on.elsewhere, on.at('way'));
    await on.propose('out.py', 'ours\n');
    await on.propose('way/secret.py', 'ours\n');
    await on.propose('way/new.py', 'ours\n');
    for (const name of ['out.py', 'way/secret.py', 'way/new.py']) {
      const { state } = await on.change(name);
      assert.ok(state.kind === 'refused' && /leads out/.test(state.sentence), name);
      await nothing(on, name, 'change-refused', null);
    }
    const text = await three(on);
    await rm(on.at('a.py'));
    await symlink(join(on.elsewhere, 'secret.py'), on.at('a.py'));
    await nothing(on, 'a.py', 'change-refused', 'theirs\n');
    assert.ok((await lstat(on.at('a.py'))).isSymbolicLink());
    assert.ok(text.length > 0);
    assert.deepEqual(await readdir(on.elsewhere), ['secret.py']);
  });

  it('but a link within the folder is followed, and stays one', async () => {
    const on = world();
    await on.put('real/a.py', 'one\n');
    await symlink('real/a.py', on.at('link.py'));
    await on.propose('link.py', 'two\n');
    await on.decide('link.py', null);
    assert.equal(await on.get('real/a.py'), 'two\n');
    assert.ok((await lstat(on.at('link.py'))).isSymbolicLink());
  });

  for (const name of ['.env', 'config/id_rsa', '.git/hooks/pre-commit', 'mine/secret.txt', 'safe.txt']) {
    it(`${name}: hidden secrets look empty to code, and nothing of them is shown`, async () => {
      const on = world();
      await on.put('.codeinterpreterignore', 'mine/\n');
      await on.put('.env', 'TOKEN=1\n');
      if (name === 'safe.txt') await symlink('.env', on.at(name));
      else await on.put(name, 'TOKEN=1\n');
      const why = await on.session.refusal(`/workspace/${name}`);
      assert.match(why?.english ?? '', /hidden from code/);
      await on.propose(name, '');
      const { state, hunks } = await on.change(name);
      assert.ok(state.kind === 'refused' && /holds secrets/.test(state.sentence));
      assert.ok(hunks.every(({ lines: shown }) => shown.length === 0));
      await nothing(on, name, 'change-refused', 'TOKEN=1\n');
    });
  }

  it('settings of VS Code; and what programs obey is asked about', async () => {
    const on = world();
    await on.put('.vscode/settings.json', '{}\n');
    await on.propose('.vscode/settings.json', '{"a": 1}\n');
    await nothing(on, '.vscode/settings.json', 'change-refused', '{}\n');
    await on.put('Makefile', 'all:\n');
    await on.propose('Makefile', 'all:\n\techo\n');
    on.answer = false;
    assert.equal(await on.decide('Makefile', null), false);
    assert.equal(await on.get('Makefile'), 'all:\n');
    assert.match(on.asked[0]?.detail ?? '', /run or obey makefile/i);
    on.answer = true;
    assert.equal(await on.decide('Makefile', null), true);
  });

  it('a folder, what is in no mount, a path that goes up', async () => {
    const on = world();
    await mkdir(on.at('folder'));
    await on.propose('folder', 'x');
    await nothing(on, 'folder', 'change-refused', null);
    await on.put('a.py', 'x\n');
    on.mounts = [{ source: on.folder, name: 'project' }];
    await on.propose('a.py', 'y\n');
    await nothing(on, 'a.py', 'change-refused', 'x\n');
    on.push({
      ...{ type: 'artifact_stored', cellId: 'c', bytes: 1, sha256: 'f'.repeat(64) },
      name: 'changes/workspace/../../x',
    });
    assert.deepEqual((await on.changes.list()).map(({ label }) => label).sort(), ['a.py', 'folder']);
  });

  it('a new file where one is by now; a file that is gone', async () => {
    const on = world();
    await on.propose('new.py', 'ours\n');
    await writeFile(on.at('new.py'), 'theirs\n');
    await nothing(on, 'new.py', 'change-refused', 'theirs\n');
    const text = await three(on);
    assert.ok(text.length > 0);
    await rm(on.at('a.py'));
    await nothing(on, 'a.py', 'change-refused', null);
    assert.equal(existsSync(on.at('a.py')), false);
  });

  it('a new file that appears in the last moment', async () => {
    const on = world();
    await on.propose('new.py', 'ours\n');
    const put = on.store.put.bind(on.store);
    const { containerPath, sha256 } = await on.change('new.py');
    on.store.put = async (...args) => {
      await writeFile(on.at('new.py'), 'theirs\n');
      return put(...args);
    };
    await assert.rejects(
      on.changes.decide({ containerPath, sha256, hunks: null, accept: true }),
      /is there by now/,
    );
    assert.equal(await on.get('new.py'), 'theirs\n');
  });

  it('what could not be taken back: nothing is written before both contents are kept', async () => {
    const on = world();
    const text = (await three(on)).join('');
    on.store.put = async () => Promise.resolve({ kind: 'refused', reason: 'the disk is full' });
    await nothing(on, 'a.py', 'change-refused', text);
  });

  it('a change whose file could not be kept as it was', async () => {
    const on = world();
    await on.put('a.py', 'x\n');
    await on.propose('a.py', 'y\n');
    on.events = on.events.filter(({ type }) => type !== 'change_based');
    const { state } = await on.change('a.py');
    assert.ok(state.kind === 'refused' && /not known/.test(state.sentence));
    await nothing(on, 'a.py', 'change-refused', 'x\n');
  });
});

describe('the model is told', () => {
  it('what became of its proposals: once, and counts only where it sees no names', async () => {
    const on = world();
    await three(on);
    const told = (privacy: 'full' | 'schema', from = 0): string[] => changeNotes(on.events, from, privacy);
    assert.deepEqual(told('full'), []);
    await on.decide('a.py', [0, 2]);
    await on.decide('a.py', [1], false);
    assert.deepEqual(told('full'), [
      'Of 3 hunks that you proposed for "/workspace/a.py" the user accepted 2 and rejected 1. The file has the accepted part only; your copy has all of it.',
    ]);
    assert.match(
      told('schema')[0] ?? '',
      /^Of 3 hunks that you proposed for a file \(name withheld\) the user accepted 2/,
    );
    const known = on.events.length;
    assert.deepEqual(told('full', known), []);
    await on.undo('a.py');
    assert.match(
      told('full', known)[0] ?? '',
      /accepted 0 and rejected 1, 2 not decided\. What the user had accepted was taken back/,
    );
    await on.decide('a.py', [0]);
    await on.decide('a.py', [1]);
    assert.match(told('full', known)[0] ?? '', /accepted 2 and rejected 0, 1 not decided/);
  });
});
