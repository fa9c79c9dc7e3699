/** L1: an engine that is missing, denied, stopped or hung: real sockets, one sentence with a remedy each. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connectEngine } from '../../../src/container/docker.ts';
import { checkEngine } from '../../../src/container/dockerSandbox.ts';
import { engineFailure } from '../../../src/container/engineErrors.ts';
import { Failure } from '../../../src/failures.ts';

const NOBODY = 65534;
const root = mkdtempSync(path.join(tmpdir(), 'engine-'));
chmodSync(root, 0o755);
const servers: Server[] = [];
const sockets = new Set<Socket>();
after(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
  rmSync(root, { recursive: true });
});

async function listen(server: Server, name: string): Promise<string> {
  const file = path.join(root, name);
  servers.push(server);
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.listen(file);
  await once(server, 'listening');
  return file;
}

async function failureAt(host: string): Promise<Failure> {
  const error: unknown = await checkEngine({ host }).then(
    () => new Error('The engine was found.'),
    (reason: unknown) => reason,
  );
  if (error instanceof Failure) return error;
  throw error;
}

describe('engine', () => {
  // The client library is loaded with the first use, which must not happen as another user.
  before(async () => connectEngine({ host: `unix://${root}/none` }));

  it('that is not installed or not started is missing: the place is named', async () => {
    const failure = await failureAt(`unix://${root}/missing.sock`);
    assert.equal(failure.code, 'docker-wrong-place');
    assert.match(failure.sentence, /missing\.sock, which the setting codeInterpreter\.docker\.host names/);
    assert.match(failure.remedy?.text ?? '', /correct the setting/);
    const error = Object.assign(new Error('x'), { code: 'ENOENT' });
    const missing = engineFailure(error, 'there', 'x', { hasDockerCommand: () => false });
    assert.equal(missing.code, 'docker-missing');
    assert.match(missing.remedy?.text ?? '', /Install Docker/);
    assert.equal(engineFailure(error, 'there', 'x', { hasDockerCommand: () => true }).code, 'docker-stopped');
  });

  it('that may not be used is denied, and the docker group is named', async () => {
    const file = await listen(createServer(), 'denied.sock');
    chmodSync(file, 0o000);
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(NOBODY);
    const failure = await failureAt(`unix://${file}`).finally(() => {
      if (isRoot) process.seteuid?.(0);
    });
    assert.equal(failure.code, 'docker-denied');
    assert.match(failure.remedy?.text ?? '', /docker group/);
  });

  it('that does not listen any more is stopped', async () => {
    const server = createServer();
    const file = await listen(server, 'stopped.sock');
    // Closing would remove the file; a crash leaves it.
    const { linkSync } = await import('node:fs');
    linkSync(file, `${file}.left`);
    server.close();
    await once(server, 'close');
    const failure = await failureAt(`unix://${file}.left`);
    assert.equal(failure.code, 'docker-wrong-place');
    const stopped = engineFailure(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'there', 'x');
    assert.equal(stopped.code, 'docker-stopped');
    assert.match(stopped.remedy?.text ?? '', /Start it/);
  });

  it('on a closed port is stopped', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    server.close();
    await once(server, 'close');
    const failure = await failureAt(`tcp://127.0.0.1:${address.port}`);
    assert.equal(failure.code, 'docker-wrong-place');
    assert.match(failure.sentence, new RegExp(`127\\.0\\.0\\.1:${address.port}`));
  });

  it('that takes connections and says nothing is hung, within 5 s', async () => {
    const file = await listen(createServer(), 'hung.sock');
    const startedAt = performance.now();
    const failure = await failureAt(`unix://${file}`);
    assert.equal(failure.code, 'docker-hung');
    assert.ok(performance.now() - startedAt < 5000);
  });

  it('that hangs up is stopped', async () => {
    const file = await listen(
      createServer((socket) => socket.destroy()),
      'hangup.sock',
    );
    assert.equal((await failureAt(`unix://${file}`)).code, 'docker-wrong-place');
  });

  it('that is paused says so, and how to go on', () => {
    const message =
      '(HTTP code 500) server error - Docker Desktop is manually paused. Unpause it through the Whale menu.';
    const failure = engineFailure(Object.assign(new Error(message), { statusCode: 500 }), 'there', 'x');
    assert.equal(failure.code, 'docker-paused');
    assert.match(failure.remedy?.text ?? '', /Resume/);
  });

  it('with an error of its own is quoted', async () => {
    const server = createHttpServer((_request, response) => {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: 'no space left on device' }));
    });
    const failure = await failureAt(`unix://${await listen(server, 'error.sock')}`);
    assert.equal(failure.code, 'engine-refused');
    assert.match(failure.sentence, /no space left on device/);
  });

  it('that answers in another shape is not believed', async () => {
    const server = createHttpServer((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(request.url?.includes('_ping') === true ? 'OK' : '{"Version":7}');
    });
    const failure = await failureAt(`unix://${await listen(server, 'strange.sock')}`);
    assert.equal(failure.code, 'engine-refused');
  });

  it('for Windows containers says so', async () => {
    const server = createHttpServer((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const info = { OSType: 'windows', Architecture: 'x86_64', NCPU: 2, MemTotal: 1 };
      response.end(
        JSON.stringify({ Version: '1', ApiVersion: '1.41', ...(request.url === '/info' ? info : {}) }),
      );
    });
    const failure = await failureAt(`unix://${await listen(server, 'windows.sock')}`);
    assert.equal(failure.code, 'docker-windows-containers');
  });

  it('that hangs in the middle of a request is told from one that is only slow', async () => {
    let pings: 'answered' | 'ignored' = 'answered';
    const server = createHttpServer((request, response) => {
      if (request.url === '/_ping' && pings === 'answered') response.end('OK');
    });
    const engine = await connectEngine({ host: `unix://${await listen(server, 'slow.sock')}` });
    const { watchEngine } = await import('../../../src/container/watchEngine.ts');
    const never = new AbortController().signal;
    const waitFor = async (ms: number): Promise<string> =>
      watchEngine(
        engine,
        never,
        async (signal) =>
          new Promise((resolve, reject) => {
            const timer = setTimeout(() => resolve('finished'), ms);
            signal.addEventListener('abort', () => {
              clearTimeout(timer);
              reject(new Error('aborted'));
            });
          }),
        50,
      );
    assert.equal(await waitFor(300), 'finished');
    pings = 'ignored';
    await assert.rejects(
      waitFor(20_000),
      (error) => error instanceof Failure && error.code === 'docker-hung',
    );
  });
});
