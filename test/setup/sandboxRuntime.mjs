/** Anthropic's sandbox-runtime from npm, and the Node it wants, in the cache: a peer for the comparison of sandboxes. */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand } from './nodeModules.mjs';
import { cacheFolder, npmEnvironment, run, say } from './shell.mjs';

const SANDBOX_RUNTIME = '0.0.83';
const NODE = '24.21.0';
const nodePackage = `node-${process.platform}-${process.arch}`;

/**
 * Installs it into the cache unless it is there. On Linux it needs bubblewrap, socat and ripgrep besides.
 * @returns {Promise<{folder: string, node: string, entry: string}>} the programs relative to the folder.
 */
export async function ensureSandboxRuntime() {
  const folder = join(cacheFolder(), `sandbox-runtime-${SANDBOX_RUNTIME}-node-${NODE}`);
  if (!existsSync(folder)) {
    say(`installing sandbox-runtime ${SANDBOX_RUNTIME} and Node ${NODE} into the cache (once, 140 MB)`);
    const work = `${folder}.${process.pid}.part`;
    mkdirSync(work, { recursive: true });
    writeFileSync(join(work, 'package.json'), '{"private":true}\n');
    const [command, ...npm] = npmCommand();
    const packages = [`${nodePackage}@${NODE}`, `@anthropic-ai/sandbox-runtime@${SANDBOX_RUNTIME}`];
    await run('npm-sandbox-runtime', command, [...npm, 'install', '--no-save', '--force', ...packages], {
      cwd: work,
      env: npmEnvironment({ npm_config_ignore_scripts: 'true', npm_config_update_notifier: 'false' }),
    });
    // Another process may have been faster.
    if (existsSync(folder)) rmSync(work, { recursive: true, force: true });
    else renameSync(work, folder);
  }
  return {
    folder,
    node: join('node_modules', nodePackage, 'bin/node'),
    entry: 'node_modules/@anthropic-ai/sandbox-runtime/dist/cli.js',
  };
}
