/** Where the engine is looked for, and what a broken address says. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, describe, it } from 'node:test';
import type { Endpoint, Surroundings } from '../../../src/container/engineAddress.ts';
import { findEndpoint, surveyEngines, usualPlaces, type Knock } from '../../../src/container/enginePlaces.ts';
import { Failure } from '../../../src/failures.ts';

const home = mkdtempSync(path.join(tmpdir(), 'engine-address-'));
after(() => {
  rmSync(home, { recursive: true });
});
const around = (env: Surroundings['env'] = {}, platform: NodeJS.Platform = 'linux'): Surroundings => ({
  env,
  platform,
  homeFolder: home,
  uid: platform === 'win32' ? null : 1000,
});
/** What the sockets of a machine say; the others are absent. */
const knocking = (states: Record<string, Knock>) => async (socketPath: string) =>
  Promise.resolve(states[socketPath] ?? 'absent');
const endpointOf = async (
  host: string | null,
  surroundings = around(),
  states: Record<string, Knock> = {},
): Promise<Endpoint> => findEndpoint({ host }, surroundings, knocking(states));
const labelOf = async (...args: Parameters<typeof endpointOf>): Promise<string> =>
  (await endpointOf(...args)).label;

const DOCKER_CONFIG = path.join(home, 'config');
function writeContext(name: string, host: string, withTls = false): void {
  const id = createHash('sha256').update(name).digest('hex');
  const folder = path.join(DOCKER_CONFIG, 'contexts', 'meta', id);
  mkdirSync(folder, { recursive: true });
  const content = { Name: name, Endpoints: { docker: { Host: host } } };
  writeFileSync(path.join(folder, 'meta.json'), JSON.stringify(content));
  if (withTls) mkdirSync(path.join(DOCKER_CONFIG, 'contexts', 'tls', id, 'docker'), { recursive: true });
}
writeContext('desktop', 'unix:///context.sock');
writeContext('other', 'unix:///other.sock');
writeContext('far', 'tcp://10.1.2.3:4243', true);
writeFileSync(path.join(DOCKER_CONFIG, 'config.json'), JSON.stringify({ currentContext: 'desktop' }));

const SYSTEM = '/var/run/docker.sock';
const PODMAN = '/run/user/1000/podman/podman.sock';

describe('address of the engine', () => {
  it('is the setting before DOCKER_HOST before the context, and each tells who named it', async () => {
    const env = { DOCKER_HOST: 'unix:///env.sock', DOCKER_CONFIG };
    assert.equal(await labelOf('unix:///setting.sock', around(env)), '/setting.sock');
    assert.equal(await labelOf(null, around(env)), '/env.sock');
    assert.equal(await labelOf(null, around({ DOCKER_CONFIG })), '/context.sock');
    assert.equal(await labelOf(null, around({ DOCKER_CONFIG, DOCKER_HOST: '' })), '/context.sock');
    assert.equal(await labelOf(null, around({ DOCKER_CONFIG, DOCKER_CONTEXT: 'other' })), '/other.sock');
    const namedBy = async (...args: Parameters<typeof endpointOf>) => (await endpointOf(...args)).namedBy;
    assert.equal(await namedBy('unix:///x', around(env)), 'the setting codeInterpreter.docker.host');
    assert.equal(await namedBy(null, around(env)), 'DOCKER_HOST');
    assert.equal(await namedBy(null, around({ DOCKER_CONFIG })), 'the Docker context "desktop"');
    assert.equal(await namedBy(null), null);
  });

  it('that is named is used or fails: nobody else is asked instead', async () => {
    const asked: string[] = [];
    const knock = async (socketPath: string) => Promise.resolve<Knock>((asked.push(socketPath), 'answers'));
    await findEndpoint({ host: null }, around({ DOCKER_HOST: 'unix:///gone.sock' }), knock);
    assert.deepEqual(asked, []);
    await assert.rejects(
      endpointOf(null, around({ DOCKER_CONFIG, DOCKER_CONTEXT: 'gone' }), { [SYSTEM]: 'answers' }),
      (error) => error instanceof Failure && error.code === 'docker-context' && /"gone"/.test(error.sentence),
    );
    // What does not count does not matter.
    const env = { DOCKER_CONFIG, DOCKER_CONTEXT: 'gone', DOCKER_HOST: 'unix:///env.sock' };
    assert.equal(await labelOf(null, around(env)), '/env.sock');
  });

  it('of a configuration that cannot be read is the usual one', async () => {
    const broken = path.join(home, 'broken');
    mkdirSync(broken);
    writeFileSync(path.join(broken, 'config.json'), '{"currentContext": 7}');
    assert.equal(await labelOf(null, around({ DOCKER_CONFIG: broken })), SYSTEM);
    assert.equal(await labelOf(null, around({ DOCKER_CONFIG, DOCKER_CONTEXT: 'default' })), SYSTEM);
  });

  it('of a context with certificates is TLS with these', async () => {
    const far = await endpointOf(null, around({ DOCKER_CONFIG, DOCKER_CONTEXT: 'far' }));
    assert.ok(far.kind === 'tcp');
    assert.deepEqual([far.host, far.port], ['10.1.2.3', 4243]);
    assert.match(far.certificatesFolder ?? '', /contexts\/tls\/[0-9a-f]{64}\/docker$/);
  });

  it('not named is the first usual socket that answers; one that is denied or dead is passed over', async () => {
    assert.equal(await labelOf(null, around(), { [SYSTEM]: 'answers', [PODMAN]: 'answers' }), SYSTEM);
    assert.equal(await labelOf(null, around(), { [SYSTEM]: 'denied', [PODMAN]: 'answers' }), PODMAN);
    assert.equal(await labelOf(null, around(), { [SYSTEM]: 'silent', [PODMAN]: 'answers' }), PODMAN);
    // Nobody answers: the first one that is there says why.
    assert.equal(await labelOf(null, around(), { [PODMAN]: 'denied' }), PODMAN);
    assert.equal(await labelOf(null, around()), SYSTEM);
  });

  it('knows the places of Docker, Desktop, Colima, Rancher, OrbStack and Podman, in this order', () => {
    const text = usualPlaces(around())
      .map(({ product, socketPath }) => `${product}: ${socketPath.replace(home, '~')}`)
      .join('\n');
    assert.equal(
      text,
      [
        'Docker: /var/run/docker.sock',
        'Docker without root: /run/user/1000/docker.sock',
        'Docker Desktop: ~/.docker/run/docker.sock',
        'Docker Desktop: ~/.docker/desktop/docker.sock',
        'Colima: ~/.colima/default/docker.sock',
        'Rancher Desktop: ~/.rd/docker.sock',
        'OrbStack: ~/.orbstack/run/docker.sock',
        'Podman without root: /run/user/1000/podman/podman.sock',
        'Podman: /run/podman/podman.sock',
        'Podman: ~/.local/share/containers/podman/machine/podman.sock',
      ].join('\n'),
    );
  });

  it('is a named pipe on Windows', async () => {
    const windows = around({}, 'win32');
    assert.equal(await labelOf(null, windows), '//./pipe/docker_engine');
    assert.equal(
      await labelOf(null, windows, { '//./pipe/podman-machine-default': 'answers' }),
      '//./pipe/podman-machine-default',
    );
    assert.equal(await labelOf('npipe:////./pipe/other', windows), '//./pipe/other');
  });

  it('may be TCP, with TLS when the port or the environment says so', async () => {
    const tls = async (host: string, env: Surroundings['env'] = {}): Promise<unknown> => {
      const endpoint = await endpointOf(host, around(env));
      return endpoint.kind === 'tcp' && [endpoint.host, endpoint.port, endpoint.certificatesFolder];
    };
    assert.deepEqual(await tls('tcp://127.0.0.1:2375'), ['127.0.0.1', 2375, null]);
    assert.deepEqual(await tls('tcp://127.0.0.1:2376'), ['127.0.0.1', 2376, path.join(home, '.docker')]);
    assert.deepEqual(await tls('tcp://[::1]:2375'), ['::1', 2375, null]);
    const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certificates' };
    assert.deepEqual(await tls('127.0.0.1', env), ['127.0.0.1', 2376, '/certificates']);
  });

  for (const address of ['ssh://user@machine', 'ftp://machine', 'tcp://', 'unix://', 'http://[']) {
    it(`refuses ${address} and repeats it`, async () => {
      await assert.rejects(
        endpointOf(address),
        (error) =>
          error instanceof Failure && error.code === 'docker-address' && error.sentence.includes(address),
      );
    });
  }
});

describe('survey of engines', () => {
  const survey = async (host: string | null, env: Surroundings['env'], states: Record<string, Knock>) =>
    (await surveyEngines({ host }, around(env), knocking(states)))
      .filter(({ state }) => state !== 'absent')
      .map(({ where, source, state }) => `${where} (${source}): ${state}`);

  it('tells what is used, what else is named, and who else is there', async () => {
    const states: Record<string, Knock> = { [SYSTEM]: 'denied', [PODMAN]: 'answers' };
    assert.deepEqual(await survey(null, {}, states), [
      `${SYSTEM} (Docker): denied`,
      `${PODMAN} (Podman without root): used`,
    ]);
    assert.deepEqual(await survey('unix:///mine.sock', { DOCKER_HOST: 'tcp://h:1' }, states), [
      'unix:///mine.sock (the setting codeInterpreter.docker.host): used',
      'tcp://h:1 (DOCKER_HOST): named',
      `${SYSTEM} (Docker): denied`,
      `${PODMAN} (Podman without root): answers`,
    ]);
  });
});
