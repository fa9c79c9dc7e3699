/** The sandbox image, built by the product's own code (needs node_modules). */
import { spawn } from 'node:child_process';
import { repository, SetupError } from './shell.mjs';

/** Its reference. */
export async function ensureSandboxImage() {
  let reference = '';
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/setup/buildImage.ts'], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.setEncoding('utf8').on('data', (text) => (reference += text));
  const code = await new Promise((done) => {
    child.once('error', (error) => done(error.message));
    child.once('close', done);
  });
  if (code !== 0) throw new SetupError(`The sandbox image could not be built (${code}).`);
  return reference.trim();
}
