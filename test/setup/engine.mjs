/** A Docker engine: the one that answers, else one of our own for as long as we run (root on Linux). */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { engineAddress, imageExists, pingEngine, pullImage } from './engineApi.mjs';
import { ensureProgram } from './packages.mjs';
import { cacheFolder, delay, repository, run, say, SetupError, since, stopChild } from './shell.mjs';

export const BASE_IMAGE = 'debian:forky-slim';

/** Where an engine of our own keeps its things; the defaults are Docker's own. */
const DEFAULT_PLACES = {
  socket: '/var/run/docker.sock',
  pidFile: '/var/run/docker.pid',
  containerdPidFile: '/var/run/docker/containerd/containerd.pid',
  extraArguments: [],
};

/**
 * @returns {Promise<{ stop(): Promise<void>, own: boolean }>} `stop` ends the engine if it is ours.
 * @throws SetupError with what to install or start.
 */
export async function ensureEngine(places = DEFAULT_PLACES) {
  const address = places === DEFAULT_PLACES ? engineAddress() : { socketPath: places.socket };
  const state = await pingEngine(address);
  if (state === 'answers') return { own: false, stop: async () => undefined };
  if (process.env.DOCKER_HOST && places === DEFAULT_PLACES) {
    throw new SetupError(
      `DOCKER_HOST is ${process.env.DOCKER_HOST}, but no Docker engine answers there (${state}).`,
    );
  }
  if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new SetupError(adviceFor(state));
  const program = await ensureProgram('engine');
  // Installing the package starts the service where there is an init system.
  for (let attempt = 0; attempt < 5; attempt++) {
    if ((await pingEngine(address)) === 'answers') return { own: false, stop: async () => undefined };
    await delay(500);
  }
  return startOwn(program, places, address);
}

function adviceFor(state) {
  if (state === 'denied') {
    return 'The Docker engine runs, but you may not use it. Add yourself to its group (sudo usermod -aG docker $USER) and log in again.';
  }
  if (process.platform === 'linux') {
    return 'No Docker engine answers. Install it (Debian and Ubuntu: sudo apt-get install docker.io) and start it (sudo systemctl start docker).';
  }
  return 'No Docker engine answers. Install and start Docker Desktop, or set DOCKER_HOST.';
}

/**
 * An engine without a bridge deletes the interface `docker0`, whoever made it, and the bridge of every other engine on
 * this machine with it. So one that runs beside another gets a bridge of its own.
 */
function makeBridge() {
  const name = `ci-${process.pid}-${bridges++}`;
  const ip = (...args) => spawnSync('ip', args, { stdio: 'ignore' }).status === 0;
  if (!ip('link', 'add', name, 'type', 'bridge'))
    throw new SetupError('A bridge could not be made (ip link add).');
  return { name, remove: () => ip('link', 'del', name) };
}
let bridges = 0;

async function startOwn(program, places, address) {
  const bridge = places === DEFAULT_PLACES ? null : makeBridge();
  try {
    const child = await startProgram(program, places, address, bridge);
    return {
      own: true,
      stop: async () => {
        await stopChild(child, { graceMs: 30_000 });
        bridge?.remove();
      },
    };
  } catch (error) {
    bridge?.remove();
    throw error;
  }
}

async function startProgram(program, places, address, bridge) {
  const start = performance.now();
  const logFile = join(cacheFolder(), 'logs', 'dockerd.log');
  mkdirSync(dirname(logFile), { recursive: true });
  const noFirewall = ['--iptables=false', '--ip6tables=false'];
  // A machine without the right to change the firewall still runs our containers: they have no network at all.
  const attempts =
    bridge === null ? [[], [...noFirewall, '--bridge=none']] : [[...noFirewall, `--bridge=${bridge.name}`]];
  for (const extra of attempts) {
    removeStalePidFile(places.pidFile, 'dockerd');
    removeStalePidFile(places.containerdPidFile, 'containerd');
    const log = openSync(logFile, 'a');
    // Its own process group: Ctrl+C in the terminal must not end the engine before the sandboxes are removed.
    const child = spawn(
      program,
      ['--host', `unix://${places.socket}`, '--pidfile', places.pidFile, ...places.extraArguments, ...extra],
      {
        stdio: ['ignore', log, log],
        detached: true,
      },
    );
    closeSync(log);
    child.once('error', () => undefined);
    if (await answersWithin(address, child, 60_000)) {
      say(`started dockerd (pid ${child.pid}, ${since(start)}); it ends with this command`);
      return child;
    }
    await stopChild(child);
  }
  const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
  throw new SetupError(`dockerd does not start on this machine:\n${tail}\n(log: ${logFile})`);
}

async function answersWithin(address, child, limitMs) {
  const end = performance.now() + limitMs;
  while (
    performance.now() < end &&
    child.exitCode === null &&
    child.signalCode === null &&
    child.pid !== undefined
  ) {
    if ((await pingEngine(address)) === 'answers') return true;
    await delay(200);
  }
  return false;
}

/** After a crash the file names a pid that may belong to anybody by now; dockerd would refuse to start. */
function removeStalePidFile(path, program) {
  if (!existsSync(path)) return;
  const pid = readFileSync(path, 'utf8').trim();
  const nameFile = `/proc/${pid}/comm`;
  if (/^\d+$/.test(pid) && existsSync(nameFile) && readFileSync(nameFile, 'utf8').trim() === program) return;
  rmSync(path, { force: true });
}

/** The base image of the sandbox: on the engine, pulled, or made with debootstrap. */
export async function ensureBaseImage() {
  const address = engineAddress();
  if (await imageExists(address, BASE_IMAGE)) return;
  const start = performance.now();
  say(`pulling ${BASE_IMAGE}`);
  const [name, tag] = BASE_IMAGE.split(':');
  const refused = await pullImage(address, name, tag);
  if (refused === null) {
    say(`${BASE_IMAGE}: ${since(start)}`);
    return;
  }
  say(`pull failed; making ${BASE_IMAGE} with debootstrap instead`);
  await ensureProgram('debootstrap');
  await ensureProgram('dockerCli');
  await run('make-base', 'bash', [join(repository, 'sandbox/make-base.sh')], { timeoutMs: 900_000 });
  if (!(await imageExists(address, BASE_IMAGE))) {
    throw new SetupError('sandbox/make-base.sh ended well, but the image is not on the engine.');
  }
  say(`${BASE_IMAGE}: ${since(start)}`);
}
