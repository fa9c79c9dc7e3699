/** What the set-up needs from the shell. Plain Node, no packages: it runs before node_modules exists. */
import { spawn } from 'node:child_process';
import { accessSync, constants, createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Everything big that is fetched or built once lives here, outside the repository. */
export const cacheFolder = () =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'code-interpreter');

export const say = (line) => process.stderr.write(`[setup] ${line}\n`);

/** A reason to stop that the reader can act on: printed without a stack. */
export class SetupError extends Error {
  name = 'SetupError';
}

/** Path of an executable on PATH, or null. */
export function which(command) {
  const folders = (process.env.PATH ?? '').split(delimiter).concat('/usr/sbin', '/sbin');
  for (const folder of folders) {
    if (folder === '') continue;
    const path = join(folder, command);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here.
    }
  }
  return null;
}

/**
 * Environment for a child npm: what `npm test` put there about *this* package must not leak into another
 * install, the user's own proxy, registry and certificate settings must.
 */
export function npmEnvironment(extra = {}) {
  const keep =
    /^npm_config_(registry|proxy|https_proxy|noproxy|cafile|ca|cache|userconfig|nodedir|strict_ssl)$/i;
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || keep.test(name));
  return { ...Object.fromEntries(kept), npm_config_audit: 'false', npm_config_fund: 'false', ...extra };
}

/**
 * Runs a program to its end. Output goes to `<cache>/logs/<name>.log`; its tail is part of the error.
 * @throws SetupError when it cannot be started or ends with another code than 0.
 */
export async function run(name, command, args, { cwd = repository, env = process.env, timeoutMs } = {}) {
  const logFile = join(cacheFolder(), 'logs', `${name}.log`);
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile);
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const timer = timeoutMs === undefined ? null : setTimeout(() => child.kill('SIGTERM'), timeoutMs);
  const ended = await new Promise((done) => {
    child.once('error', (error) => done(error.message));
    child.once('close', (code, signal) => done(code === 0 ? null : `ended with ${code ?? signal}`));
  });
  if (timer !== null) clearTimeout(timer);
  await new Promise((done) => log.end(done));
  if (ended !== null) {
    const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
    throw new SetupError(`${[command, ...args].join(' ')} ${ended}:\n${tail}\n(log: ${logFile})`);
  }
}

export const delay = async (ms) => new Promise((done) => setTimeout(done, ms));

/** Seconds since `start` (from performance.now()), as text. */
export const since = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

/** A short-lived folder of ours below the system's temporary folder. */
export const temporaryName = (name) =>
  join(tmpdir(), `code-interpreter-${name}-${process.pid}-${Date.now()}`);

/**
 * Sends a signal to a process we started and waits for its end; SIGKILL after the grace time.
 * @param child a ChildProcess.
 */
export async function stopChild(child, { graceMs = 15_000, signal = 'SIGTERM' } = {}) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await gone;
  clearTimeout(timer);
}
