/** Stale marks in every language, on the real sandbox: names of one language are nobody else's. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Session } from '../../src/session/session.ts';
import { notebookCells } from '../../src/shared/cellOrder.ts';
import type { Language } from '../../src/shared/outputs.ts';
import { staleCells, type StaleWhy } from '../../src/shared/stale.ts';
import { SandboxFixture } from '../support/dockerFixture.ts';
import { sessionOptions } from '../support/openSession.ts';
import { say, scriptedModel } from '../support/scriptedModel.ts';

const CELLS: readonly (readonly [Language, string])[] = [
  ['python', 'x = 1'],
  ['javascript', 'let x = [1, 2];\nlet other = 0;'],
  ['bash', 'x=5; greet() { echo "hello $1"; }'],
  ['python', 'print("python", x)'],
  ['javascript', 'const doubled = x.map((each) => each * 2);'],
  ['javascript', 'console.log("javascript", doubled.join());'],
  ['bash', 'y=$((x + 1))'],
  ['bash', 'greet "$y"'],
  ['javascript', 'doubled.push(other);'],
];

describe('what a change makes out of date, in three languages', { timeout: 300_000 }, () => {
  let fixture: SandboxFixture;
  let session: Session;
  const folder = mkdtempSync(path.join(tmpdir(), 'session-'));
  const idOf = (number: number): string =>
    notebookCells(session.events())[number - 1]?.cellId ?? assert.fail(`no cell ${number}`);
  const stale = (): Record<number, StaleWhy> => {
    const found = staleCells(session.events());
    return Object.fromEntries(
      notebookCells(session.events()).flatMap(({ cellId }, at) => {
        const why = found.get(cellId);
        return why === undefined ? [] : [[at + 1, why]];
      }),
    );
  };
  const rerun = async (number: number, code: string): Promise<void> => {
    await session.cells.edit(idOf(number), code);
    const run = await session.runCells({ kind: 'one', cellId: idOf(number) });
    assert.deepEqual(run, { kind: 'finished' });
  };
  const refreshed = async (): Promise<void> => {
    assert.deepEqual(await session.runCells({ kind: 'stale' }), { kind: 'finished' });
    assert.deepEqual(stale(), {});
  };
  const named = (...names: string[]): StaleWhy => ({ kind: 'names', names });

  before(async () => {
    fixture = await SandboxFixture.make();
    session = await Session.open(
      sessionOptions(
        scriptedModel(() => ({ content: [say('Nothing.')] })),
        { folder, sandbox: fixture.sandbox },
      ),
    );
    let last: string | null = null;
    for (const [language, code] of CELLS) last = await session.cells.insert(last, language, code);
    assert.deepEqual(await session.runCells({ kind: 'all' }), { kind: 'finished' });
  });

  after(async () => {
    await session.dispose();
    await fixture.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is nothing after all ran in order, in languages that share names', () => {
    const names = session.events().flatMap((event) => (event.type === 'cell_names' ? [event.cellId] : []));
    assert.equal(new Set(names).size, CELLS.length, 'each cell is looked up');
    assert.deepEqual(stale(), {});
  });

  it('is what uses a variable of bash and what follows from it', async () => {
    await rerun(3, 'x=6; greet() { echo "hello $1"; }');
    assert.deepEqual(stale(), { 7: named('x'), 8: named('greet()', 'y') });
    await refreshed();
  });

  it('is what uses a variable of JavaScript, also one that is changed in place', async () => {
    await rerun(2, 'let x = [3];\nlet other = 1;');
    assert.deepEqual(stale(), { 5: named('x'), 6: named('doubled'), 9: named('doubled', 'other') });
    await refreshed();
  });

  it('is in Python what it was, and nothing of the others', async () => {
    await rerun(1, 'x = 2');
    assert.deepEqual(stale(), { 4: named('x') });
    await refreshed();
  });

  it('is not known of code that cannot be read: it marks nothing, and says so', async () => {
    const long = await session.cells.insert(idOf(3), 'bash', `x=7 # ${'long '.repeat(50_000)}`);
    assert.deepEqual(await session.runCells({ kind: 'one', cellId: long }), { kind: 'finished' });
    const names = session.events().filter((event) => event.type === 'cell_names' && event.cellId === long);
    assert.deepEqual(
      names.map((event) => event.type === 'cell_names' && [event.uses, event.sets, event.unread]),
      [[[], [], true]],
    );
    assert.deepEqual(stale(), {});
  });
});
