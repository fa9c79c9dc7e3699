/**
 * Hostile scripts, one after the other, in real sandboxes over one workspace: after each, the workspace is as it
 * was, and the session works; in the end nothing of ours is left.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { SESSION_LABEL } from '../../src/container/labels.ts';
import { DEFAULT_LIMITS } from '../../src/container/policy.ts';
import { Failure } from '../../src/failures.ts';
import { makeWorkspace, SandboxFixture, treeHash } from '../support/dockerFixture.ts';
import { HOSTILE_SCRIPTS } from '../support/hostileScripts.ts';

const MIB = 1024 * 1024;
const LIMITS = {
  ...DEFAULT_LIMITS,
  cpus: 1,
  memoryBytes: 1024 * MIB,
  tmpBytes: 128 * MIB,
  outputsBytes: 1024 * MIB,
};

describe('after hostile code', () => {
  let box: SandboxFixture;
  let hash = '';
  const server = createServer();
  let connections = 0;

  before(async () => {
    const workspace = makeWorkspace({
      'data.csv': 'x,y\n1,2\n',
      'sub/deep/file.txt': 'deep',
      '.env': 'SECRET=1',
      'script.sh': '#!/bin/sh\n',
    });
    execFileSync('python3', [
      '-c',
      'import sqlite3,sys; c = sqlite3.connect(sys.argv[1]); c.execute("create table t(x)"); c.execute("insert into t values (1)"); c.commit()',
      path.join(workspace, 'notes.sqlite'),
    ]);
    // Writable for everybody on the host: only the mount protects it.
    execFileSync('chmod', ['-R', 'a+rwX', workspace]);
    symlinkSync('/etc/hostname', path.join(workspace, 'outward'));
    hash = treeHash(workspace);
    server.on('connection', () => (connections += 1));
    server.listen(0, '0.0.0.0');
    await once(server, 'listening');
    box = await SandboxFixture.started({ limits: LIMITS }, workspace);
  });
  after(async () => {
    server.close();
    await box.close();
  });

  for (const { name, language, code, timeoutMs = 20_000 } of HOSTILE_SCRIPTS) {
    it(name, async () => {
      const outcome = await box.run(language, code, { timeoutMs }).then(
        (run) => run.stdout,
        (error: unknown) => {
          // Code may end its own sandbox; that is told, and no harm to anybody else.
          if (error instanceof Failure && error.code === 'sandbox-lost') return '';
          throw error;
        },
      );
      assert.doesNotMatch(outcome, /ESCAPED/);
      assert.equal(treeHash(box.workspace), hash, 'the workspace changed');
      // The session goes on: after a loss with a new sandbox, otherwise in the same one.
      await box.sandbox.start(() => undefined);
      await working();
    });
  }

  /** Code that broke its kernels on purpose may cost one cell; then they are new. */
  async function working(): Promise<void> {
    for (const attempt of [1, 2, 3]) {
      await box.sandbox.start(() => undefined);
      const run = await box
        .run('python', 'print(6 * 7)', { timeoutMs: 20_000 })
        .catch((error: unknown) => error);
      if (typeof run === 'object' && run !== null && 'stdout' in run && run.stdout === '42\n') return;
      assert.ok(
        attempt < 3,
        `the session does not work: ${JSON.stringify(run)} ${box.log.slice(-5).join('\n')}`,
      );
      if (attempt === 2) await box.sandbox.reset(() => undefined);
    }
  }

  it('what is permitted still works: reading the workspace, writing to /outputs', async () => {
    await box.sandbox.reset(() => undefined);
    assert.equal(await box.ok('bash', 'cat /workspace/data.csv'), 'x,y\n1,2');
    assert.equal(await box.ok('python', 'print(open("/workspace/sub/deep/file.txt").read())'), 'deep');
    assert.match(
      await box.ok('javascript', 'console.log(require("fs").readdirSync("/workspace").join())'),
      /data\.csv/,
    );
    const query =
      'import sqlite3; print(sqlite3.connect("file:/workspace/notes.sqlite?immutable=1", uri=True).execute("select x from t").fetchall())';
    assert.equal(await box.ok('python', query), '[(1,)]');
    const run = await box.run(
      'bash',
      'cp /workspace/data.csv /outputs/copy.csv && mkdir sub && echo x > sub/y.txt',
    );
    assert.deepEqual(run.artifacts.map(({ name }) => name).sort(), ['copy.csv', 'sub/y.txt']);
    assert.equal((await box.readArtifact('copy.csv')).toString(), 'x,y\n1,2\n');
    assert.equal(await box.ok('bash', 'echo x > /tmp/f && cat /tmp/f'), 'x');
  });

  it('no connection reached the host', () => {
    assert.equal(connections, 0);
  });

  it('nothing of ours is left: no container, no volume, no network', async () => {
    await box.sandbox.dispose();
    assert.deepEqual([await box.containers(), await box.volumes()], [[], []]);
    const networks = execFileSync('docker', ['network', 'ls', '-q', '--filter', `label=${SESSION_LABEL}`]);
    assert.equal(networks.toString(), '');
    assert.equal(treeHash(box.workspace), hash);
  });
});
