/** Cells that the user runs by hand, on the real sandbox: run all after a restart, from here, stop, stale refresh. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { cellSources } from '../../src/agent/numbersCheck.ts';
import { Session } from '../../src/session/session.ts';
import { notebookCells } from '../../src/shared/cellOrder.ts';
import type { SessionEvent } from '../../src/shared/events.ts';
import { FRAME_MIME } from '../../src/shared/outputs.ts';
import { staleCells } from '../../src/shared/stale.ts';
import { SandboxFixture } from '../support/dockerFixture.ts';
import { sessionOptions } from '../support/openSession.ts';
import { call, say, scriptedModel } from '../support/scriptedModel.ts';

const CODES = [
  'import pandas as pd\ndf = pd.DataFrame({"x": [1, 2, 3], "y": [2, 4, 9]})\nscale = 2',
  'clean = df[df.y > 2].copy()\nclean["z"] = clean.x * scale\nclean',
  'print("rows", len(df))',
  'total = int(clean.z.sum())\nprint("total", total)',
  'import matplotlib.pyplot as plt\nplt.bar(["a"], [total])\nopen("/outputs/total.txt", "w").write(str(total));',
];

describe('cells of the notebook, run by hand', { timeout: 300_000 }, () => {
  let fixture: SandboxFixture;
  let session: Session;
  const events: SessionEvent[] = [];
  const folder = mkdtempSync(path.join(tmpdir(), 'session-'));
  const cell = (number: number): string =>
    notebookCells(session.events())[number - 1]?.cellId ?? assert.fail(`no cell ${number}`);
  const stale = (): number[] => {
    const found = staleCells(session.events());
    return notebookCells(session.events()).flatMap(({ cellId }, at) => (found.has(cellId) ? [at + 1] : []));
  };
  /** What each cell put out last. */
  const outputs = (): string[] =>
    cellSources(session.events()).map(({ outputs: each }) =>
      // Counts and the names of live objects are of one run.
      JSON.stringify(each, (key, value: unknown) =>
        key === 'execution_count' || key === FRAME_MIME ? null : value,
      ),
    );
  const ranSince = (seq: number): number[] => {
    const ids = notebookCells(session.events()).map(({ cellId }) => cellId);
    return events.flatMap((event) =>
      event.type === 'cell_running' && event.seq > seq ? [ids.indexOf(event.cellId) + 1] : [],
    );
  };
  const now = (): number => session.events().at(-1)?.seq ?? 0;

  before(async () => {
    fixture = await SandboxFixture.make();
    const model = scriptedModel((n) => {
      const code = CODES[n - 1];
      return { content: code === undefined ? [say('Done.')] : [call(code)] };
    });
    session = await Session.open(
      sessionOptions(model, {
        folder,
        sandbox: fixture.sandbox,
        outputLimitBytes: 8_000_000,
        onEvents: (batch) => events.push(...batch),
      }),
    );
    assert.deepEqual(await session.send({ intent: 'ask', text: 'go', files: [] }), { kind: 'finished' });
  });

  after(async () => {
    await session.dispose();
    await fixture.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('all of them, after a restart, give the same outputs again', async () => {
    const first = outputs();
    assert.ok(first[4]?.includes('image/png'), 'a chart is among them');
    const [before] = session.artifacts();
    const from = now();
    assert.deepEqual(await session.runCells({ kind: 'all' }, { restart: true }), { kind: 'finished' });
    assert.deepEqual(ranSince(from), [1, 2, 3, 4, 5]);
    assert.deepEqual(outputs(), first);
    assert.deepEqual(session.artifacts(), [before]);
    const counts = events.flatMap((event) =>
      event.type === 'cell_running' && event.seq > from ? [event.executionCount] : [],
    );
    assert.deepEqual(counts, [1, 2, 3, 4, 5], 'the kernels are new');
    assert.deepEqual(stale(), []);
  });

  it('know their names, so that a change marks what follows from it and nothing else', async () => {
    const names = session
      .events()
      .findLast((event) => event.type === 'cell_names' && event.cellId === cell(2));
    assert.ok(names?.type === 'cell_names');
    assert.deepEqual([names.uses, names.sets], [['df', 'scale'], ['clean']]);
    await session.cells.edit(cell(2), (CODES[1] ?? '').replace('y > 2', 'y > 4'));
    assert.deepEqual(stale(), [2, 4, 5]);
    const from = now();
    assert.deepEqual(await session.runCells({ kind: 'one', cellId: cell(2) }), { kind: 'finished' });
    assert.deepEqual(stale(), [4, 5]);
    assert.deepEqual(await session.runCells({ kind: 'stale' }), { kind: 'finished' });
    assert.deepEqual(ranSince(from), [2, 4, 5]);
    assert.match(outputs()[3] ?? '', /total 6/);
    assert.deepEqual(stale(), []);
  });

  it('run from here on, with the variables that are there', async () => {
    const mine = await session.cells.insert(cell(1), 'python', 'scale = 10');
    const from = now();
    assert.deepEqual(await session.runCells({ kind: 'from', cellId: mine }), { kind: 'finished' });
    assert.deepEqual(ranSince(from), [2, 3, 4, 5, 6]);
    assert.match(outputs()[3] ?? '', /total 30/);
    assert.deepEqual(stale(), []);
    // The same import again is no change of what uses it, the table is.
    await session.runCells({ kind: 'one', cellId: cell(1) });
    assert.deepEqual(stale(), [2, 3, 4, 5, 6]);
    assert.deepEqual(await session.runCells({ kind: 'stale' }), { kind: 'finished' });
    assert.match(outputs()[3] ?? '', /total 30/);
  });

  it('stop at the first that fails', async () => {
    await session.cells.edit(cell(3), 'clean = gone');
    const from = now();
    assert.deepEqual(await session.runCells({ kind: 'all' }), { kind: 'failed', cellId: cell(3) });
    assert.deepEqual(ranSince(from), [1, 2, 3]);
  });

  // Behind one that failed: the first traceback of a kernel takes long on a busy machine.
  it('are interrupted by Stop, and variables stay', async () => {
    const slow = await session.cells.insert(
      null,
      'python',
      'import time\nkept = 5\nprint("now", flush=True)\ntime.sleep(60)',
    );
    const run = session.runCells({ kind: 'one', cellId: slow });
    while (!events.some((event) => event.type === 'cell_output' && event.cellId === slow)) {
      await new Promise((done) => setTimeout(done, 20));
    }
    await session.stop();
    assert.deepEqual(await run, { kind: 'stopped' });
    const done = events.findLast((event) => event.type === 'cell_done');
    assert.deepEqual(
      [done?.cellId, done?.result.status, done?.result.stateLost],
      [slow, 'interrupted', false],
    );
    const check = await session.cells.insert(null, 'python', 'print(kept + scale)');
    assert.deepEqual(await session.runCells({ kind: 'one', cellId: check }), { kind: 'finished' });
    const printed = events.findLast((event) => event.type === 'cell_output' && event.cellId === check);
    assert.match(JSON.stringify(printed), /15/);
  });
});
