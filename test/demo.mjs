/**
 * `npm run demo`: from a bare clone to VS Code on sample data, with an analysis under way. Stays until Ctrl+C.
 * `npm run demo -- --headless`: the same in a headless browser; waits for the charts, writes `demo-out/*.png`,
 * ends with 0 only if charts are on the screen.
 */
import { spawn } from 'node:child_process';
import { ensureCodeServer } from './setup/codeServer.mjs';
import { ensureBaseImage, ensureEngine } from './setup/engine.mjs';
import { checkNode, ensureNodeModules, npmCommand } from './setup/nodeModules.mjs';
import { ensureBrowser } from './setup/packages.mjs';
import { ensureSandboxImage } from './setup/sandboxImage.mjs';
import { repository, run, say, SetupError, since, which } from './setup/shell.mjs';

const args = process.argv.slice(2);
const headless = args.includes('--headless');
if (args.some((arg) => arg !== '--headless')) {
  console.error('Usage: npm run demo [-- --headless]');
  process.exit(2);
}

/** A desktop VS Code that can show itself here. */
function desktop() {
  if (headless || (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY))
    return null;
  // As root it refuses to start.
  return process.getuid?.() === 0 ? null : which('code');
}

// Ctrl+C reaches the whole group; the child puts its things in order, then it is our turn.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => (interrupted = true));
let interrupted = false;
let engine = null;

async function main() {
  const start = performance.now();
  checkNode();
  engine = await ensureEngine();
  await ensureNodeModules();
  const code = desktop();
  // The download and the build of the image wait for different things.
  const server = code === null ? ensureCodeServer() : Promise.resolve();
  server.catch(() => undefined);
  await ensureBaseImage();
  say('building the extension');
  const [npm, ...npmArgs] = npmCommand();
  await run('package', npm, [...npmArgs, 'run', 'package']);
  await ensureSandboxImage();
  await server;
  if (headless) process.env.CHROMIUM = await ensureBrowser();
  say(`ready after ${since(start)}`);
  if (interrupted) return 130;
  const program = headless ? 'test/support/demoHeadless.ts' : 'test/support/demoWindow.ts';
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...(code === null ? [] : [code])], {
    cwd: repository,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((done) => child.once('exit', (status) => done(status ?? 1)));
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof SetupError ? error.message : error);
  process.exitCode = 1;
} finally {
  await engine?.stop();
}
