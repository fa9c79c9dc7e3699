import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { fateOf, formatOwner, ownOwner, parseOwner, type Owner } from '../../../src/container/owner.ts';

describe('owner', () => {
  it('survives the way through a label', async () => {
    const own = await ownOwner();
    assert.equal(own.pid, process.pid);
    assert.notEqual(own.startedAt, '');
    assert.deepEqual(parseOwner(formatOwner(own)), own);
  });

  for (const label of ['', 'x', 'a|b|c|d', '0123456789abcdef|boot|0|1', '0123456789abcdef|boot|12|1|more']) {
    it(`is not read from ${JSON.stringify(label)}`, () => {
      assert.equal(parseOwner(label), null);
    });
  }

  it('is alive while its process runs, dead afterwards', async () => {
    const own = await ownOwner();
    assert.equal(await fateOf(own, own), 'alive');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    // The start time of the child is not ours, so with ours it is another process under a used-again id.
    const impostor: Owner = { ...own, pid };
    assert.equal(await fateOf(impostor, own), 'dead');
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(await fateOf(impostor, own), 'dead');
  });

  it('is dead after a reboot, and unknown on another machine', async () => {
    const own = await ownOwner();
    assert.equal(await fateOf({ ...own, boot: 'another' }, own), 'dead');
    assert.equal(await fateOf({ ...own, host: 'fedcba9876543210' }, own), 'unknown');
    assert.equal(await fateOf({ ...own, startedAt: '' }, own), 'unknown');
  });
});
