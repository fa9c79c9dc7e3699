/** The second front end, without VS Code: standard streams, signals and the real sandbox for `cli/main.ts`. */
import { createDockerSandbox, removeLeftovers } from './container/dockerSandbox.ts';
import { EXIT } from './cli/exitCodes.ts';
import { Lifetime, SIGNAL_EXIT_CODES, type StopSignal } from './cli/lifetime.ts';
import { main } from './cli/main.ts';
import { Sink } from './cli/world.ts';

const lifetime = new Lifetime();
for (const name of Object.keys(SIGNAL_EXIT_CODES) as StopSignal[]) {
  process.on(name, () => {
    lifetime.signal(name);
  });
}

/** The reader went away, or the disk behind it is full: nothing more can be told. */
function onWriteError(error: NodeJS.ErrnoException): void {
  lifetime.quit(error.code === 'EPIPE' ? EXIT.closedPipe : EXIT.internal);
}
const stdout = new Sink(process.stdout, onWriteError);
const stderr = new Sink(process.stderr, onWriteError);

function onCrash(error: unknown): void {
  stderr.line(`code-interpreter: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  lifetime.quit(EXIT.internal);
}
process.on('uncaughtException', onCrash);
process.on('unhandledRejection', onCrash);

void main(process.argv.slice(2), {
  stdin: process.stdin,
  stdout,
  stderr,
  env: process.env,
  cwd: process.cwd(),
  lifetime,
  createSandbox: (options) => {
    // What a killed run left behind; an engine that cannot be reached is the start's to tell.
    removeLeftovers(options.docker, options.log).catch(() => undefined);
    return createDockerSandbox(options);
  },
}).then(async (exitCode) => {
  await Promise.all([stdout.flush(), stderr.flush()]);
  // Sockets to the engine and a terminal's standard input would keep the process.
  process.exit(exitCode);
});
