/** The files of the session: each with its versions, which open, are saved, compared and put back. */
import { type JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { cautionOfName, cautionWords } from '../../../src/shared/fileCaution.ts';
import { isTable, previewOf } from '../../../src/shared/filePreview.ts';
import { languageTag, t } from '../../../src/shared/l10n.ts';
import { filesOf, type Version, type VersionedFile } from '../../../src/shared/versions.ts';
import { perform } from '../../app.ts';
import { formatBytes, plural } from '../../format.ts';
import { Button, IconButton } from '../../kit.ts';
import { wantedFile } from '../../panes.ts';
import { revealCell } from '../../reveal.ts';
import { type ViewState } from '../../state.ts';
import { draggable } from '../draggable.ts';
import { fileIcon } from '../fileChip.tsx';
import { Icon } from '../icon.tsx';
import { OpenAndSave } from '../openAndSave.tsx';
import style from '../../styles/files.pane.css';
import { Row } from '../row.tsx';
import { type PaneProps } from './bodies.ts';
import { comparisonOf, Comparison } from './comparison.tsx';
import { Preview } from './filePreview.tsx';

interface FileProps {
  file: VersionedFile;
  cells: ViewState['cells'];
  /** Something runs: nothing is put into the sandbox, or asked of it. */
  busy: boolean;
}

export function FilesPane({ state, panel }: PaneProps): JSX.Element {
  const files = useMemo(() => filesOf(state.files), [state.files]);
  if (files.length === 0) {
    return <p class="pane-empty">{t('No files yet. Each file that code makes is listed here.')}</p>;
  }
  const newest = files.flatMap(({ name, versions }) => {
    const last = versions.at(-1);
    return last === undefined ? [] : [{ name, sha256: last.sha256 }];
  });
  return (
    <>
      <style>{style}</style>
      <div class="files-head">
        <span>{plural(files.length, t('1 file'), (n) => t`${n} files`)}</span>
        {files.length > 1 && (
          <Button icon="save-all" onClick={() => void perform('saveArtifacts', { artifacts: newest })}>
            {t('Save all files')}
          </Button>
        )}
      </div>
      <ul class="files" aria-label={t('Files')}>
        {files.map((file) => (
          <File key={file.name} file={file} cells={state.cells} busy={panel.turn !== 'idle'} />
        ))}
      </ul>
    </>
  );
}

function File({ file, cells, busy }: FileProps): JSX.Element {
  const { name, versions, deletedBy } = file;
  const [open, setOpen] = useState(false);
  const [previewed, setPreviewed] = useState(false);
  const line = useRef<HTMLButtonElement>(null);
  const wanted = wantedFile.value === name;
  useEffect(() => {
    if (!wanted) return;
    wantedFile.value = null;
    setOpen(true);
    line.current?.focus();
  }, [wanted]);
  const last = versions.at(-1);
  if (last === undefined) return <></>;
  const count = plural(versions.length, t('1 version'), (n) => t`${n} versions`);
  return (
    <li class="file">
      <div class="file-line">
        <button
          type="button"
          class="file-toggle"
          aria-expanded={open}
          ref={line}
          {...(wanted ? { 'data-autofocus': true } : {})}
          title={name}
          {...draggable({ sha256: last.sha256, name })}
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? 'chevron-down' : 'chevron-right'} />
          <Icon name={fileIcon(name)} />
          <span class="file-name">{name}</span>
          <span class="file-facts">
            {formatBytes(last.bytes)} · {count}
          </span>
        </button>
        <Row class="file-actions" label={t`Actions for ${name}`}>
          {previewOf(name) !== null && (
            <IconButton
              icon="eye"
              label={t`Preview ${name}`}
              expanded={previewed}
              // A table is read by the sandbox, which is at work.
              disabled={busy && isTable(name) && !previewed}
              onClick={() => setPreviewed(!previewed)}
            />
          )}
          <OpenAndSave sha256={last.sha256} name={name} />
        </Row>
      </div>
      {previewed && <Preview key={last.sha256} name={name} version={last} />}
      {deletedBy !== null && (
        <p class="file-note">{t('Deleted in the sandbox. Its versions are kept here.')}</p>
      )}
      {open && <Versions file={file} cells={cells} busy={busy} />}
    </li>
  );
}

function Versions({ file, cells, busy }: FileProps): JSX.Element {
  const { name, versions } = file;
  /** Of the version that was put back last. */
  const [told, setTold] = useState('');
  /** The later of the two that are compared here. */
  const [compared, setCompared] = useState<number | null>(null);
  const restore = async (number: number): Promise<void> => {
    const answer = await perform('restoreVersion', { name, version: number });
    if (answer === null) return;
    setTold(
      answer.restored
        ? t`Version ${String(number)} is in the sandbox again.`
        : t('The file in the sandbox has this content already.'),
    );
  };
  const compare = (number: number): void => {
    if (comparisonOf(name) === 'text')
      void perform('compareVersions', { name, before: number - 1, after: number });
    else setCompared(compared === number ? null : number);
  };
  return (
    <>
      <ol class="version-list" aria-label={t`Versions of ${name}`} reversed>
        {versions.toReversed().map((version) => (
          <li key={version.number} class="version">
            <div class="file-line">
              <span class="version-title" {...draggable({ sha256: version.sha256, name })}>
                {t`Version ${String(version.number)}`}
              </span>
              <span class="file-facts">
                {timeOf(version.at)} · {formatBytes(version.bytes)} · <Maker by={version.by} cells={cells} />
              </span>
              <VersionActions
                name={name}
                version={version}
                isLast={version === versions.at(-1) && file.deletedBy === null}
                busy={busy}
                compared={compared === version.number}
                onRestore={() => void restore(version.number)}
                onCompare={() => compare(version.number)}
              />
            </div>
            <Caution name={name} version={version} />
            {compared === version.number && <Comparison file={file} after={version} />}
          </li>
        ))}
      </ol>
      <p class="file-note" role="status">
        {told}
      </p>
    </>
  );
}

interface VersionActionsProps {
  name: string;
  version: Version;
  /** It is what stands in `/outputs`, as far as is known. */
  isLast: boolean;
  busy: boolean;
  compared: boolean;
  onRestore: () => void;
  onCompare: () => void;
}

function VersionActions(props: VersionActionsProps): JSX.Element {
  const { name, version, isLast, busy, compared, onRestore, onCompare } = props;
  const { number, sha256 } = version;
  const label = t`version ${String(number)} of ${name}`;
  const kind = comparisonOf(name);
  return (
    <Row class="file-actions" label={t`Actions for ${label}`}>
      {number > 1 && (
        <IconButton
          icon="diff"
          label={t`Compare ${label} with the one before`}
          disabled={busy && kind === 'table'}
          {...(kind === 'text' ? {} : { expanded: compared })}
          onClick={onCompare}
        />
      )}
      <OpenAndSave sha256={sha256} name={name} openAs={nameOf(name, version)} label={label} />
      <IconButton
        icon="discard"
        label={isLast ? t`Put ${label} into the sandbox again` : t`Restore ${label}`}
        hint={t('It becomes a new version in the sandbox; nothing is lost.')}
        disabled={busy}
        onClick={onRestore}
      />
    </Row>
  );
}

/** Two versions that are open must not have one name. */
const nameOf = (name: string, { number }: Version): string =>
  name.replace(/(\.[^./]{1,16})?$/, (ending) => `.v${number}${ending}`);

const timeOf = (at: number): string =>
  new Date(at).toLocaleTimeString(languageTag(), { hour: '2-digit', minute: '2-digit' });

function Maker({ by, cells }: { by: Version['by']; cells: ViewState['cells'] }): JSX.Element {
  switch (by.kind) {
    case 'edit':
      return <>{t('by the editor')}</>;
    case 'restored':
      return <>{t`you restored version ${String(by.from)}`}</>;
    case 'cell': {
      const count = cells.get(by.cellId)?.executionCount ?? null;
      return (
        <button type="button" class="link" onClick={() => revealCell(by.cellId)}>
          {count === null ? t('by a cell') : t`by cell [${String(count)}]`}
        </button>
      );
    }
    default:
      by satisfies never;
      return <></>;
  }
}

function Caution({ name, version }: { name: string; version: Version }): JSX.Element {
  const caution = cautionOfName(name) ?? (version.formulas === true ? 'formulas' : null);
  if (caution === null) return <></>;
  return <p class="file-note">{cautionWords(caution).sentence}</p>;
}
