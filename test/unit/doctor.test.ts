import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runDoctor, type DoctorProbes, type EngineReport } from '../../src/doctor.ts';
import { dockerDenied, gvisorFailed } from '../../src/failures.ts';

const engine: EngineReport = {
  where: '/var/run/docker.sock',
  isPrivate: true,
  product: 'Docker',
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
  image: async () =>
    Promise.resolve({ reference: 'img:1', source: 'build', sizeBytes: 3 * 1024 ** 3, office: false }),
  key: async () => Promise.resolve({ address: 'api.example.com' }),
  places: async () => Promise.resolve([]),
  runtime: async () => Promise.resolve({ name: 'runc', why: 'gVisor is not on this engine' }),
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

  it('says for each address what became of it', async () => {
    const states = ['used', 'named', 'answers', 'denied', 'silent', 'absent', 'absent'] as const;
    const places = states.map((state, n) => ({ where: `place${n}`, source: 'Docker', state }));
    const checks = await runDoctor({ ...healthy, places: async () => Promise.resolve(places) });
    assert.deepEqual(
      checks.filter(({ id }) => id === 'place').map(({ status, sentence }) => `${status}: ${sentence}`),
      [
        'ok: place0 (Docker): used.',
        'missing: place1 (Docker): not used, because what is above it comes first.',
        'missing: place2 (Docker): answers, not used; name it in codeInterpreter.docker.host to use it.',
        'missing: place3 (Docker): is there, but this user may not use it.',
        'missing: place4 (Docker): is there, but nobody answers.',
        'missing: Nothing is at place5, place6.',
      ],
    );
  });

  it('warns of an engine over TCP without TLS, not of others', async () => {
    const sentence = async (isPrivate: boolean): Promise<string> =>
      (await runDoctor({ ...healthy, engine: async () => Promise.resolve({ ...engine, isPrivate }) }))[0]
        ?.sentence ?? '';
    assert.match(await sentence(false), /not encrypted.*TLS/);
    assert.doesNotMatch(await sentence(true), /encrypted/);
  });

  it('says which runtime and why; asks only when the image is there; a refused one fails', async () => {
    const runtime = async (probes: Partial<DoctorProbes>) =>
      (await runDoctor({ ...healthy, ...probes })).find(({ id }) => id === 'runtime');
    assert.match((await runtime({}))?.sentence ?? '', /^runc \(gVisor is not on this engine\)/);
    const asks = { runtime: async () => Promise.reject(new Error('must not be asked')) };
    const image = { reference: 'img:1', source: 'build' as const, sizeBytes: null, office: null };
    const early = await runtime({ ...asks, image: async () => Promise.resolve(image) });
    assert.match(early?.sentence ?? '', /tried out when the image is there/);
    const refused = await runtime({
      runtime: async () => Promise.reject(gvisorFailed('runsc', 'it crashed')),
    });
    assert.equal(refused?.status, 'failed');
    assert.match(refused.sentence, /it crashed/);
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
      Promise.resolve({ reference: 'x:1', source, sizeBytes: null, office: null });
    assert.equal((await statuses({ image: image('build') })).image, 'missing');
    assert.equal((await statuses({ image: image('ready') })).image, 'failed');
  });

  it('fails an engine without a system call filter, or with the wrong containers', async () => {
    const report = (change: Partial<EngineReport>) => async () => Promise.resolve({ ...engine, ...change });
    assert.equal((await statuses({ engine: report({ securityOptions: [] }) })).runtime, 'failed');
    assert.equal((await statuses({ engine: report({ os: 'windows' }) })).runtime, 'failed');
  });

  it('says whether the image has LibreOffice, and which setting adds it', async () => {
    const sentence = async (office: boolean) => {
      const report = { reference: 'x:1', source: 'ready' as const, sizeBytes: 1, office };
      const checks = await runDoctor({ ...healthy, image: async () => Promise.resolve(report) });
      return checks.find(({ id }) => id === 'image')?.sentence ?? '';
    };
    assert.match(await sentence(true), /It has LibreOffice/);
    assert.match(await sentence(false), /codeInterpreter\.sandbox\.office/);
  });

  it('does not call a missing key a failure', async () => {
    assert.equal((await statuses({ key: async () => Promise.resolve(null) })).key, 'missing');
  });

  it('turns an unforeseen error into a sentence', async () => {
    const checks = await runDoctor({ ...healthy, key: async () => Promise.reject(new TypeError('boom')) });
    assert.match(checks.at(-1)?.sentence ?? '', /boom/);
  });
});
