/** The CLI's exit codes. A run ended by a signal has 128 + its number (`lifetime.ts`). */
import type { Failure } from '../failures.ts';

export const EXIT = {
  ok: 0,
  /** The user's code failed (or the code written for the user). */
  codeFailed: 1,
  /** The command line, or a file it names, cannot be used. */
  usage: 2,
  noSandbox: 3,
  model: 4,
  /** A mistake of ours (`EX_SOFTWARE` of sysexits.h). */
  internal: 70,
  /** The reader of standard output went away: 128 + SIGPIPE. */
  closedPipe: 141,
} as const;

export function exitCodeOf(failure: Failure): number {
  switch (failure.area) {
    case 'usage':
    case 'files':
      return EXIT.usage;
    case 'sandbox':
      return EXIT.noSandbox;
    case 'model':
      return EXIT.model;
    case 'internal':
      return EXIT.internal;
  }
}
