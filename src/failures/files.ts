/** Failures of files that code made, and of their versions. */
import { Failure } from './failure.ts';
import { words, type Said } from '../shared/l10n.ts';

const MEBIBYTE = 1024 ** 2;

/** `refused`: what the sandbox said. `changed`: what stands there is not what was sent. */
export type NotRestored =
  { kind: 'large'; limitBytes: number } | { kind: 'refused'; reason: Said } | { kind: 'changed' };

/** Cause: a kept version that the sandbox does not take back. Handled by: Restore; the version can still be saved. */
export const notRestored = (name: string, why: NotRestored): Failure =>
  new Failure(
    'not-restored',
    'files',
    words`${JSON.stringify(name)} was not put back into the sandbox: ${whyNot(why)}`,
    { text: words('Save that version instead.') },
  );

function whyNot(why: NotRestored): Said {
  switch (why.kind) {
    case 'large':
      return words`it is larger than ${why.limitBytes / MEBIBYTE} MiB.`;
    case 'refused':
      return why.reason;
    case 'changed':
      return words('it was changed on its way.');
  }
}

/** Cause: two versions of a table that are too large, or cannot be read. Handled by: Compare. */
export const notCompared = (name: string, why: Exclude<NotRestored, { kind: 'changed' }>): Failure =>
  new Failure(
    'not-compared',
    'files',
    why.kind === 'large'
      ? words`The versions of ${JSON.stringify(name)} are together larger than ${why.limitBytes / MEBIBYTE} MiB, so their cells are not compared.`
      : words`The cells of ${JSON.stringify(name)} were not compared: ${why.reason}`,
    { text: words('Open both versions, or save them.') },
  );

/** Cause: a file that is no text, is too large, or cannot be read. Handled by: Preview; it can be opened. */
export const notPreviewed = (name: string, why: Exclude<NotRestored, { kind: 'changed' }>): Failure =>
  new Failure(
    'not-previewed',
    'files',
    why.kind === 'large'
      ? words`${JSON.stringify(name)} is larger than ${why.limitBytes / MEBIBYTE} MiB, so it is not shown here.`
      : words`${JSON.stringify(name)} cannot be shown here: ${why.reason}`,
    { text: words('Open it, or save it.') },
  );
