/** Hosts that the command line opens, and what is said of those that were denied. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, describe, it } from 'node:test';
import type { NetworkAttempt } from '../../../src/shared/network.ts';
import { deniedAttempt } from '../../support/networkAttempts.ts';
import { ruleText } from '../../../src/shared/networkRules.ts';
import { cliWorld } from '../../support/cliWorld.ts';
import { fakeFacts, fakeSandbox, type FakeSandbox } from '../../support/fakeSandbox.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'allow-'));
after(() => rmSync(folder, { recursive: true }));
const csv = path.join(folder, 'data.csv');
writeFileSync(csv, 'a,b\n1,2\n');
const ipynb = path.join(folder, 'in.ipynb');
writeFileSync(
  ipynb,
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: [
      { id: 'a', cell_type: 'code', source: 'get()', metadata: {}, outputs: [], execution_count: null },
    ],
  }),
);

const denied = (host: string, change: Partial<NetworkAttempt> = {}): NetworkAttempt =>
  deniedAttempt(host, { reason: 'not-listed', ...change });

const COMMANDS: [name: string, args: string[]][] = [
  ['exec', []],
  ['analyze', [csv, '--model', 'analyst']],
  ['notebook', [ipynb, '--out', '-']],
];
const CELL = '{"op":"execute","id":"1","language":"python","code":"get()"}\n';

for (const [name, args] of COMMANDS) {
  describe(`${name} --allow-host`, () => {
    it('opens exactly these hosts before any code runs; without it nothing', async () => {
      for (const hosts of [[], ['data.example.org', '*.example.org:8443']]) {
        const open: string[][] = [];
        const sandbox: FakeSandbox = fakeSandbox(() => {
          open.push(sandbox.network.rules.map(ruleText));
          return {};
        });
        const world = cliWorld(() => sandbox);
        world.input.end(CELL);
        await world.run(name, ...args, ...hosts.flatMap((host) => ['--allow-host', host]));
        assert.ok(open.length > 0, world.err());
        for (const rules of open) assert.deepEqual(rules.sort(), [...hosts].sort());
      }
    });

    it('takes no address, and says so before anything starts', async () => {
      const sandbox = fakeSandbox();
      const world = cliWorld(() => sandbox);
      world.input.end(CELL);
      assert.equal(await world.run(name, ...args, '--allow-host', '127.0.0.1'), 2);
      assert.match(world.err(), /--allow-host: "127\.0\.0\.1" cannot be opened/);
      assert.equal(sandbox.starts, 0);
    });

    it('ends with 3 where the sandbox cannot open it', async () => {
      const sandbox = fakeSandbox();
      const networkProblem = 'The network cannot be opened in a sandbox on gVisor.';
      sandbox.start = async () => Promise.resolve({ ...fakeFacts, canOpenNetwork: false, networkProblem });
      const world = cliWorld(() => sandbox);
      world.input.end(CELL);
      assert.equal(await world.run(name, ...args, '--allow-host', 'a.example.org'), 3);
      assert.match(world.err(), /gVisor\. Without --allow-host it runs\./);
      assert.equal(sandbox.executed.length, 0);
    });

    it('notes on standard error what was denied, each host once, and lets names steer no terminal', async () => {
      const sandbox: FakeSandbox = fakeSandbox((_, count) => {
        if (count > 1) return {};
        for (let n = 0; n < 3; n += 1) sandbox.attempt(denied('a.example.org'));
        sandbox.attempt(denied('\u001b[2Jb', { port: 80, reason: 'closed' }));
        sandbox.attempt(denied('c.example.org', { verdict: 'allowed', reason: null }));
        return {};
      });
      const world = cliWorld(() => sandbox);
      world.input.end(CELL);
      await world.run(name, ...args);
      const notes = world
        .err()
        .split('\n')
        .filter((line) => line.startsWith('Network:'));
      assert.deepEqual(notes, [
        'Network: denied: a.example.org:443 (not opened by the user)',
        'Network: denied: b:80 (the network is closed)',
      ]);
      assert.ok(!world.out().includes('Network:'));
    });
  });
}

it('what is denied does not fill standard error', async () => {
  const sandbox: FakeSandbox = fakeSandbox(() => {
    for (let n = 0; n < 500; n += 1) sandbox.attempt(denied(`h${n}.example.org`));
    return {};
  });
  const world = cliWorld(() => sandbox);
  world.input.end(CELL);
  await world.run('exec');
  assert.equal(world.err().split('Network:').length - 1, 51);
  assert.match(world.err(), /more was denied, which is not listed/);
});
