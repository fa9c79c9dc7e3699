/** Which limit a cell ran into, in words for people, for the model, and for the command line. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import * as z from 'zod/mini';
import { schemaResultContent } from '../../../src/agent/schemaResult.ts';
import { toolResultContent } from '../../../src/agent/toolResult.ts';
import { SANDBOX_USAGE } from '../../../src/cli/args.ts';
import { formatBinary, limitForModel, limitNote, settingOf } from '../../../src/shared/limitWords.ts';
import {
  cellResultSchema,
  limitHitSchema,
  type CellResult,
  type LimitHit,
} from '../../../src/shared/outputs.ts';

const GIB = 1024 ** 3;
const without: CellResult = {
  status: 'killed',
  executionCount: 1,
  durationMs: 1000,
  stateLost: true,
  truncated: [],
  artifacts: [],
  refused: [],
};
const result: CellResult = { ...without, limits: [{ kind: 'memory', figure: 2 * GIB, ended: 'kernel' }] };

const SAID: [LimitHit, string][] = [
  [
    { kind: 'memory', figure: 2 * GIB, ended: 'kernel' },
    'The memory limit of 2 GiB was reached, so the process that runs the cells was ended.',
  ],
  [
    { kind: 'memory', figure: 2 * GIB, ended: 'process' },
    'The memory limit of 2 GiB was reached, so a process that the cell had started was ended.',
  ],
  [
    { kind: 'memory', figure: null, ended: 'nothing' },
    'The code asked for more memory than the limit allows.',
  ],
  [{ kind: 'processes', figure: 256 }, 'The limit of 256 processes and threads was reached.'],
  [{ kind: 'disk', figure: GIB / 2, place: '/tmp' }, '/tmp is full: it holds 512 MiB.'],
  [{ kind: 'disk', figure: null, place: '/outputs' }, 'The disk that /outputs lies on is full.'],
  [{ kind: 'disk', figure: null }, 'No space was left where the code wrote.'],
  [{ kind: 'files', figure: 20_000, place: '/outputs' }, '/outputs is full: it holds 20,000 files.'],
  [{ kind: 'fileSize', figure: 2 * GIB }, 'The largest size of 2 GiB that a file may have was reached.'],
  [{ kind: 'openFiles', figure: 4096 }, 'The limit of 4,096 open files was reached.'],
  [
    { kind: 'readOnly', figure: null },
    'The workspace and what lies in it can be read here, and not changed.',
  ],
  [
    { kind: 'output', figure: 1_572_864 },
    'The output limit of 1.5 MiB for a cell was reached, so some was left out.',
  ],
  [{ kind: 'time', figure: 120 }, 'The time limit of 120 s for a cell was reached.'],
  [{ kind: 'cpu', figure: 2 }, 'All processors of the sandbox (2) were busy until then.'],
];

describe('a limit in words', () => {
  it('names each kind with its figure, and what to do', () => {
    for (const [hit, words] of SAID) {
      const note = limitNote(hit);
      assert.ok(note.startsWith(`${words} `), note);
      assert.ok(note.length > words.length + 10, 'a remedy follows');
    }
    assert.deepEqual(
      new Set(SAID.map(([{ kind }]) => kind)),
      new Set(
        limitHitSchema.shape.kind.def.entries ? Object.keys(limitHitSchema.shape.kind.def.entries) : [],
      ),
    );
  });

  it('names only settings that there are, and flags that there are', () => {
    const manifest = z
      .object({
        contributes: z.object({
          configuration: z.array(z.object({ properties: z.record(z.string(), z.unknown()) })),
        }),
      })
      .parse(JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')));
    const known = new Set(
      manifest.contributes.configuration.flatMap(({ properties }) => Object.keys(properties)),
    );
    const settings = SAID.flatMap(([hit]) => settingOf(hit) ?? []);
    assert.deepEqual(
      settings.filter((name) => !known.has(name)),
      [],
    );
    assert.ok(settings.length > 3);
    assert.match(
      limitNote({ kind: 'memory', figure: GIB, ended: 'kernel' }, 'flag'),
      /--memory-mb raises it\.$/,
    );
    assert.match(SANDBOX_USAGE, /--memory-mb/);
    assert.match(limitNote({ kind: 'time', figure: 3 }, 'flag'), /--cell-timeout raises it\.$/);
    assert.doesNotMatch(limitNote({ kind: 'cpu', figure: 3 }, 'flag'), /codeInterpreter|--/);
  });

  it('tells the model, also when it sees names and types only', () => {
    const told =
      'limit: The memory limit of 2 GiB was reached, so the process that runs the cells was ended. ' +
      'Read less at once: fewer columns, or in pieces. ' +
      'Only the user can raise it: codeInterpreter.sandbox.memoryMb.';
    assert.equal(limitForModel({ kind: 'memory', figure: 2 * GIB, ended: 'kernel' }), told);
    const request = { language: 'python', code: '', outputs: [], result, knows: () => false } as const;
    for (const [block] of [toolResultContent('python', [], result), schemaResultContent(request)])
      assert.ok(block?.type === 'text' && block.text.includes(told));
  });

  it('is silent where none was reached', () => {
    const [block] = toolResultContent('python', [], without);
    assert.ok(block?.type === 'text' && !block.text.includes('limit:'));
  });

  it('is kept in a log, and logs of before can be read', () => {
    assert.deepEqual(cellResultSchema.parse(JSON.parse(JSON.stringify(result))), result);
    assert.deepEqual(cellResultSchema.parse(without), without);
    assert.equal(limitHitSchema.safeParse({ kind: 'memory', figure: 1, place: '/etc' }).success, false);
  });

  it('writes sizes in powers of 1024', () => {
    assert.deepEqual([0, 1023, 1024, 512 * 1024 ** 2, 2.5 * GIB].map(formatBinary), [
      '0 bytes',
      '1023 bytes',
      '1 KiB',
      '512 MiB',
      '2.5 GiB',
    ]);
  });
});
