import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runDoctor, type DoctorProbes, type EngineReport } from '../../src/doctor.ts';
import { dockerDenied } from '../../src/failures.ts';

const engine: EngineReport = {
  where: '/var/run/docker.sock',
  version: '28.0.1',
  os: 'linux',
  architecture: 'x86_64',
  cpus: 4,
  memoryBytes: 8 * 1024 ** 3,
  defaultRuntime: 'runc',
  runtimes: ['runc', 'runsc', 'io.containerd.runc.v2'],
  cgroupVersion: '2',
  securityOptions: ['name=seccomp,profile=default'],
};
const healthy: DoctorProbes = {
  engine: async () => Promise.resolve(engine),
  image: async () => Promise.resolve({ reference: 'img:1', source: 'build', sizeBytes: 3 * 1024 ** 3 }),
  key: async () => Promise.resolve({ address: 'api.example.com' }),
};
const statuses = async (probes: Partial<DoctorProbes>): Promise<Record<string, string>> =>
  Object.fromEntries((await runDoctor({ ...healthy, ...probes })).map(({ id, status }) => [id, status]));

describe('doctor', () => {
  it('finds a healthy set-up healthy, and says what is there', async () => {
    const checks = await runDoctor(healthy);
    assert.deepEqual(
      checks.map(({ id, status }) => `${id} ${status}`),
      ['engine ok', 'runtime ok', 'image ok', 'key ok'],
    );
    const text = checks.map(({ sentence }) => sentence).join('\n');
    assert.match(text, /28\.0\.1/);
    assert.match(text, /3\.0 GiB/);
    assert.match(text, /also there: runsc\./);
  });

  it('says why the engine cannot be used, with the remedy, and looks no further there', async () => {
    const probes = {
      ...healthy,
      engine: async () => Promise.reject(dockerDenied('/var/run/docker.sock')),
      image: async () => Promise.reject(new Error('must not be asked')),
    };
    const [first] = await runDoctor(probes);
    assert.equal(first?.status, 'failed');
    assert.ok(first.remedy);
    assert.deepEqual(await statuses(probes), {
      engine: 'failed',
      runtime: 'skipped',
      image: 'skipped',
      key: 'ok',
    });
  });

  it('tells an image to be built from one that was named and is not there', async () => {
    const image = (source: 'build' | 'ready') => async () =>
      Promise.resolve({ reference: 'x:1', source, sizeBytes: null });
    assert.equal((await statuses({ image: image('build') })).image, 'missing');
    assert.equal((await statuses({ image: image('ready') })).image, 'failed');
  });

  it('fails an engine without a system call filter, or with the wrong containers', async () => {
    const report = (change: Partial<EngineReport>) => async () => Promise.resolve({ ...engine, ...change });
    assert.equal((await statuses({ engine: report({ securityOptions: [] }) })).runtime, 'failed');
    assert.equal((await statuses({ engine: report({ os: 'windows' }) })).runtime, 'failed');
  });

  it('does not call a missing key a failure', async () => {
    assert.equal((await statuses({ key: async () => Promise.resolve(null) })).key, 'missing');
  });

  it('turns an unforeseen error into a sentence', async () => {
    const checks = await runDoctor({ ...healthy, key: async () => Promise.reject(new TypeError('boom')) });
    assert.match(checks.at(-1)?.sentence ?? '', /boom/);
  });
});
