/**
 * Every failure of our own that a user can meet, once: code, sentence, remedy. Failures of the user's code are
 * not here: they are data (a cell's status). Each factory's comment says what causes it and who handles it.
 */

/** What the panel offers next to the sentence. `command` is one of ours (`codeInterpreter.*`) or `workbench.*`. */
export interface Remedy {
  text: string;
  command?: string;
  /** Opened only after the user clicked and confirmed. */
  url?: string;
}

export type FailureArea = 'usage' | 'sandbox' | 'model' | 'files' | 'internal';

export class Failure extends Error {
  override readonly name = 'Failure';
  constructor(
    /** Stable, kebab-case; used by tests, logs and the doctor. */
    readonly code: string,
    readonly area: FailureArea,
    /** One sentence in plain words, without a stack. */
    readonly sentence: string,
    readonly remedy: Remedy | null,
    options?: { cause?: unknown },
  ) {
    super(remedy === null ? sentence : `${sentence} ${remedy.text}`, options);
  }
}

const detail = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** Cause: an error nobody foresaw. Handled by: the command wrapper, the CLI's main, the session's turn. */
export const unexpected = (cause: unknown): Failure =>
  cause instanceof Failure
    ? cause
    : new Failure(
        'unexpected',
        'internal',
        `Something unexpected went wrong: ${detail(cause)}.`,
        { text: 'The log has the details.', command: 'codeInterpreter.showLog' },
        { cause },
      );
