/** Tables of the real libraries, as the model gets them: shape, names, types, gaps, and a bounded view of rows. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { RESULT_LIMIT_CHARS, toolResultContent } from '../../src/agent/toolResult.ts';
import { FRAME_MIME, frameSchema, type Frame } from '../../src/shared/outputs.ts';
import { SandboxFixture } from '../support/dockerFixture.ts';

const PRELUDE = 'import pandas as pd, numpy as np, pyarrow as pa\n';

describe('tables for the model, from the real libraries', () => {
  let box: SandboxFixture;
  before(async () => {
    box = await SandboxFixture.started();
  });
  after(async () => box.close());

  /** The frame beside the display, and the result's text. */
  async function shown(code: string): Promise<{ frame: Frame | null; text: string }> {
    const run = await box.run('python', PRELUDE + code);
    assert.equal(run.status, 'ok', run.error ?? '');
    const text = toolResultContent('python', run.outputs, run)
      .map((block) => (block.type === 'text' ? block.text : ''))
      .join('\n');
    assert.ok(text.length <= RESULT_LIMIT_CHARS + 500, `${text.length} characters`);
    const frames = run.outputs.flatMap((output) =>
      'data' in output && FRAME_MIME in output.data ? [frameSchema.parse(output.data[FRAME_MIME])] : [],
    );
    return { frame: frames[0] ?? null, text };
  }
  const types = (frame: Frame | null) =>
    Object.fromEntries((frame?.columns ?? []).map(({ name, dtype, missing }) => [name, [dtype, missing]]));

  it('a DataFrame with gaps', async () => {
    const { frame, text } = await shown("pd.DataFrame({'n': [1, None, 3], 't': ['a', 'b', None]})");
    assert.equal(frame?.rows, 3);
    assert.deepEqual(types(frame), { n: ['float64', 1], t: ['object', 1] });
    assert.match(
      text,
      /DataFrame 3 rows × 2 columns\ncolumns: n: float64, 1 missing; t: object, 1 missing\n/,
    );
    assert.match(text, /\n1\tNaN\tb\n/);
  });

  it('a Series, with and without a name', async () => {
    const named = await shown("pd.Series([1, 2, None], name='x')");
    assert.deepEqual(types(named.frame), { x: ['float64', 1] });
    assert.match(named.text, /Series of 3 values\ncolumns: x: float64, 1 missing\n0    1\.0/);
    const { text } = await shown("pd.Series(list('abc'))");
    assert.match(text, /Series of 3 values/);
  });

  it('an index and columns of several levels', async () => {
    const rows = await shown(
      "pd.DataFrame({'n': [1, 2]}, index=pd.MultiIndex.from_tuples([('a', 1), ('a', 2)], names=['k', 'i']))",
    );
    assert.match(rows.text, /DataFrame 2 rows × 1 columns\n.*n: int64\n.*\nk i {3}\na 1 {2}1\n {2}2 {2}2/s);
    const columns = await shown(
      "pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([('a', 'x'), ('a', 'y')]))",
    );
    assert.deepEqual(types(columns.frame), { "('a', 'x')": ['int64', 0], "('a', 'y')": ['int64', 0] });
  });

  it('column names that come twice', async () => {
    const { frame, text } = await shown("pd.DataFrame([[1, 'b']], columns=['a', 'a'])");
    assert.deepEqual(
      frame?.columns.map(({ name, dtype }) => `${name} ${dtype}`),
      ['a int64', 'a object'],
    );
    assert.match(text, /\n0\t1\tb$/);
  });

  it('5,000 columns: the shape is told, 200 are described, 100 named', async () => {
    for (const code of [
      'pd.DataFrame(np.zeros((3, 5000)))',
      "pa.table({f'{n}': [0.5] * 3 for n in range(5000)})",
    ]) {
      const { frame, text } = await shown(code);
      assert.equal(frame?.columnCount, 5000);
      assert.equal(frame?.columns.length, 200);
      assert.match(text, /3 rows × 5,000 columns/);
      assert.match(text, / and 4,900 more columns\n/);
    }
  });

  it('empty tables', async () => {
    assert.match((await shown('pd.DataFrame()')).text, /DataFrame 0 rows × 0 columns/);
    const { text } = await shown("pd.DataFrame({'a': pd.Series(dtype='int64')})");
    assert.match(text, /DataFrame 0 rows × 1 columns\ncolumns: a: int64/);
    assert.match((await shown('pd.DataFrame(index=range(4))')).text, /DataFrame 4 rows × 0 columns/);
  });

  it('pyarrow: a table with gaps, and a batch', async () => {
    const { frame, text } = await shown("pa.table({'a': [1, 2, None], 'b': ['x', 'y', 'z']})");
    assert.equal(frame?.rows, 3);
    assert.deepEqual(types(frame), { a: ['int64', 1], b: ['string', 0] });
    assert.match(
      text,
      /pyarrow table 3 rows × 2 columns\ncolumns: a: int64, 1 missing; b: string\na: \[\[1,2,null\]\]\nb: \[\["x","y","z"\]\]/,
    );
    assert.equal(text.split('int64').length, 2, 'types once');
    const batch = await shown("pa.record_batch({'a': [1, 2]})");
    assert.match(batch.text, /pyarrow table 2 rows × 1 columns\ncolumns: a: int64\na: \[1,2\]/);
  });

  it('very long cells and names: cut, and it is told how much', async () => {
    const cells = await shown("pd.DataFrame({'t': ['x' * 1_000_000] * 3})");
    assert.match(cells.text, /\n0\tx{40,60}\.\.\.\n/);
    const whole = await shown(
      "with pd.option_context('display.max_colwidth', None): display(pd.DataFrame({'t': ['x' * 20_000] * 3}))",
    );
    assert.match(whole.text, /\n2\tx{400}\[… 19,600 more characters\]$/);
    const name = await shown("pd.DataFrame({'n' * 100_000: [1], 'm': [2]})");
    assert.ok(name.text.length < 1500, `${name.text.length} characters`);
    assert.deepEqual(types(name.frame), { ['n'.repeat(200)]: ['int64', 0], m: ['int64', 0] });
    assert.match(name.text, /n\[… 99,600 more characters\]\tm\n0\t1\t2$/);
  });

  it('bytes, nested values, categories, time zones, periods', async () => {
    const { frame, text } = await shown(`pd.DataFrame({
      'b': [b'\\x00\\xff' * 10, b'abc'], 'l': [[1, 2, [3]] * 1000, [4]], 'd': [{'a': 1}, None],
      'c': pd.Categorical(['a', None]), 't': pd.date_range('2024-01-01', periods=2, tz='Europe/Berlin'),
      'p': pd.period_range('2024-01', periods=2, freq='M'), 's': pd.arrays.SparseArray([0, 1])})`);
    assert.deepEqual(types(frame), {
      b: ['object', 0],
      l: ['object', 0],
      d: ['object', 1],
      c: ['category', 1],
      t: ['datetime64[ns, Europe/Berlin]', 0],
      p: ['period[M]', 0],
      s: ['Sparse[int64, 0]', 0],
    });
    assert.match(text, /2024-01-02 00:00:00\+01:00/);
    assert.match(text, /b'abc'/);
    assert.ok(text.length < 1500);
  });

  it('names that are no text, or break lines', async () => {
    const { text } = await shown("pd.DataFrame({'a\\nb': [1], '\\ud800': [2], '': [3], None: [4], 5: [6]})");
    assert.match(text, /columns: "a\\nb": int64; �: int64; "": int64; None: int64; 5: int64\n/);
    assert.ok(!/\p{Surrogate}/u.test(text));
  });

  it('20 million rows: at once, and not all of them', async () => {
    const { frame, text } = await shown("pd.DataFrame({'a': np.arange(20_000_000)})");
    assert.equal(frame?.rows, 20_000_000);
    assert.match(text, /DataFrame 20,000,000 rows × 1 columns/);
    assert.match(text, /\n\.\.\.\t\.\.\.\n.*19999999$/s);
  });
});
