/**
 * Whatever the user does to the notebook and in whatever moment, stops and deaths of the program included: the log is
 * closed properly, each cell's outputs are of its last run, and the next request is accepted by the validator.
 * CELLS_SEED repeats a run, CELLS_RUNS sets how many.
 */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { cellSources } from '../../../src/agent/numbersCheck.ts';
import { storedCell, cellCount } from '../../../src/agent/outputStore.ts';
import { problemsOf } from '../../../src/agent/validate.ts';
import { Failure, sandboxLost } from '../../../src/failures.ts';
import { closingEvents } from '../../../src/session/restore.ts';
import { Session } from '../../../src/session/session.ts';
import { toNotebook } from '../../../src/export/notebook.ts';
import { NOTHING_KNOWN } from '../export/support.ts';
import { reportOf } from '../../../src/export/report.ts';
import { cellOrder, notebookCells } from '../../../src/shared/cellOrder.ts';
import { staleCells } from '../../../src/shared/stale.ts';
import { fakeSandbox, type CellScript } from '../../support/fakeSandbox.ts';
import { sessionOptions } from '../../support/openSession.ts';
import { call, say, scriptedModel } from '../../support/scriptedModel.ts';
import { randomFrom } from '../../support/random.ts';

const RUNS = Number(process.env['CELLS_RUNS'] ?? 40);
const SEED = Number(process.env['CELLS_SEED'] ?? Date.now() % 1_000_000);

const ask = (text: string) => ({ intent: 'ask' as const, text, files: [] });
const wait = async (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

it(`${RUNS} random notebooks (seed ${SEED})`, async (context) => {
  const random = randomFrom(SEED);
  const below = (n: number): number => Math.floor(random() * n);
  const counts: Record<string, number> = {};
  const root = await mkdtemp(join(tmpdir(), 'cells-'));
  context.after(async () => rm(root, { recursive: true, force: true }));
  const model = scriptedModel((n, { messages }) => {
    const last = messages.at(-1)?.content ?? [];
    const answers = n % 3 === 0 || last.some(({ type }) => type === 'tool_result');
    return { content: answers ? [say('Done.')] : [say('I look.'), call(`m${n}`), call(`n${n}`)] };
  });
  let made = 0;
  const script = ({ code }: { code: string }): CellScript => {
    made += 1;
    const outputs = [{ output_type: 'stream' as const, name: 'stdout' as const, text: `${made} ${code}` }];
    if (random() < 0.05) return { outputs, throws: sandboxLost('it was killed') };
    return { outputs, waitMs: below(4), ...(random() < 0.1 ? { result: { status: 'error' } } : {}) };
  };
  /** What is expected is a Failure of our own that says why, and nothing else. */
  const tolerated = (error: unknown): void => assert.ok(error instanceof Failure, String(error));

  for (let run = 0; run < RUNS; run += 1) {
    const why = `run ${run}, seed ${SEED}`;
    let folder = join(root, String(run));
    const open = async (): Promise<Session> =>
      Session.open(sessionOptions(model, { folder, sandbox: fakeSandbox(script) }));
    let session = await open();
    await session.send(ask('go'));
    for (let step = 0; step < 12; step += 1) {
      const ids = cellOrder(session.events());
      const any = (): string => ids[below(ids.length)] ?? 'none';
      const acts: Record<string, () => Promise<unknown>> = {
        edit: async () => session.cells.edit(any(), `e${step}`),
        insert: async () => session.cells.insert(random() < 0.5 ? null : any(), 'python', `i${step}`),
        move: async () => session.cells.move(any(), random() < 0.3 ? null : any()),
        delete: async () => session.cells.delete(any()),
        restore: async () => session.cells.restore(any()),
        all: async () => session.runCells({ kind: 'all' }, { restart: random() < 0.3 }),
        from: async () => session.runCells({ kind: 'from', cellId: any() }),
        one: async () => session.runCells({ kind: 'one', cellId: any() }),
        stale: async () => session.runCells({ kind: 'stale' }),
        question: async () => session.send(ask(`q${step}`)),
        both: async () => {
          const going = session.runCells({ kind: 'all' }).catch(tolerated);
          await session.cells.edit(any(), `during ${step}`).catch(tolerated);
          await going;
        },
        stop: async () => {
          const going = session.runCells({ kind: 'all' }).catch(tolerated);
          await wait(random() * 6);
          await session.stop({ force: random() < 0.2 });
          await going;
        },
        death: async () => {
          const going = session.runCells({ kind: 'all' }).catch(tolerated);
          await wait(random() * 6);
          const later = `${folder}x`;
          await cp(folder, later, { recursive: true });
          await session.dispose();
          await going;
          folder = later;
          session = await open();
        },
      };
      const names = Object.keys(acts);
      const name = names[below(names.length)] ?? 'edit';
      counts[name] = (counts[name] ?? 0) + 1;
      await acts[name]?.().catch(tolerated);
      assert.deepEqual(closingEvents(session.events()), [], `${why}, after ${name}: nothing is left open`);
    }
    assert.deepEqual(await session.send(ask('At last.')).then(({ kind }) => kind !== 'stopped'), true, why);
    const events = session.events();
    for (const { messages } of model.requests.splice(0)) assert.deepEqual(problemsOf(messages), [], why);
    // A run that was lost has at most what came before; none has outputs of two runs.
    for (let number = 1; number <= cellCount(events); number += 1) {
      assert.ok((storedCell(events, number)?.outputs.length ?? 0) <= 1, `${why}, cell ${number}`);
    }
    for (const { cellId, outputs } of cellSources(events))
      assert.ok(outputs.length <= 1, `${why}, ${cellId}`);
    assert.equal(new Set(cellOrder(events)).size, notebookCells(events).length, why);
    staleCells(events);
    assert.ok(toNotebook(reportOf(events, NOTHING_KNOWN)).cells.length > 0);
    await session.dispose();
  }
  context.diagnostic(JSON.stringify(counts));
});
