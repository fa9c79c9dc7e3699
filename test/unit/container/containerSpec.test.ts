import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { containerSpec, userFor } from '../../../src/container/containerSpec.ts';
import { forPodman } from '../../../src/container/podmanSpec.ts';
import { DEFAULT_LIMITS } from '../../../src/container/policy.ts';

const IDS = {
  containerName: 'code-interpreter-session-1',
  volumeName: 'code-interpreter-session-1-outputs',
  owner: '0123456789abcdef|boot|4711|99',
  sessionId: 'session',
  image: { reference: 'code-interpreter-sandbox:0123456789abcdef', tag: '0123456789abcdef' },
  user: { uid: 1234, gid: 1235 },
  runtime: 'runc',
};
const MOUNTS = [
  { source: '/home/user/data, with: odd "names"', target: '/workspace/data' },
  { source: '/home/user/one.csv', target: '/workspace/one.csv' },
];
const MASKS = [
  { target: '/workspace/data/.env', kind: 'file' as const },
  { target: '/workspace/data/.git', kind: 'folder' as const },
];
const golden = new URL('../../golden/containerSpec.json', import.meta.url);

describe('create request', () => {
  it('is exactly the golden one', () => {
    const request = containerSpec(DEFAULT_LIMITS, MOUNTS, IDS, MASKS);
    assert.deepEqual(JSON.parse(JSON.stringify(request)), JSON.parse(readFileSync(golden, 'utf8')));
  });

  it('mounts nothing writable but /outputs and /tmp, whatever it is given', () => {
    const { HostConfig } = containerSpec(DEFAULT_LIMITS, MOUNTS, IDS, MASKS);
    const writable = (HostConfig?.Mounts ?? []).filter((mount) => mount.ReadOnly !== true);
    assert.deepEqual(
      writable.map(({ Type, Target }) => [Type, Target]),
      [['volume', '/outputs']],
    );
    assert.deepEqual(Object.keys(HostConfig?.Tmpfs ?? {}), ['/tmp']);
    assert.equal(HostConfig?.Binds, undefined);
  });
});

describe('create request for Podman', () => {
  it('differs from the golden one in what its API does not take, and in nothing else', () => {
    const request = containerSpec(DEFAULT_LIMITS, MOUNTS, IDS);
    const adapted = forPodman(request);
    assert.doesNotMatch(JSON.stringify(adapted), /nr_inodes/);
    assert.match(adapted.HostConfig?.Tmpfs?.['/tmp'] ?? '', /^rw,noexec,nosuid,nodev,size=\d+,mode=1777$/);
    const ulimits = adapted.HostConfig?.Ulimits?.map(({ Name }) => Name);
    assert.deepEqual(ulimits, ['core', 'nofile', 'fsize', 'nproc']);
    const { Tmpfs, Ulimits } = request.HostConfig ?? {};
    assert.deepEqual({ ...adapted, HostConfig: { ...adapted.HostConfig, Tmpfs, Ulimits } }, request);
  });
});

describe('user of the container', () => {
  it('is the host user on Linux', () => {
    assert.deepEqual(userFor({ platform: 'linux', uid: 1234, gid: 1235 }), { uid: 1234, gid: 1235 });
  });
  it('never is root, nor in its group', () => {
    assert.deepEqual(userFor({ platform: 'linux', uid: 0, gid: 0 }), { uid: 1000, gid: 1000 });
    assert.deepEqual(userFor({ platform: 'linux', uid: 1234, gid: 0 }), { uid: 1234, gid: 1234 });
  });
  it('is an ordinary one where the engine runs in a virtual machine', () => {
    assert.deepEqual(userFor({ platform: 'darwin', uid: 501, gid: 20 }), { uid: 1000, gid: 1000 });
    assert.deepEqual(userFor({ platform: 'win32', uid: 0, gid: 0 }), { uid: 1000, gid: 1000 });
  });
});
