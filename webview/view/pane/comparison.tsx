/** A version beside the one before it: cells of a table, or two pictures. Texts go to VS Code's diff editor. */
import { type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { isDelimitedText } from '../../../src/shared/fileCaution.ts';
import { previewOf } from '../../../src/shared/filePreview.ts';
import { t } from '../../../src/shared/l10n.ts';
import { type TableDifference } from '../../../src/shared/tableDifference.ts';
import { type Version, type VersionedFile } from '../../../src/shared/versions.ts';
import { perform } from '../../app.ts';
import { pictureBytes } from '../../attach.ts';
import { formatCount, plural } from '../../format.ts';
import { useBlobUrl } from '../../render/image.tsx';
import { imageProblem, readHeader } from '../../render/imageHeader.ts';
import { caller } from '../../rpcClient.ts';
import { useFound } from '../../useFound.ts';
import { Spinner } from '../icon.tsx';

export function comparisonOf(name: string): 'table' | 'picture' | 'text' {
  const kind = previewOf(name);
  return kind === 'table' || kind === 'picture' ? kind : 'text';
}

interface ComparisonProps {
  file: VersionedFile;
  /** The later one; not the first. */
  after: Version;
}

export function Comparison({ file, after }: ComparisonProps): JSX.Element {
  const before = file.versions[after.number - 2];
  if (before === undefined) return <></>;
  return comparisonOf(file.name) === 'picture' ? (
    <div class="compared-pictures">
      <Picture name={file.name} version={before} />
      <Picture name={file.name} version={after} />
    </div>
  ) : (
    <Tables name={file.name} before={before.number} after={after.number} />
  );
}

/** A version as it looks; when it cannot be shown, that is said. */
export function Picture({ name, version }: { name: string; version: Version }): JSX.Element {
  const [bytes, setBytes] = useState<Uint8Array<ArrayBuffer> | null | undefined>(undefined);
  useEffect(() => {
    let wanted = true;
    void pictureBytes(version.sha256).then((loaded) => {
      const mime = loaded === null ? undefined : readHeader(loaded)?.mime;
      const fits = loaded !== null && mime !== undefined && imageProblem(loaded, mime) === null;
      if (wanted) setBytes(fits ? loaded : null);
    });
    return () => {
      wanted = false;
    };
  }, [version.sha256]);
  const url = useBlobUrl(bytes ?? null, bytes == null ? '' : (readHeader(bytes)?.mime ?? ''));
  const label = t`Version ${String(version.number)}`;
  return (
    <figure class="compared-picture">
      {url !== null && <img src={url} alt={t`${name}, version ${String(version.number)}`} />}
      {bytes === null && <p class="file-note">{t('This picture cannot be shown here. Open it instead.')}</p>}
      <figcaption>{label}</figcaption>
    </figure>
  );
}

interface TablesProps {
  name: string;
  before: number;
  after: number;
}

function Tables({ name, before, after }: TablesProps): JSX.Element {
  const found = useFound(
    async () => caller.call('tableDifference', { name, before, after }),
    [name, before, after],
  );
  switch (found.kind) {
    case 'waits':
      return (
        <p class="file-note" role="status">
          <Spinner /> {t('Comparing…')}
        </p>
      );
    case 'failed':
      return <p class="file-note">{found.why}</p>;
    case 'found':
      return (
        <>
          <Changes table={found.value} title={t`${name}: what changed in version ${String(after)}`} />
          {isDelimitedText(name) && (
            <p class="file-note">
              <button
                type="button"
                class="link"
                onClick={() => void perform('compareVersions', { name, before, after })}
              >
                {t('Compare as text')}
              </button>
            </p>
          )}
        </>
      );
    default:
      found satisfies never;
      return <></>;
  }
}

const SIGNS = { added: '+', removed: '−', changed: '~' } as const;

function kindWords(kind: keyof typeof SIGNS): string {
  switch (kind) {
    case 'added':
      return t('added');
    case 'removed':
      return t('removed');
    case 'changed':
      return t('changed');
  }
}

function Changes({ table, title }: { table: TableDifference; title: string }): JSX.Element {
  const { changes, cut } = table;
  const all = table.cells + table.addedRows + table.removedRows + table.sheets;
  return (
    <>
      <p class="file-note" role="status">
        {all === 0 ? t('No cell is different.') : summaryOf(table)}
        {cut && ` ${t('Not everything was compared: it is too large, or too different.')}`}
        {all > changes.length && ` ${t`The first ${formatCount(changes.length)} are listed.`}`}
      </p>
      {changes.length > 0 && (
        <div class="changes" tabindex={0} role="region" aria-label={title}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('Place')}</th>
                <th scope="col">{t('Before')}</th>
                <th scope="col">{t('After')}</th>
              </tr>
            </thead>
            <tbody>
              {changes.map(({ sheet, kind, what, place, before, after }, index) => (
                <tr key={index} class={`change-${kind}`}>
                  <th scope="row">
                    <span aria-hidden="true">{SIGNS[kind]} </span>
                    {sheet === '' || what === 'sheet' ? place : `${sheet}, ${place}`}
                    <span class="sr-only"> {kindWords(kind)}</span>
                  </th>
                  <td>{before ?? ''}</td>
                  <td>{after ?? ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}

function summaryOf({ cells, addedRows, removedRows, sheets }: TableDifference): string {
  const parts = [
    ...(cells > 0 ? [plural(cells, t('1 cell changed'), (n) => t`${n} cells changed`)] : []),
    ...(addedRows > 0 ? [plural(addedRows, t('1 row added'), (n) => t`${n} rows added`)] : []),
    ...(removedRows > 0 ? [plural(removedRows, t('1 row removed'), (n) => t`${n} rows removed`)] : []),
    ...(sheets > 0
      ? [plural(sheets, t('1 sheet added or removed'), (n) => t`${n} sheets added or removed`)]
      : []),
  ];
  return `${parts.join(', ')}.`;
}
