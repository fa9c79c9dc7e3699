/** The model's editor and its cells work on the same files, and only on those that may change. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { toolResultContent } from '../../src/agent/toolResult.ts';
import type { EditRequest, EditResult } from '../../src/kernel/kernel.ts';
import { SandboxFixture, treeHash } from '../support/dockerFixture.ts';

describe("the model's editor in a real sandbox", () => {
  let box: SandboxFixture;
  before(async () => {
    box = await SandboxFixture.started();
  });
  after(async () => box.close());

  const edit = async (request: EditRequest): Promise<Extract<EditResult, { ok: true }>> => {
    const result = await box.sandbox.kernel.edit(request);
    assert.ok(result.ok, result.ok ? '' : result.problem);
    return result;
  };
  const refused = async (request: EditRequest): Promise<string> => {
    const result = await box.sandbox.kernel.edit(request);
    return result.ok ? '' : result.problem;
  };

  it('makes a file that cells run and the host can copy out, told once', async () => {
    const text = 'def double(x):\n    return 2 * x\n';
    const { artifact, diff } = await edit({ command: 'create', path: '/outputs/lib/tool.py', text });
    assert.deepEqual(artifact, {
      name: 'lib/tool.py',
      bytes: text.length,
      sha256: createHash('sha256').update(text).digest('hex'),
    });
    assert.equal(
      diff,
      '--- /dev/null\n+++ b/lib/tool.py\n@@ -0,0 +1,2 @@\n+def double(x):\n+    return 2 * x',
    );
    assert.equal((await box.readArtifact('lib/tool.py')).toString(), text);
    const run = await box.run('python', 'from lib.tool import double; print(double(21))');
    assert.deepEqual([run.stdout, run.artifacts], ['42\n', []]);
  });

  it('changes what a cell made, with its line endings', async () => {
    await box.ok('bash', "printf 'a;b\\r\\n1;2\\r\\n' >table.csv");
    const { diff } = await edit({ command: 'str_replace', path: 'table.csv', old: '1;2', new: '3;4\n5;6' });
    assert.match(diff, /-1;2\r?\n\+3;4\r?\n\+5;6/);
    assert.equal((await box.readArtifact('table.csv')).toString(), 'a;b\r\n3;4\r\n5;6\r\n');
    const viewed = await edit({ command: 'view', path: 'table.csv', range: [2, -1], limitChars: 1000 });
    assert.equal(viewed.text, '2\t3;4\n3\t5;6');
  });

  it('looks at the workspace and changes nothing there, whatever links a cell makes', async () => {
    const before = treeHash(box.workspace);
    const path = '/workspace/data.csv';
    const viewed = await edit({ command: 'view', path, range: null, limitChars: 1000 });
    assert.equal(viewed.text, '1\tx,y\n2\t1,2\n3\t3,4');
    await box.ok(
      'bash',
      'ln -sf /workspace/data.csv way.csv; ln -sfn /workspace there; ln -sfn /tmp tmp; mkfifo pipe',
    );
    for (const way of [
      'way.csv',
      'there/data.csv',
      'there/new.csv',
      'tmp/new.txt',
      '../etc/passwd',
      'pipe',
    ]) {
      assert.notEqual(await refused({ command: 'create', path: way, text: 'changed' }), '', way);
    }
    assert.match(
      await refused({ command: 'view', path: '/proc/self/environ', range: null, limitChars: 99 }),
      /outside/,
    );
    const proposed = await edit({ command: 'create', path, text: 'changed' });
    assert.equal(
      proposed.artifact?.name,
      'changes/workspace/data.csv',
      'of the file itself a copy is changed',
    );
    assert.equal(treeHash(box.workspace), before);
    assert.equal(await box.ok('bash', 'ls /tmp/new.txt 2>/dev/null || echo none'), 'none');
  });

  it('is refused while a cell runs, and nothing is written', async () => {
    const running = box.run('bash', 'sleep 1');
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.match(await refused({ command: 'create', path: 'late.txt', text: 'x' }), /A cell is running/);
    await running;
    assert.equal(await box.ok('bash', 'ls late.txt 2>/dev/null || echo none'), 'none');
  });

  it('a table that Python shows reaches the model with shape, types and gaps', async () => {
    const code = "import pandas as pd; pd.DataFrame({'city': ['Köln', None], 'pop': [1.5, 2]})";
    const run = await box.run('python', code);
    const [content] = toolResultContent('python', run.outputs, run);
    const text = content?.type === 'text' ? content.text : '';
    assert.match(
      text,
      /\nDataFrame 2 rows × 2 columns\ncolumns: city: \w+, 1 missing; pop: float64\n\tcity\tpop\n0\tKöln\t1\.5\n1\t\w+\t2\.0$/,
    );
  });
});
