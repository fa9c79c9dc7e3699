/** Failures of proposed changes to the user's own files. Nothing was written when one is thrown. */
import { Failure } from './failure.ts';
import { words, type Said } from '../shared/l10n.ts';

const compareBoth = () => ({ text: words('Open both in the diff editor and take over what you want.') });

/** Cause: the place, or the file there, cannot be written. Handled by: the pane of changes. */
export const changeRefused = (label: string, why: Said): Failure =>
  new Failure('change-refused', 'files', words`${JSON.stringify(label)} was not changed: ${why}.`, {
    text: words('Save the proposed file elsewhere, and take over what you want.'),
  });

/** Cause: the user changed the same lines. Handled by: the pane of changes. @param lines of the file as it is now, for instance `3–5, 9` */
export const changeConflict = (label: string, lines: string): Failure =>
  new Failure(
    'change-conflict',
    'files',
    words`${JSON.stringify(label)} was changed meanwhile where this change is, too (lines ${lines}). Nothing was written.`,
    compareBoth(),
  );

/** Cause: the file is another one by now, and there is nothing to merge by. Handled by: the pane of changes. */
export const changedMeanwhile = (label: string): Failure =>
  new Failure(
    'changed-meanwhile',
    'files',
    words`${JSON.stringify(label)} was changed since this was proposed, and the two cannot be merged. Nothing was written.`,
    compareBoth(),
  );

/** Cause: an editor holds changes that are not in the file. Handled by: the pane of changes. */
export const changeUnsaved = (label: string): Failure =>
  new Failure(
    'change-unsaved',
    'files',
    words`${JSON.stringify(label)} has unsaved changes in an editor. Nothing was written.`,
    { text: words('Save or revert it first.') },
  );

/** Cause: another content was proposed, or it was decided, since the panel showed it. Handled by: the pane of changes. */
export const changeOutdated = (label: string): Failure =>
  new Failure(
    'change-outdated',
    'files',
    words`What is proposed for ${JSON.stringify(label)} is not what was shown any more. Nothing was written.`,
    { text: words('Look at it again, then decide.') },
  );

/** Cause: "accept all" where only protected hunks are open. Handled by: the pane of changes. */
export const onlyProtected = (label: string): Failure =>
  new Failure(
    'only-protected',
    'files',
    words`What is open in ${JSON.stringify(label)} is protected. Nothing was written.`,
    { text: words('Accept each of these changes by itself.') },
  );

/** Cause: the file is not what was written any more. Handled by: the pane of changes. */
export const notUndone = (label: string): Failure =>
  new Failure(
    'not-undone',
    'files',
    words`${JSON.stringify(label)} was changed since, so it was left as it is.`,
    {
      text: words('Take the change back in the editor.'),
    },
  );
