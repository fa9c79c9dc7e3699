/** What a failure is. The failures themselves: the files beside this one, by area; everybody imports `../failures.ts`. */
import type { FailureView } from '../shared/events.ts';
import { englishOf, localOf, words, type Said, type Words } from '../shared/l10n.ts';

/** What the panel offers next to the sentence. `command` is one of ours (`codeInterpreter.*`) or `workbench.*`. */
export interface Remedy {
  text: string;
  command?: string;
  /** Opened only after the user clicked and confirmed. */
  url?: string;
}

export type FailureArea = 'usage' | 'sandbox' | 'model' | 'files' | 'internal';

/** What a factory gives: a text of `words` is shown in the display language. */
type RemedySaid = Omit<Remedy, 'text'> & { text: Said };

export class Failure extends Error {
  override readonly name = 'Failure';
  /** One sentence in plain words, without a stack. English, as are `message` and `remedy`: for logs, the model, the terminal. */
  readonly sentence: string;
  readonly remedy: Remedy | null;
  /** Both in the display language: for the panel, messages and the session's log. */
  readonly shown: { sentence: string; remedy: Remedy | null };

  constructor(
    /** Stable, kebab-case; used by tests, logs and the doctor. */
    readonly code: string,
    readonly area: FailureArea,
    sentence: Said,
    remedy: RemedySaid | null,
    options?: { cause?: unknown },
  ) {
    const english = remedy === null ? null : { ...remedy, text: englishOf(remedy.text) };
    super(english === null ? englishOf(sentence) : `${englishOf(sentence)} ${english.text}`, options);
    this.sentence = englishOf(sentence);
    this.remedy = english;
    this.shown = {
      sentence: localOf(sentence),
      remedy: remedy === null ? null : { ...remedy, text: localOf(remedy.text) },
    };
  }
}

/** The words of whatever was thrown. */
export const detail = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** What went wrong in a phrase, for a failure that is made of it. */
export class Problem extends Error {
  constructor(
    readonly said: Words,
    options?: { cause?: unknown },
  ) {
    super(said.english, options);
  }
}

/** `detail` for a sentence that the user reads, too. */
export function saidDetail(cause: unknown): Words {
  if (cause instanceof Problem) return cause.said;
  const { sentence, remedy } =
    cause instanceof Failure ? cause.shown : { sentence: detail(cause), remedy: null };
  return { english: detail(cause), local: remedy === null ? sentence : `${sentence} ${remedy.text}` };
}

/** Cause: an error nobody foresaw. Handled by: the command wrapper, the CLI's main, the session's turn. */
export const unexpected = (cause: unknown): Failure =>
  cause instanceof Failure
    ? cause
    : new Failure(
        'unexpected',
        'internal',
        words`Something unexpected went wrong: ${saidDetail(cause)}.`,
        { text: words('The log has the details.'), command: 'codeInterpreter.showLog' },
        { cause },
      );

/** A failure as the panel and the session's log carry it. */
export const viewOf = ({ code, shown }: Failure): FailureView => ({
  code,
  sentence: shown.sentence,
  remedy: shown.remedy === null ? null : { ...shown.remedy },
});

/** Remedies that several failures share. `SETUP`: the command whose list says what is wrong with the engine. */
export const SETUP = 'codeInterpreter.checkSetup';
export const SETTINGS = 'codeInterpreter.openSettings';
export const tryAgain = () => ({ text: words('Send the message again.') });
