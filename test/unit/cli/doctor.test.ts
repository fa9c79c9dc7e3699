import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { describe, it } from 'node:test';
import { cliWorld } from '../../support/cliWorld.ts';
import { fakeSandbox } from '../../support/fakeSandbox.ts';

const nowhere = `unix://${path.join(tmpdir(), 'no-such-engine.sock')}`;

describe('doctor', () => {
  it('without an engine: exit code 3, what depends on it is not looked at, the key still is', async () => {
    const world = cliWorld(() => fakeSandbox());
    assert.equal(await world.run('doctor', '--json', '--docker-host', nowhere), 3);
    const checks = JSON.parse(world.out()) as {
      id: string;
      status: string;
      sentence: string;
      remedy: { text: string } | null;
    }[];
    assert.deepEqual(
      checks.filter(({ id }) => id !== 'place').map(({ id, status }) => [id, status]),
      [
        ['engine', 'failed'],
        ['runtime', 'skipped'],
        ['image', 'skipped'],
        ['key', 'missing'],
      ],
    );
    assert.equal(checks[1]?.id, 'place');
    assert.equal(checks[1].status, 'missing');
    assert.match(checks[1].sentence, /no-such-engine\.sock .*: chosen, and of no use as it is/);
    assert.ok((checks[0]?.remedy?.text.length ?? 0) > 10);
  });

  it('as text: one line for each check, its remedy below', async () => {
    const world = cliWorld(() => fakeSandbox());
    await world.run('doctor', '--docker-host', nowhere);
    const lines = world.out().split('\n');
    assert.match(lines[0] ?? '', /^NO {2}Docker engine: /);
    assert.match(lines[1] ?? '', /^ {6}\w/);
    assert.equal(lines.filter((line) => line.startsWith('.. ')).length, 2);
  });

  it('an engine that refuses everything is not ok', async () => {
    const socket = path.join(mkdtempSync(path.join(tmpdir(), 'engine-')), 'docker.sock');
    const server = createServer((_request, response) => {
      response.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"out of order"}');
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    try {
      const world = cliWorld(() => fakeSandbox());
      assert.equal(await world.run('doctor', '--docker-host', `unix://${socket}`), 3);
      assert.match(world.out(), /out of order/);
    } finally {
      server.close();
    }
  });
});
