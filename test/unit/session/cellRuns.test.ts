/** Cells that the user changes and runs by hand: what is logged, in which order, and how runs end. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { storedCell } from '../../../src/agent/outputStore.ts';
import { cellSources } from '../../../src/agent/numbersCheck.ts';
import { Failure, sandboxLost } from '../../../src/failures.ts';
import { unsentReleases } from '../../../src/session/released.ts';
import type { Session } from '../../../src/session/session.ts';
import { closingEvents } from '../../../src/session/restore.ts';
import { notebookCells } from '../../../src/shared/cellOrder.ts';
import type { SessionEvent } from '../../../src/shared/events.ts';
import type { Output } from '../../../src/shared/outputs.ts';
import { fakeSandbox, type CellScript } from '../../support/fakeSandbox.ts';
import { deniedAttempt } from '../../support/networkAttempts.ts';
import { sessionsForTests } from '../../support/openSession.ts';
import { call, say, scriptedModel } from '../../support/scriptedModel.ts';

const sessions = sessionsForTests();
const ask = (text: string) => ({ intent: 'ask' as const, text, files: [] });
const printed = (text: string): Output => ({ output_type: 'stream', name: 'stdout', text });

/** The first question runs these cells, in one step each; each later one is only answered. */
const model = (...codes: string[]) =>
  scriptedModel((n) => {
    const code = codes[n - 1];
    return { content: code === undefined ? [say('Done.')] : [call(code)] };
  });

/** Prints the code that ran; `fail`, `wait` and `lose` in it do what they say. */
function echo({ code }: { code: string }, count: number): CellScript {
  return {
    outputs: [printed(`${count}:${code}`)],
    ...(code.includes('fail') ? { result: { status: 'error' as const } } : {}),
    ...(code.includes('wait') ? { waitMs: 60_000 } : {}),
    ...(code.includes('hang') ? { waitMs: 60_000, ignoresInterrupt: true } : {}),
    ...(code.includes('lose') ? { throws: sandboxLost('it was killed') } : {}),
  };
}

const codesOf = (session: Session): string[] => notebookCells(session.events()).map(({ code }) => code);
const idsOf = (session: Session): string[] => notebookCells(session.events()).map(({ cellId }) => cellId);
const typesOf = (events: readonly SessionEvent[]): string[] => events.map(({ type }) => type);
const endOf = (events: readonly SessionEvent[]) =>
  events.findLast((event) => event.type === 'run_ended')?.end;
const isCode = (code: string) => (error: unknown) => error instanceof Failure && error.code === code;
const settled = async (until: () => boolean): Promise<void> => {
  while (!until()) await new Promise((done) => setTimeout(done, 2));
};

async function notebook(...codes: string[]) {
  const seen = await sessions.open(model(...codes), fakeSandbox(echo));
  await seen.session.send(ask('go'));
  return { ...seen, ids: idsOf(seen.session) };
}
const at = (ids: readonly string[], index: number): string => ids[index] ?? assert.fail(`no cell ${index}`);

describe('cells of the user', () => {
  it('are changed by events, and nothing runs', async () => {
    const { session, sandbox, ids } = await notebook('a', 'b');
    const inserted = await session.cells.insert(at(ids, 0), 'bash', 'ls');
    await session.cells.edit(at(ids, 1), 'b2');
    assert.deepEqual(codesOf(session), ['a', 'ls', 'b2']);
    await session.cells.move(inserted, null);
    await session.cells.delete(at(ids, 0));
    assert.deepEqual(codesOf(session), ['ls', 'b2']);
    await session.cells.restore(at(ids, 0));
    assert.deepEqual(codesOf(session), ['ls', 'a', 'b2']);
    assert.equal(sandbox.executed.length, 2);
    const cell = storedCell(session.events(), 2);
    assert.deepEqual(cell?.outputs, [printed('2:b')], 'outputs stay until it runs');
    const again = await sessions.open(model());
    assert.deepEqual(codesOf(again.session), ['ls', 'a', 'b2'], 'after a reload');
    assert.notEqual(
      await again.session.cells.insert(null, 'python', 'x'),
      inserted,
      'ids are not used twice',
    );
  });

  it('leave no event when nothing changes', async () => {
    const { session, events, ids } = await notebook('a', 'b');
    const before = events.length;
    await session.cells.edit(at(ids, 0), 'a');
    await session.cells.move(at(ids, 1), at(ids, 0));
    await session.cells.move(at(ids, 0), null);
    await session.cells.move(at(ids, 0), at(ids, 0));
    await session.cells.restore(at(ids, 0));
    assert.equal(events.length, before);
  });

  it('are refused when they are not there, run, or are too long', async () => {
    const { session, ids } = await notebook('a', 'b');
    const first = at(ids, 0);
    for (const act of [
      session.cells.edit('x', ''),
      session.cells.move('x', null),
      session.cells.move(first, 'x'),
      session.cells.insert('x', 'python', ''),
      session.cells.delete('x'),
      session.cells.restore('x'),
    ]) {
      await assert.rejects(act, isCode('cell-unknown'));
    }
    await assert.rejects(session.cells.edit(first, 'x'.repeat(1_000_001)), isCode('cell-too-long'));
    await session.cells.delete(first);
    await assert.rejects(session.cells.edit(first, 'x'), isCode('cell-unknown'));
    await session.cells.edit(at(ids, 1), 'wait');
    const run = session.runCells({ kind: 'one', cellId: at(ids, 1) });
    await settled(() => session.events().at(-1)?.type === 'cell_output');
    await assert.rejects(session.cells.edit(at(ids, 1), 'x'), isCode('cell-busy'));
    await assert.rejects(session.cells.delete(at(ids, 1)), isCode('cell-busy'));
    await assert.rejects(session.cells.move(at(ids, 1), null), isCode('cell-busy'));
    await session.stop();
    assert.deepEqual(await run, { kind: 'stopped' });
  });
});

describe('a run of cells', () => {
  it('runs what the user left, in the order of the notebook, and begins each cell anew', async () => {
    const { session, events, sandbox, ids } = await notebook('a', 'b', 'c');
    await session.cells.insert(null, 'javascript', 'mine');
    await session.cells.edit(at(ids, 1), 'b2');
    await session.cells.move(at(ids, 0), at(ids, 2));
    const before = events.length;
    assert.deepEqual(await session.runCells({ kind: 'all' }), { kind: 'finished' });
    assert.deepEqual(
      sandbox.executed.slice(3).map(({ code, language }) => `${language} ${code}`),
      ['python b2', 'python c', 'python a', 'javascript mine'],
    );
    const [first, ...rest] = typesOf(events.slice(before)).filter((type) => type !== 'network_attempt');
    assert.equal(first, 'run_started');
    const cell = ['cell_running', 'cell_output', 'cell_done'];
    assert.deepEqual(rest, [...cell, ...cell, ...cell, ...cell, 'run_ended']);
    const running = events.findLast((event) => event.type === 'cell_running' && event.code === 'b2');
    assert.ok(running?.type === 'cell_running' && running.edited === true);
    assert.equal(running.purpose, 'Run b');
    assert.deepEqual(storedCell(session.events(), 2)?.outputs, [printed('4:b2')], 'of the last run alone');
    const sources = cellSources(session.events());
    assert.deepEqual(
      sources.map(({ code, outputs }) => [code, outputs.length]),
      [
        ['a', 1],
        ['b2', 1],
        ['c', 1],
        ['mine', 1],
      ],
    );
    assert.equal(
      session.events().filter((event) => event.type === 'cell_output').length,
      4,
      'a panel that opens now gets no outputs of earlier runs',
    );
  });

  it('begins where it is asked to, and leaves out what is deleted, blank, or was never run', async () => {
    const { session, sandbox, ids } = await notebook('a', 'b', 'c');
    await session.runCells({ kind: 'from', cellId: at(ids, 1) });
    assert.deepEqual(
      sandbox.executed.slice(3).map(({ code }) => code),
      ['b', 'c'],
    );
    await session.cells.delete(at(ids, 1));
    await session.cells.edit(at(ids, 2), '  ');
    await session.runCells({ kind: 'all' });
    assert.deepEqual(
      sandbox.executed.slice(5).map(({ code }) => code),
      ['a'],
    );
    await assert.rejects(session.runCells({ kind: 'one', cellId: at(ids, 2) }), isCode('nothing-to-run'));
    await assert.rejects(session.runCells({ kind: 'from', cellId: at(ids, 1) }), isCode('cell-unknown'));
    await assert.rejects(session.runCells({ kind: 'one', cellId: 'x' }), isCode('cell-unknown'));
    const empty = fakeSandbox(echo);
    await session.dispose();
    const { session: fresh } = await sessions.open(model(), empty, { folder: `${sessions.folder()}/new` });
    await assert.rejects(fresh.runCells({ kind: 'all' }), isCode('nothing-to-run'));
    assert.equal(empty.starts, 0);
  });

  it('stops at the first cell that does not end well', async () => {
    const { session, events, sandbox, ids } = await notebook('a', 'b', 'c');
    await session.cells.edit(at(ids, 1), 'fail');
    assert.deepEqual(await session.runCells({ kind: 'all' }), { kind: 'failed', cellId: at(ids, 1) });
    assert.deepEqual(
      sandbox.executed.slice(3).map(({ code }) => code),
      ['a', 'fail'],
    );
    assert.deepEqual(endOf(events), { kind: 'failed', cellId: at(ids, 1) });
    assert.equal(session.activity.turn, 'idle');
  });

  it('takes new kernels when asked to, before the first cell, and says that variables are gone', async () => {
    const { session, events, sandbox } = await notebook('a');
    const order: string[] = [];
    const restart = sandbox.kernel.restart.bind(sandbox.kernel);
    const execute = sandbox.kernel.execute.bind(sandbox.kernel);
    sandbox.kernel.restart = async () => {
      order.push('restart');
      return restart();
    };
    sandbox.kernel.execute = async (...args) => {
      order.push(args[0].code);
      return execute(...args);
    };
    await session.runCells({ kind: 'all' }, { restart: true });
    assert.deepEqual(order, ['restart', 'a']);
    const started = events.findLast((event) => event.type === 'run_started');
    assert.equal(started?.restarted, true);
    assert.match(
      events.findLast((event) => event.type === 'notice')?.text ?? '',
      /all variables from before are gone/,
    );
  });

  it('is stopped as a turn is: the cell is interrupted, and by force the sandbox replaced', async () => {
    const { session, events, sandbox, states, ids } = await notebook('a', 'b');
    await session.cells.edit(at(ids, 0), 'wait');
    const run = session.runCells({ kind: 'all' });
    await settled(() => session.events().at(-1)?.type === 'cell_output');
    assert.equal(session.activity.turn, 'running');
    await session.stop();
    assert.deepEqual(await run, { kind: 'stopped' });
    assert.ok(states.some(({ turn }) => turn === 'stopping'));
    assert.equal(events.findLast((event) => event.type === 'cell_done')?.result.status, 'interrupted');

    await session.cells.edit(at(ids, 0), 'hang');
    const stuck = session.runCells({ kind: 'all' });
    await settled(() => session.events().at(-1)?.type === 'cell_output');
    void session.stop();
    await session.stop({ force: true });
    assert.deepEqual(await stuck, { kind: 'stopped' });
    assert.equal(sandbox.resets, 1);
    assert.equal(
      sandbox.executed.filter(({ code }) => code === 'b').length,
      1,
      'what was behind it did not run',
    );
    assert.deepEqual(closingEvents(session.events()), [], 'nothing is left open');
  });

  it('ends as lost when the sandbox goes, and the next one gets a new sandbox', async () => {
    const { session, events, ids } = await notebook('a', 'b');
    await session.cells.edit(at(ids, 0), 'lose');
    const end = await session.runCells({ kind: 'all' });
    assert.equal(end.kind === 'lost' && end.failure.code, 'sandbox-lost');
    assert.equal(events.findLast((event) => event.type === 'cell_done')?.result.stateLost, true);
    assert.deepEqual(await session.runCells({ kind: 'one', cellId: at(ids, 1) }), { kind: 'finished' });
  });

  it('is one thing at a time with turns: what is asked meanwhile waits, another run is refused', async () => {
    const { session, ids, sandbox } = await notebook('a', 'b');
    await session.cells.edit(at(ids, 0), 'wait');
    const run = session.runCells({ kind: 'one', cellId: at(ids, 0) });
    await assert.rejects(session.runCells({ kind: 'all' }), isCode('turn-running'));
    await assert.rejects(session.send(ask('now?')), isCode('turn-running'));
    session.enqueue(ask('later'), { text: 'later', files: [], images: [] });
    await settled(() => sandbox.executed.length === 3);
    await sandbox.kernel.interrupt();
    assert.deepEqual(await run, { kind: 'failed', cellId: at(ids, 0) });
    assert.equal(session.queued.length, 1, "what follows from a failure is the user's to say");
    await session.runCells({ kind: 'one', cellId: at(ids, 1) });
    await settled(() => session.queued.length === 0 && session.activity.turn === 'idle');
    assert.ok(session.events().some((event) => event.type === 'user_message' && event.text === 'later'));
  });

  it('that the program did not survive is closed when the session is opened again', async () => {
    const { session, ids } = await notebook('a', 'b');
    await session.cells.edit(at(ids, 0), 'wait');
    const run = session.runCells({ kind: 'all' });
    await settled(() => session.events().at(-1)?.type === 'cell_output');
    const closing = closingEvents(session.events());
    assert.deepEqual(typesOf(closing as SessionEvent[]), ['cell_done', 'run_ended']);
    const end = closing.find((event) => event.type === 'run_ended')?.end;
    assert.equal(end?.kind === 'lost' && end.failure.code, 'run-cut');
    await session.stop();
    await run;
    assert.deepEqual(closingEvents(session.events()), []);
  });

  it('assigns what code tries to reach to the cell that runs', async () => {
    const { session, events, sandbox, ids } = await notebook('a');
    await session.cells.edit(at(ids, 0), 'wait');
    const run = session.runCells({ kind: 'all' });
    await settled(() => session.events().at(-1)?.type === 'cell_output');
    sandbox.attempt(deniedAttempt('data.example.org'));
    await sandbox.kernel.interrupt();
    await run;
    const attempt = events.findLast((event) => event.type === 'network_attempt');
    assert.equal(attempt?.cellId, at(ids, 0));
  });

  it('takes back a release: what the user let the model see were other outputs', async () => {
    const privacy = { privacy: () => 'schema' as const };
    const remote = { ...model('a'), provider: 'Example' };
    const { session, ids } = await sessions.open(remote, fakeSandbox(echo), privacy).then(async (seen) => {
      await seen.session.send(ask('go'));
      return { ...seen, ids: idsOf(seen.session) };
    });
    await session.releaseOutput(at(ids, 0));
    await session.runCells({ kind: 'all' });
    assert.deepEqual(await unsentReleases(session.events()), []);
    await session.releaseOutput(at(ids, 0));
    const [block, ...more] = await unsentReleases(session.events());
    assert.deepEqual(more, []);
    assert.match(block?.type === 'text' ? block.text : '', /2:a/);
    const released = session.events().filter((event) => event.type === 'output_released').length;
    await session.releaseOutput(at(ids, 0));
    assert.equal(session.events().filter((event) => event.type === 'output_released').length, released);
  });
});
