/** How a file looks, in its line: a picture, pages, a table with its sheets, a page of HTML without scripts, a text. */
import { type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { previewOf, type FilePreview, type TablePreview } from '../../../src/shared/filePreview.ts';
import { t } from '../../../src/shared/l10n.ts';
import { type Version } from '../../../src/shared/versions.ts';
import { HtmlFrame } from '../../render/htmlFrame.tsx';
import { SvgOutput } from '../../render/svg.tsx';
import { caller } from '../../rpcClient.ts';
import { useFound } from '../../useFound.ts';
import { PdfPages } from '../artifact.tsx';
import { Spinner } from '../icon.tsx';
import { Picture } from './comparison.tsx';

interface PreviewProps {
  name: string;
  version: Version;
}

export const Preview = ({ name, version }: PreviewProps): JSX.Element => (
  <div class="file-preview" role="group" aria-label={t`Preview of ${name}`}>
    {inside({ name, version })}
  </div>
);

function inside({ name, version }: PreviewProps): JSX.Element {
  switch (previewOf(name)) {
    case 'picture':
      return <Picture name={name} version={version} />;
    case 'pages':
      return <PdfPages source={{ sha256: version.sha256 }} name={name} first={null} />;
    default:
      return <Asked name={name} version={version} />;
  }
}

function Asked({ name, version }: PreviewProps): JSX.Element {
  const { number, sha256 } = version;
  const found = useFound(
    async () => caller.call('previewVersion', { name, version: number }),
    [name, number, sha256],
  );
  switch (found.kind) {
    case 'waits':
      return (
        <p class="file-note" role="status">
          <Spinner /> {t('Reading…')}
        </p>
      );
    case 'failed':
      return (
        <p class="file-note" role="alert">
          {found.why}
        </p>
      );
    case 'found':
      return <Shown name={name} preview={found.value} />;
    default:
      found satisfies never;
      return <></>;
  }
}

function Shown({ name, preview }: { name: string; preview: FilePreview }): JSX.Element {
  if (preview.kind === 'table') return <Sheets name={name} table={preview.table} />;
  const { text, cut } = preview;
  const kind = previewOf(name);
  // Half of a page or a drawing would be another one.
  if (kind === 'page' && !cut) return <HtmlFrame html={text} title={name} />;
  if (kind === 'drawing' && !cut) return <SvgOutput svg={text} title={name} />;
  return (
    <>
      <pre class="preview-text" tabindex={0} role="region" aria-label={t`Text of ${name}`}>
        {text}
      </pre>
      {text === '' && <p class="file-note">{t('The file is empty.')}</p>}
      {cut && <p class="file-note">{t('This is its beginning. Open the file to see all of it.')}</p>}
    </>
  );
}

function Sheets({ name, table }: { name: string; table: TablePreview }): JSX.Element {
  const [at, setAt] = useState(0);
  const sheet = table.sheets[at];
  return (
    <>
      {table.sheets.length > 1 && (
        <select
          class="choice"
          aria-label={t`Sheet of ${name}`}
          value={at}
          onChange={({ currentTarget }) => setAt(Number(currentTarget.value))}
        >
          {table.sheets.map(({ title }, index) => (
            <option key={index} value={index}>
              {title}
            </option>
          ))}
        </select>
      )}
      {sheet === undefined || (sheet.rows.length === 0 && (sheet.columns ?? []).length === 0) ? (
        <p class="file-note">{t('There is nothing in it.')}</p>
      ) : (
        <Grid
          rows={sheet.rows}
          named={sheet.columns ?? null}
          label={t`Cells of ${sheet.title === '' ? name : `${name}, ${sheet.title}`}`}
        />
      )}
      {(sheet?.more === true || table.cut) && (
        <p class="file-note">{t('This is its beginning. Open the file to see all of it.')}</p>
      )}
    </>
  );
}

type Sheet = TablePreview['sheets'][number];

interface GridProps {
  rows: Sheet['rows'];
  /** Null: columns have letters, as in spreadsheets. */
  named: Sheet['columns'] | null;
  label: string;
}

function Grid({ rows, named, label }: GridProps): JSX.Element {
  const width = rows.reduce((widest, row) => Math.max(widest, row.length), named?.length ?? 0);
  const columns = Array.from({ length: width }, (_, at) => letters(at));
  return (
    <div class="preview-grid" tabindex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            <td />
            {columns.map((column, at) => {
              const { name, type } = named?.[at] ?? { name: column, type: null };
              return (
                <th key={column} scope="col" title={type === null ? undefined : `${name}: ${type}`}>
                  {name}
                  {type !== null && <span class="preview-type">{type}</span>}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              <th scope="row">{index + 1}</th>
              {columns.map((column, at) => (
                <td key={column} class={isNumber(row[at]) ? 'preview-number' : undefined}>
                  {row[at] ?? ''}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const isNumber = (cell: string | null | undefined): boolean => cell != null && /^-?[\d.,\s]*\d%?$/.test(cell);

/** The name of a column as spreadsheets have it, from 0: A, B, … AA. */
function letters(column: number): string {
  const last = String.fromCharCode(65 + (column % 26));
  return column < 26 ? last : letters(Math.floor(column / 26) - 1) + last;
}
