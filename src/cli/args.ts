/** Reading a command line. Everything wrong with it is one `Failure` of the area `usage`. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { RUNTIME_CHOICES, type RuntimeChoice } from '../container/runtimeChoice.ts';
import { badUsage, detail } from '../failures.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Options that every subcommand with a sandbox takes. */
export const SANDBOX_OPTIONS = {
  image: { type: 'string' },
  'base-image': { type: 'string' },
  'ca-file': { type: 'string' },
  office: { type: 'boolean' },
  'docker-host': { type: 'string' },
  'memory-mb': { type: 'string' },
  runtime: { type: 'string' },
} as const satisfies Options;

export interface SandboxArgs {
  /** A ready image; null: build ours. */
  image: string | null;
  /** What our image is built on; null: the default. */
  baseImage: string | null;
  /** A PEM file for networks that intercept TLS; used while building only. */
  caFile: string | null;
  /** Our image with LibreOffice. */
  office: boolean;
  dockerHost: string | null;
  memoryMb: number | null;
  runtime: RuntimeChoice;
}

export function sandboxArgs(
  command: string,
  values: Partial<Record<Exclude<keyof typeof SANDBOX_OPTIONS, 'office'>, string | undefined>> & {
    office?: boolean | undefined;
  },
): SandboxArgs {
  return {
    image: values.image ?? null,
    baseImage: values['base-image'] ?? null,
    caFile: values['ca-file'] ?? null,
    office: values.office ?? false,
    dockerHost: values['docker-host'] ?? null,
    memoryMb: positiveNumber(command, '--memory-mb', values['memory-mb']),
    runtime: runtimeChoice(command, values.runtime ?? 'auto'),
  };
}

/**
 * `parseArgs` in strict mode, whose complaints become usage failures that name the subcommand.
 * @param limits `positionals`: how many arguments without a flag there may be.
 */
export function parse<const O extends Options>(
  command: string,
  args: readonly string[],
  options: O,
  limits: { positionals: number },
) {
  const parsed = strictly(command, () =>
    parseArgs({ args: [...args], options, allowPositionals: true, strict: true }),
  );
  const extra = parsed.positionals[limits.positionals];
  if (extra !== undefined) throw badUsage(command, `"${extra}" is one argument too many.`);
  return parsed;
}

function strictly<T>(command: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw badUsage(command, firstSentence(error));
  }
}

/** @throws Failure `usage` when the text is not a number above 0. Null when absent. */
export function positiveNumber(command: string, flag: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw badUsage(command, `${flag} takes a number above 0, not "${text}".`);
  }
  return value;
}

/** @throws Failure `usage` */
function runtimeChoice(command: string, text: string): RuntimeChoice {
  const choice = RUNTIME_CHOICES.find((name) => name === text);
  if (choice !== undefined) return choice;
  throw badUsage(command, `--runtime takes ${RUNTIME_CHOICES.join(', ')}, not "${text}".`);
}

/** Node's messages end in advice about `--`, over several sentences; the first one says what is wrong. */
function firstSentence(error: unknown): string {
  const message = detail(error);
  const sentence = /^.*?\.(?=\s|$)/s.exec(message)?.[0] ?? message;
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}

/** Text for the options of `SANDBOX_OPTIONS`. */
export const SANDBOX_USAGE = `
Sandbox:
  --image REF        use this ready image instead of building ours
  --base-image REF   what our image is built on (default: debian:forky-slim)
  --ca-file PEM      extra certificate authority for downloads of the build (default: $NODE_EXTRA_CA_CERTS)
  --office           build our image with LibreOffice: documents are drawn, workbooks computed (350 MB more)
  --docker-host URL  unix://…, npipe://… or tcp://… (default: as the docker command)
  --memory-mb N      memory of the sandbox (default: 2048)
  --runtime NAME     runc, runsc (gVisor, or no sandbox), or auto: gVisor where it works (default: auto)`;
