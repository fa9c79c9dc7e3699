/** The CLI as a function: arguments and a world in, an exit code out. Nothing it throws leaves it. */
import { version } from '../../package.json';
import { badUsage, unexpected } from '../failures.ts';
import { exitCodeOf } from './exitCodes.ts';
import { SIGNAL_EXIT_CODES } from './lifetime.ts';
import type { World } from './world.ts';

interface Subcommand {
  usage: string;
  run(args: readonly string[], world: World): Promise<number>;
}

/** Loaded when asked for: `exec` and `notebook` need no model. */
const SUBCOMMANDS = new Map<string, () => Promise<Subcommand>>([
  ['analyze', async () => (await import('./analyze.ts')).analyze],
  ['notebook', async () => (await import('./notebook.ts')).notebook],
  ['exec', async () => (await import('./exec.ts')).exec],
  ['doctor', async () => (await import('./doctor.ts')).doctor],
]);

const USAGE = `Usage: code-interpreter COMMAND [options]

Runs code about your files in a Docker sandbox that sees them read-only.

  analyze FILE…      look at data files, or answer a question about them
  notebook FILE      run a notebook and write its outputs
  exec               run cells given as JSON lines
  doctor             check the engine, the image and the key

  code-interpreter COMMAND --help tells more. --version tells the version.

Exit codes: 0 done; 1 the code failed; 2 the command line or a file it names cannot be used; 3 no sandbox;
4 the model; 70 a mistake of this program; 128 + n ended by signal n.`;

/** Never rejects. Everything the run owns is gone when this resolves. */
export async function main(args: readonly string[], world: World): Promise<number> {
  try {
    return await world.lifetime.run(async () => dispatch(args, world));
  } catch (error) {
    const failure = unexpected(error);
    // Cancelled by the first Ctrl+C.
    if (failure.code === 'cancelled') return SIGNAL_EXIT_CODES.SIGINT;
    world.stderr.line(`code-interpreter: ${failure.message}`);
    if (failure.area === 'internal' && failure.cause instanceof Error)
      world.stderr.line(failure.cause.stack ?? '');
    return exitCodeOf(failure);
  }
}

async function dispatch([name, ...rest]: readonly string[], world: World): Promise<number> {
  if (name === undefined) throw badUsage(null, 'No command was given.');
  if (name === '--version') return print(version, world);
  if (name === '--help' || name === '-h' || name === 'help') return print(USAGE, world);
  const load = SUBCOMMANDS.get(name);
  if (load === undefined) {
    const what = name.startsWith('-') ? 'option' : 'command';
    throw badUsage(null, `There is no ${what} "${name}": ${[...SUBCOMMANDS.keys()].join(', ')}.`);
  }
  const subcommand = await load();
  const end = rest.indexOf('--');
  const flags = end === -1 ? rest : rest.slice(0, end);
  if (flags.includes('--help') || flags.includes('-h')) return print(subcommand.usage, world);
  return subcommand.run(rest, world);
}

function print(text: string, world: World): number {
  world.stdout.line(text);
  return 0;
}
