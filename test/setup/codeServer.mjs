/**
 * VS Code for the browser, from npm: code-server and the Node it wants, in the cache. Install scripts stay off
 * (no compiler, no libraries needed); what they would build, apart from log files, is not used here.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { npmCommand } from './nodeModules.mjs';
import { cacheFolder, npmEnvironment, run, say, since, which } from './shell.mjs';

const CODE_SERVER = '4.139.1';
const NODE = '24.21.0';

/** Parts of VS Code that need a service we do not have, or are 200 MB of something we never start. */
const UNUSED = [
  'lib/vscode/node_modules/@github',
  'lib/vscode/node_modules/@microsoft/mxc-sdk',
  'lib/vscode/extensions/copilot',
  'lib/vscode/extensions/mermaid-markdown-features',
  'lib/vscode/extensions/microsoft-authentication',
];

const places = (folder) => ({
  /** The Node that runs it. */
  node: join(folder, `node_modules/node-${process.platform}-${process.arch}/bin/node`),
  /** code-server's program, to be run by `node`. */
  entry: join(folder, 'node_modules/code-server/out/node/entry.js'),
});

const stampOf = (folder) => join(folder, 'complete');

/**
 * Installs code-server into the cache unless it is there.
 * @returns {Promise<{node: string, entry: string}>}
 */
export async function ensureCodeServer() {
  const folder = join(cacheFolder(), `code-server-${CODE_SERVER}-node-${NODE}`);
  if (existsSync(stampOf(folder))) return places(folder);
  const start = performance.now();
  say(`installing code-server ${CODE_SERVER} and Node ${NODE} into the cache (once, 600 MB)`);
  const work = `${folder}.${process.pid}.part`;
  removeLeftovers(folder);
  mkdirSync(work, { recursive: true });
  await install(work);
  trim(work);
  writeFileSync(stampOf(work), '');
  // Another process may have been faster; a folder without the stamp is a broken-off attempt.
  if (!existsSync(stampOf(folder))) {
    rmSync(folder, { recursive: true, force: true });
    renameSync(work, folder);
  } else rmSync(work, { recursive: true, force: true });
  say(`code-server: ${since(start)}`);
  return places(folder);
}

/** Parts of attempts whose process is gone. */
function removeLeftovers(folder) {
  const parent = dirname(folder);
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const pid = /\.(\d+)\.part$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid)))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function install(work) {
  const [command, ...npm] = npmCommand();
  const nodePackage = `node-${process.platform}-${process.arch}@${NODE}`;
  writeFileSync(join(work, 'package.json'), '{"private":true}\n');
  const env = npmEnvironment({ npm_config_ignore_scripts: 'true', npm_config_update_notifier: 'false' });
  await run('npm-node', command, [...npm, 'install', '--no-save', '--force', nodePackage], {
    cwd: work,
    env,
  });
  const { node, entry } = places(work);
  // From here on the new Node comes first, so that packages choose their binaries for it.
  const withNode = { ...env, PATH: `${dirname(node)}${delimiter}${env.PATH}` };
  const runner = npm.length > 0 ? [node, ...npm] : [which('npm') ?? 'npm'];
  const install = async (name, cwd, args) =>
    run(name, runner[0], [...runner.slice(1), 'install', ...args], { cwd, env: withNode });
  await install('npm-code-server', work, ['--no-save', nodePackage, `code-server@${CODE_SERVER}`]);
  const vscode = join(dirname(entry), '../../lib/vscode');
  await install('npm-vscode', vscode, ['--omit=dev']);
  await install('npm-vscode-extensions', join(vscode, 'extensions'), ['--omit=dev']);
  await buildLogger(vscode, node, runner, withNode);
}

/** VS Code writes its log files through a native module. Without a compiler there are none, and that is all. */
async function buildLogger(vscode, node, runner, env) {
  if (['make', 'g++', 'python3'].some((command) => which(command) === null)) return;
  const withScripts = {
    ...env,
    npm_config_ignore_scripts: 'false',
    npm_config_nodedir: dirname(dirname(node)),
  };
  try {
    await run('npm-spdlog', runner[0], [...runner.slice(1), 'rebuild', '@vscode/spdlog'], {
      cwd: vscode,
      env: withScripts,
      timeoutMs: 180_000,
    });
  } catch {
    say('the native logger could not be built: VS Code runs without log files');
  }
}

function trim(work) {
  const root = join(work, 'node_modules/code-server');
  for (const path of UNUSED) rmSync(join(root, path), { recursive: true, force: true });
}
