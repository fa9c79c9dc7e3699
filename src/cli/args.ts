/** Reading a command line. Everything wrong with it is one `Failure` of the area `usage`. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { badUsage } from '../failures.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** Options that every subcommand with a sandbox takes. */
export const SANDBOX_OPTIONS = {
  image: { type: 'string' },
  'base-image': { type: 'string' },
  'ca-file': { type: 'string' },
  'docker-host': { type: 'string' },
  'memory-mb': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies Options;

export interface SandboxArgs {
  /** A ready image; null: build ours. */
  image: string | null;
  /** What our image is built on; null: the default. */
  baseImage: string | null;
  /** A PEM file for networks that intercept TLS; used while building only. */
  caFile: string | null;
  dockerHost: string | null;
  memoryMb: number | null;
}

export function sandboxArgs(values: {
  image?: string | undefined;
  'base-image'?: string | undefined;
  'ca-file'?: string | undefined;
  'docker-host'?: string | undefined;
  'memory-mb'?: string | undefined;
}): SandboxArgs {
  return {
    image: values.image ?? null,
    baseImage: values['base-image'] ?? null,
    caFile: values['ca-file'] ?? null,
    dockerHost: values['docker-host'] ?? null,
    memoryMb: positiveNumber('--memory-mb', values['memory-mb']),
  };
}

/** `parseArgs` in strict mode, whose complaints become usage failures that name the subcommand. */
export function parse<const O extends Options>(command: string, args: readonly string[], options: O) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw badUsage(command, firstSentence(error));
  }
}

/** @throws Failure `usage` when the text is not a number above 0. Null when absent. */
export function positiveNumber(flag: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw badUsage(null, `${flag} takes a number above 0, not "${text}".`);
  }
  return value;
}

/** Node's messages end in advice about `--`, over several sentences; the first one says what is wrong. */
function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const sentence = /^.*?\.(?=\s|$)/s.exec(message)?.[0] ?? message;
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}
