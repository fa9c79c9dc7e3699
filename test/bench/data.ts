/** The grid's and the Variables view's questions to the live kernel; beside pandas doing the same in a cell of that kernel. */
import assert from 'node:assert/strict';
import { tablePageSchema, columnSummarySchema, variablesSchema } from '../../src/shared/data.ts';
import { SandboxFixture } from '../support/dockerFixture.ts';
import type { BenchContext } from './benches.ts';
import { alternate, type Comparison } from './measure.ts';

const ROWS = 10_000_000;
const PREPARE = `
import numpy as np, pandas as pd, time, json
for k in range(500): globals()[f"v{k}"] = [k, str(k), list(range(k)), {"a": k}, np.arange(k), pd.DataFrame({"a": range(k)}), k * 1.5][k % 7]
rng = np.random.default_rng(0)
big = pd.DataFrame({"i": np.arange(${ROWS}), "f": rng.random(${ROWS}),
                    "s": np.array(["North", "South", "East", "West"], dtype=object)[rng.integers(0, 4, ${ROWS})]})
`;

interface Question {
  name: string;
  query: string;
  params: Record<string, unknown>;
  check: (answer: unknown) => void;
  /** What does the same in a cell; its value is used. */
  pandas: string;
}

const view = (filters: unknown[], sorts: unknown[] = []) => ({ filters, sorts });
const page = (row: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  name: 'big',
  row,
  rows: 100,
  column: 0,
  columns: 50,
  ...more,
});
const cellsAt = (row: number) => (answer: unknown) => {
  assert.equal(tablePageSchema.parse(answer).cells[0]?.[0], String(row));
};
const matched = (least: number) => (answer: unknown) => {
  assert.ok(tablePageSchema.parse(answer).matched > least);
};
const TEXT = [{ column: 2, op: 'contains', values: ['OU'] }];
const NUMBER = [{ column: 1, op: 'less', values: ['0.01'] }];

const QUESTIONS: readonly Question[] = [
  {
    name: 'first page',
    query: 'tablePage',
    params: page(0),
    check: cellsAt(0),
    pandas: 'big.iloc[:100].to_string()',
  },
  {
    name: 'a page in the middle',
    query: 'tablePage',
    params: page(ROWS / 2),
    check: cellsAt(ROWS / 2),
    pandas: `big.iloc[${ROWS / 2}:${ROWS / 2 + 100}].to_string()`,
  },
  {
    name: 'sort by a number, and the first page',
    query: 'tablePage',
    params: page(0, { view: view([], [{ column: 1, descending: true }]) }),
    check: matched(ROWS - 1),
    pandas: 'big.sort_values("f", ascending=False, kind="stable").iloc[:100].to_string()',
  },
  {
    name: 'filter of numbers',
    query: 'tablePage',
    params: page(0, { view: view(NUMBER) }),
    check: matched(ROWS / 200),
    pandas: 'big[big["f"] < 0.01].iloc[:100].to_string()',
  },
  {
    name: 'filter of text',
    query: 'tablePage',
    params: page(0, { view: view(TEXT) }),
    check: matched(ROWS / 5),
    pandas: 'big[big["s"].str.contains("OU", case=False, regex=False)].iloc[:100].to_string()',
  },
  {
    name: 'summary of a column of numbers',
    query: 'columnSummary',
    params: { name: 'big', column: 1 },
    check: (answer) => assert.equal(columnSummarySchema.parse(answer).name, 'f'),
    pandas: '(big["f"].describe(), big["f"].nunique(), np.histogram(big["f"], 20))',
  },
  {
    name: '500 variables',
    query: 'variables',
    params: {},
    check: (answer) => assert.ok(variablesSchema.parse(answer).variables.length >= 500),
    pandas: '[(n, type(v).__name__, repr(v)[:80]) for n, v in list(globals().items())]',
  },
];

export async function data({ rounds }: BenchContext): Promise<Comparison[]> {
  const fixture = await SandboxFixture.started();
  try {
    await fixture.ok('python', PREPARE);
    const comparisons: Comparison[] = [];
    for (const { name, query, params, check, pandas } of QUESTIONS) {
      const series = await alternate(
        rounds,
        {
          label: 'asked by the panel, from the host and back',
          run: async () => {
            // What was ordered or filtered is kept until a cell runs.
            await fixture.ok('python', 'None');
            const start = performance.now();
            const request = { language: 'python', name: query, params, timeoutMs: 60_000 } as const;
            const reply = await fixture.sandbox.kernel.query(request);
            const ms = performance.now() - start;
            assert.ok(reply.ok, reply.ok ? '' : reply.problem);
            check(reply.answer);
            return ms;
          },
        },
        {
          label: pandas,
          run: async () =>
            Number(
              await fixture.ok(
                'python',
                `_start = time.perf_counter(); _value = ${pandas}; print((time.perf_counter() - _start) * 1000); del _value`,
              ),
            ),
        },
      );
      comparisons.push({
        name: `data: ${name}, 10 million rows`.replace('500 variables, 10 million rows', '500 variables'),
        unit: 'ms',
        ...series,
      });
    }
    return comparisons;
  } finally {
    await fixture.close();
  }
}
