/** The sandbox image, built by the product's own code (needs node_modules). */
import { spawn } from 'node:child_process';
import { repository, SetupError } from './shell.mjs';

export async function ensureSandboxImage() {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/setup/buildImage.ts'], {
    cwd: repository,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise((done) => {
    child.once('error', (error) => done(error.message));
    child.once('exit', done);
  });
  if (code !== 0) throw new SetupError(`The sandbox image could not be built (${code}).`);
}
