/** Changes that are proposed to the user's own files. Nothing is written before it is accepted, hunk by hunk. */
import { type JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { type ProposedChange } from '../../../src/shared/changes.ts';
import { t } from '../../../src/shared/l10n.ts';
import { changes, listChanges, listProblem, openHunks, openOf } from '../../changes.ts';
import { plural } from '../../format.ts';
import { Button } from '../../kit.ts';
import { wantedChange } from '../../panes.ts';
import style from '../../styles/changes.pane.css';
import filesStyle from '../../styles/files.pane.css';
import { Spinner } from '../icon.tsx';
import { ChangedFile } from './changedFile.tsx';
import { onListKey } from './changeFocus.ts';

/** Files that are opened by themselves: as many as this, while their hunks are not more than that. */
const OPENED_FILES = 5;
const OPENED_HUNKS = 40;

/** How a file was when it was seen first: a decision moves nothing. */
interface Seen {
  path: string;
  expanded: boolean;
}

export function ChangesPane(): JSX.Element {
  const listed = changes.value;
  const seen = useRef<Seen[]>([]);
  useEffect(() => {
    // The user's file may have changed in an editor.
    const onFocus = (): void => void listChanges();
    addEventListener('focus', onFocus);
    return () => removeEventListener('focus', onFocus);
  }, []);
  const wanted = wantedChange.value;
  const isMissing = wanted !== null && listed !== null && !listed.some((one) => one.containerPath === wanted);
  const problem = listProblem.value;
  if (listed === null) {
    seen.current = [];
    return problem === null ? (
      <p class="pane-empty" role="status">
        <Spinner /> {t('Reading…')}
      </p>
    ) : (
      <Failed sentence={problem} />
    );
  }
  seen.current = withNew(seen.current, listed);
  const byPath = new Map(listed.map((change) => [change.containerPath, change]));
  const open = openHunks.value;
  return (
    <>
      <style>
        {filesStyle}
        {style}
      </style>
      {problem !== null && <Failed sentence={problem} />}
      {isMissing && <p class="pane-empty">{t('This change is not proposed any more.')}</p>}
      {listed.length === 0 ? (
        <p class="pane-empty">
          {t('No changes are proposed. When one of your files is to be changed, you decide about it here.')}
        </p>
      ) : (
        <>
          <div class="files-head">
            <span>
              {plural(listed.length, t('1 file'), (n) => t`${n} files`)} ·{' '}
              {open === 0
                ? t('nothing is open')
                : plural(open, t('1 change is open'), (n) => t`${n} changes are open`)}
            </span>
          </div>
          <ul class="files changed-files" aria-label={t('Files with proposed changes')} onKeyDown={onListKey}>
            {seen.current.map(({ path, expanded }) => {
              const change = byPath.get(path);
              return change && <ChangedFile key={path} change={change} expanded={expanded} />;
            })}
          </ul>
        </>
      )}
    </>
  );
}

/** New ones come above the others while something is open in them, else below. */
function withNew(seen: readonly Seen[], listed: readonly ProposedChange[]): Seen[] {
  const known = new Set(seen.map(({ path }) => path));
  const fresh = listed.filter(({ containerPath }) => !known.has(containerPath));
  let [files, hunks] = [0, 0];
  const shown = (change: ProposedChange): Seen => {
    const expanded =
      openOf(change).length > 0 &&
      files < OPENED_FILES &&
      (files === 0 || hunks + change.hunks.length <= OPENED_HUNKS);
    if (expanded) [files, hunks] = [files + 1, hunks + change.hunks.length];
    return { path: change.containerPath, expanded };
  };
  const isOpen = (change: ProposedChange): boolean => openOf(change).length > 0;
  return [
    ...fresh.filter(isOpen).map(shown),
    ...seen,
    ...fresh.filter((change) => !isOpen(change)).map(shown),
  ];
}

const Failed = ({ sentence }: { sentence: string }): JSX.Element => (
  <div class="pane-empty" role="alert">
    <p>{sentence}</p>
    <Button icon="refresh" onClick={() => void listChanges()}>
      {t('Try again')}
    </Button>
  </div>
);
