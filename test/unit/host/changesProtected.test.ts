/** What is protected in the user's files is changed by nobody but the user who was asked about it. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { edited, lines, three } from '../../support/changedLines.ts';
import { changesForTests, codeOf } from '../../support/changesWorld.ts';

const world = changesForTests();

describe('what is protected', () => {
  it('by its name is accepted only by itself, with a question that names the pattern', async () => {
    const on = world();
    on.protectedFiles = ['*.md', '**/tests/**'];
    await three(on, 'src/tests/test_a.py');
    const name = 'src/tests/test_a.py';
    const before = await on.get(name);
    assert.ok((await on.change(name)).hunks.every(({ zone }) => zone === '**/tests/**'));
    assert.equal(await codeOf(on.decide(name, null)), 'only-protected');
    on.answer = false;
    assert.equal(await on.decide(name, [0]), false);
    assert.equal(await on.get(name), before);
    assert.equal((await on.change(name)).hunks[0]?.decision, 'open');
    on.answer = true;
    assert.equal(await on.decide(name, [0]), true);
    assert.match(on.asked.at(-1)?.detail ?? '', /\*\*\/tests\/\*\*/);
    assert.match(await on.get(name), /three/);
    assert.equal(await on.decide(name, null, false), true, 'rejecting needs no question');
  });

  const marked = lines(30);
  marked[9] = '# code-interpreter: protect tax tables\n';
  marked[19] = '# code-interpreter: end\n';

  for (const [what, changes, zones] of [
    ['a line inside', { 3: 'x\n', 15: 'x\n' }, [null, 'tax tables']],
    ['a line added inside', { 15: 'line 15\nmore\n', 27: 'x\n' }, ['tax tables', null]],
    ['a line taken out', { 15: '', 27: 'x\n' }, ['tax tables', null]],
    ['the first marker', { 10: '', 27: 'x\n' }, ['tax tables', null]],
    ['the last marker', { 3: 'x\n', 20: '\n' }, [null, 'tax tables']],
    ['lines just outside', { 9: 'x\n', 21: 'x\n' }, [null, null]],
    [
      'lines just outside that are added',
      { 9: 'line 9\nx\n', 20: '# code-interpreter: end\nx\n' },
      [null, null],
    ],
  ] as const) {
    it(`between markers: ${what}`, async () => {
      const on = world();
      await on.put('a.py', marked.join(''));
      await on.propose('a.py', edited(marked, changes));
      assert.deepEqual(
        (await on.change('a.py')).hunks.map(({ zone }) => zone),
        zones,
      );
      await on.decide('a.py', null);
      assert.deepEqual(on.asked, []);
      assert.deepEqual(
        (await on.change('a.py')).hunks.map(({ decision }) => decision),
        zones.map((zone) => (zone === null ? 'accepted' : 'open')),
      );
    });
  }

  it('without an end goes to the end of the file, what is added there included', async () => {
    const on = world();
    const open = ['a\n', '// code-interpreter: protect\n', 'b\n'];
    await on.put('a.js', open.join(''));
    await on.propose('a.js', `${open.join('')}c\n`);
    assert.equal((await on.change('a.js')).hunks[0]?.zone, 'code-interpreter: protect');
  });

  it('by markers that only the proposal, or only a file that is no text, has', async () => {
    const on = world();
    await on.put('a.py', 'a\n');
    await on.propose('a.py', 'a\n# code-interpreter: protect mine\n');
    assert.equal((await on.change('a.py')).hunks[0]?.zone, 'mine');
    const wide = (text: string): Buffer => Buffer.from(text, 'utf16le');
    await on.put('b.txt', wide('code-interpreter: protect\n'));
    await on.propose('b.txt', wide('gone\n'));
    assert.equal((await on.change('b.txt')).hunks[0]?.zone, 'code-interpreter: protect');
  });

  it('by markers that the user set since: in the list, and when it is written', async () => {
    const on = world();
    const text = await three(on);
    const { containerPath, sha256 } = await on.change('a.py');
    const mine = edited(text, {
      12: '# code-interpreter: protect now\nline 12\n',
      18: 'line 18\n# code-interpreter: end\n',
    });
    await writeFile(on.at('a.py'), mine);
    assert.deepEqual(
      (await on.change('a.py')).hunks.map(({ zone }) => zone),
      [null, 'now', null],
    );
    on.answer = false;
    // As a panel asks that has not heard of it yet.
    assert.equal(await on.changes.decide({ containerPath, sha256, hunks: [1], accept: true }), false);
    assert.equal(await on.get('a.py'), mine);
    assert.match(on.asked[0]?.detail ?? '', /now/);
    on.asked = [];
    await on.decide('a.py', null);
    assert.deepEqual(on.asked, []);
    assert.match(await on.get('a.py'), /three\n[^]*line 15\n[^]*twenty-seven/);
  });

  it('is never part of a hunk with what is not', async () => {
    const on = world();
    const text = ['a\n', '# code-interpreter: protect\n', 'b\n', '# code-interpreter: end\n', 'c\n'];
    await on.put('a.py', text.join(''));
    await on.propose('a.py', edited(text, { 1: 'A\n', 3: 'B\n', 5: 'C\n' }));
    await on.decide('a.py', null);
    assert.equal(await on.get('a.py'), edited(text, { 1: 'A\n', 5: 'C\n' }));
  });
});
