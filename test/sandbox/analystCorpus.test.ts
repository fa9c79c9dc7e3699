/**
 * Every file of `test/fixtures/data`, and some that cannot be committed, through the real analyst, loop and
 * sandbox: each ends in charts that show something or in the refusal it deserves, never in a failed cell.
 */
import assert from 'node:assert/strict';
import {
  chmodSync,
  closeSync,
  cpSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import { analystTurn, coloursOf, type AnalystTurn } from '../support/analystTurn.ts';
import { FIGURE_MIME, figureSchema } from '../../src/shared/outputs.ts';
import { SandboxFixture } from '../support/dockerFixture.ts';

const DATA = fileURLToPath(new URL('../fixtures/data/', import.meta.url));

/** File → code of its refusal. Every other data file must end in charts. */
const REFUSED: Record<string, string> = {
  'refused-broken.json': 'json-invalid',
  'refused-damaged.sqlite': 'corrupt-database',
  'refused-empty.csv': 'empty-file',
  'refused-feed.csv': 'xml',
  'refused-header-only.csv': 'no-rows',
  'refused-junk.csv': 'binary',
  'refused-letter.xlsx': 'document',
  'refused-lfs-pointer.csv': 'lfs-pointer',
  'refused-login-page.csv': 'html-page',
  'refused-password.xlsx': 'encrypted',
  'refused-picture.csv': 'image',
  'refused-prose.txt': 'no-table',
  'refused-report.csv': 'pdf',
  'refused-scalar.json': 'no-table',
  'refused-truncated.csv.gz': 'truncated-gzip',
  'refused-truncated.parquet': 'corrupt-parquet',
  'refused-truncated.xlsx': 'corrupt-zip',
  'refused-zeros.csv': 'nul-bytes',
  // Made at test time:
  'a-folder': 'directory',
  'private.csv': 'permission',
  'dangling.csv': 'dangling-link',
  'outside.csv': 'dangling-link',
  'circle.csv': 'dangling-link',
  'sparse-3-gb.csv': 'nul-bytes',
  'gone.csv': 'not-found',
};

const HOSTILE_NAMES = [
  'it\'s "quoted".csv',
  'line\nbreak.csv',
  'back\\slash{}.csv',
  '-rf',
  '😀 ünïcode \u202e.csv',
  "'); import os; os.abort() #.csv",
  `${'x'.repeat(240)}.csv`,
];

const THREE_GB = 3 * 1024 ** 3;
const factsSchema = z.object({ kind: z.string(), code: z.optional(z.string()) });

let fixture: SandboxFixture;
const outside = mkdtempSync(path.join(tmpdir(), 'outside-'));

/** A row is 40 to 45 bytes; the numbers rise with the place in the file, so that a sample of the head shows. */
function writeHuge(file: string): void {
  const handle = openSync(file, 'w');
  writeSync(handle, 'stamp,sensor,value\n');
  let written = 0;
  const block: string[] = [];
  for (let hour = 0; written < THREE_GB; hour += 1) {
    block.length = 0;
    const year = 2000 + Math.floor((25 * written) / THREE_GB);
    for (let row = 0; row < 20_000; row += 1) {
      const day = 1 + ((hour + row) % 28);
      block.push(
        `${year}-06-${String(day).padStart(2, '0')}T12:00:00,sensor ${row % 4},${year - 1990 + (row % 10) / 10}\n`,
      );
    }
    const text = block.join('').repeat(20);
    written += writeSync(handle, text);
  }
  closeSync(handle);
}

before(async () => {
  const workspace = mkdtempSync(path.join(tmpdir(), 'workspace-'));
  chmodSync(workspace, 0o755);
  cpSync(DATA, workspace, { recursive: true });
  mkdirSync(path.join(workspace, 'a-folder'));
  writeFileSync(path.join(workspace, 'a-folder', 'inside.csv'), 'a,b\n1,2\n');
  writeFileSync(path.join(workspace, 'private.csv'), 'a,b\n1,2\n', { mode: 0o000 });
  writeFileSync(path.join(outside, 'data.csv'), 'a,b\n1,2\n');
  symlinkSync('nowhere.csv', path.join(workspace, 'dangling.csv'));
  symlinkSync(path.join(outside, 'data.csv'), path.join(workspace, 'outside.csv'));
  symlinkSync('circle.csv', path.join(workspace, 'circle.csv'));
  writeFileSync(path.join(workspace, 'sparse-3-gb.csv'), 'a,b,c\n1,2,3\n');
  truncateSync(path.join(workspace, 'sparse-3-gb.csv'), THREE_GB);
  const rows = Array.from(
    { length: 30 },
    (_, index) => `${index % 3 === 0 ? 'x' : 'y'},${index * index}`,
  ).join('\n');
  for (const name of HOSTILE_NAMES) writeFileSync(path.join(workspace, name), `kind,size\n${rows}\n`);
  linkSync(path.join(workspace, 'nile.tsv'), path.join(workspace, 'second-name.tsv'));
  fixture = await SandboxFixture.started({}, workspace);
});

after(async () => {
  await fixture.close();
  rmSync(outside, { recursive: true, force: true });
});

const run = async (name: string, intent: 'analyze' | 'chart' = 'analyze'): Promise<AnalystTurn> =>
  analystTurn(fixture.sandbox.kernel, {
    intent,
    files: [{ label: name, containerPath: `/workspace/${name}` }],
  });

const openedAs = (turn: AnalystTurn): z.infer<typeof factsSchema> => factsSchema.parse(turn.cells[0]?.facts);

function assertNoFailure(turn: AnalystTurn): void {
  assert.equal(turn.outcome.end.kind, 'finished');
  for (const { purpose, outputs, result } of turn.cells) {
    const error = outputs.find((output) => output.output_type === 'error');
    assert.equal(result?.status, 'ok', `“${purpose}” failed: ${error?.ename ?? ''} ${error?.evalue ?? ''}`);
    const warnings = outputs.flatMap((output) =>
      output.output_type === 'stream' && output.name === 'stderr' ? [output.text] : [],
    );
    assert.deepEqual(warnings, [], `“${purpose}” wrote warnings`);
  }
  assert.doesNotMatch(turn.text, /Traceback|did not succeed|\bNaN\b|\bundefined\b|\bnull\b/);
}

function assertCharts(turn: AnalystTurn): void {
  assert.equal(openedAs(turn).kind, 'table', turn.text);
  assert.ok(turn.charts.length > 0, 'no chart was drawn');
  for (const chart of turn.charts) {
    const { width, height, colours, dominantShare } = coloursOf(chart);
    assert.ok(width >= 500 && width <= 1568 && height >= 200 && height <= 1568, `${width} × ${height}`);
    assert.ok(colours >= 5 && dominantShare < 0.995, `a blank chart: ${colours} colours, ${dominantShare}`);
  }
}

/** The sandbox proofreads each figure; the built-in analyst has nobody who would mend one. */
function findingsOf(turn: AnalystTurn): string[] {
  const figures = turn.cells.flatMap(({ outputs }) =>
    outputs.flatMap((output) =>
      'data' in output && FIGURE_MIME in output.data ? [output.data[FIGURE_MIME]] : [],
    ),
  );
  assert.equal(figures.length, turn.charts.length, 'each chart was proofread');
  return figures.flatMap((value) =>
    (figureSchema.parse(value).findings ?? []).map(({ sentence }) => sentence),
  );
}

function assertRefusal(turn: AnalystTurn, code: string): void {
  assert.deepEqual(openedAs(turn), { kind: 'refusal', code });
  assert.equal(turn.charts.length, 0);
  assert.equal(turn.cells.length, 1, 'nothing runs after a refusal');
  assert.ok(turn.text.length > 20);
}

const committed = readdirSync(DATA).filter((name) => !/\.py$|\.md$|-wal$/.test(name));

describe('each data file ends in charts or in its own refusal', () => {
  for (const name of committed) {
    it(name, async (test) => {
      const turn = await run(name);
      assertNoFailure(turn);
      const code = REFUSED[name];
      if (code === undefined) {
        assertCharts(turn);
        assert.deepEqual(findingsOf(turn), []);
      } else assertRefusal(turn, code);
      const ending = code ?? `${turn.charts.length} charts`;
      test.diagnostic(`${name}: ${ending}, ${turn.cells.length} cells, ${Math.round(turn.durationMs)} ms`);
    });
  }

  it('covers at least 30 files that end in charts', () => {
    assert.ok(committed.filter((name) => REFUSED[name] === undefined).length >= 30);
  });
});

describe('files that can only be made here', () => {
  for (const name of [
    'a-folder',
    'private.csv',
    'dangling.csv',
    'outside.csv',
    'circle.csv',
    'sparse-3-gb.csv',
    'gone.csv',
  ]) {
    it(`refuses ${name}`, async () => {
      const turn = await run(name);
      assertNoFailure(turn);
      assertRefusal(turn, REFUSED[name] ?? '');
    });
  }

  it('says of a link that its target is not in the mounted folder', async () => {
    assert.match((await run('outside.csv')).text, /link to .*data.*workspace/s);
  });

  for (const [index, name] of HOSTILE_NAMES.entries()) {
    it(`opens a file with a hostile name (${index + 1} of ${HOSTILE_NAMES.length})`, async () => {
      const turn = await run(name);
      assertNoFailure(turn);
      assertCharts(turn);
    });
  }

  it('reads an even sample of a 3 GB file within the memory of the sandbox, and says of how many rows', async (test) => {
    const file = path.join(fixture.workspace, 'huge.csv');
    writeHuge(file);
    try {
      const turn = await run('huge.csv', 'chart');
      assertNoFailure(turn);
      assertCharts(turn);
      const facts = z
        .object({
          rows: z.int(),
          totalRows: z.number(),
          columns: z.array(
            z.object({ name: z.string(), low: z.optional(z.number()), high: z.optional(z.number()) }),
          ),
        })
        .parse(turn.cells[0]?.facts);
      assert.ok(facts.rows > 100_000 && facts.rows < 5_000_000);
      const value = facts.columns.find(({ name }) => name === 'value');
      // The values rise from 10 to 35 along the file: a sample of its beginning would not reach the end.
      assert.ok((value?.low ?? 99) < 12 && (value?.high ?? 0) > 33, JSON.stringify(value));
      const bytesPerRow = '2000-06-01T12:00:00,sensor 0,10.0\n'.length;
      const rows = THREE_GB / bytesPerRow;
      assert.ok(Math.abs(facts.totalRows - rows) < 0.1 * rows, `${facts.totalRows} against ${rows}`);
      assert.match(turn.text, /All figures describe [\d,]+ rows of about/);
      test.diagnostic(`3 GB: ${facts.rows} rows read, ${Math.round(turn.durationMs)} ms`);
    } finally {
      rmSync(file, { force: true });
    }
  });
});

describe('the code to go on with', () => {
  it('reads the same data with plain pandas', async (test) => {
    const names = committed.filter((name) => REFUSED[name] === undefined);
    let checked = 0;
    for (const name of names) {
      const code = `
import os, pandas as pd
from analyst import open_table
table = open_table(${JSON.stringify(`/workspace/${name}`)})
source = "\\n".join([table.reading.code, *table.reading.fixes]) if table.reading.code else ""
os.chdir("/workspace")
if source:
    space = {"pd": pd}
    exec(source, space)
    pd.testing.assert_frame_equal(space["df"].reset_index(drop=True), table.frame, check_dtype=False)
os.chdir("/outputs")
print(bool(source))`;
      if ((await fixture.ok('python', code)) === 'True') checked += 1;
    }
    assert.ok(checked >= 15, `only ${checked} files have such code`);
    test.diagnostic(`${checked} of ${names.length} files`);
  });
});
