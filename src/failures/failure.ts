/** What a failure is. The failures themselves: the files beside this one, by area; everybody imports `../failures.ts`. */
import type { FailureView } from '../shared/events.ts';

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

/** The words of whatever was thrown. */
export const detail = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

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

/** A failure as the panel and the session's log carry it. */
export const viewOf = ({ code, sentence, remedy }: Failure): FailureView => ({
  code,
  sentence,
  remedy: remedy === null ? null : { ...remedy },
});

/** Remedies that several failures share. `SETUP`: the command whose list says what is wrong with the engine. */
export const SETUP = 'codeInterpreter.checkSetup';
export const SETTINGS = 'codeInterpreter.openSettings';
export const TRY_AGAIN = { text: 'Send the message again.' };
