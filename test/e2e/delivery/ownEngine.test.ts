/** A machine without a running Docker engine: one of our own starts, answers, and is gone afterwards. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ensureEngine } from '../../setup/engine.mjs';
import { ourObjects, pingEngine } from '../../setup/engineApi.mjs';

const possible = process.platform === 'linux' && process.getuid?.() === 0;

describe('an engine of our own', { skip: possible ? false : 'needs root on Linux' }, () => {
  it('starts in spite of the pid files of a crashed one, answers, and ends by its own pid', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'code-interpreter-dockerd-'));
    const places = {
      socket: join(folder, 'docker.sock'),
      pidFile: join(folder, 'docker.pid'),
      containerdPidFile: join(folder, 'exec/containerd/containerd.pid'),
      extraArguments: [
        ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
        // The machine's own engine and firewall are not to be touched.
        ...['--iptables=false', '--ip6tables=false', '--bridge=none'],
      ],
    };
    try {
      // Pid 1 lives, and is no dockerd.
      mkdirSync(join(folder, 'exec/containerd'), { recursive: true });
      writeFileSync(places.pidFile, '1');
      writeFileSync(places.containerdPidFile, '1');
      const address = { socketPath: places.socket };
      assert.equal(await pingEngine(address), 'missing');

      const engine = await ensureEngine(places);
      assert.equal(engine.own, true);
      assert.equal(await pingEngine(address), 'answers');
      assert.deepEqual(await ourObjects(address), []);
      const pid = Number(readFileSync(places.pidFile, 'utf8'));
      assert.ok(pid > 1 && existsSync(`/proc/${pid}`));

      // A second command on the same machine uses it, and does not end it.
      const second = await ensureEngine(places);
      assert.equal(second.own, false);
      await second.stop();
      assert.equal(await pingEngine(address), 'answers');

      await engine.stop();
      assert.equal(existsSync(`/proc/${pid}`), false, 'the process is gone');
      assert.notEqual(await pingEngine(address), 'answers');
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
    }
  });
});
