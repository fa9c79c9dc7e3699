import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, describe, it } from 'node:test';
import { resolveEndpoint, type Surroundings } from '../../../src/container/engineAddress.ts';
import { Failure } from '../../../src/failures.ts';

const home = mkdtempSync(path.join(tmpdir(), 'engine-address-'));
after(() => {
  rmSync(home, { recursive: true });
});
const around = (env: Surroundings['env'] = {}, platform: NodeJS.Platform = 'linux'): Surroundings => ({
  env,
  platform,
  homeFolder: home,
});
const labelOf = (host: string | null, surroundings = around()): string =>
  resolveEndpoint({ host }, surroundings).label;

function writeContext(name: string, host: string): void {
  const id = createHash('sha256').update(name).digest('hex');
  const folder = path.join(home, 'config', 'contexts', 'meta', id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, 'meta.json'),
    JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }),
  );
}

describe('address of the engine', () => {
  it('is the setting before DOCKER_HOST before the context', () => {
    writeContext('desktop', 'unix:///context.sock');
    writeContext('other', 'unix:///other.sock');
    writeFileSync(path.join(home, 'config', 'config.json'), JSON.stringify({ currentContext: 'desktop' }));
    const DOCKER_CONFIG = path.join(home, 'config');
    const env = { DOCKER_HOST: 'unix:///env.sock', DOCKER_CONFIG };
    assert.equal(labelOf('unix:///setting.sock', around(env)), '/setting.sock');
    assert.equal(labelOf(null, around(env)), '/env.sock');
    assert.equal(labelOf(null, around({ DOCKER_CONFIG })), '/context.sock');
    assert.equal(labelOf(null, around({ DOCKER_CONFIG, DOCKER_HOST: '' })), '/context.sock');
    assert.equal(labelOf(null, around({ DOCKER_CONFIG, DOCKER_CONTEXT: 'other' })), '/other.sock');
  });

  it('falls back to the usual place when the context cannot be read', () => {
    const DOCKER_CONFIG = path.join(home, 'broken');
    mkdirSync(DOCKER_CONFIG);
    writeFileSync(path.join(DOCKER_CONFIG, 'config.json'), '{"currentContext": 7}');
    assert.match(labelOf(null, around({ DOCKER_CONFIG })), /docker\.sock$/);
    assert.match(labelOf(null, around({ DOCKER_CONTEXT: 'gone' })), /docker\.sock$/);
  });

  it('is the named pipe on Windows', () => {
    assert.equal(labelOf(null, around({}, 'win32')), '//./pipe/docker_engine');
    assert.equal(labelOf('npipe:////./pipe/other', around({}, 'win32')), '//./pipe/other');
  });

  it('may be TCP, with TLS when the port or the environment says so', () => {
    const tls = (host: string, env: Surroundings['env'] = {}): unknown => {
      const endpoint = resolveEndpoint({ host }, around(env));
      return endpoint.kind === 'tcp' && [endpoint.host, endpoint.port, endpoint.certificatesFolder];
    };
    assert.deepEqual(tls('tcp://127.0.0.1:2375'), ['127.0.0.1', 2375, null]);
    assert.deepEqual(tls('tcp://127.0.0.1:2376'), ['127.0.0.1', 2376, path.join(home, '.docker')]);
    const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certificates' };
    assert.deepEqual(tls('127.0.0.1', env), ['127.0.0.1', 2376, '/certificates']);
  });

  for (const address of ['ssh://user@machine', 'ftp://machine', 'tcp://', 'unix://', 'http://[']) {
    it(`refuses ${address} and repeats it`, () => {
      assert.throws(
        () => resolveEndpoint({ host: address }, around()),
        (error) =>
          error instanceof Failure && error.code === 'docker-address' && error.sentence.includes(address),
      );
    });
  }
});
