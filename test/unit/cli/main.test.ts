import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { describe, it } from 'node:test';
import { version } from '../../../package.json';
import { dockerMissing } from '../../../src/failures.ts';
import { cliWorld } from '../../support/cliWorld.ts';
import { fakeSandbox } from '../../support/fakeSandbox.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'cli-'));
const file = path.join(folder, 'data.csv');
writeFileSync(file, 'a,b\n1,2\n');
const notebook = path.join(folder, 'n.ipynb');
writeFileSync(notebook, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] }));

const USAGE: [what: string, args: string[], says: RegExp][] = [
  ['no command', [], /No command/],
  ['an unknown command', ['run'], /no command "run"/],
  ['an unknown global flag', ['--fast'], /no option "--fast"/],
  ['analyze without a file', ['analyze'], /No file/],
  ['analyze of a missing file', ['analyze', path.join(folder, 'none.csv')], /does not exist/],
  ['an unknown flag', ['analyze', file, '--colour', 'red'], /--colour.*analyze --help/s],
  ['a flag without its value', ['analyze', file, '--question'], /--question/],
  ['a value for a switch', ['notebook', notebook, '--allow-errors=1'], /--allow-errors/],
  ['a workspace that is a file', ['exec', '--workspace', file], /not a folder/],
  ['a file outside of the workspace', ['analyze', '/etc/hostname', '--workspace', folder], /outside/],
  ['a time limit that is no number', ['exec', '--cell-timeout', 'soon'], /above 0/],
  ['a time limit of 0', ['notebook', notebook, '--timeout', '0'], /above 0/],
  ['a positional of exec', ['exec', 'file.py'], /too many/],
  ['two notebooks', ['notebook', notebook, notebook], /too many/],
  ['no notebook', ['notebook'], /No notebook/],
  ['a positional of doctor', ['doctor', 'now'], /too many/],
  ['an output in a folder that does not exist', ['notebook', notebook, '--out', '/nope/x.ipynb'], /nope/],
];

describe('the command line', () => {
  for (const [what, args, says] of USAGE) {
    it(`${what}: exit code 2, a sentence on standard error, nothing on standard output`, async () => {
      const sandbox = fakeSandbox();
      const world = cliWorld(() => sandbox);
      world.input.end();
      assert.equal(await world.run(...args), 2, world.err());
      assert.match(world.err(), says);
      assert.equal(world.out(), '');
      assert.equal(sandbox.starts, 0);
    });
  }

  it('help of the program and of each command goes to standard output', async () => {
    for (const args of [['--help'], ['-h'], ['help']]) {
      const world = cliWorld(() => fakeSandbox());
      assert.equal(await world.run(...args), 0);
      assert.match(world.out(), /Exit codes/);
    }
    for (const name of ['analyze', 'notebook', 'exec', 'doctor']) {
      const world = cliWorld(() => fakeSandbox());
      assert.equal(await world.run(name, '--nonsense', '--help'), 0);
      assert.match(world.out(), new RegExp(`^Usage: code-interpreter ${name}`));
    }
  });

  it('every flag of a command is in its help', async () => {
    const flags: Record<string, string[]> = {
      analyze: ['question', 'workspace', 'model', 'base-url', 'out', 'json', 'cell-timeout'],
      notebook: ['out', 'workspace', 'timeout', 'cell-timeout', 'allow-errors', 'artifacts'],
      exec: ['workspace', 'cell-timeout', 'artifacts'],
      doctor: ['json', 'base-url'],
    };
    for (const [name, own] of Object.entries(flags)) {
      const world = cliWorld(() => fakeSandbox());
      await world.run(name, '--help');
      for (const flag of [...own, 'image', 'base-image', 'ca-file', 'docker-host', 'memory-mb']) {
        assert.ok(world.out().includes(`--${flag}`), `${name} --${flag}`);
      }
    }
  });

  it('--version prints the version', async () => {
    const world = cliWorld(() => fakeSandbox());
    assert.equal(await world.run('--version'), 0);
    assert.equal(world.out(), `${version}\n`);
  });

  it('shared options reach the sandbox', async () => {
    const world = cliWorld(() => fakeSandbox());
    world.input.end();
    const flags = ['--image', 'mine:1', '--docker-host', 'tcp://127.0.0.1:1', '--memory-mb', '1024'];
    assert.equal(await world.run('exec', '--workspace', folder, ...flags), 0);
    const [asked] = world.asked;
    assert.deepEqual(asked?.image, { kind: 'ready', reference: 'mine:1' });
    assert.deepEqual(asked?.docker, { host: 'tcp://127.0.0.1:1' });
    assert.equal(asked?.limits.memoryBytes, 1024 * 1024 * 1024);
    assert.deepEqual(asked?.mounts, [{ source: folder, name: null }]);
  });

  it('no engine: exit code 3, with the remedy', async () => {
    for (const args of [['exec'], ['notebook', notebook], ['analyze', file, '--model', 'analyst']]) {
      const sandbox = fakeSandbox(undefined, async () =>
        Promise.reject(dockerMissing('/var/run/docker.sock')),
      );
      const world = cliWorld(() => sandbox);
      world.input.end();
      assert.equal(await world.run(...args), 3, args[0]);
      assert.match(world.err(), /Docker was not found.*Install Docker/s);
      assert.equal(world.out(), '');
      assert.ok(sandbox.disposed);
    }
  });

  it('a model without a key: exit code 4', async () => {
    const world = cliWorld(() => fakeSandbox());
    assert.equal(await world.run('analyze', file, '--model', 'claude-sonnet-5-5'), 4);
    assert.match(world.err(), /ANTHROPIC_API_KEY/);
  });

  it('a mistake of ours: exit code 70, and the sandbox is still removed', async () => {
    const sandbox = fakeSandbox(undefined, async () => Promise.reject(new TypeError('oops')));
    const world = cliWorld(() => sandbox);
    assert.equal(await world.run('exec'), 70);
    assert.match(world.err(), /oops/);
    assert.ok(sandbox.disposed);
  });
});
