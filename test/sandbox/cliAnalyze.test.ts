import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { belongingsOf, CliProcess, runCli, sharedFolder } from '../support/cliProcess.ts';
import { imageForTests, treeHash } from '../support/dockerFixture.ts';
import { validateWithNbformat } from '../support/notebookPeer.ts';
import { startScriptedApi, TEST_KEY, type ScriptedApi } from '../support/scriptedApi.ts';

let image = '';
let api: ScriptedApi;
before(async () => {
  image = await imageForTests();
  api = await startScriptedApi({ script: 'artifact' });
});
after(async () => api.close());

/** 60 days of two shops, with a gap. */
function salesFolder(): { folder: string; file: string } {
  const folder = sharedFolder();
  const file = path.join(folder, 'sales of "two" shops.csv');
  const rows = Array.from({ length: 120 }, (_, n) => {
    const day = new Date(Date.UTC(2026, 0, 1 + Math.floor(n / 2))).toISOString().slice(0, 10);
    const amount = n === 7 ? '' : String(100 + ((n * 37) % 50) + n);
    return `${day},${n % 2 === 0 ? 'north' : 'south'},${amount}`;
  });
  writeFileSync(file, ['date,shop,amount', ...rows].join('\n') + '\n');
  return { folder, file };
}

describe('analyze on a real sandbox', () => {
  it('the built-in analyst: charts, a valid notebook, findings; the folder is unchanged', async () => {
    const { folder, file } = salesFolder();
    const before = treeHash(folder);
    const out = path.join(sharedFolder(), 'result');
    const args = ['analyze', file, '--model', 'analyst', '--image', image, '--out', out];
    const { code, stdout, stderr } = await runCli(args);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /120 rows/);
    assert.match(stdout, /\[chart\] chart-01\.png/);
    assert.ok(!stdout.includes('Starting the sandbox'), 'progress is on standard error');
    const charts = readdirSync(out).filter((name) => name.endsWith('.png'));
    assert.ok(charts.length >= 2, charts.join());
    for (const chart of charts) {
      const bytes = readFileSync(path.join(out, chart));
      assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
      assert.ok(bytes.length > 5000, chart);
    }
    const notebook = readFileSync(path.join(out, 'session.ipynb'), 'utf8');
    validateWithNbformat(image, notebook);
    assert.equal(notebook.match(/"image\/png"/g)?.length, charts.length);
    assert.equal(treeHash(folder), before);
  });

  it('the notebook it writes runs again with the notebook command', async () => {
    const { folder, file } = salesFolder();
    const out = path.join(folder, 'result');
    mkdirSync(out);
    await runCli(['analyze', file, '--model', 'analyst', '--image', image, '--out', out]);
    const again = ['notebook', path.join(out, 'session.ipynb'), '--workspace', folder, '--image', image];
    const { code, stdout, stderr } = await runCli(again);
    assert.equal(code, 0, stderr);
    const rerun = readFileSync(stdout.trim(), 'utf8');
    const first = readFileSync(path.join(out, 'session.ipynb'), 'utf8');
    const pictures = (text: string): number => text.match(/"image\/png"/g)?.length ?? 0;
    assert.equal(pictures(rerun), pictures(first));
  });

  it('a model over the API: its cell runs here and its file arrives in --out', async () => {
    const { file } = salesFolder();
    const out = path.join(sharedFolder(), 'result');
    const args = ['analyze', file, '--question', 'Write a table', '--base-url', api.url, '--image', image];
    const cli = new CliProcess([...args, '--out', out], { ANTHROPIC_API_KEY: TEST_KEY });
    const { code, stdout, stderr } = await cli.done;
    assert.equal(code, 0, stderr);
    assert.equal(readFileSync(path.join(out, 'result.csv'), 'utf8'), 'a,b\n1,2\n');
    assert.match(stdout, /\[file\] result\.csv \(8 bytes\)/);
    assert.ok(!(stdout + stderr).includes(TEST_KEY));
    assert.deepEqual(belongingsOf(cli.child.pid), []);
  });

  it('--json prints one event a line, from the question to the end of the turn', async () => {
    const { file } = salesFolder();
    const { code, stdout } = await runCli([
      'analyze',
      file,
      '--model',
      'analyst',
      '--image',
      image,
      '--json',
    ]);
    assert.equal(code, 0);
    const types = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { type: string }).type);
    assert.ok(types.includes('user_message') && types.includes('cell_output'));
    assert.equal(types.at(-1), 'turn_ended');
  });

  it('a file that is no data ends in a specific refusal, without a traceback', async () => {
    const folder = sharedFolder();
    const file = path.join(folder, 'page.csv');
    writeFileSync(file, '<!DOCTYPE html><html><body>Not found</body></html>\n');
    const { stdout } = await runCli(['analyze', file, '--model', 'analyst', '--image', image]);
    assert.match(stdout, /HTML|web page/i);
    assert.ok(!stdout.includes('Traceback'));
  });

  for (const [times, expected] of [
    [1, 130],
    [2, 130],
  ] as const) {
    it(`Ctrl+C ${times} time(s): exit code ${expected}, nothing left behind`, async () => {
      const { file } = salesFolder();
      const out = path.join(sharedFolder(), 'result');
      const cli = new CliProcess(['analyze', file, '--model', 'analyst', '--image', image, '--out', out]);
      await cli.until(({ errors }) => errors.includes('Starting Python'));
      await new Promise((resolve) => setTimeout(resolve, 1500));
      cli.child.kill('SIGINT');
      if (times === 2) cli.child.kill('SIGINT');
      assert.equal((await cli.done).code, expected);
      assert.deepEqual(belongingsOf(cli.child.pid), []);
    });
  }
});

describe('doctor on a real engine', () => {
  it('a ready image and no key: exit code 0, each of the four told, and which engine is used', async () => {
    const { code, stdout } = await runCli(['doctor', '--json', '--image', image]);
    assert.equal(code, 0);
    const checks = JSON.parse(stdout) as { id: string; status: string; sentence: string }[];
    assert.ok(
      checks.some(
        ({ id, status, sentence }) => id === 'place' && status === 'ok' && /: used\.$/.test(sentence),
      ),
    );
    assert.deepEqual(
      checks.filter(({ id }) => id !== 'place').map(({ id, status }) => [id, status]),
      [
        ['engine', 'ok'],
        ['runtime', 'ok'],
        ['image', 'ok'],
        ['key', 'missing'],
      ],
    );
  });

  it('an image that is not there, or no engine: exit code 3 with the remedy', async () => {
    const noImage = await runCli(['doctor', '--image', 'no-such-image:1']);
    assert.equal(noImage.code, 3);
    assert.match(noImage.stdout, /NO +Sandbox image: .*no-such-image:1/);
    const noEngine = await runCli(['doctor', '--docker-host', 'unix:///no/such.sock']);
    assert.equal(noEngine.code, 3);
    assert.match(
      noEngine.stdout,
      /NO +Docker engine: No engine answers at \/no\/such\.sock.*\n +Start that engine/,
    );
    assert.match(noEngine.stdout, /-- +Engine address: .*such\.sock .*: chosen, and of no use as it is/);
    assert.match(noEngine.stdout, /\.\. +Sandbox image/);
  });

  it('the other commands say the same', async () => {
    const noEngine = await runCli(['exec', '--docker-host', 'unix:///no/such.sock']);
    assert.equal(noEngine.code, 3);
    assert.equal(noEngine.stdout, '');
    assert.match(noEngine.stderr, /No engine answers at \/no\/such\.sock/);
    const noImage = await runCli(['exec', '--image', 'no-such-image:1']);
    assert.equal(noImage.code, 3);
    assert.match(noImage.stderr, /no-such-image:1/);
  });

  it('a key that the API refuses: exit code 4; one that it takes: 0', async () => {
    const args = ['doctor', '--image', image, '--base-url', api.url];
    const wrong = await runCli(args, { ANTHROPIC_API_KEY: 'wrong' });
    assert.equal(wrong.code, 4);
    assert.match(wrong.stdout, /NO +API key/);
    const right = await runCli(args, { ANTHROPIC_API_KEY: TEST_KEY });
    assert.equal(right.code, 0, right.stdout);
  });
});
