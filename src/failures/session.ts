/** Failures of sessions as they lie on disk, and of the history of them. */
import { saidDetail, Failure, tryAgain } from './failure.ts';
import { words, type Said } from '../shared/l10n.ts';

/** Cause: the program ended in the middle of a turn; found when the session is opened again. Handled by: the turn's end. */
export const turnCut = (): Failure =>
  new Failure('turn-cut', 'internal', words('The window was closed before this was finished.'), tryAgain());

/** Cause: the session's folder cannot be made, read or written. Handled by: the command wrapper, the CLI. */
export const sessionFolder = (folder: string, cause: unknown): Failure =>
  new Failure(
    'session-folder',
    'files',
    words`The session's folder ${folder} cannot be used: ${saidDetail(cause)}.`,
    null,
    {
      cause,
    },
  );

/** Cause: a transcript in a format of a later version. Handled by: the command wrapper; the file is not touched. */
export const sessionNewer = (folder: string): Failure =>
  new Failure('session-newer', 'files', words`The session in ${folder} was written by a newer version.`, {
    text: words('Update Code Interpreter, or start a new session.'),
    command: 'codeInterpreter.newSession',
  });

/** Cause: a session of the history that another window has open. Handled by: the history, which says so. */
export const sessionElsewhere = (): Failure =>
  new Failure('session-elsewhere', 'usage', words('This session is open in another window.'), {
    text: words('Open a copy of it from the history, or close it there first.'),
  });

/** Cause: a session of the history that is gone, or whose files cannot be read. Handled by: the history. */
export const sessionUnusable = (name: string, reason: Said): Failure =>
  new Failure('session-unusable', 'files', words`The session "${name}" cannot be used: ${reason}.`, null);

/** Cause: a fork from an answer that has not ended. Handled by: the panel, the history. */
export const cannotFork = (): Failure =>
  new Failure('cannot-fork', 'usage', words('There is no finished answer here to go on from.'), {
    text: words('Wait for the end of the answer.'),
  });
