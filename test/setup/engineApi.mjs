/** The few calls of the Docker engine's API that set-up and clean-up need, over its socket or TCP. */
import { request } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** Every label of ours starts like this. */
export const LABEL_PREFIX = 'dev.code-interpreter.';

/** Where the engine is: `DOCKER_HOST`, else the default socket. As options of http.request. */
export function engineAddress(host = process.env.DOCKER_HOST) {
  if (!host) return { socketPath: '/var/run/docker.sock' };
  const url = new URL(host);
  if (url.protocol === 'unix:') return { socketPath: url.pathname };
  return { host: url.hostname, port: Number(url.port || 2375) };
}

/**
 * One call. The answer's text is complete when it resolves.
 * @returns {Promise<{status: number, text: string}>} rejects when the engine cannot be reached.
 */
export async function callEngine(address, method, path, { timeoutMs = 30_000 } = {}) {
  return new Promise((resolve, reject) => {
    const call = request({ ...address, method, path, headers: { host: 'docker' } }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    call.setTimeout(timeoutMs, () => call.destroy(new Error(`the engine did not answer ${method} ${path}`)));
    call.on('error', reject);
    call.end();
  });
}

/** `answers`, or why not: `missing` (no socket), `denied`, `stopped` (socket without an engine), `silent`. */
export async function pingEngine(address) {
  try {
    const { status } = await callEngine(address, 'GET', '/_ping', { timeoutMs: 4000 });
    return status === 200 ? 'answers' : 'silent';
  } catch (error) {
    switch (error.code) {
      case 'ENOENT':
        return 'missing';
      case 'EACCES':
        return 'denied';
      case 'ECONNREFUSED':
        return 'stopped';
      default:
        return 'silent';
    }
  }
}

export async function imageExists(address, reference) {
  const { status } = await callEngine(address, 'GET', `/images/${encodeURIComponent(reference)}/json`);
  return status === 200;
}

/** Asks the engine to pull; the reason when it did not work, else null. */
export async function pullImage(address, repository, tag) {
  const path = `/images/create?fromImage=${encodeURIComponent(repository)}&tag=${encodeURIComponent(tag)}`;
  try {
    const { status, text } = await callEngine(address, 'POST', path, { timeoutMs: 120_000 });
    const last = text.trim().split('\n').at(-1) ?? '';
    return status === 200 && !last.includes('"error"') ? null : last;
  } catch (error) {
    return error.message;
  }
}

/**
 * Containers, volumes and networks that carry a label of ours.
 * @returns {Promise<{kind: 'container'|'volume'|'network', id: string, labels: Record<string, string>}[]>}
 */
export async function ourObjects(address) {
  const list = async (path) => JSON.parse((await callEngine(address, 'GET', path)).text);
  const containers = await list('/containers/json?all=1');
  const volumes = (await list('/volumes')).Volumes ?? [];
  const networks = await list('/networks');
  return [
    ...containers.map((c) => ({ kind: 'container', id: c.Id, labels: c.Labels ?? {} })),
    ...volumes.map((v) => ({ kind: 'volume', id: v.Name, labels: v.Labels ?? {} })),
    ...networks.map((n) => ({ kind: 'network', id: n.Id, labels: n.Labels ?? {} })),
  ].filter(({ labels }) => Object.keys(labels).some((label) => label.startsWith(LABEL_PREFIX)));
}

/** Copies an image from engine to engine, when it is not there. @throws Error */
export async function copyImage(image, from, to) {
  if (await imageExists(to, image)) return;
  const source = await answerOf({ ...from, path: `/images/${encodeURIComponent(image)}/get` });
  const sink = request({ ...to, method: 'POST', path: '/images/load?quiet=1', headers: { host: 'docker' } });
  const loaded = new Promise((resolve, reject) => {
    sink.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, text }));
    });
    sink.on('error', reject);
  });
  await Promise.all([pipeline(source, sink), loaded]);
  const { status, text } = await loaded;
  if (status !== 200 || !(await imageExists(to, image))) {
    throw new Error(`The image could not be copied to the other engine: ${text.trim()}`);
  }
}

async function answerOf(options) {
  return new Promise((resolve, reject) => {
    const call = request({ ...options, method: 'GET', headers: { host: 'docker' } }, (response) => {
      if (response.statusCode === 200) resolve(response);
      else reject(new Error(`The image could not be read from the engine (${response.statusCode}).`));
    });
    call.on('error', reject);
    call.end();
  });
}
