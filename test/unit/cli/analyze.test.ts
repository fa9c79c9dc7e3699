import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sandboxLost } from '../../../src/failures.ts';
import { cliWorld, type TestWorld } from '../../support/cliWorld.ts';
import { fakeSandbox, type CellScript, type FakeSandbox } from '../../support/fakeSandbox.ts';
import { SCENARIOS, type Script } from '../../support/scriptedApiScenarios.ts';
import { text } from '../../support/scriptedApiReplies.ts';
import { startScriptedApi, TEST_KEY, type ScriptedApi } from '../../support/scriptedApi.ts';

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==';
const CHART: CellScript = {
  outputs: [
    { output_type: 'display_data', data: { 'image/png': PNG, 'text/plain': '<Figure>' }, metadata: {} },
    { output_type: 'stream', name: 'stdout', text: 'drawn\n' },
  ],
  files: { 'result.csv': 'a,b\n1,2\n' },
};

const folder = mkdtempSync(path.join(tmpdir(), 'analyze-'));
const file = path.join(folder, 'my data.csv');
writeFileSync(file, 'a,b\n1,2\n');

function scenario(name: string): Script {
  const script = SCENARIOS[name];
  assert.ok(script);
  return script;
}

let api: ScriptedApi;
before(async () => {
  api = await startScriptedApi({ script: 'chart' });
});
after(async () => api.close());

function asking(sandbox: FakeSandbox): { world: TestWorld; ask: (...args: string[]) => Promise<number> } {
  const world = cliWorld(() => sandbox, { env: { ANTHROPIC_API_KEY: TEST_KEY } });
  return { world, ask: async (...args) => world.run('analyze', file, '--base-url', api.url, ...args) };
}

describe('analyze', () => {
  it('asks the model with the key of the environment, prints the turn, writes nothing without --out', async () => {
    api.setScript(scenario('chart'));
    const before = api.conversations().length;
    const { world, ask } = asking(fakeSandbox(() => CHART));
    const had = readdirSync(folder);
    assert.equal(await ask('--question', 'Orders by region?'), 0, world.err());
    assert.match(
      world.out(),
      /^I draw the orders\.\n\n\[1\] python: Draw orders by region\n\n {4}import matplotlib/,
    );
    assert.match(
      world.out(),
      /\[chart\] image\/png\ndrawn\n\[file\] result\.csv \(8 bytes\)\n\nThe chart is drawn; I see 1 image/,
    );
    assert.deepEqual(readdirSync(folder), had);
    const [first] = api.conversations().slice(before);
    assert.ok(first);
    assert.ok(first.headers.authorization?.includes(TEST_KEY));
    assert.match(first.raw, /Orders by region\?/);
    assert.match(first.raw, /workspace\/my data\.csv/);
    assert.ok(!world.err().includes(TEST_KEY));
  });

  it('--out holds the notebook, the charts and the files, and never replaces what was there', async () => {
    api.setScript(scenario('chart'));
    const out = path.join(folder, 'made', 'here');
    for (const wanted of [
      ['chart-01.png', 'result.csv', 'session.ipynb'],
      [
        'chart-01-2.png',
        'chart-01.png',
        'result-2.csv',
        'result.csv',
        'session-2.ipynb',
        'session.ipynb',
      ].sort(),
    ]) {
      const { world, ask } = asking(fakeSandbox(() => CHART));
      assert.equal(await ask('--out', out), 0, world.err());
      assert.deepEqual(readdirSync(out).sort(), wanted);
    }
    assert.deepEqual(readFileSync(path.join(out, 'chart-01.png')), Buffer.from(PNG, 'base64'));
    assert.equal(readFileSync(path.join(out, 'result.csv'), 'utf8'), 'a,b\n1,2\n');
    const notebook = JSON.parse(readFileSync(path.join(out, 'session.ipynb'), 'utf8')) as {
      nbformat_minor: number;
      cells: { cell_type: string; source: string[]; outputs?: unknown[] }[];
    };
    assert.equal(notebook.nbformat_minor, 5);
    const [cell] = notebook.cells.filter(({ cell_type }) => cell_type === 'code');
    assert.match(cell?.source.join('') ?? '', /plt\.subplots/);
    assert.equal(cell?.outputs?.length, 2);
  });

  it('--json prints the events of the session as JSON lines and nothing else', async () => {
    api.setScript(scenario('chart'));
    const { world, ask } = asking(fakeSandbox(() => CHART));
    assert.equal(await ask('--json'), 0);
    const events = world.lines() as { type: string; seq: number }[];
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map(({ seq }) => seq).sort((a, b) => a - b),
    );
    const types = new Set(events.map(({ type }) => type));
    for (const type of ['user_message', 'text', 'cell_running', 'cell_output', 'cell_done', 'turn_ended']) {
      assert.ok(types.has(type), type);
    }
    assert.ok(!types.has('history'));
  });

  it('says, in text and as a JSON line, that the answer follows a failed step and which figures no output has', async () => {
    api.setScript((request) =>
      JSON.stringify(request.messages.at(-1)).includes('tool_result')
        ? text('The mean is 47.11 and the sum 918,273, out of 10.5.')
        : {
            kind: 'message',
            blocks: [{ type: 'tool_use', name: 'python', input: { purpose: 'Add it up', code: 'x' } }],
          },
    );
    const sandbox = () =>
      fakeSandbox(() => ({
        outputs: [{ output_type: 'stream', name: 'stdout', text: '10.5\n' }],
        result: { status: 'error' },
      }));
    const notes = [
      'The last step failed: Add it up',
      '2 figures in this answer were not found in the outputs: 47.11; 918,273',
    ];
    const asText = asking(sandbox());
    assert.equal(await asText.ask(), 1);
    assert.ok(
      asText.world.out().endsWith(`out of 10.5.\n\n${notes.map((note) => `(note: ${note})\n`).join('')}`),
      asText.world.out(),
    );
    const asJson = asking(sandbox());
    await asJson.ask('--json');
    assert.deepEqual(asJson.world.lines().slice(-2, -1), [{ type: 'answer_notes', notes }]);
    assert.equal((asJson.world.lines().at(-1) as { type: string }).type, 'turn_ended');
  });

  it('says nothing of an answer that its outputs bear out', async () => {
    api.setScript(scenario('chart'));
    for (const args of [[], ['--json']]) {
      const { world, ask } = asking(fakeSandbox(() => CHART));
      await ask(...args);
      assert.doesNotMatch(world.out(), /note: |answer_notes/);
    }
  });

  it('ends at the budget that was set, with the sentence and exit code 4; a bad one is refused', async () => {
    api.setScript(() => ({
      kind: 'message',
      blocks: [{ type: 'tool_use', name: 'python', input: { purpose: 'Go on', code: 'x' } }],
    }));
    const sandbox = fakeSandbox();
    const { world, ask } = asking(sandbox);
    assert.equal(await ask('--max-steps', '3'), 4);
    assert.match(world.out(), /\(The turn was ended after 3 steps, its limit/);
    assert.equal(sandbox.executed.length, 3);
    const tokens = asking(fakeSandbox());
    assert.equal(await tokens.ask('--max-tokens', '1'), 4);
    assert.match(tokens.world.out(), /tokens, its limit/);
    assert.equal(await asking(fakeSandbox()).ask('--max-minutes', 'soon'), 2);
  });

  it('exit codes: the code failed 1, the model failed 4, the sandbox was lost 3', async () => {
    const code = async (sandbox: FakeSandbox): Promise<number> => asking(sandbox).ask();
    api.setScript(scenario('chart'));
    assert.equal(await code(fakeSandbox(() => ({ result: { status: 'error' } }))), 1);
    const lost = fakeSandbox(() => {
      lost.lose('gone');
      return { throws: sandboxLost('it was killed') };
    });
    assert.equal(await code(lost), 3);
    const wrongKey = cliWorld(() => fakeSandbox(), { env: { ANTHROPIC_API_KEY: 'wrong' } });
    assert.equal(await wrongKey.run('analyze', file, '--base-url', api.url), 4);
    assert.match(wrongKey.out() + wrongKey.err(), /key/i);
  });

  it('Ctrl+C stops the turn, exit code 130; what there is is written', async () => {
    api.setScript(scenario('endless-cell'));
    const sandbox = fakeSandbox(() => ({ waitMs: 60_000 }));
    const { world, ask } = asking(sandbox);
    const out = path.join(folder, 'stopped');
    const running = ask('--out', out);
    while (sandbox.executed.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    world.lifetime.signal('SIGINT');
    assert.equal(await running, 130, world.err());
    assert.ok(existsSync(path.join(out, 'session.ipynb')));
    assert.ok(sandbox.disposed);
  });

  it('without a key the built-in analyst answers, and says what it is', async () => {
    const world = cliWorld(() => fakeSandbox());
    await world.run('analyze', file);
    assert.match(world.err(), /no language model/);
  });

  it('a plain http address elsewhere is refused before anything is sent', async () => {
    const world = cliWorld(() => fakeSandbox(), { env: { ANTHROPIC_API_KEY: TEST_KEY } });
    const code = await world.run('analyze', file, '--base-url', 'http://example.com');
    assert.ok(code === 2 || code === 4, String(code));
    assert.match(world.err(), /https/);
  });
});
