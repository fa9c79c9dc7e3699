/** Failures of what the user does to the notebook's cells. */
import { Failure, tryAgain } from './failure.ts';
import { words } from '../shared/l10n.ts';

/** Cause: a cell that is not in this session, or is deleted. Handled by: the panel, which says so. */
export const cellUnknown = (): Failure =>
  new Failure('cell-unknown', 'usage', words('This cell is no longer in the session.'), {
    text: words('Restore it, if it was deleted.'),
  });

/** Cause: a change to a cell that runs, waits for the user or is being written. Handled by: the panel, which says so. */
export const cellBusy = (): Failure =>
  new Failure(
    'cell-busy',
    'usage',
    words('This cell is running or being written, so it cannot be changed.'),
    {
      text: words('Stop it, or wait for its end.'),
      command: 'codeInterpreter.stop',
    },
  );

/** Cause: more code than a cell may have. Handled by: the panel, which says so. */
export const cellTooLong = (chars: number, limitChars: number): Failure =>
  new Failure(
    'cell-too-long',
    'usage',
    words`The code has ${chars} characters, the limit is ${limitChars}.`,
    {
      text: words('Put long data into a file, and read it in the cell.'),
    },
  );

/** Cause: a run of cells of which none has code to run. Handled by: the panel, which says so. */
export const nothingToRun = (which: 'one' | 'from' | 'all' | 'stale'): Failure =>
  new Failure(
    'nothing-to-run',
    'usage',
    which === 'stale' ? words('No cell is out of date.') : words('There is no code to run.'),
    which === 'stale' ? null : { text: words('Write some into a cell.') },
  );

/** Cause: the program ended in the middle of a run; found when the session is opened again. Handled by: the run's end. */
export const runCut = (): Failure =>
  new Failure('run-cut', 'internal', words('The window was closed before these cells had run.'), tryAgain());
