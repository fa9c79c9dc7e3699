import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { containerSpec, userFor } from '../../../src/container/containerSpec.ts';
import { forPodman } from '../../../src/container/podmanSpec.ts';
import { DEFAULT_LIMITS } from '../../../src/container/policy.ts';
import { CONTAINER_IDS } from '../../support/containerIds.ts';

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
    const request = containerSpec(DEFAULT_LIMITS, MOUNTS, CONTAINER_IDS, MASKS);
    assert.deepEqual(JSON.parse(JSON.stringify(request)), JSON.parse(readFileSync(golden, 'utf8')));
  });

  it('mounts nothing writable but /outputs, /packages and /tmp, whatever it is given', () => {
    const { HostConfig } = containerSpec(DEFAULT_LIMITS, MOUNTS, CONTAINER_IDS, MASKS);
    const writable = (HostConfig?.Mounts ?? []).filter((mount) => mount.ReadOnly !== true);
    assert.deepEqual(
      writable.map(({ Type, Target }) => [Type, Target]),
      [
        ['volume', '/outputs'],
        ['volume', '/packages'],
      ],
    );
    assert.deepEqual(Object.keys(HostConfig?.Tmpfs ?? {}), ['/tmp']);
    assert.equal(HostConfig?.Binds, undefined);
  });

  it('hands the variables it is given to programs, and no others', () => {
    const { Env } = containerSpec(DEFAULT_LIMITS, MOUNTS, CONTAINER_IDS, MASKS, {
      environment: { A_NAME: 'a=value' },
    });
    const without = containerSpec(DEFAULT_LIMITS, MOUNTS, CONTAINER_IDS, MASKS).Env ?? [];
    assert.deepEqual(Env, [...without, 'A_NAME=a=value']);
  });

  it('says where the cells of a notebook begin', () => {
    const { Env } = containerSpec(DEFAULT_LIMITS, MOUNTS, CONTAINER_IDS, MASKS, {
      workFolder: '/workspace/a b',
    });
    const without = containerSpec(DEFAULT_LIMITS, MOUNTS, CONTAINER_IDS, MASKS).Env ?? [];
    assert.deepEqual(Env, [...without, 'CI_WORK_FOLDER=/workspace/a b']);
  });
});

describe('create request for gVisor', () => {
  const on = (runtime: string, pids = DEFAULT_LIMITS.pids) =>
    containerSpec({ ...DEFAULT_LIMITS, pids }, MOUNTS, { ...CONTAINER_IDS, runtime }, MASKS);

  it('has the limit of processes inside, room for gVisor’s own around it, and nothing else of its own', () => {
    const ordinary = on('runc').HostConfig ?? {};
    for (const runtime of ['runsc', 'runsc-kvm']) {
      const { HostConfig: host, ...rest } = on(runtime);
      const nproc = { Name: 'nproc', Soft: 256, Hard: 256 };
      const own = { Runtime: runtime, PidsLimit: 8448, Ulimits: [...(ordinary.Ulimits ?? []), nproc] };
      assert.deepEqual({ ...rest, HostConfig: host }, { ...on('runc'), HostConfig: { ...ordinary, ...own } });
    }
  });

  it('leaves room that has an end, and never less than what the user allows', () => {
    const limits = [64, 128, 1024, 32_768].map((pids) => on('runsc', pids).HostConfig?.PidsLimit);
    assert.deepEqual(limits, [2304, 4352, 16_384, 32_768]);
    assert.equal(
      forPodman(on('runsc', 64)).HostConfig?.Ulimits?.filter(({ Name }) => Name === 'nproc').length,
      1,
    );
  });
});

describe('create request for Podman', () => {
  it('differs from the golden one in what its API does not take, and in nothing else', () => {
    const request = containerSpec(DEFAULT_LIMITS, MOUNTS, CONTAINER_IDS);
    const adapted = forPodman(request);
    assert.doesNotMatch(JSON.stringify(adapted), /nr_inodes/);
    assert.match(adapted.HostConfig?.Tmpfs?.['/tmp'] ?? '', /^rw,noexec,nosuid,nodev,size=\d+,mode=1777$/);
    const ulimits = adapted.HostConfig?.Ulimits?.map(({ Name }) => Name);
    assert.deepEqual(ulimits, ['core', 'nofile', 'fsize', 'nproc']);
    const { Tmpfs, Ulimits } = request.HostConfig ?? {};
    assert.deepEqual({ ...adapted, HostConfig: { ...adapted.HostConfig, Tmpfs, Ulimits } }, request);
  });
});

describe('C8 two hundred random policies', () => {
  /** Reproducible: the same numbers in every run. */
  let seed = 12345;
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % below;
  };
  const strange = [
    '/',
    '..',
    '/var/run/docker.sock',
    'a:b:rw',
    'x,readonly=false',
    '\n',
    '"',
    '/proc/self/fd/8',
    'privileged',
  ];
  const text = (): string => `/${strange[random(strange.length)] ?? ''}${random(1000)}`;
  const golden = containerSpec(DEFAULT_LIMITS, MOUNTS, CONTAINER_IDS, MASKS);

  it('change their limits, mounts and names, and nothing else', () => {
    const fixed = golden.HostConfig ?? {};
    for (let n = 0; n < 200; n++) {
      const limits = Object.fromEntries(
        Object.entries(DEFAULT_LIMITS).map(([name, value]) => [name, value + random(1000)]),
      );
      const mounts = Array.from({ length: random(4) }, () => ({
        source: text(),
        target: `/workspace${text()}`,
      }));
      const masks = Array.from({ length: random(4) }, () => ({
        target: `/workspace${text()}`,
        kind: 'file' as const,
      }));
      const ids = {
        ...CONTAINER_IDS,
        sessionId: text(),
        owner: text(),
        image: { reference: text(), tag: text() },
      };
      const made = containerSpec({ ...DEFAULT_LIMITS, ...limits }, mounts, ids, masks);
      for (const key of ['WorkingDir', 'AttachStdin', 'OpenStdin', 'Tty', 'User', 'Hostname'] as const) {
        assert.deepEqual(made[key], golden[key], key);
      }
      assert.deepEqual(Object.keys(made).sort(), Object.keys(golden).sort());
      const host = made.HostConfig ?? {};
      assert.deepEqual(Object.keys(host).sort(), Object.keys(fixed).sort());
      const own = ['Mounts', 'PidsLimit', 'Memory', 'MemorySwap', 'NanoCpus', 'ShmSize', 'Ulimits', 'Tmpfs'];
      const rest = (config: object): [string, unknown][] =>
        Object.entries(config).filter(([key]) => !own.includes(key));
      assert.deepEqual(rest(host), rest(fixed));
      assert.deepEqual(
        (host.Mounts ?? []).filter(({ ReadOnly }) => ReadOnly !== true).map(({ Target }) => Target),
        ['/outputs', '/packages'],
      );
    }
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
