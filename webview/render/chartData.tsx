/** The plotted points below their chart: a table to read, to copy, and to save as CSV. */
import { type JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { perform } from '../app.ts';
import { type ChartEntry } from '../charts/chartList.ts';
import { tablesOf } from '../charts/pictures.ts';
import { showData } from '../charts/reveal.ts';
import { csvOf, tabSeparated, type ChartTable, type Value } from '../charts/table.ts';
import { formatCount, plural, slug } from '../format.ts';
import { IconButton } from '../kit.ts';
import { Spinner } from '../view/icon.tsx';
import { CannotShow } from './cannotShow.tsx';
import { t } from '../../src/shared/l10n.ts';

const ROWS = 100;
const MORE_ROWS = 1000;

type Loaded = { tables: readonly ChartTable[] } | 'loading' | 'gone';

function useTables(chart: ChartEntry): Loaded {
  const [loaded, setLoaded] = useState<Loaded>('loading');
  useEffect(() => {
    let wanted = true;
    tablesOf(chart).then(
      (tables) => {
        if (wanted) setLoaded({ tables });
      },
      () => {
        if (wanted) setLoaded('gone');
      },
    );
    return () => {
      wanted = false;
    };
  }, [chart]);
  return loaded;
}

export function ChartData({ chart, title }: { chart: ChartEntry; title: string }): JSX.Element {
  const loaded = useTables(chart);
  const [at, setAt] = useState(0);
  const tables = typeof loaded === 'object' ? loaded.tables : [];
  const table = tables[Math.min(at, tables.length - 1)];
  return (
    <section class="chart-data" aria-label={t`Data of chart: ${title}`}>
      <header class="chart-data-header">
        {tables.length > 1 && (
          <select
            class="choice"
            aria-label={t('Table')}
            value={String(at)}
            onChange={(event) => setAt(Number(event.currentTarget.value))}
          >
            {tables.map(({ name }, place) => (
              <option key={name} value={String(place)}>
                {name}
              </option>
            ))}
          </select>
        )}
        <span class="chart-data-size">{table !== undefined && sizeOf(table)}</span>
        {table !== undefined && (
          <>
            <IconButton
              icon="copy"
              label={t('Copy data with headers')}
              onClick={() => void perform('copyText', { text: tabSeparated(table) })}
            />
            <IconButton
              icon="save"
              label={t('Save data as CSV')}
              onClick={() =>
                void perform('saveTable', { suggestedName: fileName(title, table), csv: csvOf(table) })
              }
            />
          </>
        )}
        <IconButton icon="close" label={t('Hide data')} onClick={() => showData(chart.key, false)} />
      </header>
      {loaded === 'loading' && (
        <p class="chart-data-note">
          <Spinner /> {t('Reading data')}
        </p>
      )}
      {loaded !== 'loading' && table === undefined && (
        <CannotShow
          reason={t('The data of this chart is not known: the sandbox could not take it from the figure.')}
        />
      )}
      {table !== undefined && <Rows key={table.name} table={table} title={title} />}
    </section>
  );
}

const fileName = (title: string, { name }: ChartTable): string =>
  `${slug(name === '' ? title : `${title} ${name}`)}.csv`;

function sizeOf({ rows, columns, leftOut }: ChartTable): string {
  const size = `${plural(rows, t('1 row'), (n) => t`${n} rows`)} × ${plural(columns.length, t('1 column'), (n) => t`${n} columns`)}`;
  return leftOut === 0 ? size : t`${size}, the first of ${formatCount(rows + leftOut)} points`;
}

function Rows({ table, title }: { table: ChartTable; title: string }): JSX.Element {
  const [limit, setLimit] = useState(ROWS);
  const { columns, rows } = table;
  const isNumeric = columns.map(({ values }) =>
    values.every((value) => value === null || typeof value === 'number'),
  );
  return (
    <>
      <div class="table-scroll chart-data-rows" role="region" aria-label={t`Data: ${title}`} tabindex={0}>
        <table>
          <thead>
            <tr>
              {columns.map(({ name }, column) => (
                <th key={column} scope="col" class={isNumeric[column] === true ? 'number' : ''}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Array.from({ length: Math.min(rows, limit) }, (_, row) => (
              <tr key={row}>
                {columns.map(({ values }, column) => (
                  <td key={column} class={isNumeric[column] === true ? 'number' : ''}>
                    {shown(values[row])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows > limit && (
        <button type="button" class="link" onClick={() => setLimit(limit + MORE_ROWS)}>
          {plural(rows - limit, t('Show more (1 row left)'), (n) => t`Show more (${n} rows left)`)}
        </button>
      )}
    </>
  );
}

const shown = (value: Value | undefined): string =>
  value === null || value === undefined ? '–' : String(value);
