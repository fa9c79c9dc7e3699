/** One sandbox, many cells: each language keeps its state, and the three share their files. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { SandboxFixture } from '../support/dockerFixture.ts';

describe('a started sandbox', () => {
  let box: SandboxFixture;
  before(async () => {
    box = await SandboxFixture.started();
  });
  after(async () => box.close());

  it('says what it is', async () => {
    const facts = await box.sandbox.start(() => assert.fail('It is started already.'));
    assert.deepEqual(facts.mounts, [{ target: '/workspace', source: box.workspace }]);
    assert.equal(facts.canOpenNetwork, true);
    assert.match(facts.manifest.python, /^3\.\d+/);
    assert.equal(await box.ok('python', 'import sys; print(sys.version.split()[0])'), facts.manifest.python);
    assert.ok('pandas' in facts.manifest.pythonPackages);
    assert.equal((await box.containers()).length, 1);
  });

  it('keeps Python variables, with growing execution counts', async () => {
    const first = await box.run('python', 'x = 41');
    const second = await box.run('python', 'x + 1');
    assert.deepEqual([first.status, second.status], ['ok', 'ok']);
    assert.equal(second.executionCount, (first.executionCount ?? 0) + 1);
    const result = second.outputs.find((output) => output.output_type === 'execute_result');
    assert.equal(result?.data['text/plain'], '42');
  });

  it("keeps bash's folder and variables", async () => {
    await box.ok('bash', 'mkdir -p deep && cd deep && name=value');
    assert.equal(await box.ok('bash', 'echo "$PWD $name"'), '/outputs/deep value');
  });

  it("keeps JavaScript's declarations", async () => {
    await box.ok('javascript', 'const greeting = await Promise.resolve("hello")');
    assert.equal(await box.ok('javascript', 'console.log(greeting)'), 'hello');
  });

  it('shows the workspace and one /outputs to all languages', async () => {
    await box.ok(
      'python',
      'import pandas as pd; pd.read_csv("/workspace/data.csv").to_parquet("/outputs/t.parquet")',
    );
    assert.equal(await box.ok('bash', 'ls /outputs/t.parquet'), '/outputs/t.parquet');
    const code = 'console.log(require("fs").readFileSync("/workspace/data.csv", "utf8").split("\\n")[0])';
    assert.equal(await box.ok('javascript', code), 'x,y');
  });

  it('tells an error of the code as data, and goes on', async () => {
    const failed = await box.run('python', 'print("before"); {}["missing"]');
    assert.deepEqual([failed.status, failed.stdout, failed.stateLost], ['error', 'before\n', false]);
    assert.match(failed.error ?? '', /^KeyError: 'missing'/);
    assert.equal(await box.ok('python', 'print(x)'), '41');
  });

  it('reset gives a new one: variables and outputs are gone', async () => {
    const old = await box.containerId();
    await box.sandbox.reset(() => undefined);
    assert.notEqual(await box.containerId(), old);
    assert.equal((await box.containers()).length, 1);
    assert.equal((await box.volumes()).length, 3);
    assert.equal(await box.ok('python', 'print("x" in globals())'), 'False');
    assert.equal(await box.ok('bash', 'ls -A /outputs'), '');
    assert.deepEqual(box.lost, [], 'that was no loss');
  });

  it('restart replaces the kernels and keeps /outputs', async () => {
    await box.ok('python', 'x = 1; open("/outputs/kept.txt", "w").write("kept")');
    await box.sandbox.kernel.restart();
    assert.equal(
      await box.ok('python', 'print("x" in globals(), open("/outputs/kept.txt").read())'),
      'False kept',
    );
  });
});
