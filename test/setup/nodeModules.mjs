/** node_modules as the lockfile says. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmEnvironment, repository, run, say, since, SetupError } from './shell.mjs';

const MINIMUM_NODE = [20, 19];

export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [wantedMajor, wantedMinor] = MINIMUM_NODE;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  throw new SetupError(
    `Node ${MINIMUM_NODE.join('.')} or newer is needed, this is ${process.versions.node} (${process.execPath}).`,
  );
}

/** npm writes node_modules/.package-lock.json last, so a broken-off install is seen as well. */
export function modulesMatchLockfile(folder) {
  const installedFile = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const have = installed[path]?.version;
    return have === entry.version || (have === undefined && (entry.optional === true || entry.peer === true));
  });
}

/** The npm that runs us, or the one on PATH. */
export function npmCommand() {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js') && existsSync(script) ? [process.execPath, script] : ['npm'];
}

export async function ensureNodeModules() {
  checkNode();
  if (modulesMatchLockfile(repository)) return;
  const start = performance.now();
  say('npm ci');
  const [command, ...args] = npmCommand();
  await run('npm-ci', command, [...args, 'ci'], { env: npmEnvironment() });
  say(`npm ci: ${since(start)}`);
}
