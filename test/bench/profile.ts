/** What a large file is made of, from the host and back; beside what people type into a cell or a shell for it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';

import { SandboxFixture, makeWorkspace } from '../support/dockerFixture.ts';
import type { BenchContext } from './benches.ts';
import { alternate, type Comparison } from './measure.ts';

const HEADER = 'id,day,region,product,units,price,age,remark\n';
const REGIONS = ['North', 'South', 'East', 'West'];
const BLOCK_ROWS = 100_000;

/** The same rows again and again. @returns how many */
async function writeCsv(path: string, leastBytes: number): Promise<number> {
  let block = '';
  for (let at = 0; at < BLOCK_ROWS; at++) {
    const day = `2024-${String(1 + (at % 12)).padStart(2, '0')}-${String(1 + (at % 28)).padStart(2, '0')}`;
    const age = at % 20 === 0 ? '' : String(18 + (at % 70));
    block += `${at},${day},${REGIONS[at % 4]},product ${(at * 7919) % 500},${at % 99},${((at * 104_729) % 100_000) / 100},${age},"note, with ${(at * 31) % 9973}"\n`;
  }
  const file = createWriteStream(path);
  file.write(HEADER);
  let rows = 0;
  for (let bytes = 0; bytes < leastBytes; bytes += block.length, rows += BLOCK_ROWS) {
    if (!file.write(block)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  return rows;
}

const printed = (work: string): string =>
  `import time\n_start = time.perf_counter()\n${work}\nprint((time.perf_counter() - _start) * 1000)`;
const summarized = (source: string): string =>
  printed(
    `import subprocess\n_done = subprocess.run(["duckdb", "-c", "SET memory_limit='1GB'; SUMMARIZE SELECT * FROM ${source}"], capture_output=True, text=True)\nassert _done.returncode == 0, _done.stderr`,
  );
const inPandas = (reading: string): string =>
  printed(
    `import pandas as pd\n_df = ${reading}\n(_df.describe(include="all"), _df.nunique(), _df.isna().sum()); del _df`,
  );

/** Of each kind: how it is made of the CSV, and what people type for it. `megabytes` of CSV. */
const CONTENDERS = [
  {
    kind: 'CSV',
    megabytes: 100,
    label: 'pandas.read_csv, describe and nunique in a cell',
    code: (path: string) => inPandas(`pd.read_csv(${JSON.stringify(path)})`),
  },
  {
    kind: 'CSV',
    megabytes: 1000,
    label: 'SUMMARIZE of read_csv_auto, by DuckDB’s command line',
    code: (path: string) => summarized(`read_csv_auto('${path}')`),
  },
  {
    kind: 'CSV as Parquet',
    megabytes: 1000,
    copied: { name: 'large.parquet', options: 'FORMAT parquet' },
    label: 'SUMMARIZE of read_parquet, by DuckDB’s command line',
    code: (path: string) => summarized(`read_parquet('${path}')`),
  },
  {
    kind: 'CSV as NDJSON',
    megabytes: 30,
    copied: { name: 'large.ndjson', options: 'FORMAT json' },
    label: 'pandas.read_json, describe and nunique in a cell',
    code: (path: string) => inPandas(`pd.read_json(${JSON.stringify(path)}, lines=True)`),
  },
] as const;

export async function profiles({ rounds }: BenchContext): Promise<Comparison[]> {
  const workspace = makeWorkspace({});
  const fixture = await SandboxFixture.started({}, workspace);
  try {
    const comparisons: Comparison[] = [];
    for (const contender of CONTENDERS) {
      const { kind, megabytes, label, code } = contender;
      const name = `large-${megabytes}.csv`;
      const rows = await writeCsv(join(workspace, name), megabytes * 1_000_000);
      let path = `/workspace/${name}`;
      if ('copied' in contender) {
        const { name: copy, options } = contender.copied;
        const statement = `COPY (FROM read_csv_auto('${path}')) TO '/outputs/${copy}' (${options})`;
        const command = ['duckdb', '-c', `SET memory_limit='1GB'; ${statement}`];
        await fixture.ok(
          'python',
          `import subprocess; subprocess.run(${JSON.stringify(command)}, check=True)`,
        );
        path = `/outputs/${copy}`;
      }
      const limits = { limitFiles: 1, timeoutMs: 300_000, values: true, known: [], roots: [] };
      const series = await alternate(
        rounds,
        {
          label: 'what a file is made of, from the host and back',
          run: async () => {
            const start = performance.now();
            const [file] = await fixture.sandbox.kernel.schemas({ paths: [path], ...limits });
            const ms = performance.now() - start;
            assert.deepEqual([file?.rows, file?.ofRows, file?.columns.length], [rows, undefined, 8]);
            return ms;
          },
        },
        {
          label,
          run: async () => {
            const cell = await fixture.run('python', code(path), { timeoutMs: 300_000 });
            assert.equal(cell.status, 'ok', `${label}: ${cell.error ?? cell.status}`);
            return Number(cell.stdout);
          },
        },
      );
      comparisons.push({ name: `data: profile of ${megabytes} MB of ${kind}`, unit: 'ms', ...series });
    }
    return comparisons;
  } finally {
    await fixture.close();
  }
}
