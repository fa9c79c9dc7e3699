import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { tryLock } from '../../../src/host/sessionLock.ts';

describe('the lock of a session folder', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'lock-'));
  });
  after(async () => rm(folder, { recursive: true, force: true }));

  it('has one holder at a time', async () => {
    const first = await tryLock(folder);
    assert.ok(first);
    assert.equal(await tryLock(folder), null);
    await first.release();
    const second = await tryLock(folder);
    assert.ok(second);
    await second.release();
  });

  it('respects another living process', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    try {
      const owner = JSON.stringify({ pid: child.pid, startedAt: '' });
      await writeFile(path.join(folder, 'owner.json'), owner);
      assert.equal(await tryLock(folder), null);
    } finally {
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
    }
    const lock = await tryLock(folder);
    assert.ok(lock, 'taken over from the dead');
    await lock.release();
  });

  it(
    'is not fooled by a process number that was given away again',
    { skip: process.platform !== 'linux' },
    async () => {
      const owner = JSON.stringify({ pid: process.pid, startedAt: '1' });
      await writeFile(path.join(folder, 'owner.json'), owner);
      const lock = await tryLock(folder);
      assert.ok(lock);
      await lock.release();
    },
  );

  it('is taken over from a torn file', async () => {
    await writeFile(path.join(folder, 'owner.json'), '{"pid":');
    const lock = await tryLock(folder);
    assert.ok(lock);
    await lock.release();
  });
});
