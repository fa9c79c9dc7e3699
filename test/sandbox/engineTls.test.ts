/**
 * An engine behind TCP with TLS, for real: a dockerd of this test's own on the loopback interface, with data of its own,
 * started and stopped here. Without root (or on another system) that cannot be: the tests are told as skipped.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connectEngine } from '../../src/container/docker.ts';
import { checkEngine, surveyEngines } from '../../src/container/dockerSandbox.ts';
import { runCommand } from '../../src/container/execStream.ts';
import { Failure } from '../../src/failures.ts';
import { BASE_IMAGE, ensureEngine } from '../setup/engine.mjs';
import { copyImage, engineAddress } from '../setup/engineApi.mjs';
import { makeAuthority } from '../support/certificates.ts';

const canRun = process.platform === 'linux' && process.getuid?.() === 0;
const skip = canRun ? false : 'an engine of our own needs root on Linux';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('engine over TCP with TLS', { skip }, () => {
  const root = mkdtempSync(path.join(tmpdir(), 'engine-tls-'));
  const saved = { ...process.env };
  let engine: { stop(): Promise<void> } | null = null;
  let client = '';
  let stranger = '';
  let port = 0;

  before(async () => {
    const authority = makeAuthority(root, 'authority');
    const server = authority.issue('server', ['IP:127.0.0.1']);
    client = authority.issue('client');
    stranger = makeAuthority(root, 'strangers').issue('stranger');
    port = await freePort();
    const socket = path.join(root, 'docker.sock');
    const file = (name: string): string => path.join(server, name);
    engine = await ensureEngine({
      socket,
      pidFile: path.join(root, 'docker.pid'),
      containerdPidFile: path.join(root, 'exec', 'containerd', 'containerd.pid'),
      extraArguments: [
        ...['--host', `tcp://127.0.0.1:${port}`, '--tlsverify', '--tlscacert', file('ca.pem')],
        ...['--tlscert', file('cert.pem'), '--tlskey', file('key.pem')],
        ...['--data-root', path.join(root, 'data'), '--exec-root', path.join(root, 'exec')],
      ],
    });
    await copyImage(BASE_IMAGE, engineAddress(), { socketPath: socket });
  });
  after(async () => {
    process.env = saved;
    await engine?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  const address = () => ({ host: `https://127.0.0.1:${port}` });
  const failureWith = async (certificates: string, host = address().host): Promise<Failure> => {
    process.env['DOCKER_CERT_PATH'] = certificates;
    const error: unknown = await checkEngine({ host }).then(
      () => new Error('The engine was used.'),
      (reason: unknown) => reason,
    );
    if (error instanceof Failure) return error;
    throw error;
  };

  it('is used with certificates both sides trust: a container runs, its output comes back', async () => {
    process.env['DOCKER_CERT_PATH'] = client;
    const facts = await checkEngine(address());
    assert.equal(facts.where, `127.0.0.1:${port}`);
    assert.equal(facts.isPrivate, true);
    const connected = await connectEngine(address());
    assert.equal(connected.socketPath, null);
    const id = await connected.createContainer({
      Image: BASE_IMAGE,
      Cmd: ['sleep', '60'],
      HostConfig: { NetworkMode: 'none', Init: true, LogConfig: { Type: 'none', Config: {} } },
    });
    try {
      await connected.startContainer(id);
      const { stdout } = await runCommand(connected, id, ['echo', 'over TLS'], 1000);
      assert.equal(stdout.toString(), 'over TLS\n');
    } finally {
      await connected.removeContainer(id);
    }
  });

  it('is used through a Docker context with its certificates', async () => {
    const config = path.join(root, 'config');
    const id = createHash('sha256').update('tls').digest('hex');
    const meta = path.join(config, 'contexts', 'meta', id);
    mkdirSync(meta, { recursive: true });
    const content = { Name: 'tls', Endpoints: { docker: { Host: `tcp://127.0.0.1:${port}` } } };
    writeFileSync(path.join(meta, 'meta.json'), JSON.stringify(content));
    cpSync(client, path.join(config, 'contexts', 'tls', id, 'docker'), { recursive: true });
    delete process.env['DOCKER_HOST'];
    process.env['DOCKER_CONFIG'] = config;
    process.env['DOCKER_CONTEXT'] = 'tls';
    try {
      assert.equal((await checkEngine({ host: null })).where, `127.0.0.1:${port}`);
      const [first] = await surveyEngines({ host: null });
      assert.deepEqual(first, {
        where: `tcp://127.0.0.1:${port}`,
        source: 'the Docker context "tls"',
        state: 'used',
      });
    } finally {
      delete process.env['DOCKER_CONFIG'];
      delete process.env['DOCKER_CONTEXT'];
    }
  });

  it('is not trusted when another authority vouches for it', async () => {
    const failure = await failureWith(stranger);
    assert.equal(failure.code, 'docker-tls');
    assert.match(failure.message, /certificate.*ca\.pem/);
  });

  it('refuses a client it does not know, and that is said', async () => {
    const unknown = path.join(root, 'unknown');
    mkdirSync(unknown);
    cpSync(path.join(client, 'ca.pem'), path.join(unknown, 'ca.pem'));
    const failure = await failureWith(unknown);
    assert.equal(failure.code, 'docker-tls', failure.message);
  });

  it('wants TLS, which an address without it is told', async () => {
    const failure = await failureWith(client, `tcp://127.0.0.1:${port}`);
    assert.equal(failure.code, 'docker-tls');
    assert.match(failure.sentence, /it wants TLS/);
  });

  it('cannot be checked without certificates: their folder is named', async () => {
    const failure = await failureWith(path.join(root, 'nowhere'));
    assert.equal(failure.code, 'docker-certificates');
    assert.match(failure.sentence, /nowhere/);
  });
});
