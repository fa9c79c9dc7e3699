import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
  chmodSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { describe, it } from 'node:test';
import { sandboxLost } from '../../../src/failures.ts';
import { cliWorld, type TestWorld } from '../../support/cliWorld.ts';
import { fakeSandbox, type CellScript } from '../../support/fakeSandbox.ts';

interface Written {
  nbformat_minor: number;
  metadata: Record<string, { version?: string; name?: string }>;
  cells: {
    id: string;
    metadata: { execution?: Record<string, string> };
    execution_count?: number | null;
    outputs?: { output_type: string; text?: string[]; ename?: string }[];
  }[];
}

const code = (source: string, tags: string[] = [], outputs: object[] = []) => ({
  cell_type: 'code',
  source,
  metadata: tags.length === 0 ? {} : { tags },
  execution_count: null,
  outputs,
});

/** A folder with one notebook. */
function notebookFile(cells: object[]): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'nb-')), 'in.ipynb');
  writeFileSync(file, JSON.stringify({ nbformat: 4, nbformat_minor: 2, metadata: {}, cells }));
  return file;
}

const read = (file: string): Written => JSON.parse(readFileSync(file, 'utf8')) as Written;

/** What the cells do. */
function worldOf(script: (source: string, count: number) => CellScript) {
  const sandbox = fakeSandbox(({ code: source }, count) => script(source, count));
  const world: TestWorld = cliWorld(() => sandbox);
  return { sandbox, world, sources: () => sandbox.executed.map((request) => request.code) };
}

const failing = (source: string): CellScript =>
  source === 'bad'
    ? {
        outputs: [{ output_type: 'error', ename: 'ValueError', evalue: 'no', traceback: ['no'] }],
        result: { status: 'error' },
      }
    : { outputs: [{ output_type: 'stream', name: 'stdout', text: source }] };

describe('notebook', () => {
  it('runs code cells in order and writes a new file beside the notebook', async () => {
    const file = notebookFile([code('a'), { cell_type: 'markdown', source: 'b' }, code('  \n'), code('c')]);
    const before = readFileSync(file, 'utf8');
    const { world, sources } = worldOf(failing);
    assert.equal(await world.run('notebook', file), 0, world.err());
    const out = path.join(path.dirname(file), 'in.executed.ipynb');
    assert.equal(world.out(), out + '\n');
    assert.deepEqual(sources(), ['a', 'c']);
    assert.equal(readFileSync(file, 'utf8'), before);
    const { cells, metadata, nbformat_minor } = read(out);
    assert.equal(nbformat_minor, 5);
    assert.equal(metadata.language_info?.version, '3.13.5');
    assert.equal(metadata.kernelspec?.name, 'python3');
    assert.deepEqual(
      cells.map((cell) => cell.outputs?.flatMap((output) => output.text ?? [])),
      [['a'], undefined, [], ['c']],
    );
    assert.equal(cells[2]?.execution_count, null);
    const times = cells[0]?.metadata.execution ?? {};
    assert.ok((times['iopub.execute_input'] ?? '') <= (times['shell.execute_reply'] ?? ''));
    assert.deepEqual(readdirSync(path.dirname(file)).sort(), ['in.executed.ipynb', 'in.ipynb']);
  });

  it('never overwrites an earlier result unless it is named; in place when asked, mode kept', async () => {
    const file = notebookFile([code('a')]);
    chmodSync(file, 0o640);
    const names: string[] = [];
    for (const args of [[], [], ['--out', file]]) {
      const { world } = worldOf(failing);
      assert.equal(await world.run('notebook', file, ...args), 0);
      names.push(path.basename(world.out().trim()));
    }
    assert.deepEqual(names, ['in.executed.ipynb', 'in.executed-2.ipynb', 'in.ipynb']);
    assert.equal(statSync(file).mode & 0o777, 0o640);
    assert.equal(read(file).cells[0]?.outputs?.length, 1);
  });

  it('--out - writes the notebook to standard output and nothing else', async () => {
    const file = notebookFile([code('a')]);
    const { world } = worldOf(failing);
    assert.equal(await world.run('notebook', file, '--out', '-'), 0);
    assert.equal((JSON.parse(world.out()) as Written).cells.length, 1);
    assert.deepEqual(readdirSync(path.dirname(file)), ['in.ipynb']);
  });

  it('stops at the first error, writes what there is, exit code 1', async () => {
    const file = notebookFile([code('a'), code('bad'), code('c', [], [{ output_type: 'x' }])]);
    const { world, sources } = worldOf(failing);
    assert.equal(await world.run('notebook', file), 1);
    assert.deepEqual(sources(), ['a', 'bad']);
    assert.match(world.err(), /Cell 2 failed/);
    const { cells } = read(world.out().trim());
    assert.equal(cells[1]?.outputs?.[0]?.ename, 'ValueError');
    assert.deepEqual(cells[2]?.outputs, [{ output_type: 'x' }]);
  });

  it('goes on with --allow-errors, or when the cell is tagged raises-exception', async () => {
    const allowed = worldOf(failing);
    assert.equal(
      await allowed.world.run('notebook', notebookFile([code('bad'), code('c')]), '--allow-errors'),
      0,
    );
    assert.deepEqual(allowed.sources(), ['bad', 'c']);
    const tagged = worldOf(failing);
    const cells = [code('bad', ['raises-exception']), code('c'), code('bad'), code('d')];
    assert.equal(await tagged.world.run('notebook', notebookFile(cells)), 1);
    assert.deepEqual(tagged.sources(), ['bad', 'c', 'bad']);
  });

  it('leaves cells tagged skip-execution alone, outputs included', async () => {
    const old = { output_type: 'stream', name: 'stdout', text: ['old'] };
    const { world, sources } = worldOf(failing);
    await world.run('notebook', notebookFile([code('a', ['skip-execution'], [old]), code('b')]));
    assert.deepEqual(sources(), ['b']);
    assert.deepEqual(read(world.out().trim()).cells[0]?.outputs, [old]);
  });

  it('ends where variables were lost, errors allowed or not, and says why in the notebook', async () => {
    const file = notebookFile([code('a'), code('b')]);
    const { world, sources } = worldOf(() => ({ result: { status: 'timeout', stateLost: true } }));
    assert.equal(await world.run('notebook', file, '--allow-errors', '--timeout', '0.5'), 1);
    assert.deepEqual(sources(), ['a']);
    const [error] = read(world.out().trim()).cells[0]?.outputs ?? [];
    assert.equal(error?.ename, 'TimeoutError');
    assert.match(world.err(), /longer than 0\.5 s/);
  });

  it('a lost sandbox: what there is is written, exit code 3', async () => {
    const file = notebookFile([code('a'), code('die')]);
    const { world } = worldOf((source) =>
      source === 'die' ? { throws: sandboxLost('it was killed') } : failing(source),
    );
    assert.equal(await world.run('notebook', file), 3);
    assert.equal(read(world.out().trim()).cells[0]?.outputs?.length, 1);
  });

  it('Ctrl+C stops the cell, writes what there is, exit code 130', async () => {
    const file = notebookFile([code('a'), code('loop'), code('c')]);
    const { world, sources, sandbox } = worldOf((source) =>
      source === 'loop' ? { waitMs: 60_000 } : failing(source),
    );
    const running = world.run('notebook', file);
    while (sandbox.executed.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    world.lifetime.signal('SIGINT');
    assert.equal(await running, 130);
    assert.deepEqual(sources(), ['a', 'loop']);
    assert.equal(read(world.out().trim()).cells[0]?.outputs?.length, 1);
    assert.ok(sandbox.disposed);
  });

  it('--artifacts copies what cells wrote; without it the user is told', async () => {
    const script = (): CellScript => ({ files: { 'sub/x.txt': 'hello' } });
    const without = worldOf(script);
    await without.world.run('notebook', notebookFile([code('a')]));
    assert.match(without.world.err(), /not kept.*sub\/x\.txt/);
    const file = notebookFile([code('a')]);
    const target = path.join(path.dirname(file), 'made');
    mkdirSync(path.join(target, 'sub'), { recursive: true });
    writeFileSync(path.join(target, 'sub', 'x.txt'), 'mine');
    const { world } = worldOf(script);
    assert.equal(await world.run('notebook', file, '--artifacts', target), 0, world.err());
    assert.equal(readFileSync(path.join(target, 'sub', 'x.txt'), 'utf8'), 'mine');
    assert.equal(readFileSync(path.join(target, 'sub', 'x-2.txt'), 'utf8'), 'hello');
  });
});
