/** What the files of a question are made of: a line for each, and its columns on demand. Loaded when the first is shown. */
import { type JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { type ColumnProfile, type FileProfile } from '../../src/shared/fileProfile.ts';
import { languageTag, t } from '../../src/shared/l10n.ts';
import { formatBytes, formatCount, plural } from '../format.ts';
import { Button } from '../kit.ts';
import style from '../styles/profile.pane.css';
import { fileIcon } from './fileChip.tsx';
import { Icon } from './icon.tsx';

/** More columns are drawn when they are asked for. */
const COLUMNS = 40;
/** From so many on there is a field to find one. */
const SEARCHED = 15;
const TOP_VALUES = 3;
const NOTES = 3;
/** Below it something is a guess. */
const SURE = 0.7;

export interface ProfileCardProps {
  files: readonly FileProfile[];
  /** Names, types and counts only. */
  withheld: boolean;
}

export function ProfileCard({ files, withheld }: ProfileCardProps): JSX.Element {
  return (
    <section class="profile" aria-label={t('Data files')}>
      <style>{style}</style>
      {files.map((file) => (
        <File key={file.path} file={file} />
      ))}
      {withheld && <p class="profile-note">{t('Without values: the model sees names and types only.')}</p>}
    </section>
  );
}

function File({ file }: { file: FileProfile }): JSX.Element {
  const {
    path,
    bytes,
    rows,
    columns,
    columnCount = columns.length,
    format,
    confidence = 1,
    keys = [],
  } = file;
  const name = path.split('/').at(-1) ?? path;
  const pairs = keys.filter((key) => key.length > 1).map((key) => key.join(' + '));
  return (
    <div class="profile-file">
      <p class="profile-head">
        <Icon name={fileIcon(name)} />
        <strong title={path}>{name}</strong>
        {rows !== null && <span>{shapeOf(file, columnCount)}</span>}
        {bytes !== undefined && <span class="muted">{formatBytes(bytes)}</span>}
      </p>
      {rows === null && <p class="profile-note">{file.problem ?? t('It is not read as a table.')}</p>}
      {format !== undefined && (
        <p class="muted">
          {format}
          {confidence < SURE && `. ${t('This is a guess.')}`}
        </p>
      )}
      <Notes notes={[...(file.notes ?? []), ...alsoIn(file.others ?? [])]} />
      {pairs.length > 0 && <p class="profile-note">{t`Likely key: ${pairs.join('; ')}`}</p>}
      {columns.length > 0 && (
        <details>
          <summary>{plural(columnCount, t('1 column'), (n) => t`${n} columns`)}</summary>
          <Columns file={file} name={name} columnCount={columnCount} />
        </details>
      )}
    </div>
  );
}

function shapeOf({ rows, ofRows, ofRowsExact }: FileProfile, columnCount: number): string {
  const shown = formatCount(rows ?? 0);
  const wide = formatCount(columnCount);
  if (typeof ofRows !== 'number')
    return ofRowsExact === false
      ? t`first ${shown} rows × ${wide} columns`
      : t`${shown} rows × ${wide} columns`;
  const all = formatCount(ofRows);
  return ofRowsExact === false
    ? t`${shown} of about ${all} rows × ${wide} columns`
    : t`${shown} of ${all} rows × ${wide} columns`;
}

const alsoIn = (others: readonly string[]): string[] =>
  others.length === 0 ? [] : [t`Also in this file: ${others.join(', ')}`];

function Notes({ notes }: { notes: readonly string[] }): JSX.Element {
  const [all, setAll] = useState(false);
  if (notes.length === 0) return <></>;
  return (
    <>
      <ul class="profile-notes" aria-label={t('How it was read')}>
        {notes.slice(0, all ? notes.length : NOTES).map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
      {!all && notes.length > NOTES && (
        <Button onClick={() => setAll(true)}>{t`Show all ${formatCount(notes.length)} notes`}</Button>
      )}
    </>
  );
}

function Columns({
  file,
  name,
  columnCount,
}: {
  file: FileProfile;
  name: string;
  columnCount: number;
}): JSX.Element {
  const { columns, rows, keys = [] } = file;
  const [all, setAll] = useState(false);
  const [wanted, setWanted] = useState('');
  const id = useId();
  const single = new Set(keys.flatMap((key) => (key.length === 1 ? key : [])));
  const words = wanted.trim().toLowerCase();
  const found = columns
    .map((column, at) => ({ column, at }))
    .filter(({ column }) => words === '' || (column.name ?? '').toLowerCase().includes(words));
  const shown = all ? found : found.slice(0, COLUMNS);
  const withValues = columns.some(({ low, top }) => low !== undefined || top !== undefined);
  const untold = columnCount - columns.length;
  return (
    <>
      {columns.length > SEARCHED && (
        <p class="profile-find">
          <label for={id}>{t('Find a column')}</label>
          <input
            id={id}
            type="search"
            value={wanted}
            onInput={({ currentTarget }) => setWanted(currentTarget.value)}
          />
          <span class="muted" role="status">
            {words !== '' && t`${formatCount(found.length)} of ${formatCount(columns.length)}`}
          </span>
        </p>
      )}
      <div class="profile-table" role="region" tabIndex={0} aria-label={t`Columns of ${name}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t('Column')}</th>
              <th scope="col">{t('Type')}</th>
              <th scope="col" class="number">
                {t('Missing')}
              </th>
              <th scope="col" class="number">
                {t('Distinct')}
              </th>
              {withValues && <th scope="col">{t('Range')}</th>}
              {withValues && <th scope="col">{t('Most frequent')}</th>}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ column, at }) => (
              <Column
                key={at}
                withValues={withValues}
                column={column}
                rows={rows ?? 0}
                isKey={single.has(column.name ?? '')}
              />
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < found.length && (
        <Button onClick={() => setAll(true)}>{t`Show all ${formatCount(found.length)} columns`}</Button>
      )}
      {untold > 0 && <p class="profile-note">{t`${formatCount(untold)} more columns are not listed.`}</p>}
    </>
  );
}

function Column({
  column,
  rows,
  isKey,
  withValues,
}: {
  /** Ranges and frequent values are columns of the table. */
  withValues: boolean;
  column: ColumnProfile;
  rows: number;
  isKey: boolean;
}): JSX.Element {
  const { name, dtype, missing, distinct, approximate, unit, low, high, top = [] } = column;
  const about = approximate === true ? '≈ ' : '';
  return (
    <tr>
      <th scope="row">
        {name ?? <em>{t('name withheld')}</em>}
        {isKey && <span class="profile-key">{t('likely key')}</span>}
      </th>
      <td>{typeWords(dtype)}</td>
      <td class="number" title={formatCount(missing)}>
        {missing === 0 ? '0' : share(missing, rows)}
      </td>
      <td class="number">{distinct === undefined ? '–' : `${about}${formatCount(distinct)}`}</td>
      {withValues && (
        <>
          <td>
            {low === undefined
              ? '–'
              : `${valueOf(low)} – ${valueOf(high)}${unit === undefined ? '' : ` ${unit}`}`}
          </td>
          <td class="frequent">
            {top.length === 0
              ? '–'
              : top
                  .slice(0, TOP_VALUES)
                  .map(({ value, count }) => `${value} (${formatCount(count)})`)
                  .join(', ')}
          </td>
        </>
      )}
    </tr>
  );
}

function share(part: number, whole: number): string {
  const value = part / Math.max(1, whole);
  const percent = (digits: number): string =>
    value.toLocaleString(languageTag(), { style: 'percent', maximumFractionDigits: digits });
  // Some are missing, whatever the rounding says, and some are not.
  if (value < 0.001)
    return `< ${(0.001).toLocaleString(languageTag(), { style: 'percent', maximumFractionDigits: 1 })}`;
  return part < whole && value > 0.999
    ? `> ${(0.999).toLocaleString(languageTag(), { style: 'percent', maximumFractionDigits: 1 })}`
    : percent(1);
}

const valueOf = (value: ColumnProfile['low']): string =>
  typeof value === 'number'
    ? value.toLocaleString(languageTag(), {
        maximumSignificantDigits: 6,
        useGrouping: Math.abs(value) >= 10_000,
      })
    : (value ?? '').replace(/T00:00:00$/, '').replace('T', ' ');

function typeWords(dtype: string): string {
  if (/^u?int/i.test(dtype)) return t('whole number');
  if (/^(float|double|decimal)/i.test(dtype)) return t('number');
  if (/^bool/i.test(dtype)) return t('yes or no');
  if (/^(datetime|timestamp|date)/i.test(dtype)) return t('date');
  if (/^(object|str|string|large_string)/i.test(dtype)) return t('text');
  return dtype;
}
