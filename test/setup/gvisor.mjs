/**
 * A second Docker engine with gVisor, for as long as we run: it has a data folder of its own, so that nothing on the
 * machine's engine changes. Measured on 2 cores: engine 3 s, image (2.4 GB) copied in 67 s.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureEngine } from './engine.mjs';
import { copyImage } from './engineApi.mjs';
import { ensureProgram } from './packages.mjs';
import { cacheFolder, say, since } from './shell.mjs';

/** Why there can be no such engine here; null: there can. */
export function noGvisor() {
  if (process.platform !== 'linux') return 'gVisor runs on Linux only';
  if (process.getuid?.() !== 0) return 'an engine with gVisor of our own needs root';
  return null;
}

/** A container whose runtime does not start leaves its shim behind, which outlives the engine that it belongs to. */
function endShims(address) {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (words.includes(address)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

/**
 * @param image reference of an image on the engine at `from`.
 * @returns {Promise<{ host: string, stop(): Promise<void> }>} `host` for DOCKER_HOST; `stop` removes its data, too.
 * @throws SetupError
 */
export async function startGvisorEngine(image, from) {
  const runsc = await ensureProgram('gvisor');
  const folder = join(cacheFolder(), 'gvisor-engine');
  // Sockets have short paths.
  const runFolder = mkdtempSync(join(tmpdir(), 'gvisor-'));
  mkdirSync(folder, { recursive: true });
  const configuration = join(runFolder, 'daemon.json');
  const socket = join(runFolder, 'docker.sock');
  // On recent kernels gVisor refuses to start in any network namespace but its own; ours have no network anyway.
  // The second one fails: for the test of what happens then.
  const runtimes = {
    runsc: { path: runsc, runtimeArgs: ['--network=none'] },
    'runsc-broken': { path: runsc },
  };
  writeFileSync(configuration, JSON.stringify({ runtimes }));
  const execRoot = join(runFolder, 'exec');
  const engine = await ensureEngine({
    socket,
    pidFile: join(runFolder, 'docker.pid'),
    containerdPidFile: join(execRoot, 'containerd', 'containerd.pid'),
    extraArguments: [
      ...['--data-root', join(folder, 'data'), '--exec-root', execRoot, '--config-file', configuration],
    ],
  });
  const stop = async () => {
    await engine.stop();
    endShims(join(execRoot, 'containerd', 'containerd.sock'));
    // The engine leaves a mount of a network namespace behind, which keeps its folder from being removed.
    spawnSync('umount', ['--lazy', join(execRoot, 'netns', 'default')], { stdio: 'ignore' });
    rmSync(runFolder, { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const start = performance.now();
    await copyImage(image, from, { socketPath: socket });
    say(`${image} copied to the engine with gVisor: ${since(start)}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { host: `unix://${socket}`, stop };
}
